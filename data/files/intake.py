"""Files in: every row gets a verdict; bad ones go to a rejects file, good ones in; the same file again changes nothing."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
from data.files.borders import Borders
from data.files.fields import IMPORTER, Desks, Fields, Import, Reading, Taken
from data.files.runs import Left, Run, begin, end, note, shown, storable
from data.files.tables import TableRow, read_rows
from data.models import ImportRow, columns_of
from data.registers.pinyin import spelled
from data.store.done import Done
from data.store.home import Home
from data.store.session import Database
from geo.place import Box

Outcome = Literal["new", "changed", "same", "refused", "conflict", "stale"]
BATCH = 500
LARGEST_SENT = 20 * 1024 * 1024
"""Of a file handed in over HTTP, in bytes; larger ones are for the command line."""
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
    """What became of a row.

    ``changes`` are the fields that it changed, ``left`` those of which something newer or better is known; ``note`` says why
    it was refused, or what is to be said of it, parted by semicolons.
    """

    row: int
    key: str
    outcome: Outcome
    note: str = ""
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of a file; ``no`` is the number of the import, 0 when nothing was kept; ``held`` tells a quarantine."""

    counts: Mapping[str, int]
    notes: Mapping[str, int]
    verdicts: tuple[Verdict, ...]
    rejects: Path | None
    no: int = 0
    held: bool = False


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
    spelled("名")  # loads the dictionary now: inside a transaction it would keep reports waiting
    if reading.most_bad < 1 and not reading.dry_run:
        tried = take_in(path, kind, replace(reading, dry_run=True), desk, home, now, lambda _rows: None)
        if tried.counts.get("refused", 0) > reading.most_bad * len(tried.verdicts):
            return _held(path, kind, reading, desk, now, tried)
    borders, near = _ground(desk)
    form = desk.catalogue.files.forms[kind.name]
    rows = read_rows(path, reading.reader(form, near))
    verdicts: list[Verdict] = []
    rejected: list[tuple[TableRow, str]] = []
    seen: dict[str, tuple[int, str]] = {}
    size = BATCH // 10
    if not (batch := list(islice(rows, size))):
        raise BadFileError(f"{path.name} holds no row")
    no = 0 if reading.dry_run else _begin(path, kind, reading, desk, now)
    while batch:

        def judge(session: Session, batch: list[TableRow] = batch) -> list[Verdict]:
            borders.follow(session)
            desks = Desks(
                session=session,
                database=database,
                catalogue=desk.catalogue,
                reading=reading,
                desk=desk,
                borders=borders,
                now=now,
                run=run_of(no, kind, reading, desk, now),
            )
            return [judge_row(row, kind, desks, seen, near) for row in batch]

        begun = monotonic()
        found = _tried(database, judge, borders) if reading.dry_run else _kept(database, judge)
        size = min(BATCH, max(1, int(size * SLICE_S / (monotonic() - begun))))
        database.give_way()
        verdicts += found
        rejected += [(r, v.note) for r, v in zip(batch, found, strict=True) if v.outcome == "refused"]
        tell(len(verdicts))
        batch = list(islice(rows, size))
    counts: Counter[str] = Counter(v.outcome for v in verdicts)
    if no:
        database.write(lambda session: end(session, no, "done", counts))
    return Intake(
        no=no,
        counts=counts,
        notes=Counter(_sort_of(note) for v in verdicts for note in notes_of(v)),
        verdicts=tuple(verdicts),
        rejects=write_rejects(home, path, rejected),
    )


def _ground(desk: Desk) -> tuple[Borders, Box | None]:
    """Read the cells, and the box around them, in which positions are expected."""
    borders = Borders(desk.catalogue)
    with desk.database.read() as session:
        borders.follow(session)
        return borders, box_of(borders.map(session))


def run_of(no: int, kind: Import, reading: Reading, desk: Desk, now: datetime) -> Run:
    """Give a run in hand; 0 for one of which nothing is kept."""
    as_of = reading.as_of or now
    return Run(id=no, kind=kind.name, source=reading.source, as_of=as_of, rules=desk.catalogue.files.sources)


def _begin(path: Path, kind: Import, reading: Reading, desk: Desk, now: datetime) -> int:
    by = reading.by or IMPORTER.user
    return desk.database.write(lambda session: begin(session, kind.name, path.name, reading.source, by, now))


