"""Who answers for what: rows of the table of responsibility, read and written."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from data.errors import BadCatalogueError
from data.rules.files import guard, numbered, one_of
from grid.responsibility import (
    BASES,
    DISTRICT_OFFICE,
    STREET_OFFICE,
    Basis,
    ResponsibilityRule,
)
from grid.rulebook import Rulebook

FILE = "responsibility.csv"
COLUMNS = ("cells", "category", "department", "basis", "since", "until", "priority")


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


def read_rows(
    name: str, rows: Iterable[tuple[int, Mapping[str, str]]], rulebook: Rulebook
) -> tuple[ResponsibilityRule, ...]:
    """Read the numbered rows of a table wholly or not at all.

    Parameters
    ----------
    name : str
        Of the file, for what is said of it.
    rows : iterable of (int, Mapping)
        Line, and values by column.
    rulebook : Rulebook
        Tells which departments and categories there are.

    Returns
    -------
    tuple of ResponsibilityRule

    Raises
    ------
    BadCatalogueError
        Naming every cell at fault, such as ``rules.xlsx C7 (department)``, one a line.
    """
    rules: list[ResponsibilityRule] = []
    faults: list[str] = []
    for number, row in rows:
        if missing := [c for c in COLUMNS if c not in row]:
            raise BadCatalogueError(f"{name}: column {missing[0]} is missing; it needs {', '.join(COLUMNS)}")
        try:
            rule = rule_of(row, f"{name} line {number}")
            _check(rule, rulebook)
        except ValueError as error:
            column, _, why = str(error).partition(": ")
            faults.append(f"{name} {chr(ord('A') + COLUMNS.index(column))}{number} ({column}): {why}")
        else:
            rules.append(rule)
    if faults:
        raise BadCatalogueError("\n".join(faults))
    if not rules:
        raise BadCatalogueError(f"{name} holds no rules; a table without rules leaves everything open")
    return tuple(rules)


def _check(rule: ResponsibilityRule, rulebook: Rulebook) -> None:
    """Refuse a rule that names what the rulebook does not know; the column stands in front."""
    if rule.department not in {STREET_OFFICE, DISTRICT_OFFICE, *rulebook.departments}:
        raise ValueError(
            f"department: {rule.department!r} is in departments.csv neither, nor @street or @district"
        )
    if not any(code.startswith(rule.category) for code in rulebook.categories):
        raise ValueError(f"category: no category of issues.csv begins with {rule.category!r}")
    if rule.until <= rule.since:
        raise ValueError(f"until: {rule.until} is not after since {rule.since}")


def read_text(text: str, rulebook: Rulebook) -> tuple[ResponsibilityRule, ...]:
    """Read the table from the text of a catalogue's file, as `read_rows` does.

    Raises
    ------
    BadCatalogueError
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = ((reader.line_num, {name: value or "" for name, value in row.items()}) for row in reader)
    return read_rows(FILE, rows, rulebook)


def table_rows(rules: Iterable[ResponsibilityRule]) -> Iterator[list[str]]:
    """Give rules as rows of text in the order of `COLUMNS`; open ends are empty."""
    for r in rules:
        since = "" if r.since == date.min else r.since.isoformat()
        until = "" if r.until == date.max else r.until.isoformat()
        yield [r.cells, r.category, r.department, r.basis, since, until, str(r.priority)]


def as_csv(rules: Iterable[ResponsibilityRule]) -> str:
    """Write the table as the catalogue keeps it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table_rows(rules))
    return out.getvalue()


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
