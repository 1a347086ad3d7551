"""Visits to people at home: what was found, and whom nobody has visited this month."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from data.models import HomeVisitRow, ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from data.registers.elders import (
    disabled_by,
    last_assessments,
    last_day,
    registered,
    seen_residents,
    special,
)
from dispatch.resident import Resident
from grid.home_visits import HomeVisit
from grid.period import Period
from grid.rulebook import Rulebook

SORTS = {"visited_at": HomeVisitRow.visited_at, "no": HomeVisitRow.no}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """Which visits are wanted; empty and None are any."""

    resident: str = ""
    household: str = ""
    finding: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A special elder whom no visit of the month has found; ``last_at`` the last that ever did, None for never."""

    resident: Resident
    disabled: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The visits of a month: how many special elders there are, how many were seen, and who was not."""

    special: int
    seen: int
    unseen: tuple[Unseen, ...]


def list_visits(session: Session, wanted: VisitFilter, ask: Ask, prefix: str) -> Page[HomeVisit]:
    """List visits where codes begin with a prefix, page by page."""
    row = HomeVisitRow
    query = select(row)
    if prefix:
        query = query.where(row.cell.startswith(prefix))
    for name in ("resident", "household", "finding"):
        if value := getattr(wanted, name):
            query = query.where(getattr(row, name) == value)
    if wanted.since is not None:
        query = query.where(row.visited_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(row.visited_at < wanted.until)
    return turn(session, query, ask, SORTS, row.id, lambda found: fact_of(HomeVisit, found))


def visit_plan(session: Session, rulebook: Rulebook, month: Period, prefix: str, most: int) -> Plan:
    """Plan the visits of a month where codes begin with a prefix: those longest unseen first, at most so many."""
    assessed, seen = last_assessments(rulebook, month), seen_residents(month)
    here = [special(rulebook, month, assessed), ResidentRow.cell.startswith(prefix)]
    here.append(registered(last_day(rulebook, month)))
    counts = (
        select(func.count(), func.count(seen.c.resident))
        .select_from(ResidentRow)
        .outerjoin(assessed, assessed.c.resident == ResidentRow.no)
        .outerjoin(seen, seen.c.resident == ResidentRow.no)
        .where(*here)
    )
    of_all, of_them = session.execute(counts).one()
    visits = HomeVisitRow
    last = (
        select(visits.resident, func.max(visits.visited_at).label("at"))
        .where(visits.counts, visits.visited_at < month.end)
        .group_by(visits.resident)
        .subquery()
    )
    disabled: ColumnElement[bool] = or_(
        *(disabled_by(edition, assessed) for edition in rulebook.registers.elders.editions.values())
    )
    query = (
        select(ResidentRow, disabled, last.c.at)
        .outerjoin(assessed, assessed.c.resident == ResidentRow.no)
        .outerjoin(seen, seen.c.resident == ResidentRow.no)
        .outerjoin(last, last.c.resident == ResidentRow.no)
        .where(*here, seen.c.resident.is_(None))
        .order_by(last.c.at.asc().nulls_first(), ResidentRow.id)
        .limit(most)
    )
    found = (
        Unseen(resident=fact_of(Resident, row), disabled=bool(is_disabled), last_at=at)
        for row, is_disabled, at in session.execute(query)
    )
    return Plan(special=int(of_all), seen=int(of_them), unseen=tuple(found))
