"""Read what providers are admitted and kept by: kinds of licences, and the numbers of the settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import BadCatalogueError
from data.rules.files import rows, section
from dispatch.item import ServiceItem
from dispatch.providers.licence import LicenceKind, ProviderRules


def provider_rules(
    folder: Path, settings: Mapping[str, Any], items: Mapping[str, ServiceItem]
) -> ProviderRules:
    """Read what providers are admitted and kept by.

    Raises
    ------
    BadCatalogueError
        Naming the file at fault; also when an item needs a licence that is no kind.
    """
    kinds = {kind.code: kind for kind in rows(folder / "licences.csv", lambda row: LicenceKind(**row))}
    for item in items.values():
        if unknown := sorted(set(item.licences) - set(kinds)):
            raise BadCatalogueError(f"items.csv: {item.code} needs {unknown[0]!r}, not in licences.csv")

    def made(told: Mapping[str, Any]) -> ProviderRules:
        return ProviderRules(
            kinds=kinds,
            trial_orders=int(told["trial_orders"]),
            remind_days=tuple(sorted(map(int, told["remind_days"]), reverse=True)),
        )

    return section(folder, settings, "providers", made)
