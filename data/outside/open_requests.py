"""Tickets as the open interface shows them: the newest of a span, with the time of their last change; and each change."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import EventRow, TicketRow, fact_of
from grid.tickets.ticket import Ticket

MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFilter:
    """What to list of some categories; empty fields do not filter.

    ``numbers`` overrides span and status; ``final`` are the end states.
    """

    final: tuple[str, ...]
    categories: frozenset[str]
    start: datetime | None = None
    end: datetime | None = None
    numbers: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A ticket and when something last happened to it, the clock's own words left out."""

    ticket: Ticket
    updated_at: datetime


def open_requests(session: Session, wanted: OpenFilter) -> list[OpenRequest]:
    """List tickets, the newest report first, at most 1000; empty for none."""
    query = (
        select(TicketRow)
        .where(TicketRow.category.in_(wanted.categories))
        .order_by(TicketRow.reported_at.desc(), TicketRow.id.desc())
        .limit(MOST)
    )
    if wanted.numbers:
        query = query.where(TicketRow.no.in_(wanted.numbers))
    else:
        if wanted.start is not None:
            query = query.where(TicketRow.reported_at >= wanted.start)
        if wanted.end is not None:
            query = query.where(TicketRow.reported_at <= wanted.end)
        if wanted.statuses == {"open"}:
            query = query.where(TicketRow.state.notin_(wanted.final))
        elif wanted.statuses == {"closed"}:
            query = query.where(TicketRow.state.in_(wanted.final))
    tickets = [fact_of(Ticket, row) for row in session.scalars(query)]
    last = (
        select(EventRow.aggregate, func.max(EventRow.at))
        .where(
            EventRow.kind == "ticket",
            EventRow.aggregate.in_([t.no for t in tickets]),
            EventRow.name != "tick",
        )
        .group_by(EventRow.aggregate)
    )
    updated: dict[str, datetime] = {no: at for no, at in session.execute(last)}  # noqa: C416 - rows are no pairs to the type checker
    return [OpenRequest(ticket=t, updated_at=updated.get(t.no, t.reported_at)) for t in tickets]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUpdate:
    """A change of state: which ticket, when, and the state after it."""

    id: int
    no: str
    at: datetime
    state: str


def open_updates(
    session: Session, categories: frozenset[str], start: datetime, end: datetime
) -> list[OpenUpdate]:
    """List the changes of state of tickets in a span, the oldest first, at most 1000; empty for none."""
    query = (
        select(EventRow.id, EventRow.aggregate, EventRow.at, EventRow.payload)
        .join(TicketRow, TicketRow.no == EventRow.aggregate)
        .where(
            EventRow.kind == "ticket",
            EventRow.name != "tick",
            EventRow.at.between(start, end),
            TicketRow.category.in_(categories),
        )
        .order_by(EventRow.at, EventRow.id)
    )
    found: list[OpenUpdate] = []
    for row_id, no, at, payload in session.execute(query.execution_options(yield_per=MOST)):
        told = json.loads(payload)
        if told.get("to", "") != told.get("from", ""):
            found.append(OpenUpdate(id=row_id, no=no, at=at, state=told["to"]))
            if len(found) == MOST:
                break
    return found
