"""Who may see what: role says what, area says where, department or provider says whose. Decided here alone."""

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, select, true
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import OrderRow, TicketRow, fact_of
from dispatch.lifecycle import Actor
from dispatch.orders.order import Order
from grid.area import CodeScheme
from grid.tickets.ticket import Ticket

OVERSEERS = frozenset({"dispatcher", "leader", "admin"})
REPORTERS = frozenset({"resident", "hotline"})


def tickets_of(actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
    """Give the condition that a ticket has to meet for the actor to see it."""
    here = _within(TicketRow.cell.startswith, actor, scheme)
    mine = and_(TicketRow.reporter == actor.user, TicketRow.reporter != "")
    if actor.role in OVERSEERS:
        return here
    if actor.role == "worker":
        return or_(here, mine, TicketRow.worker == actor.user)
    if actor.role == "department" and actor.department:
        return and_(or_(*_concerned(actor.department)), here)
    if actor.role in REPORTERS and actor.user:
        return mine
    return false()


def _concerned(department: str) -> tuple[ColumnElement[bool], ...]:
    """Give the ways in which a ticket concerns a department: it leads, it answers until another one has it, it has a part."""
    has_part = cast(TicketRow.parts, String).contains(f'"department": "{department}"', autoescape=True)
    return (
        TicketRow.department == department,
        TicketRow.answers == department,
        and_(TicketRow.joint, has_part),
    )


def orders_of(actor: Actor, scheme: CodeScheme, resident: str = "") -> ColumnElement[bool]:
    """Give the condition that an order has to meet for the actor to see it."""
    if actor.role in OVERSEERS or actor.role == "worker":
        return _within(OrderRow.cell.startswith, actor, scheme)
    if actor.role == "provider" and actor.provider:
        return OrderRow.provider == int(actor.provider)
    if actor.role == "resident" and resident:
        return OrderRow.resident == resident
    return false()


def _within(startswith: object, actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
    if not actor.area:
        return true()
    return startswith(scheme.prefix(actor.area))  # type: ignore[operator,no-any-return]  # a column's method


def ticket_for(session: Session, no: str, actor: Actor, scheme: CodeScheme) -> Ticket:
    """Give a ticket that the actor may see.

    Raises
    ------
    MissingError
        When there is none, or not for this actor; the two look alike on purpose.
    """
    row = session.scalar(select(TicketRow).where(TicketRow.no == no, tickets_of(actor, scheme)))
    if row is None:
        raise MissingError(f"ticket {no} does not exist or is outside your area")
    return fact_of(Ticket, row)


def order_for(session: Session, no: str, actor: Actor, scheme: CodeScheme, resident: str = "") -> Order:
    """Give an order that the actor may see.

    Raises
    ------
    MissingError
        When there is none, or not for this actor; the two look alike on purpose.
    """
    row = session.scalar(select(OrderRow).where(OrderRow.no == no, orders_of(actor, scheme, resident)))
    if row is None:
        raise MissingError(f"order {no} does not exist or is outside your area")
    return fact_of(Order, row)


def sees_ticket(actor: Actor, ticket: Ticket, scheme: CodeScheme) -> bool:
    """Tell of one ticket in hand what `tickets_of` tells in a query."""
    here = ticket.cell.startswith(scheme.prefix(actor.area)) if actor.area else True
    mine = bool(actor.user) and ticket.reporter == actor.user
    if actor.role in OVERSEERS:
        return here
    if actor.role == "worker":
        return here or mine or ticket.worker == actor.user
    if actor.role == "department" and actor.department:
        concerned = {ticket.department, ticket.answers, *(part.department for part in ticket.parts)}
        return here and actor.department in concerned
    return actor.role in REPORTERS and mine


def sees_order(actor: Actor, order: Order, scheme: CodeScheme, resident: str = "") -> bool:
    """Tell of one order in hand what `orders_of` tells in a query."""
    if actor.role in OVERSEERS or actor.role == "worker":
        return order.cell.startswith(scheme.prefix(actor.area)) if actor.area else True
    if actor.role == "provider" and actor.provider:
        return order.provider == int(actor.provider)
    return actor.role == "resident" and bool(resident) and order.resident == resident
