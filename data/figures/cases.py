"""Cases behind a figure by number, in the order they are asked for, and the names of providers and workers."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import AccountRow, AlarmRow, OrderRow, ProviderRow, TicketRow, fact_of
from data.queries.orders import SORTS
from data.queries.paging import Ask, Page, numbered, turn
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


def count_order_set(session: Session, scope: ColumnElement[bool], numbers: Collection[str]) -> int:
    """Count the orders of some numbers inside a scope; 0 for none."""
    query = select(func.count()).select_from(OrderRow)
    return session.scalar(query.where(scope, numbered(session, OrderRow.no, numbers))) or 0


def list_order_set(
    session: Session, scope: ColumnElement[bool], numbers: Collection[str], ask: Ask
) -> Page[Order]:
    """List the orders behind a number as they are now, page by page, without those outside a scope."""
    query = select(OrderRow).where(scope, numbered(session, OrderRow.no, numbers))
    return turn(session, query, ask, SORTS, OrderRow.id, lambda row: fact_of(Order, row))


def alarms_numbered(session: Session, scope: ColumnElement[bool], numbers: Sequence[str]) -> list[Alarm]:
    """Give alarms by number, without those outside a scope."""
    rows = session.scalars(select(AlarmRow).where(scope, AlarmRow.no.in_(numbers)))
    found = {row.no: fact_of(Alarm, row) for row in rows}
    return [found[no] for no in numbers if no in found]


def providers_numbered(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """Give the names of providers by identifier, of those that left too."""
    rows = session.execute(select(ProviderRow.id, ProviderRow.name).where(ProviderRow.id.in_(numbers)))
    return {number: name for number, name in rows}  # noqa: C416 - rows are not pairs to the type checker


def names_of_accounts(session: Session, users: Sequence[str]) -> dict[str, str]:
    """Give the names of workers by account; those whose account is gone are missing."""
    rows = session.execute(select(AccountRow.user, AccountRow.name).where(AccountRow.user.in_(users)))
    return {user: name for user, name in rows}  # noqa: C416 - rows are not pairs to the type checker
