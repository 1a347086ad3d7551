"""Orders that nobody was sent for yet, with what is known of their residents."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import OrderRow, fact_of
from data.queries.tastes import tastes_of_all
from dispatch.matching.need import Tastes
from dispatch.orders.order import Order

STATES = ("placed", "located")


def unsent_orders(
    session: Session,
    scope: ColumnElement[bool],
    numbers: Collection[str],
    leave_out: Collection[str],
    most: int,
) -> Sequence[tuple[Order, Tastes]]:
    """List orders that wait for somebody to be sent, those that came first in front.

    Parameters
    ----------
    session : Session
    scope : condition
        On orders that may be seen.
    numbers : collection of str
        Which are wanted; empty for all.
    leave_out : collection of str
        Items that are not sent this way.
    most : int

    Returns
    -------
    sequence of (Order, Tastes)
    """
    query = select(OrderRow).where(scope, OrderRow.state.in_(STATES), OrderRow.item.not_in(leave_out))
    if numbers:
        query = query.where(OrderRow.no.in_(numbers))
    rows = session.scalars(query.order_by(OrderRow.created_at, OrderRow.id).limit(most))
    orders = [fact_of(Order, row) for row in rows]
    tastes = tastes_of_all(session, {order.resident for order in orders})
    return [(order, tastes.get(order.resident, Tastes())) for order in orders]
