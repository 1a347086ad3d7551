"""Ratings of tickets and orders given in a period."""

import json
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from data.figures.histories import moment, raw
from data.models import EventRow, OrderRow, TicketRow
from grid.figures.facts import Rating
from grid.period import Period

AT_ONCE = 500


def ratings_in(session: Session, period: Period, prefix: str) -> list[Rating]:
    """Read the ratings given in a period of tickets and orders where codes of cells begin so, the last of each."""
    of_orders = _told(session, period, "order", OrderRow, OrderRow.cell.startswith(prefix))
    return [*ticket_ratings(session, period, TicketRow.cell.startswith(prefix)), *of_orders]


def ticket_ratings(session: Session, period: Period, *which: ColumnElement[bool]) -> list[Rating]:
    """Read the ratings given in a period of the tickets that meet some conditions, the last of each."""
    inside = and_(TicketRow.rated_at >= period.start, TicketRow.rated_at < period.end)
    here = and_(true(), *which)
    rows = session.connection().execute(
        select(*map(raw, ("no", "cell", "rated_at", "rating", "solved"))).where(
            TicketRow.told_at < period.end, inside, here
        )
    )
    standing = [
        Rating(no=no, about="ticket", cell=cell, at=moment(at), stars=stars, solved=solved)
        for no, cell, at, stars, solved in rows
    ]
    # Of what was told since, and of ratings from before their time was kept, the log tells.
    touched = or_(TicketRow.told_at.is_(None), TicketRow.told_at >= period.end, TicketRow.rated_at.is_(None))
    numbers = list(session.scalars(select(TicketRow.no).where(TicketRow.rating.is_not(None), touched, here)))
    for i in range(0, len(numbers), AT_ONCE):
        some = TicketRow.no.in_(numbers[i : i + AT_ONCE])
        standing += _told(session, period, "ticket", TicketRow, some)
    return standing


def _told(
    session: Session,
    period: Period,
    about: Literal["ticket", "order"],
    row: type[TicketRow | OrderRow],
    which: ColumnElement[bool],
) -> Iterable[Rating]:
    query = (
        select(row.no, row.cell, EventRow.at, EventRow.payload)
        .join(EventRow, EventRow.aggregate == row.no)
        .where(
            EventRow.kind == about,
            EventRow.name == "rate",
            EventRow.at >= period.start,
            EventRow.at < period.end,
            which,
        )
        .order_by(EventRow.id)
    )
    found: dict[str, Rating] = {}
    for no, cell, at, payload in session.execute(query):
        told = json.loads(payload)
        stars, solved = int(told["rating"]), told.get("solved")
        found[no] = Rating(no=no, about=about, cell=cell, at=at, stars=stars, solved=solved)
    return found.values()
