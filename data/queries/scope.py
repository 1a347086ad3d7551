"""Find one fact that an actor may see, and the conditions of lists."""

from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import fact_of
from data.store.kinds import Kind
from dispatch.lifecycle import Actor
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
