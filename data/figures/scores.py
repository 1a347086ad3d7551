"""Scores from the ledger: entries of a period, league tables, one unit's account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data.models import EntryRow, TicketRow, fact_of
from grid.period import Period
from grid.scores.scoring import Entry, Score, league


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """Cases of a unit in a period, by deadline: due, done in time, late, open and overdue now."""

    unit: str
    due: int
    on_time: int
    overdue: int


def entries(session: Session, period: Period, unit: str = "") -> list[Entry]:
    """Read the ledger entries of a period [start, end), of one unit or of all."""
    query = select(EntryRow).where(EntryRow.at >= period.start, EntryRow.at < period.end)
    if unit:
        query = query.where(EntryRow.unit == unit)
    query = query.order_by(EntryRow.at, EntryRow.id)
    return [fact_of(Entry, row) for row in session.scalars(query)]


def league_table(session: Session, period: Period, units: Sequence[str]) -> list[Score]:
    """Score units for a period from the ledger alone."""
    return league(units, entries(session, period))


def unit_figures(session: Session, period: Period, now: datetime) -> dict[str, UnitFigures]:
    """Count each department's tickets that were due in a period; void and merged ones are left out.

    A case counts once its time is over or it is done, so that open promises do not weigh on the rate.
    """
    done_in_time = TicketRow.done_at.is_not(None) & (TicketRow.done_at <= TicketRow.due_at)
    late = (TicketRow.done_at.is_not(None) & (TicketRow.done_at > TicketRow.due_at)) | (
        TicketRow.done_at.is_(None) & (TicketRow.due_at < now)
    )
    query = (
        select(
            TicketRow.department,
            func.count(),
            func.sum(case((done_in_time, 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
        )
        .where(
            TicketRow.due_at >= period.start,
            TicketRow.due_at < period.end,
            (TicketRow.due_at < now) | TicketRow.done_at.is_not(None),
            TicketRow.accepted_at.is_not(None),
            TicketRow.state.notin_(("void", "merged")),
        )
        .group_by(TicketRow.department)
    )
    rows = session.execute(query)
    return {u: UnitFigures(unit=u, due=n, on_time=int(t), overdue=int(o)) for u, n, t, o in rows}
