"""Who answers for what: rows of the table of responsibility."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

from data.rules.files import guard, numbered, one_of
from grid.responsibility import BASES, Basis, ResponsibilityRule


def responsibility_rules(path: Path) -> tuple[ResponsibilityRule, ...]:
    """Read the rows of the table of responsibility."""
    return tuple(
        guard(path, lambda row=row, line=line: rule_of(row, f"{path.name} line {line}"), line)  # type: ignore[misc]
        for line, row in numbered(path)
    )


def rule_of(row: Mapping[str, str], where: str) -> ResponsibilityRule:
    """Read one row of the responsibility table; ``where`` is its file and line, kept as the rule's source.

    Raises
    ------
    ValueError, KeyError
        Naming the column at fault.
    """
    if row["cells"] and not (row["cells"].isascii() and row["cells"].isdigit()):
        raise ValueError(f"cells: {row['cells']!r} is no prefix of a cell code")
    return ResponsibilityRule(
        cells=row["cells"],
        category=row["category"],
        department=row["department"],
        basis=cast("Basis", one_of("basis", row["basis"], BASES)),
        source=f"{where} ({row['cells'] or '*'} x {row['category'] or '*'})",
        since=_day("since", row["since"], date.min),
        until=_day("until", row["until"], date.max),
        priority=_priority(row["priority"]),
    )


def _day(field: str, text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise ValueError(f"{field}: {text!r} is no date such as 2026-11-18") from None


def _priority(text: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise ValueError(f"priority: {text!r} is no whole number") from None
