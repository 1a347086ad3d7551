"""Corrections page by page, and how true and fresh the records of each cell are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from data.models import CellRow, CorrectionRow, ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from grid.correction import Correction
from grid.registers import RecordRule

SORTS = {"found_at": CorrectionRow.found_at, "record": CorrectionRow.record, "no": CorrectionRow.no}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionFilter:
    """Which corrections are listed; empty texts for all."""

    state: str = "open"
    check: str = ""
    register: str = ""
    record: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions of a query."""
        wanted = (
            (CorrectionRow.state, self.state),
            (CorrectionRow.check, self.check),
            (CorrectionRow.register, self.register),
            (CorrectionRow.record, self.record),
        )
        return [column == value for column, value in wanted if value]


def list_corrections(
    session: Session, scope: ColumnElement[bool], wanted: CorrectionFilter, ask: Ask
) -> Page[Correction]:
    """List corrections inside a scope, by default those found first."""
    query = select(CorrectionRow).where(scope, *wanted.conditions())
    return turn(session, query, ask, SORTS, CorrectionRow.id, lambda row: fact_of(Correction, row))


def count_open(session: Session, scope: ColumnElement[bool]) -> dict[str, int]:
    """Count open corrections inside a scope by check; without those that found nothing."""
    query = select(CorrectionRow.check, func.count()).where(scope, CorrectionRow.state == "open")
    return dict(session.execute(query.group_by(CorrectionRow.check)).all())


def unended(session: Session) -> Sequence[Correction]:
    """Return the corrections that are open, or that somebody ended by saying that the record is right."""
    query = select(CorrectionRow).where(CorrectionRow.state != "corrected").order_by(CorrectionRow.id)
    return [fact_of(Correction, row) for row in session.scalars(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTruth:
    """How true the register of residents is in a cell.

    Parameters
    ----------
    cell, name : str
    people : int
        Registered there.
    fresh : int
        Those of them whose record was found right within the time for it.
    open : int
        Records of the cell with an open correction.
    """

    cell: str
    name: str
    people: int
    fresh: int
    open: int


def cell_truths(session: Session, prefix: str, rule: RecordRule, now: datetime) -> list[CellTruth]:
    """Count how true and fresh the register is, cell by cell.

    Parameters
    ----------
    session : Session
    prefix : str
        What the codes of the cells wanted begin with; empty for all.
    rule : RecordRule
        Within what time a record has to be looked at again.
    now : datetime
        Aware.

    Returns
    -------
    list of CellTruth
        By code; empty without cells.
    """
    fresh = func.sum(case((ResidentRow.verified_at >= now - rule.fresh, 1), else_=0))
    people = {
        cell: (count, int(right or 0))
        for cell, count, right in session.execute(
            select(ResidentRow.cell, func.count(), fresh)
            .where(ResidentRow.ended_on.is_(None), ResidentRow.cell.startswith(prefix))
            .group_by(ResidentRow.cell)
        )
    }
    found = dict(
        session.execute(
            select(CorrectionRow.area, func.count(CorrectionRow.record.distinct()))
            .where(CorrectionRow.state == "open", CorrectionRow.area.startswith(prefix))
            .group_by(CorrectionRow.area)
        ).all()
    )
    cells = select(CellRow.code, CellRow.name).where(CellRow.code.startswith(prefix)).order_by(CellRow.code)
    return [
        CellTruth(cell=code, name=name, people=count, fresh=right, open=found.get(code, 0))
        for code, name in session.execute(cells)
        for count, right in (people.get(code, (0, 0)),)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRecord:
    """A resident whose record nobody found right within the time for it; None for never."""

    no: str
    cell: str
    verified_at: datetime | None


def stale_records(
    session: Session, scope: ColumnElement[bool], rule: RecordRule, now: datetime, limit: int
) -> list[StaleRecord]:
    """List the residents inside a scope whose records are past their age, those never looked at first."""
    late = ResidentRow.verified_at.is_(None) | (ResidentRow.verified_at < now - rule.fresh)
    query = (
        select(ResidentRow.no, ResidentRow.cell, ResidentRow.verified_at)
        .where(scope, ResidentRow.ended_on.is_(None), late)
        .order_by(ResidentRow.verified_at.is_not(None), ResidentRow.verified_at, ResidentRow.no)
        .limit(limit)
    )
    return [StaleRecord(no=no, cell=cell, verified_at=at) for no, cell, at in session.execute(query)]
