"""Orders that nobody was sent for yet, with whom their residents do not want."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import OrderRow, ResidentRow, fact_of
from dispatch.orders.order import Order

STATES = ("placed", "located")


def unsent_orders(
    session: Session,
    scope: ColumnElement[bool],
    numbers: Collection[str],
    leave_out: Collection[str],
    most: int,
) -> Sequence[tuple[Order, frozenset[int]]]:
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
    sequence of (Order, frozenset of int)
        Each with the providers that its resident does not want.
    """
    blocked = ResidentRow.blocked_providers
    query = (
        select(OrderRow, blocked)
        .outerjoin(ResidentRow, ResidentRow.no == OrderRow.resident)
        .where(scope, OrderRow.state.in_(STATES), OrderRow.item.not_in(leave_out))
    )
    if numbers:
        query = query.where(OrderRow.no.in_(numbers))
    rows = session.execute(query.order_by(OrderRow.created_at, OrderRow.id).limit(most))
    return [(fact_of(Order, row), frozenset(unwanted or ())) for row, unwanted in rows]
