"""Scores from the ledger: entries of a period, league tables, one unit's account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data.models import EntryRow, TicketRow, fact_of
from dispatch.errors import BadFieldError
from grid.scores.scoring import Entry, Score, league

EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """Cases of a unit in a period, by deadline: due, done in time, late, open and overdue now."""

    unit: str
    due: int
    on_time: int
    overdue: int


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the first instant of a month and of the next, in the district's zone.

    Raises
    ------
    BadFieldError
        When the text is no month such as ``2026-11``.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        raise BadFieldError("month", month, "write a month such as 2026-11") from None
    if first.year < EARLIEST_YEAR:
        raise BadFieldError("month", month, f"months from {EARLIEST_YEAR} on")
    return datetime.combine(first, time(0), zone), datetime.combine(following, time(0), zone)


def entries(session: Session, start: datetime, end: datetime, unit: str = "") -> list[Entry]:
    """Read the ledger entries of a period [start, end), of one unit or of all."""
    query = select(EntryRow).where(EntryRow.at >= start, EntryRow.at < end).order_by(EntryRow.at, EntryRow.id)
    if unit:
        query = query.where(EntryRow.unit == unit)
    return [fact_of(Entry, row) for row in session.scalars(query)]


def league_table(session: Session, start: datetime, end: datetime, units: Sequence[str]) -> list[Score]:
    """Score units for a period from the ledger alone."""
    return league(units, entries(session, start, end))


def unit_figures(session: Session, start: datetime, end: datetime, now: datetime) -> dict[str, UnitFigures]:
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
            TicketRow.due_at >= start,
            TicketRow.due_at < end,
            (TicketRow.due_at < now) | TicketRow.done_at.is_not(None),
            TicketRow.accepted_at.is_not(None),
            TicketRow.state.notin_(("void", "merged")),
        )
        .group_by(TicketRow.department)
    )
    rows = session.execute(query)
    return {u: UnitFigures(unit=u, due=n, on_time=int(t), overdue=int(o)) for u, n, t, o in rows}
