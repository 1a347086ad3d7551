"""Figures of a period, each with the very tickets behind it: a number and its list come from one condition."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from data.models import EntryRow, TicketRow, fact_of
from data.queries.paging import Ask, Page, turn
from data.queries.tickets import SORTS, CellCount
from dispatch.errors import BadFieldError
from grid.figures.league import Tally
from grid.period import Period
from grid.scores.scoring import Entry
from grid.tickets.ticket import AT_REST, Ticket

Conditions: TypeAlias = Sequence[ColumnElement[bool]]
CONTENT_RATING = 4
MOST_PLACES = 20_000


def _reported(period: Period, now: datetime) -> ColumnElement[bool]:
    del now
    return and_(TicketRow.reported_at >= period.start, TicketRow.reported_at < period.end)


def _open(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_reported(period, now), TicketRow.state.notin_(AT_REST))


def _overdue(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_open(period, now), TicketRow.due_at < now)


def _due(period: Period, now: datetime) -> ColumnElement[bool]:
    """Deadline in the period and either passed or no longer needed; what still runs is neither kept nor missed."""
    return and_(
        or_(TicketRow.due_at < now, TicketRow.done_at.is_not(None)),
        TicketRow.due_at >= period.start,
        TicketRow.due_at < period.end,
        TicketRow.accepted_at.is_not(None),
        TicketRow.state.notin_(("void", "merged")),
    )


def _on_time(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_due(period, now), TicketRow.done_at.is_not(None), TicketRow.done_at <= TicketRow.due_at)


def _late(period: Period, now: datetime) -> ColumnElement[bool]:
    done_late = and_(TicketRow.done_at.is_not(None), TicketRow.done_at > TicketRow.due_at)
    still_late = and_(TicketRow.done_at.is_(None), TicketRow.due_at < now)
    return and_(_due(period, now), or_(done_late, still_late))


def _closed(period: Period, now: datetime) -> ColumnElement[bool]:
    del now
    return and_(TicketRow.closed_at >= period.start, TicketRow.closed_at < period.end)


def _rated(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_closed(period, now), TicketRow.rating.is_not(None))


def _content(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_rated(period, now), TicketRow.rating >= CONTENT_RATING)


def _reworked(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_reported(period, now), TicketRow.reworks > 0)


def _unsigned(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(_reported(period, now), TicketRow.response_missed)


SETS: Mapping[str, Callable[[Period, datetime], ColumnElement[bool]]] = {
    "reported": _reported,
    "open": _open,
    "overdue": _overdue,
    "due": _due,
    "on_time": _on_time,
    "late": _late,
    "closed": _closed,
    "rated": _rated,
    "content": _content,
    "reworked": _reworked,
    "unsigned": _unsigned,
}
"""What can be counted and listed: reported, open and overdue by time of report; due, on time and late by deadline;
closed, rated and content (4 or 5 stars) by time of closing."""


def chosen(name: str, period: Period, now: datetime) -> ColumnElement[bool]:
    """Give the condition of one set.

    Raises
    ------
    BadFieldError
        When there is no such set.
    """
    if name not in SETS:
        raise BadFieldError("set", name, "sets are " + ", ".join(SETS))
    return SETS[name](period, now)


def within(prefix: str) -> ColumnElement[bool]:
    """Give the condition that a ticket lies where cell codes begin so; the empty prefix is everywhere."""
    return TicketRow.cell.startswith(prefix)


def of_department(department: str) -> ColumnElement[bool]:
    """Give the condition that a department answers for a ticket."""
    return TicketRow.department == department


def counts(session: Session, base: Conditions, period: Period, now: datetime) -> dict[str, int]:
    """Count every set of a period inside some conditions, in one pass; empty sets count 0."""
    sums = [func.sum(case((SETS[name](period, now), 1), else_=0)) for name in SETS]
    row = session.execute(select(*sums).select_from(TicketRow).where(*base)).one()
    return {name: int(n or 0) for name, n in zip(SETS, row, strict=True)}


def list_set(session: Session, conditions: Conditions, ask: Ask) -> Page[Ticket]:
    """List the tickets behind a number, page by page."""
    query = select(TicketRow).where(*conditions)
    return turn(session, query, ask, SORTS, TicketRow.id, lambda row: fact_of(Ticket, row))


def tallies(session: Session, base: Conditions, period: Period, now: datetime) -> list[Tally]:
    """Count the cases due in a period of each department and category: all, in time, late."""
    due, on_time, late = (SETS[name](period, now) for name in ("due", "on_time", "late"))
    groups = (TicketRow.department, TicketRow.category)
    query = (
        select(
            *groups, func.count(), func.sum(case((on_time, 1), else_=0)), func.sum(case((late, 1), else_=0))
        )
        .where(due, *base)
        .group_by(*groups)
        .order_by(*groups)
    )
    rows = session.execute(query)
    return [Tally(unit=u, category=c, due=n, on_time=int(t), late=int(o)) for u, c, n, t, o in rows]


def by_category(
    session: Session, base: Conditions, period: Period, now: datetime, most: int
) -> list[tuple[str, int, int]]:
    """Count the cases reported in a period of each category, all and those still open; the most frequent first."""
    opened = func.sum(case((SETS["open"](period, now), 1), else_=0))
    query = (
        select(TicketRow.category, func.count(), opened)
        .where(SETS["reported"](period, now), *base)
        .group_by(TicketRow.category)
        .order_by(func.count().desc(), TicketRow.category)
        .limit(most)
    )
    return [(category, n, int(o)) for category, n, o in session.execute(query)]


def ledger(session: Session, base: Conditions, period: Period, unit: str = "") -> list[Entry]:
    """Read the entries of a period whose tickets meet some conditions, of one unit or of all, oldest first."""
    query = (
        select(EntryRow)
        .join(TicketRow, TicketRow.no == EntryRow.subject)
        .where(EntryRow.at >= period.start, EntryRow.at < period.end, *base)
        .order_by(EntryRow.at, EntryRow.id)
    )
    if unit:
        query = query.where(EntryRow.unit == unit)
    return [fact_of(Entry, row) for row in session.scalars(query)]


def daily_on_time(
    session: Session, base: Conditions, period: Period, now: datetime, zone: ZoneInfo
) -> list[tuple[date, int, int]]:
    """Count by local day the cases due and those done in time; days without cases are left out."""
    query = select(TicketRow.due_at, TicketRow.done_at).where(SETS["due"](period, now), *base)
    days: dict[date, list[int]] = {}
    for due_at, done_at in session.execute(query):
        day = days.setdefault(due_at.astimezone(zone).date(), [0, 0])
        day[0] += 1
        day[1] += done_at is not None and done_at <= due_at
    return [(day, due, on_time) for day, (due, on_time) in sorted(days.items())]


def cell_figures(session: Session, base: Conditions, period: Period, now: datetime) -> list[CellCount]:
    """Count by cell the tickets reported in a period: all, open, overdue; cells without any are left out."""
    opened, overdue = SETS["open"](period, now), SETS["overdue"](period, now)
    query = (
        select(
            TicketRow.cell,
            func.count(),
            func.sum(case((opened, 1), else_=0)),
            func.sum(case((overdue, 1), else_=0)),
        )
        .where(SETS["reported"](period, now), *base)
        .group_by(TicketRow.cell)
        .order_by(TicketRow.cell)
    )
    rows = session.execute(query)
    return [CellCount(cell=c, total=n, open=int(o), overdue=int(late)) for c, n, o, late in rows]


def places(session: Session, conditions: Conditions) -> NDArray[np.float64]:
    """Give longitude and latitude of tickets, newest first, at most 20,000.

    Returns
    -------
    ndarray of float, shape (tickets, 2)
        Degrees; (0, 2) when there are none.
    """
    query = select(TicketRow.lon, TicketRow.lat).where(*conditions)
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(MOST_PLACES)).all()
    return np.array([(r.lon, r.lat) for r in rows], np.float64).reshape(-1, 2)


def frequent_categories(session: Session, base: Conditions, since: datetime, most: int) -> list[str]:
    """Give the categories reported most often since a time, the most frequent first."""
    query = (
        select(TicketRow.category)
        .where(TicketRow.reported_at >= since, *base)
        .group_by(TicketRow.category)
        .order_by(func.count().desc(), TicketRow.category)
        .limit(most)
    )
    return list(session.scalars(query))
