"""Read the modules that an area may do without."""

from collections.abc import Mapping
from pathlib import Path

from data.rules.files import rows
from data.store.kinds import KINDS
from grid.modules import Module

NEVER_OFF = frozenset({"alarm", "alarm_task", "ticket", "question", "call", "message"})
"""Who presses a button, reports or calls is heard everywhere, so nothing that begins so can be switched off."""


def modules(folder: Path) -> tuple[Module, ...]:
    """Read the modules in the order of their table.

    Raises
    ------
    BadCatalogueError
        Naming the line of an unknown kind, or of one that is heard everywhere.
    """
    known = {kind.name for kind in KINDS} - NEVER_OFF

    def made(row: Mapping[str, str]) -> Module:
        kinds = _words(row["kinds"])
        if odd := [kind for kind in kinds if kind not in known]:
            raise ValueError(f"kinds: {odd[0]!r} is not one of {', '.join(sorted(known))}")
        names = {name: row[name] for name in ("code", "name_zh", "name_en", "told_zh", "told_en")}
        return Module(**names, pages=_words(row["pages"]), kinds=kinds)

    return tuple(rows(folder / "modules.csv", made))


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
