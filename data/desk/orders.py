"""The desk's part for orders: lock, decide, keep, and move the load of providers along."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import OrderRow, ProviderRow, columns_of, fact_of, table_of
from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError, UnknownItemError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.orders import order as orders
from dispatch.orders.order import OPEN_STATES, Order

ORDERS, PROVIDERS = map(table_of, (OrderRow, ProviderRow))
LOCK_ORDER = select(ORDERS).where(ORDERS.c.no == bindparam("wanted")).with_for_update()
LOCK_PROVIDER = select(PROVIDERS).where(PROVIDERS.c.id == bindparam("wanted")).with_for_update()
KEEP_ORDER = update(ORDERS).where(ORDERS.c.id == bindparam("row_id"))
KEEP_PROVIDER = update(PROVIDERS).where(PROVIDERS.c.id == bindparam("row_id"))


def place_order(
    session: Session, catalogue: Catalogue, new: Order, by: Actor, now: datetime
) -> tuple[Order, tuple[Event, ...]]:
    """Decide and keep a new order.

    Raises
    ------
    UnknownItemError
    """
    item = catalogue.items.get(new.item)
    if item is None:
        raise UnknownItemError(f"item {new.item!r} is not in the catalogue; see /api/v1/items")
    placed, events = orders.place_order(new, item, Action(name="place", by=by), now)
    session.execute(insert(ORDERS), columns_of(placed))
    return placed, events


def act_on_order(
    session: Session, catalogue: Catalogue, no: str, action: Action, now: datetime
) -> tuple[Order, Order, tuple[Event, ...]]:
    """Carry out one action on an order.

    Returns
    -------
    (Order, Order, tuple of Event)
        As it was, as it is, what happened.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    row = session.execute(LOCK_ORDER, {"wanted": no}).first()
    if row is None:
        raise MissingError(f"order {no} does not exist")
    before = fact_of(Order, row)
    after, events = orders.act(before, action, catalogue.order_lifecycle, now)
    _move_load(session, before, after)
    session.execute(KEEP_ORDER, {"row_id": row.id, **columns_of(after)})
    return before, after, events


def _move_load(session: Session, before: Order, after: Order) -> None:
    """Keep each provider's count of open orders; providers are locked after the order, in the order of their ids."""
    held = before.provider if before.state in OPEN_STATES else None
    holds = after.provider if after.state in OPEN_STATES else None
    if held == holds:
        return
    for provider in sorted(p for p in (held, holds) if p is not None):
        row = session.execute(LOCK_PROVIDER, {"wanted": provider}).first()
        if row is None:
            raise BadFieldError("provider", provider, "there is no such provider")
        changed = {"load": max(0, row.load - 1), "recent_orders": row.recent_orders}
        if provider == holds:
            if row.load >= row.capacity:
                allowed = f"{row.name} has {row.load} of {row.capacity} orders open; choose another candidate"
                raise BadFieldError("provider", provider, allowed)
            changed = {"load": row.load + 1, "recent_orders": row.recent_orders + 1}
        session.execute(KEEP_PROVIDER, {"row_id": provider, **changed})
