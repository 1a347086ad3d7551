"""Tickets as features on a map: those in boxes, reported in a span, page after page, with nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from data.models import TicketRow, fact_of
from geo.place import Box
from grid.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What of a collection is wanted: in any of some boxes, in a span, of equal properties; empty is all.

    ``after`` is the mark where the page before ended, 0 for the first.
    """

    limit: int
    after: int = 0
    boxes: tuple[Box, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    equal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of tickets: how many match in all, and the mark to go on from, None on the last."""

    tickets: tuple[Ticket, ...]
    matched: int
    following: int | None


def ticket_features(session: Session, categories: frozenset[str], wanted: Window) -> Leaf:
    """Read one page of the tickets of some categories, in the order they were filed."""
    conditions = [TicketRow.category.in_(categories), *_conditions(wanted)]
    matched = int(session.scalar(select(func.count()).select_from(TicketRow).where(*conditions)) or 0)
    page = select(TicketRow).where(*conditions, TicketRow.id > wanted.after).order_by(TicketRow.id)
    rows = list(session.scalars(page.limit(wanted.limit + 1)))
    shown = rows[: wanted.limit]
    return Leaf(
        tickets=tuple(fact_of(Ticket, row) for row in shown),
        matched=matched,
        following=shown[-1].id if len(rows) > len(shown) else None,
    )


def first_report(session: Session) -> datetime | None:
    """Tell when the oldest ticket was reported, None while there is none."""
    return session.scalar(select(func.min(TicketRow.reported_at)))


def _conditions(wanted: Window) -> list[ColumnElement[bool]]:
    given: list[ColumnElement[bool]] = [
        getattr(TicketRow, name) == value for name, value in wanted.equal.items()
    ]
    if wanted.boxes:
        given.append(or_(*map(_inside, wanted.boxes)))
    if wanted.start is not None:
        given.append(TicketRow.reported_at >= wanted.start)
    if wanted.end is not None:
        given.append(TicketRow.reported_at <= wanted.end)
    return given


def _inside(box: Box) -> ColumnElement[bool]:
    return and_(TicketRow.lon.between(box.west, box.east), TicketRow.lat.between(box.south, box.north))
