"""Files in: every row gets a verdict; bad ones go to a rejects file, good ones in; the same file again changes nothing."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.city.cells import CellMap
from data.desk.door import Desk
from data.errors import BadFileError
from data.files.tables import TableRow, read_rows
from data.models import CellRow, ImportRow
from data.rules.catalogue import Catalogue
from data.store.home import Home
from data.store.session import Database
from dispatch.errors import BadFieldError
from geo.datum import to_wgs84
from geo.place import LonLat

Outcome = Literal["new", "changed", "same", "rejected"]
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read a file.

    ``columns`` maps our field names to the file's columns. ``zone`` is for times without offset; without it they are
    refused. ``categories`` and ``natures`` map the file's words to our codes; tickets whose ``state`` is one of
    ``void`` ended without being handled.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    datum: str = "wgs84"
    zone: ZoneInfo | None = None
    time_format: str = ""
    level: str = ""
    parent: str = ""
    void: frozenset[str] = frozenset()
    categories: Mapping[str, str] = field(default_factory=dict)
    natures: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(slots=True, kw_only=True)
class Desks:
    """What taking a row in needs beside the row."""

    session: Session
    database: Database
    catalogue: Catalogue
    reading: Reading
    desk: Desk
    cells: CellMap
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing that can be taken in.

    ``key`` names a row for ever; ``take`` checks and stores it and returns what it became and an optional remark.
    ``target`` is what an earlier reading of the same key made, empty for the first.
    """

    name: str
    key: Callable[["Fields"], str]
    take: Callable[["Fields", Desks, str], tuple[str, str]]


class Fields:
    """A row through the eyes of our field names."""

    def __init__(self, row: TableRow, reading: Reading) -> None:
        self.row = row
        self._reading = reading

    def text(self, name: str, *, needed: bool = False) -> str:
        """Give a field as text, empty when absent.

        Raises
        ------
        BadFieldError
            When it is needed and empty.
        """
        value = self.row.values.get(self._reading.columns.get(name, name), "")
        if needed and not value:
            raise BadFieldError(name, value, "this field must not be empty")
        return value

    def number(self, name: str) -> float:
        """Give a field as a number.

        Raises
        ------
        BadFieldError
            When it cannot be read.
        """
        value = self.text(name)
        try:
            return float(value)
        except ValueError:
            raise BadFieldError(name, value, "write a number") from None

    def whole(self, name: str, otherwise: int) -> int:
        """Give a field as a whole number, a default when empty."""
        if not self.text(name):
            return otherwise
        value = self.number(name)
        if value != int(value):
            raise BadFieldError(name, value, "write a whole number")
        return int(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Give a field as words parted by semicolons."""
        return tuple(w.strip() for w in self.text(name).replace("；", ";").split(";") if w.strip())

    def place(self) -> LonLat:
        """Give the position, from a point geometry or from ``lon`` and ``lat`` in the declared datum.

        Raises
        ------
        BadFieldError
            When it is missing or zero.
        """
        shape = self.row.geometry
        if shape is not None and shape.geom_type == "Point" and not shape.is_empty:
            return LonLat(shape.x, shape.y)
        lon, lat = self.number("lon"), self.number("lat")
        if lon == 0 and lat == 0:
            raise BadFieldError("lon", lon, "0, 0 is no place here; leave the row out or find its position")
        at = LonLat(lon, lat)
        x, y = to_wgs84(at.lon, at.lat, self._reading.datum)
        return LonLat(float(x), float(y))

    def day(self, name: str) -> date | None:
        """Give a field as a day, None when empty.

        Raises
        ------
        BadFieldError
            When it cannot be read.
        """
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise BadFieldError(name, value, "write a day as 2026-11-18") from None

    def time(self, name: str) -> datetime:
        """Give a field as an aware time.

        Raises
        ------
        BadFieldError
            When it cannot be read, or has no offset and no zone was declared for the file.
        """
        value = self.text(name, needed=True)
        try:
            form = self._reading.time_format
            at = datetime.strptime(value, form) if form else datetime.fromisoformat(value)  # noqa: DTZ007 - zone below
        except ValueError:
            wanted = self._reading.time_format or "ISO 8601, such as 2026-11-18T10:30+08:00"
            raise BadFieldError(name, value, f"write times as {wanted}") from None
        if at.tzinfo is None:
            if self._reading.zone is None:
                raise BadFieldError(name, value, "write an offset, or declare the zone of the file")
            at = at.replace(tzinfo=self._reading.zone)
        return at


def take_in(
    path: Path,
    kind: Kind,
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
    while batch := list(islice(rows, BATCH)):

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

        with database.batch():
            found = database.write(judge)
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


def _judge(row: TableRow, kind: Kind, desks: Desks, seen: dict[str, tuple[int, str]]) -> Verdict:
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
