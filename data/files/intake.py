"""Files in: every row gets a verdict; bad ones go to a rejects file, good ones in; the same file again changes nothing."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.city.cells import CellMap
from data.desk.door import Desk
from data.errors import BadFileError
from data.files.fields import Desks, Fields, Import, Reading
from data.files.tables import TableRow, read_rows
from data.models import CellRow, ImportRow, columns_of
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.home import Home
from data.store.session import Database
from geo.place import Box

Outcome = Literal["new", "changed", "same", "refused"]
BATCH = 500
TOLD = ("shape", "verified_at")
"""Columns beside the fact whose change is told."""
SLICE_S = 0.2
"""How long one transaction of an import may take, about: whoever reports meanwhile waits for it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record that a row changed, with its old and new value as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a row; ``changes`` are the fields that it changed; ``note`` says why it was refused, or what is to be said of it, parted by semicolons."""

    row: int
    key: str
    outcome: Outcome
    note: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of a file."""

    counts: Mapping[str, int]
    notes: Mapping[str, int]
    verdicts: tuple[Verdict, ...]
    rejects: Path | None


def take_in(
    path: Path,
    kind: Import,
    reading: Reading,
    desk: Desk,
    home: Home,
    now: datetime,
    tell: Callable[[int], None],
) -> Intake:
    """Take a file in, batch by batch; a run that is cut off goes on where it stopped when repeated.

    Parameters
    ----------
    tell : callable
        Called with the number of rows judged so far.

    Raises
    ------
    BadFileError
        When the file cannot be read at all, or holds no row.
    """
    database = desk.database
    with database.read() as session:
        near = _box(cell_map(session, desk.catalogue))
    form = desk.catalogue.file_forms[kind.name]
    rows = read_rows(path, reading.reader(form, near))
    verdicts: list[Verdict] = []
    rejected: list[tuple[TableRow, str]] = []
    seen: dict[str, tuple[int, str]] = {}
    size = BATCH // 10
    while batch := list(islice(rows, size)):

        def judge(session: Session, batch: list[TableRow] = batch) -> list[Verdict]:
            desks = Desks(
                session=session,
                database=database,
                catalogue=desk.catalogue,
                reading=reading,
                desk=desk,
                cells=cell_map(session, desk.catalogue),
                now=now,
            )
            return [_judge(row, kind, desks, seen, near) for row in batch]

        begun = monotonic()
        found = _tried(database, judge) if reading.dry_run else _kept(database, judge)
        size = min(BATCH, max(1, int(size * SLICE_S / (monotonic() - begun))))
        database.give_way()
        verdicts += found
        rejected += [(r, v.note) for r, v in zip(batch, found, strict=True) if v.outcome == "refused"]
        tell(len(verdicts))
    if not verdicts:
        raise BadFileError(f"{path.name} holds no row")
    return Intake(
        counts=Counter(v.outcome for v in verdicts),
        notes=Counter(_sort_of(note) for v in verdicts for note in _notes(v)),
        verdicts=tuple(verdicts),
        rejects=write_rejects(home, path, rejected),
    )


def _kept(database: Database, judge: Callable[[Session], list[Verdict]]) -> list[Verdict]:
    with database.batch():
        return database.write(judge)


class _Tried(Exception):  # noqa: N818 - no error: it takes back what was only tried
    pass


def _tried(database: Database, judge: Callable[[Session], list[Verdict]]) -> list[Verdict]:
    """Judge rows in a transaction that is then taken back."""
    found: list[Verdict] = []

    def judge_only(session: Session) -> None:
        found[:] = judge(session)
        raise _Tried

    try:
        with database.batch():
            database.write(judge_only)
    except _Tried:
        return found
    raise AssertionError("unreachable: what was tried is always taken back")


def _box(cells: CellMap) -> Box | None:
    west, south, east, north = cells.bounds
    return Box(west, south, east, north) if west == west else None  # noqa: PLR0124 - NaN where there is no cell


def cell_map(session: Session, catalogue: Catalogue) -> CellMap:
    """Read the cells of the store as an index."""
    shapes = {row.code: row.shape for row in session.scalars(select(CellRow).order_by(CellRow.code))}
    return CellMap(shapes, catalogue.rulebook.scheme, catalogue.rulebook.settings.gps_error_m)


def _judge(
    row: TableRow, kind: Import, desks: Desks, seen: dict[str, tuple[int, str]], near: Box | None
) -> Verdict:
    fields = Fields(row, desks.reading, desks.catalogue.zone, near)
    key = ""
    try:
        if row.fault:
            raise BadFileError(row.fault)
        key = kind.key(fields)
        earlier = seen.setdefault(key, (row.number, row.hash))
        if earlier[0] != row.number:
            same = "repeats" if earlier[1] == row.hash else "contradicts"
            return Verdict(row=row.number, key=key, outcome="refused", note=f"{same} row {earlier[0]}")
        known = desks.session.scalar(
            select(ImportRow).where(ImportRow.kind == kind.name, ImportRow.key == key)
        )
        if known is not None and known.row_hash == row.hash:
            return Verdict(row=row.number, key=key, outcome="same")
        with desks.session.begin_nested():  # a row that is refused half way leaves nothing behind
            taken = kind.take(fields, desks, known.target if known is not None else "")
    except (ValueError, LookupError) as error:
        return Verdict(
            row=row.number, key=key, outcome="refused", note=str(error.args[0] if error.args else error)
        )
    values = {"row_hash": row.hash, "target": taken.key, "at": desks.now}
    if known is None:
        desks.session.execute(insert(ImportRow), [{"kind": kind.name, "key": key, **values}])
    else:
        desks.session.execute(update(ImportRow).where(ImportRow.id == known.id).values(**values))
    done = taken.done
    outcome: Outcome = "new" if done.before is None else "changed" if done.changed else "same"
    return Verdict(row=row.number, key=key, outcome=outcome, note=taken.note, changes=_changes(done))


def _changes(done: Done[Any]) -> tuple[Change, ...]:
    """Return what a known record has otherwise than before."""
    if done.before is None or not done.changed:
        return ()
    old, new = columns_of(done.before), columns_of(done.fact)
    found = [Change(name, _shown(old[name]), _shown(new[name])) for name in new if old[name] != new[name]]
    return (*found, *(Change(name, "", _shown(value)) for name, value in done.row.items() if name in TOLD))


def _shown(value: Any) -> str:  # noqa: ANN401 - any column's value
    return ";".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _notes(verdict: Verdict) -> list[str]:
    """Give what is said of a row: of one that was taken perhaps several things, of a refused one the reason."""
    if not verdict.note:
        return []
    return [verdict.note] if verdict.outcome == "refused" else verdict.note.split("; ")


def _sort_of(note: str) -> str:
    """Bring notes of one sort together: the words before the first colon or number."""
    words: list[str] = []
    for word in note.split():
        if any(c.isdigit() for c in word):
            break
        words.append(word.strip(":"))
        if word.endswith(":"):
            break
    return " ".join(words) or note


def write_rejects(home: Home, path: Path, rejected: list[tuple[TableRow, str]]) -> Path | None:
    """Write the rows of a file that were not taken, each with the reason; None when there are none."""
    if not rejected:
        return None
    target = home.rejects / f"{path.stem}.rejects.csv"
    columns = list(dict.fromkeys(name for row, _ in rejected for name in row.values))
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *columns])
        for row, reason in rejected:
            writer.writerow([row.number, reason, *(row.values.get(c, "") for c in columns)])
    return target
