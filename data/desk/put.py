"""Put a record of a register: register it, or change the one that has its key."""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from data.desk.work import Work
from data.models import columns_of, fact_of
from data.store.done import Done
from data.store.kind import Kind
from dispatch.lifecycle import Actor, Event

F = TypeVar("F")


def put(
    work: Work,
    kind: Kind[F],
    given: F,
    by: Actor,
    *,
    keep: Collection[str] = (),
    keep_unless_told: Collection[str] = (),
    row: Mapping[str, Any] | None = None,
) -> Done[F]:
    """Register a record, or change the known one of its key.

    Parameters
    ----------
    work : Work
    kind : Kind
    given : fact
    by : Actor
    keep : collection of str
        Fields that a known record keeps, whatever is given.
    keep_unless_told : collection of str
        Fields that a known record keeps where None is given.
    row : Mapping, optional
        Columns that the fact does not hold. A known row that has them already is not changed by them.

    Returns
    -------
    Done
        Without events when nothing is changed. The event names the changed fields, and values only of those that the kind has ``logged``.
    """
    table, more = kind.table, dict(row or {})
    query = select(table).where(table.c[kind.key] == kind.key_of(given)).with_for_update()
    found = work.session.execute(query).first()
    if found is None:
        told = Event(name="registered", at=work.now, by=by.user, role=by.role)
        return Done(kind=kind, after=given, events=(told,), row=more)
    known = fact_of(kind.fact, found)
    kept = {"id", *keep} & {f.name for f in fields(known)}  # type: ignore[arg-type]  # every fact is a dataclass
    kept |= {name for name in keep_unless_told if getattr(given, name) is None}
    after = replace(given, **{name: getattr(known, name) for name in kept})  # type: ignore[type-var]
    differing = [f.name for f in fields(known) if getattr(known, f.name) != getattr(after, f.name)]  # type: ignore[arg-type]
    changed = {name: value for name, value in more.items() if getattr(found, name) != value}
    if not differing and not changed:
        return Done(kind=kind, before=known, after=known)
    payload: dict[str, Any] = {"fields": sorted([*differing, *changed])}
    if shown := _changes(known, after, kind.logged):
        payload["changes"] = shown
    told = Event(name="changed", at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=kind, before=known, after=after, events=(told,), row=changed)


def _changes(before: object, after: object, names: Collection[str]) -> dict[str, list[Any]]:
    """Return the old and the new value of the named columns that differ, as JSON can hold them."""
    old, new = columns_of(before), columns_of(after)
    return {
        name: [_storable(old[name]), _storable(new[name])]
        for name in sorted(names)
        if name in old and old[name] != new[name]
    }


def _storable(value: Any) -> Any:  # noqa: ANN401 - any value of a column
    return value.isoformat() if isinstance(value, date) else value
