"""What a file registered, taken back at the door: only while nothing else tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, func, select

from data.desk.put import put
from data.desk.work import Start, Work
from data.errors import MissingError
from data.models import AssessmentRow, Base, EventRow, fact_of
from data.store.done import Done
from data.store.kind import Kind
from data.store.kinds.alarms import DEVICE
from data.store.kinds.orders import PROVIDER
from data.store.kinds.people import RESIDENT
from data.store.kinds.places import AREA, CELL
from data.store.verify import WITHDRAWN
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Actor, Event

POINTS: Mapping[str, tuple[str, ...]] = {
    RESIDENT.name: ("resident", "reporter", "claimant"),
    PROVIDER.name: ("provider", "provider_id"),
    DEVICE.name: ("device",),
    CELL.name: ("cell", "area"),
    AREA.name: ("community", "parent"),
}
"""Columns of other tables that name a record of a kind."""
OWN = frozenset({AssessmentRow.__tablename__})
BY_NUMBER = frozenset({PROVIDER.name})
"""Kinds that other rows name by the number of their row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Start[Any]):
    """A record that a file registered by mistake."""

    kind: Kind[Any]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Start[Any]):
    """A record as it was before a file changed it; ``row`` are columns that the fact does not hold."""

    kind: Kind[Any]
    fact: Any
    row: Mapping[str, Any]


def withdraw(work: Work, new: Withdraw, by: Actor) -> Done[Any]:
    """Take back a record of which nothing else tells.

    Raises
    ------
    MissingError
        When there is none.
    NotPossibleError
        When something happened to it since, or other records name it.
    """
    kind, key = new.kind, new.key
    query = select(kind.table).where(kind.table.c[kind.key] == key).with_for_update()
    row = work.session.execute(query).first()
    if row is None:
        raise MissingError(f"{kind.name} {key} does not exist")
    mine = (EventRow.kind == kind.name) & (EventRow.aggregate == key)
    last = work.session.scalars(
        select(EventRow.name).where(mine).order_by(EventRow.seq.desc()).limit(1)
    ).first()
    if last != "registered":
        raise NotPossibleError(f"{kind.name} {key} was changed since; change it back by hand")
    name = row.id if kind.name in BY_NUMBER else key
    for table in Base.metadata.sorted_tables:
        if table is not kind.table and table.name not in OWN and (column := _naming(work, kind, table, name)):
            raise NotPossibleError(f"{kind.name} {key} is named by {table.name}.{column}; it stays")
    for owned in OWN if kind is RESIDENT else ():
        table = Base.metadata.tables[owned]
        work.session.execute(delete(table).where(table.c.resident == key))
    fact = fact_of(kind.fact, row)
    told = Event(name=WITHDRAWN, at=work.now, by=by.user, role=by.role, payload={})
    return Done(kind=kind, before=fact, after=fact, events=(told,), gone=True)


def _naming(work: Work, kind: Kind[Any], table: Table, name: Any) -> str:  # noqa: ANN401 - key or number
    """Return the column of a table that names a record, empty for none."""
    for column in POINTS[kind.name]:
        if column not in table.c:
            continue
        if not isinstance(name, table.c[column].type.python_type):
            continue
        if work.session.scalar(select(func.count()).select_from(table).where(table.c[column] == name)):
            return column
    return ""


def restore(work: Work, new: Restore, by: Actor) -> Done[Any]:
    """Put a record back to what it was."""
    return put(work, new.kind, new.fact, by, row=new.row)