def _held(path: Path, kind: Import, reading: Reading, desk: Desk, now: datetime, tried: Intake) -> Intake:
    """Hold a file back in which too many rows are bad: nothing of it reaches the registers."""
    no = _begin(path, kind, reading, desk, now)
    desk.database.write(lambda session: end(session, no, "held", tried.counts))
    return replace(tried, no=no, held=True)


def _kept(database: Database, judge: Callable[[Session], list[Verdict]]) -> list[Verdict]:
    with database.batch():
        return database.write(judge)


class _Tried(Exception):  # noqa: N818 - no error: it takes back what was only tried
    pass


def _tried(database: Database, judge: Callable[[Session], list[Verdict]], borders: Borders) -> list[Verdict]:
    """Judge rows in a transaction that is then taken back."""
    found: list[Verdict] = []

    def judge_only(session: Session) -> None:
        found[:] = judge(session)
        raise _Tried

    try:
        with database.batch():
            database.write(judge_only)
    except _Tried:
        borders.take_back()
        return found
    raise AssertionError("unreachable: what was tried is always taken back")


def box_of(cells: CellMap) -> Box | None:
    """Give the box around all cells, None where there is none."""
    west, south, east, north = cells.bounds
    return Box(west, south, east, north) if west == west else None  # noqa: PLR0124 - NaN where there is no cell


def judge_row(
    row: TableRow, kind: Import, desks: Desks, seen: dict[str, tuple[int, str]], near: Box | None
) -> Verdict:
    """Judge one row and keep it if it is good, in the transaction in hand; a bad one leaves nothing behind.

    Parameters
    ----------
    row : TableRow
    kind : Import
    desks : Desks
    seen : dict
        Key -> number and hash of the rows before it, which this one must not repeat; it is added.
    near : Box, optional
        Where positions are expected.
    """
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
        desks.run.left.clear()
        with desks.session.begin_nested():  # a row that is refused half way leaves nothing behind
            taken = kind.take(fields, desks, known.target if known is not None else "")
    except (ValueError, LookupError) as error:
        return Verdict(
            row=row.number, key=key, outcome="refused", note=str(error.args[0] if error.args else error)
        )
    desks.borders.kept(taken.done)
    before = [known.row_hash, known.target] if known is not None else []
    values = {"row_hash": row.hash, "target": taken.key, "at": desks.now}
    if known is None:
        desks.session.execute(insert(ImportRow), [{"kind": kind.name, "key": key, **values}])
    else:
        desks.session.execute(update(ImportRow).where(ImportRow.id == known.id).values(**values))
    done, left = taken.done, tuple(desks.run.left)
    if desks.run.id and (done.before is None or done.changed):
        note(desks.session, desks.run.id, key, taken.key, _replaced(taken), before)
    told = "; ".join(
        filter(None, [taken.note, *(f"{one.field} left: {one.why}" for one in left if one.why != "won")])
    )
    return Verdict(
        row=row.number, key=key, outcome=_outcome(done, left), note=told, changes=_changes(taken), left=left
    )


def _outcome(done: Done[Any], left: tuple[Left, ...]) -> Outcome:
    if done.before is None:
        return "new"
    if done.changed:
        return "changed"
    reasons = {one.why for one in left}
    return "conflict" if "conflict" in reasons else "stale" if "stale" in reasons else "same"


def _differing(taken: Taken) -> dict[str, tuple[Any, Any]]:
    """Return the columns of a known record that a row changed, with old and new value."""
    done = taken.done
    if done.before is None or not done.changed:
        return {}
    old, new = columns_of(done.before), columns_of(done.fact)
    found = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
    return found | {
        name: (taken.earlier[name], value) for name, value in done.row.items() if name in taken.earlier
    }


def _replaced(taken: Taken) -> dict[str, list[Any]] | None:
    """Return what is kept so that a row can be undone: None for a record that it registered."""
    if taken.done.before is None:
        return None
    return {name: [storable(old), storable(new)] for name, (old, new) in _differing(taken).items()}


def _changes(taken: Taken) -> tuple[Change, ...]:
    return tuple(Change(name, shown(old), shown(new)) for name, (old, new) in _differing(taken).items())


def notes_of(verdict: Verdict) -> list[str]:
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
