"""Undo an import: what it registered is withdrawn, what it changed is put back, unless something happened since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from shapely import from_wkb
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.desk.door import Desk
from data.desk.residents import found_by
from data.desk.withdrawals import Restore, Withdraw
from data.errors import MissingError
from data.files.fields import IMPORTER
from data.files.runs import KEPT, end, forget, storable
from data.models import ImportChangeRow, ImportRow, ImportRunRow, fact_of
from data.models.base import Time
from data.models.geometry import Shape
from data.store.kind import Kind
from data.store.kinds.alarms import DEVICE
from data.store.kinds.orders import PROVIDER
from data.store.kinds.people import RESIDENT
from data.store.kinds.places import AREA, CELL
from dispatch.errors import NotPossibleError

KINDS: Mapping[str, Kind[Any]] = {
    "areas": AREA, "cells": CELL, "residents": RESIDENT, "providers": PROVIDER, "devices": DEVICE,
}  # fmt: skip
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What came of undoing an import: how many records were withdrawn and put back, and what stays, with the reason."""

    withdrawn: int
    restored: int
    stays: tuple[tuple[str, str], ...]


def undo(desk: Desk, no: int, now: datetime) -> Undone:
    """Undo a whole import of the last 30 days, the last row first.

    Raises
    ------
    MissingError
        When there is none of this number.
    NotPossibleError
        When it was undone before, is older, or took in what is not rewritten, such as tickets and visits.
    """
    with desk.database.read() as session:
        run = session.get(ImportRunRow, no)
        if run is None:
            raise MissingError(f"no import has the number {no}")
        if run.kind not in KINDS:
            raise NotPossibleError(
                f"import {no} took in {run.kind}, which are not rewritten; act on each of them"
            )
        if run.state == "undone":
            raise NotPossibleError(f"import {no} was undone before")
        if run.at < now - KEPT:
            raise NotPossibleError(
                f"import {no} is older than {KEPT.days} days; what it replaced is forgotten"
            )
        query = (
            select(ImportChangeRow.id).where(ImportChangeRow.run == no).order_by(ImportChangeRow.id.desc())
        )
        ids = list(session.scalars(query))
    kind_name, counts, found = run.kind, run.counts, {"withdrawn": 0, "restored": 0}
    stays: list[tuple[str, str]] = []
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]

        def take_back(session: Session, part: list[int] = part) -> list[tuple[str, str]]:
            return [_undo_row(session, desk, kind_name, one, now) for one in part]

        with desk.database.batch():
            told = desk.database.write(take_back)
        for target, outcome in told:
            if outcome in found:
                found[outcome] += 1
            else:
                stays.append((target, outcome))
        desk.database.give_way()
    desk.database.write(lambda session: end(session, no, "undone", counts))
    return Undone(**found, stays=tuple(stays))


def _undo_row(session: Session, desk: Desk, kind_name: str, one: int, now: datetime) -> tuple[str, str]:
    """Undo what a row of the file did; gives the key of its record, and what was done or why nothing."""
    change, kind = session.get_one(ImportChangeRow, one), KINDS[kind_name]
    try:
        with session.begin_nested():
            if change.changes is None:
                desk.start(Withdraw(kind=kind, key=change.target), IMPORTER, now)
                forget(session, kind_name, change.target)
            else:
                _put_back(session, desk, kind, change, now)
    except (NotPossibleError, MissingError) as error:
        return change.target, str(error.args[0])
    mine = (ImportRow.kind == kind_name) & (ImportRow.key == change.key)
    if change.earlier:
        row_hash, target = change.earlier
        session.execute(update(ImportRow).where(mine).values(row_hash=row_hash, target=target))
    else:
        session.execute(delete(ImportRow).where(mine))
    return change.target, "withdrawn" if change.changes is None else "restored"


def _put_back(session: Session, desk: Desk, kind: Kind[Any], change: ImportChangeRow, now: datetime) -> None:
    """Put the columns that a row changed back.

    Raises
    ------
    NotPossibleError
        When one of them was changed again since.
    """
    query = select(kind.table).where(kind.table.c[kind.key] == change.target).with_for_update()
    row = session.execute(query).one()
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row as a mapping
    for name, (old, new) in (change.changes or {}).items():
        if storable(values[name]) != new and storable(values[name]) != old:
            raise NotPossibleError(f"{name} was changed since; change it back by hand")
        values[name] = _read(kind, name, old)
    beside = {name: values[name] for name in ("shape", "verified_at") if name in (change.changes or {})}
    fact = fact_of(kind.fact, SimpleNamespace(**values))
    more = found_by(fact) if kind is RESIDENT else {}
    row_values = {name: value for name, value in beside.items() if not hasattr(fact, name)} | more
    desk.start(Restore(kind=kind, fact=fact, row=row_values), IMPORTER, now)


def _read(kind: Kind[Any], name: str, value: Any) -> Any:  # noqa: ANN401 - any value of a column
    type_ = kind.table.c[name].type
    if value is None:
        return None
    if isinstance(type_, Shape):
        return from_wkb(value)
    if isinstance(type_, Time):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if type_.python_type is date else value
