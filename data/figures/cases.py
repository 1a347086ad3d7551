"""Tickets, orders and alarms by number: the cases behind a figure, in the order they are asked for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import AlarmRow, OrderRow, TicketRow, fact_of
from dispatch.alarms.fact import Alarm
from dispatch.orders.order import Order
from grid.tickets.ticket import Ticket


def tickets_numbered(session: Session, scope: ColumnElement[bool], numbers: Sequence[str]) -> list[Ticket]:
    """Give tickets by number, without those outside a scope."""
    rows = session.scalars(select(TicketRow).where(scope, TicketRow.no.in_(numbers)))
    found = {row.no: fact_of(Ticket, row) for row in rows}
    return [found[no] for no in numbers if no in found]


def orders_numbered(session: Session, scope: ColumnElement[bool], numbers: Sequence[str]) -> list[Order]:
    """Give orders by number, without those outside a scope."""
    rows = session.scalars(select(OrderRow).where(scope, OrderRow.no.in_(numbers)))
    found = {row.no: fact_of(Order, row) for row in rows}
    return [found[no] for no in numbers if no in found]


def alarms_numbered(session: Session, scope: ColumnElement[bool], numbers: Sequence[str]) -> list[Alarm]:
    """Give alarms by number, without those outside a scope."""
    rows = session.scalars(select(AlarmRow).where(scope, AlarmRow.no.in_(numbers)))
    found = {row.no: fact_of(Alarm, row) for row in rows}
    return [found[no] for no in numbers if no in found]
