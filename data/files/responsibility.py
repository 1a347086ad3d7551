"""The responsibility table on its way out and in: Excel or CSV, checked whole before a byte of the old one changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from sqlalchemy.orm import Session

from data.errors import BadFileError
from data.figures.histories import read
from data.files.tables import read_rows
from data.rules.responsibility import COLUMNS, FILE, as_csv, table_rows
from data.rules.responsibility import read_rows as numbered_rules
from grid.period import Period
from grid.responsibility import ResponsibilityRule, responsible
from grid.rulebook import Rulebook


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


def read_rules(path: Path, rulebook: Rulebook) -> tuple[ResponsibilityRule, ...]:
    """Read a table of rules wholly or not at all.

    Raises
    ------
    BadCatalogueError
        Naming every cell at fault, such as ``rules.xlsx C7 (department)``.
    BadFileError
        When the file cannot be read.
    """
    return numbered_rules(path.name, ((row.number, row.values) for row in read_rows(path)), rulebook)


def replace_rules(rules: Sequence[ResponsibilityRule], folder: Path) -> None:
    """Put a checked table in the place of a catalogue's own, in one step.

    Raises
    ------
    BadFileError
        When the folder is no catalogue.
    """
    target = folder / FILE
    if not target.is_file():
        raise BadFileError(f"{folder} holds no responsibility.csv; give the folder of a catalogue")
    draft = folder / f"{FILE}.new"
    draft.write_text(as_csv(rules), encoding="utf-8", newline="")
    draft.replace(target)


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
