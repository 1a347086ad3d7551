"""The responsibility table on its way out and in: Excel or CSV, checked whole before a byte of the old one changes."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import BadCatalogueError, BadFileError
from data.figures.histories import read
from data.files.tables import read_rows
from data.models import CellRow
from data.rules.responsibility import rule_of
from grid.area import CodeScheme
from grid.period import Period
from grid.responsibility import DISTRICT_OFFICE, STREET_OFFICE, ResponsibilityRule, RuleFinding, responsible
from grid.rulebook import Rulebook

COLUMNS = ("cells", "category", "department", "basis", "since", "until", "priority")
FATAL = frozenset({"gap", "overlap"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A ticket that other rules would have sent elsewhere."""

    no: str
    category: str
    cell: str
    went_to: str
    would_go_to: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What rules would have done with a month: tickets looked at, those moved, and by how many per pair."""

    tickets: int
    moved: tuple[Moved, ...]

    @property
    def flows(self) -> Mapping[tuple[str, str], int]:
        """Count moved tickets by where they went and would go."""
        return Counter((m.went_to, m.would_go_to) for m in self.moved)


def table_rows(rules: Iterable[ResponsibilityRule]) -> Iterator[list[str]]:
    """Give rules as rows of text in the order of `COLUMNS`; open ends are empty."""
    for r in rules:
        since = "" if r.since == date.min else r.since.isoformat()
        until = "" if r.until == date.max else r.until.isoformat()
        yield [r.cells, r.category, r.department, r.basis, since, until, str(r.priority)]


def write_rules(rules: Iterable[ResponsibilityRule], path: Path) -> None:
    """Write the table as ``.csv`` or ``.xlsx``; codes stay text.

    Raises
    ------
    BadFileError
        For another ending.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        path.write_text(as_csv(rules), encoding="utf-8", newline="")
    elif suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("responsibility")
            for line, row in enumerate([list(COLUMNS), *table_rows(rules)]):
                for column, value in enumerate(row):
                    sheet.write_string(line, column, value)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    else:
        raise BadFileError(f"{path.name}: the table is written as .csv or .xlsx")


def as_csv(rules: Iterable[ResponsibilityRule]) -> str:
    """Write the table as the catalogue keeps it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table_rows(rules))
    return out.getvalue()


def read_rules(path: Path, rulebook: Rulebook) -> tuple[ResponsibilityRule, ...]:
    """Read a table of rules wholly or not at all.

    Raises
    ------
    BadCatalogueError
        Naming the cell at fault, such as ``rules.xlsx C7 (department)``.
    BadFileError
        When the file cannot be read.
    """
    rules = []
    for row in read_rows(path):
        if missing := [c for c in COLUMNS if c not in row.values]:
            raise BadCatalogueError(
                f"{path.name}: column {missing[0]} is missing; it needs {', '.join(COLUMNS)}"
            )
        _check_row(path, row.number, row.values, rulebook)
        rules.append(rule_of(row.values, f"{path.name} line {row.number}"))
    if not rules:
        raise BadCatalogueError(f"{path.name} holds no rules; a table without rules leaves everything open")
    return tuple(rules)


def _check_row(path: Path, number: int, row: Mapping[str, str], rulebook: Rulebook) -> None:
    def refuse(column: str, why: str) -> BadCatalogueError:
        cell = f"{chr(ord('A') + COLUMNS.index(column))}{number}"
        return BadCatalogueError(f"{path.name} {cell} ({column}): {why}")

    try:
        rule = rule_of(row, path.name)
    except ValueError as error:
        column, _, why = str(error).partition(": ")
        raise refuse(column, why) from None
    offices = {STREET_OFFICE, DISTRICT_OFFICE}
    if rule.department not in offices and rule.department not in rulebook.departments:
        raise refuse(
            "department", f"{rule.department!r} is in departments.csv neither, nor @street or @district"
        )
    if not any(code.startswith(rule.category) for code in rulebook.categories):
        raise refuse("category", f"no category of issues.csv begins with {rule.category!r}")
    if rule.until <= rule.since:
        raise refuse("until", f"{rule.until} is not after since {rule.since}")


def replace_rules(rules: Sequence[ResponsibilityRule], folder: Path) -> None:
    """Put a checked table in the place of a catalogue's own, in one step.

    Raises
    ------
    BadFileError
        When the folder is no catalogue.
    """
    target = folder / "responsibility.csv"
    if not target.is_file():
        raise BadFileError(f"{folder} holds no responsibility.csv; give the folder of a catalogue")
    draft = folder / "responsibility.csv.new"
    draft.write_text(as_csv(rules), encoding="utf-8", newline="")
    draft.replace(target)


def cells_to_check(session: Session, rules: Iterable[ResponsibilityRule], scheme: CodeScheme) -> list[str]:
    """Give the cells of the district; without a district one for each pattern of the rules and one outside all."""
    known = list(session.scalars(select(CellRow.code).order_by(CellRow.code)))
    width = sum(scheme.widths)
    return known or sorted({rule.cells.ljust(width, "0") for rule in rules} | {"9" * width})


def fatal(findings: Iterable[RuleFinding]) -> bool:
    """Tell whether some finding leaves a question with no answer or with two."""
    return any(f.kind in FATAL for f in findings)


def dry_run(
    session: Session, rules: Sequence[ResponsibilityRule], rulebook: Rulebook, period: Period
) -> DryRun:
    """Ask rules about the tickets reported in a period, as they went at their report.

    Returns
    -------
    DryRun
        ``moved`` by number; empty when the rules change nothing.

    Raises
    ------
    NoRuleError
        When the rules have no answer for one of them.
    """
    looked_at, moved = 0, []
    for history in read(session, period):
        if history.reported_at < period.start:
            continue
        looked_at += 1
        went_to = history.dispatches[0].department if history.dispatches else history.department
        day = rulebook.worktime.local(history.reported_at).date()
        answer = responsible(rules, history.cell, history.category, day, rulebook.scheme)
        if answer.department != went_to:
            moved.append(
                Moved(
                    no=history.no,
                    category=history.category,
                    cell=history.cell,
                    went_to=went_to,
                    would_go_to=answer.department,
                    rule=answer.rule,
                )
            )
    return DryRun(tickets=looked_at, moved=tuple(moved))
