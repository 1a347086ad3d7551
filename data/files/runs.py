"""Runs of imports: what each changed, which source told a field, and what is left because something newer or better is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from shapely import to_wkb
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from data.models import ConflictRow, FieldSourcesRow, ImportChangeRow, ImportRunRow
from dispatch.sources import SourceRules, Told

KEPT = timedelta(days=30)
"""So long an import can be undone; then what it replaced is forgotten."""


@dataclass(frozen=True, slots=True)
class Left:
    """A field of a row that was not taken, and why; ``winner`` is whose value the register holds."""

    field: str
    why: str
    held: str
    offered: str
    winner: str = ""
    other: str = ""


@dataclass(slots=True, kw_only=True)
class Run:
    """A run in hand: its number, whose file it is and of when, and what the row in hand left out."""

    id: int
    kind: str
    source: str
    as_of: datetime
    rules: SourceRules
    left: list[Left] = field(default_factory=list)


def begin(session: Session, kind: str, file: str, source: str, by: str, now: datetime) -> int:
    """Begin a run, and forget what can no longer be undone; gives its number."""
    old = select(ImportRunRow.id).where(ImportRunRow.at < now - KEPT)
    session.execute(delete(ImportChangeRow).where(ImportChangeRow.run.in_(old)))
    row = {
        "kind": kind,
        "file": file,
        "source": source,
        "at": now,
        "by": by,
        "state": "running",
        "counts": {},
    }
    return int(session.execute(insert(ImportRunRow).returning(ImportRunRow.id), [row]).scalar_one())


def end(session: Session, run: int, state: str, counts: Mapping[str, int]) -> None:
    """Note how a run ended."""
    session.execute(
        update(ImportRunRow).where(ImportRunRow.id == run).values(state=state, counts=dict(counts))
    )


def note(
    session: Session,
    run: int,
    key: str,
    target: str,
    changes: Mapping[str, Any] | None,
    earlier: Sequence[str],
) -> None:
    """Note what a row of a file did, so that it can be undone."""
    row = {"run": run, "key": key, "target": target, "changes": changes, "earlier": list(earlier)}
    session.execute(insert(ImportChangeRow), [row])


def settled(
    session: Session,
    run: Run,
    key: str,
    held: Mapping[str, Any],
    given: dict[str, Any],
    at: datetime,
    since: datetime | None,
) -> None:
    """Take out of what a row tells what something newer or better is known of; what is left out stands in `Run.left`.

    Parameters
    ----------
    session : Session
    run : Run
    key : str
        Of the record.
    held, given : Mapping and dict
        Field -> value, of the record and of the row; fields that are left out are taken from `given`.
    at : datetime
        Of when the row is.
    since : datetime, optional
        When the record was last found right, which stands for fields of which nobody knows more.
    """
    row = session.scalar(
        select(FieldSourcesRow).where(FieldSourcesRow.kind == run.kind, FieldSourcesRow.key == key)
    )
    known = {} if row is None else dict(row.fields)
    offered = Told(source=run.source, at=at)
    for name in [name for name in given if name in held]:
        before = _told(known.get(name), since)
        differs = held[name] != given[name]
        judged = run.rules.judge(run.kind, name, before, offered)
        if differs and judged != "take":
            winner = before.source if before else ""
            run.left.append(Left(name, judged, shown(held[name]), shown(given.pop(name)), winner, run.source))
        elif judged == "take":
            if differs and before and before.source and before.source != run.source:
                run.left.append(
                    Left(name, "won", shown(given[name]), shown(held[name]), run.source, before.source)
                )
            known[name] = [run.source, at.isoformat()]
    if run.source:
        _keep_sources(session, run, key, known, row)
    _list_conflicts(session, run, key, at)


def _told(known: Sequence[str] | None, since: datetime | None) -> Told | None:
    if known is None:
        return Told(source="", at=since) if since is not None else None
    at = datetime.fromisoformat(known[1])
    return Told(source=known[0], at=max(at, since) if since else at)


def first_told(session: Session, run: Run, key: str, given: Iterable[str], at: datetime) -> None:
    """Keep who told the fields of a record that is new."""
    if run.source:
        _keep_sources(session, run, key, {name: [run.source, at.isoformat()] for name in given}, None)


def _keep_sources(
    session: Session, run: Run, key: str, known: Mapping[str, Any], row: FieldSourcesRow | None
) -> None:
    if row is None:
        session.execute(insert(FieldSourcesRow), [{"kind": run.kind, "key": key, "fields": dict(known)}])
    else:
        session.execute(
            update(FieldSourcesRow).where(FieldSourcesRow.id == row.id).values(fields=dict(known))
        )


def _list_conflicts(session: Session, run: Run, key: str, at: datetime) -> None:
    rows = [
        {
            "kind": run.kind, "key": key, "field": left.field, "winner": left.winner, "held": left.held,
            "other": left.other, "offered": left.offered, "run": run.id, "at": at,
        }
        for left in run.left
        if left.why in ("conflict", "won")
    ]  # fmt: skip
    if rows:
        session.execute(insert(ConflictRow), rows)


def shown(value: Any) -> str:  # noqa: ANN401 - any value of a field
    """Return a value as text: a list with semicolons, a border as its kind and middle, nothing as the empty text."""
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    if isinstance(value, BaseGeometry):
        at = value.representative_point()
        return f"{value.geom_type} at {at.x:.5f}, {at.y:.5f}"
    return "" if value is None else str(value)


def storable(value: Any) -> Any:  # noqa: ANN401 - any value of a column
    """Return a value of a column as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return to_wkb(value, hex=True) if isinstance(value, BaseGeometry) else value


def forget(session: Session, kind: str, key: str) -> None:
    """Forget the sources of a record that was taken back."""
    session.execute(delete(FieldSourcesRow).where(FieldSourcesRow.kind == kind, FieldSourcesRow.key == key))
    session.execute(delete(ConflictRow).where(ConflictRow.kind == kind, ConflictRow.key == key))
