"""Tickets of a period as their events told them, not as they stand now."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.models import EventRow, TicketRow
from data.queries.figures import Period
from dispatch.lifecycle import Event
from grid.history import History, read_history


def bearing_on(period: Period) -> ColumnElement[bool]:
    """Give the condition that holds for every ticket a period could count, and for few others.

    Deadlines only move to later times, and a ticket closed before the period whose deadline lies in it still has
    that deadline or a later one.
    """
    lives_on = or_(
        TicketRow.closed_at.is_(None), TicketRow.closed_at >= period.start, TicketRow.due_at >= period.start
    )
    return and_(TicketRow.reported_at < period.end, lives_on)


def histories(session: Session, period: Period, base: Sequence[ColumnElement[bool]] = ()) -> list[History]:
    """Read what the events before the end of a period tell about the tickets that bear on it.

    Parameters
    ----------
    session : Session
    period : Period
    base : sequence of conditions
        On what never changes about a ticket, such as its cell.

    Returns
    -------
    list of History
        By number; empty when nothing was reported.
    """
    wanted = select(TicketRow.no).where(bearing_on(period), *base)
    return list(_fold(session, wanted, period.end))


def _fold(session: Session, wanted: Any, until: datetime) -> Iterator[History]:  # noqa: ANN401 - a subquery
    query = (
        select(
            EventRow.aggregate,
            EventRow.name,
            EventRow.at,
            EventRow.by,
            EventRow.role,
            EventRow.payload,
            TicketRow.category,
            TicketRow.cell,
            TicketRow.channel,
        )
        .join(TicketRow, TicketRow.no == EventRow.aggregate)
        .where(
            EventRow.kind == "ticket",
            EventRow.aggregate.in_(wanted),
            EventRow.at < until,
            EventRow.name != "tick",
        )
        .order_by(EventRow.aggregate, EventRow.seq)
    )
    rows = session.execute(query.execution_options(yield_per=2000))
    for no, of_one in groupby(rows, key=lambda row: str(row.aggregate)):
        steps = list(of_one)
        events = [
            Event(name=r.name, at=r.at, by=r.by, role=r.role, payload=json.loads(r.payload)) for r in steps
        ]
        first = steps[0]
        history = read_history(no, first.category, first.cell, first.channel, events)
        if history is not None:
            yield history
