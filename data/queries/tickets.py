"""Questions about tickets: lists, timelines, like cases, what the clock has to do, counts for the board."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session

from data.models import EventRow, TicketRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.lifecycle import Event
from geo.place import LonLat
from grid.rulebook import Rulebook
from grid.tickets.duplicates import Sighting
from grid.tickets.history import LEFT_OUT
from grid.tickets.repeats import Settled, repeats_of
from grid.tickets.ticket import AT_REST, Ticket

SORTS = {
    "next_due_at": TicketRow.next_due_at,
    "due_at": TicketRow.due_at,
    "reported_at": TicketRow.reported_at,
    "no": TicketRow.no,
    "category": TicketRow.category,
    "department": TicketRow.department,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """What to list; empty fields do not filter. ``open`` leaves out tickets at rest."""

    state: str = ""
    lamp: str = ""
    department: str = ""
    category: str = ""
    area: str = ""
    reporter: str = ""
    worker: str = ""
    supervised: bool = False
    urged: bool = False
    doubtful: bool = False
    nature: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    open: bool = False

    def conditions(self, prefix: str) -> list[ColumnElement[bool]]:
        """Give the conditions; ``prefix`` is what codes in ``area`` begin with."""
        given: list[ColumnElement[bool]] = []
        exact = ("state", "lamp", "department", "reporter", "worker", "nature")
        given += [getattr(TicketRow, name) == getattr(self, name) for name in exact if getattr(self, name)]
        if self.category:
            given.append(TicketRow.category.startswith(self.category))
        if self.area:
            given.append(TicketRow.cell.startswith(prefix))
        if self.text:
            given.append(
                TicketRow.description.contains(self.text, autoescape=True)
                | TicketRow.no.contains(self.text, autoescape=True)
                | TicketRow.address.contains(self.text, autoescape=True)
            )
        if self.since:
            given.append(TicketRow.reported_at >= self.since)
        if self.until:
            given.append(TicketRow.reported_at < self.until)
        if self.supervised:
            given.append(TicketRow.supervised.is_(True))
        if self.doubtful:
            given.append(TicketRow.doubtful.is_(True))
        if self.urged:
            given.append(TicketRow.urges > 0)
        if self.open:
            given.append(TicketRow.state.notin_(AT_REST))
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Event):
    """One line of a timeline: an event with its number."""

    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCount:
    """Tickets of one cell: all, open and overdue."""

    cell: str
    total: int
    open: int
    overdue: int


def list_tickets(
    session: Session, scope: ColumnElement[bool], wanted: TicketFilter, ask: Ask, prefix: str
) -> Page[Ticket]:
    """List the tickets inside a scope."""
    query = select(TicketRow).where(scope, *wanted.conditions(prefix))
    return turn(session, query, ask, SORTS, TicketRow.id, lambda row: fact_of(Ticket, row))


def count_tickets(session: Session, scope: ColumnElement[bool], wanted: TicketFilter, prefix: str) -> int:
    """Count the tickets inside a scope."""
    query = select(func.count()).select_from(TicketRow).where(scope, *wanted.conditions(prefix))
    return int(session.scalar(query) or 0)


def timeline(session: Session, kind: str, no: str) -> list[Step]:
    """Tell everything that happened to a ticket or order, in order."""
    query = select(EventRow).where(EventRow.kind == kind, EventRow.aggregate == no).order_by(EventRow.seq)
    return [
        Step(seq=r.seq, name=r.name, at=r.at, by=r.by, role=r.role, payload=json.loads(r.payload))
        for r in session.scalars(query)
    ]


def ticking(
    session: Session, now: datetime, aside: Collection[str] = (), limit: int = 500
) -> Sequence[tuple[str, datetime]]:
    """List number and time of the tickets that the clock has to touch, the longest due first; none set aside."""
    query = select(TicketRow.no, TicketRow.tick_at).where(TicketRow.tick_at <= now)
    if aside:
        query = query.where(TicketRow.no.notin_(aside))
    rows = session.execute(query.order_by(TicketRow.tick_at).limit(limit))
    return [(no, at) for no, at in rows if at is not None]


def provisional(session: Session) -> Sequence[str]:
    """Give the numbers of the open tickets with a deadline, or that of a stage, in a year without calendar."""
    stage = cast(TicketRow.stages, String).contains('"provisional": true')
    query = select(TicketRow.no).where(TicketRow.provisional | stage, TicketRow.state.notin_(AT_REST))
    return list(session.scalars(query.order_by(TicketRow.id)))


def sightings(
    session: Session, category: str, place: LonLat, at: datetime, rulebook: Rulebook
) -> list[Sighting]:
    """Give the reports that could be like a new one: same category, near in time, in a box around the place."""
    span = rulebook.settings.like_case_span
    margin = rulebook.settings.like_case_radius_m / 111_000 * 2
    query = select(TicketRow.no, TicketRow.lon, TicketRow.lat, TicketRow.reported_at).where(
        TicketRow.category == category,
        TicketRow.reported_at.between(at - span, at + span),
        TicketRow.lat.between(place.lat - margin, place.lat + margin),
        TicketRow.lon.between(place.lon - 2 * margin, place.lon + 2 * margin),
        TicketRow.state.notin_(("void", "merged")),
    )
    return [
        Sighting(no=no, category=category, place=LonLat(lon, lat), reported_at=reported)
        for no, lon, lat, reported in session.execute(query)
    ]


def earlier_repeats(session: Session, ticket: Ticket, rulebook: Rulebook) -> tuple[str, ...]:
    """Give the numbers of the tickets of the kind closed near by before this one was reported, the latest first."""
    radius_m, span = rulebook.settings.repeat_radius_m, rulebook.settings.repeat_span
    margin, place = radius_m / 111_000 * 2, ticket.place
    query = select(
        TicketRow.no, TicketRow.lon, TicketRow.lat, TicketRow.reported_at, TicketRow.closed_at
    ).where(
        TicketRow.category == ticket.category,
        TicketRow.state == "closed",
        TicketRow.closed_at.between(ticket.reported_at - span, ticket.reported_at),
        TicketRow.lat.between(place.lat - margin, place.lat + margin),
        TicketRow.lon.between(place.lon - 2 * margin, place.lon + 2 * margin),
    )
    earlier = [
        Settled(no=no, category=ticket.category, place=LonLat(lon, lat), reported_at=at, closed_at=closed)
        for no, lon, lat, at, closed in session.execute(query)
    ]
    mine = Settled(no=ticket.no, category=ticket.category, place=place, reported_at=ticket.reported_at)
    return repeats_of(mine, earlier, radius_m, span)


def children_of(session: Session, no: str) -> list[str]:
    """Give the numbers of the duplicates merged into a ticket, in order."""
    return list(session.scalars(select(TicketRow.no).where(TicketRow.parent == no).order_by(TicketRow.id)))


def cell_counts(
    session: Session, scope: ColumnElement[bool], wanted: TicketFilter, prefix: str, now: datetime
) -> list[CellCount]:
    """Count tickets by cell; open and overdue mean what they mean in `grid.figures.sets`, at the present."""
    is_open = TicketRow.accepted_at.is_not(None) & TicketRow.state.notin_(("closed", *LEFT_OUT))
    overdue = is_open & (TicketRow.state != "shelved") & (TicketRow.due_at < now)
    query = (
        select(
            TicketRow.cell,
            func.count(),
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((overdue, 1), else_=0)),
        )
        .where(scope, *wanted.conditions(prefix))
        .group_by(TicketRow.cell)
        .order_by(TicketRow.cell)
    )
    return [
        CellCount(cell=cell, total=total, open=int(opened), overdue=int(late))
        for cell, total, opened, late in session.execute(query)
    ]
