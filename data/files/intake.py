"""Files in: every row gets a verdict; bad ones go to a rejects file, good ones in; the same file again changes nothing."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.city.cells import CellMap
from data.desk.door import Desk
from data.errors import BadFileError
from data.files.fields import Desks, Fields, Import, Reading
from data.files.tables import TableRow, read_rows
from data.models import CellRow, ImportRow
from data.rules.catalogue import Catalogue
from data.store.home import Home

Outcome = Literal["new", "changed", "same", "rejected"]
BATCH = 500
SLICE_S = 0.2
"""How long one transaction of an import may take, about: whoever reports meanwhile waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a row; ``note`` says why it was rejected, or what is to be said of it, parted by semicolons."""

    row: int
    key: str
    outcome: Outcome
    note: str = ""


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
    rows = read_rows(path)
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
            return [_judge(row, kind, desks, seen) for row in batch]

        begun = monotonic()
        with database.batch():
            found = database.write(judge)
        size = min(BATCH, max(1, int(size * SLICE_S / (monotonic() - begun))))
        database.give_way()
        verdicts += found
        rejected += [(r, v.note) for r, v in zip(batch, found, strict=True) if v.outcome == "rejected"]
        tell(len(verdicts))
    if not verdicts:
        raise BadFileError(f"{path.name} holds no row")
    return Intake(
        counts=Counter(v.outcome for v in verdicts),
        notes=Counter(_sort_of(note) for v in verdicts for note in _notes(v)),
        verdicts=tuple(verdicts),
        rejects=write_rejects(home, path, rejected),
    )


def cell_map(session: Session, catalogue: Catalogue) -> CellMap:
    """Read the cells of the store as an index."""
    shapes = {row.code: row.shape for row in session.scalars(select(CellRow).order_by(CellRow.code))}
    return CellMap(shapes, catalogue.rulebook.scheme, catalogue.rulebook.settings.gps_error_m)


def _judge(row: TableRow, kind: Import, desks: Desks, seen: dict[str, tuple[int, str]]) -> Verdict:
    fields = Fields(row, desks.reading)
    key = ""
    try:
        key = kind.key(fields)
        earlier = seen.setdefault(key, (row.number, row.hash))
        if earlier[0] != row.number:
            same = "repeats" if earlier[1] == row.hash else "contradicts"
            return Verdict(row=row.number, key=key, outcome="rejected", note=f"{same} row {earlier[0]}")
        known = desks.session.scalar(
            select(ImportRow).where(ImportRow.kind == kind.name, ImportRow.key == key)
        )
        if known is not None and known.row_hash == row.hash:
            return Verdict(row=row.number, key=key, outcome="same")
        with desks.session.begin_nested():  # a row that is refused half way leaves nothing behind
            target, note = kind.take(fields, desks, known.target if known is not None else "")
    except (ValueError, LookupError) as error:
        return Verdict(
            row=row.number, key=key, outcome="rejected", note=str(error.args[0] if error.args else error)
        )
    values = {"row_hash": row.hash, "target": target, "at": desks.now}
    if known is None:
        desks.session.execute(insert(ImportRow), [{"kind": kind.name, "key": key, **values}])
        return Verdict(row=row.number, key=key, outcome="new", note=note)
    desks.session.execute(update(ImportRow).where(ImportRow.id == known.id).values(**values))
    return Verdict(row=row.number, key=key, outcome="changed", note=note)


def _notes(verdict: Verdict) -> list[str]:
    """Give what is said of a row: of one that was taken perhaps several things, of a rejected one the reason."""
    if not verdict.note:
        return []
    return [verdict.note] if verdict.outcome == "rejected" else verdict.note.split("; ")


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
