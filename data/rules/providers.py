"""Read what providers are admitted, kept and judged by: kinds of licences, small trades, numbers of the settings."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.errors import BadCatalogueError
from data.rules.files import rows, section
from dispatch.item import ServiceItem
from dispatch.providers.licence import LicenceKind, ProviderRules
from dispatch.providers.market import MarketRules, SmallTrade
from dispatch.providers.reviews import TrialRules

STILL = ("item", "provider", "cell", "button", "account", "channel")
"""What may stand still."""


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
            trial=TrialRules(
                orders=int(told["trial_orders"]),
                least_stars=float(told["trial_stars"]),
                least_on_time=float(told["trial_on_time"]),
            ),
            remind_days=tuple(sorted(map(int, told["remind_days"]), reverse=True)),
        )

    return section(folder, settings, "providers", made)


def market_rules(folder: Path, settings: Mapping[str, Any], items: Mapping[str, ServiceItem]) -> MarketRules:
    """Read by what the market of providers is judged.

    Raises
    ------
    BadCatalogueError
        Naming the file at fault; also when a small trade has a category that no item wants.
    """
    offered = {item.category for item in items.values()}

    def trade(row: Mapping[str, str]) -> SmallTrade:
        categories = frozenset(filter(None, row["categories"].split(";")))
        if unknown := sorted(categories - offered):
            raise ValueError(f"categories: no item of items.csv wants {unknown[0]!r}")
        return SmallTrade(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            categories=categories,
            least=int(row["least"]),
        )

    trades = tuple(rows(folder / "small_trades.csv", trade))

    def made(told: Mapping[str, Any]) -> MarketRules:
        def days(name: str) -> timedelta:
            return timedelta(days=int(told[f"{name}_days"]))

        return MarketRules(
            trades=trades,
            return_within=days("return"),
            silent_after=days("silent"),
            still_after={kind: days(kind) for kind in STILL},
            low_support=float(told["low_support"]),
            replayed=int(told["replayed"]),
            most_extra_min=float(told["most_extra_min"]),
        )

    return section(folder, settings, "market", made)
