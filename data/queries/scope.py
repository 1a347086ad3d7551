"""Find one fact that an actor may see, and the conditions of lists."""

from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import fact_of
from data.store.kind import Kind
from data.store.kinds.orders import ORDER
from data.store.kinds.people import KEEPERS
from dispatch.lifecycle import Actor
from dispatch.orders.order import ON_THE_JOB, Order
from grid.area import CodeScheme

F = TypeVar("F")


def seen(kind: Kind[F], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
    """Return the condition that rows of a kind have to meet for the actor to see them."""
    return kind.scope.where(kind.row, actor, scheme)


def find(session: Session, kind: Kind[F], key: str, actor: Actor, scheme: CodeScheme) -> F:
    """Return a fact by its key that the actor may see.

    Raises
    ------
    MissingError
        When there is none, or not for this actor; the two look alike on purpose.
    """
    query = select(kind.row).where(kind.table.c[kind.key] == key, seen(kind, actor, scheme))
    row = session.scalar(query)
    if row is None:
        raise MissingError(f"{kind.name} {key} does not exist or is outside your area")
    return fact_of(kind.fact, row)


def find_public(session: Session, kind: Kind[F], key: str) -> F | None:
    """Return a fact for whoever has its number, None when there is none; show no more of it than its kind makes public."""
    if not kind.public:
        return None
    row = session.scalar(select(kind.row).where(kind.table.c[kind.key] == key))
    return None if row is None else fact_of(kind.fact, row)


def sees_home(actor: Actor, order: Order, scheme: CodeScheme) -> bool:
    """Tell whether the actor may know where an order goes to the metre, and for whom it is, masked.

    A provider may while it is asked or at work, and not in the years after; a party once it has accepted.
    """
    if not ORDER.scope.holds(order, actor, scheme):
        return False
    if actor.role == "provider":
        return order.state == "contacted" or order.state in ON_THE_JOB
    if actor.role == "department":
        return order.party == actor.department and order.state in ON_THE_JOB
    return actor.role in KEEPERS or actor.role == "resident"
