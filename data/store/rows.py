"""Rows of facts: written from what was done, for every kind alike."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Insert, Update, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from data.models import Base, EventRow, columns_of, table_of
from data.store.done import Done
from data.store.kind import Kind
from data.store.seal import seal_of

F = TypeVar("F")
KEY = "key_of_row"
EARLIER_SEAL = "earlier_seal"


@cache
def _insert(row: type[Base]) -> Insert:
    return insert(table_of(row))


@cache
def _insert_numbered(row: type[Base]) -> Any:  # noqa: ANN401 - an insert that returns
    table = table_of(row)
    return insert(table).returning(table.c.id)


@cache
def _update(row: type[Base], key: str) -> Update:
    table = table_of(row)
    return update(table).where(table.c[key] == bindparam(KEY))


def values_of(done: Done[Any]) -> dict[str, Any]:
    """Return the values of the columns of a row, as what was done left them; without its ``id``."""
    values = {**columns_of(done.fact), **done.row}
    values.pop("id", None)
    return values


def keep_row(session: Session, done: Done[F]) -> tuple[Done[F], str]:
    """Write the row of a fact; one that is new and holds its row number is told it.

    Returns
    -------
    (Done, str)
        What was done, and the seal over the row.
    """
    kind, values = done.kind, values_of(done)
    key = kind.key_of(done.fact)
    if done.before is not None:
        session.execute(_update(kind.row, kind.key), {KEY: key, **values})
    elif hasattr(done.fact, "id"):
        number = session.execute(_insert_numbered(kind.row), values).scalar_one()
        done = replace(done, after=replace(done.fact, id=number))  # type: ignore[type-var]  # facts are dataclasses
    else:
        session.execute(_insert(kind.row), values)
    return done, seal_of(kind, values | _others(session, kind, key, values))


def drop_row(session: Session, done: Done[Any]) -> None:
    """Take out the row of a fact that was withdrawn."""
    table = done.kind.table
    session.execute(delete(table).where(table.c[done.kind.key] == done.kind.key_of(done.fact)))


def with_earlier_seal(session: Session, done: Done[F]) -> Done[F]:
    """Let the first event of a row that came with its district tell the seal it came with.

    What was built is sealed as a whole; with these seals the whole can still be checked when some rows have changed.
    """
    kind = done.kind
    if not kind.in_bulk or done.before is None or not done.events:
        return done
    key = kind.key_of(done.before)
    mine = (EventRow.kind == kind.name) & (EventRow.aggregate == key)
    if session.scalar(select(EventRow.id).where(mine).limit(1)) is not None:
        return done
    row = session.execute(select(kind.table).where(kind.table.c[kind.key] == key)).one()
    first = done.events[0]
    told = {**first.payload, EARLIER_SEAL: seal_of(kind, row._mapping)}  # noqa: SLF001 - the documented way
    return replace(done, events=(replace(first, payload=told), *done.events[1:]))


def _others(session: Session, kind: Kind[F], key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Read the sealed columns that the change did not touch, such as the border of a cell that was confirmed."""
    names = [name for name in kind.sealed if name not in values]
    if not names:
        return {}
    columns = [kind.table.c[name] for name in names]
    row = session.execute(select(*columns).where(kind.table.c[kind.key] == key)).one()
    return dict(zip(names, row, strict=True))
