"""Questions of the dispatcher's desk: what waits in which tray, and how much."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from data.models import OrderRow, TicketRow, fact_of
from data.queries.orders import SORTS as ORDER_SORTS
from data.queries.paging import Ask, Page, turn
from data.queries.tickets import SORTS as TICKET_SORTS
from dispatch.orders.order import Order
from grid.tickets.ticket import Ticket

WITH_PARTY = ("contacted", "accepted")
"""States in which an order of a party waits for the party and not for the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """One tray of the desk: orders or tickets in some states.

    ``of_parties`` adds the orders that a party has; without it they are left out where nobody acts at the desk.
    ``asking`` adds open requests for more time and what went wrong with outside lines; ``doubtful`` takes tickets of any state whose closing somebody has
    to look at, ``lines`` those that an outside line has, or did something about that somebody has to look at.
    """

    kind: str
    states: tuple[str, ...]
    asking: bool = False
    doubtful: bool = False
    lines: bool = False
    of_parties: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Give what a row has to meet to lie in the tray."""
        if self.kind == "order":
            theirs = OrderRow.party != ""
            if self.of_parties:
                return or_(OrderRow.state.in_(self.states), theirs & OrderRow.state.in_(WITH_PARTY))
            return OrderRow.state.in_(self.states) & ~(theirs & OrderRow.state.in_(WITH_PARTY))
        if self.doubtful:
            return TicketRow.doubtful.is_(True)
        if self.lines:
            return or_(TicketRow.holder != "", TicketRow.line_fault != "")
        inside = TicketRow.state.in_(self.states)
        asks = or_(TicketRow.extension_asked != "", TicketRow.line_fault != "")
        return or_(inside, asks) if self.asking else inside


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayFilter:
    """What to leave in a tray; empty fields do not filter.

    ``items`` are codes of service items; ``text`` is looked for in number, note or description and address.
    """

    text: str = ""
    items: tuple[str, ...] = ()
    prefix: str = ""


def waiting_orders(
    session: Session, scope: ColumnElement[bool], tray: Tray, wanted: TrayFilter, ask: Ask
) -> Page[Order]:
    """List the orders of a tray; an empty tray gives an empty page."""
    query = select(OrderRow).where(scope, tray.condition())
    if wanted.prefix:
        query = query.where(OrderRow.cell.startswith(wanted.prefix))
    if wanted.text:
        said = OrderRow.no.contains(wanted.text, autoescape=True) | OrderRow.note.contains(
            wanted.text, autoescape=True
        )
        query = query.where(said | OrderRow.item.in_(wanted.items))
    return turn(session, query, ask, ORDER_SORTS, OrderRow.id, lambda row: fact_of(Order, row))


def waiting_tickets(
    session: Session, scope: ColumnElement[bool], tray: Tray, wanted: TrayFilter, ask: Ask
) -> Page[Ticket]:
    """List the tickets of a tray; an empty tray gives an empty page."""
    query = select(TicketRow).where(scope, tray.condition())
    if wanted.prefix:
        query = query.where(TicketRow.cell.startswith(wanted.prefix))
    if wanted.text:
        said = [
            column.contains(wanted.text, autoescape=True)
            for column in (TicketRow.no, TicketRow.description, TicketRow.address)
        ]
        query = query.where(or_(*said, TicketRow.category.in_(wanted.items)))
    return turn(session, query, ask, TICKET_SORTS, TicketRow.id, lambda row: fact_of(Ticket, row))


def in_tray(session: Session, scope: ColumnElement[bool], tray: Tray) -> int:
    """Count what lies in a tray."""
    table = OrderRow if tray.kind == "order" else TicketRow
    return int(session.scalar(select(func.count()).select_from(table).where(scope, tray.condition())) or 0)


def is_emergency(items: Collection[str], states: Collection[str]) -> ColumnElement[bool]:
    """Tell the orders of emergency items in some states."""
    return and_(OrderRow.item.in_(items), OrderRow.state.in_(states))


def emergencies(
    session: Session, scope: ColumnElement[bool], items: Collection[str], states: Collection[str]
) -> list[Order]:
    """List every order of some items in some states: those no agent has taken first, each newest first.

    Never cut short: an alarm that is not listed does not ring.
    """
    query = select(OrderRow).where(scope, is_emergency(items, states))
    rows = session.scalars(
        query.order_by(func.coalesce(OrderRow.agent, "") != "", OrderRow.created_at.desc(), OrderRow.no)
    )
    return [fact_of(Order, row) for row in rows]
