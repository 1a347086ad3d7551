"""A row of a file as the importers read it, and what they need to keep it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.cells import CellMap, Located
from data.desk.door import Desk
from data.files.borders import Borders
from data.files.grounding import Ground, grounded, why_far, why_nowhere
from data.files.runs import Run, first_told, settled
from data.files.tables import Reader, TableRow
from data.models import fact_of
from data.rules.catalogue import Catalogue
from data.rules.file_columns import FileForm
from data.store.done import Done
from data.store.kind import Kind
from data.store.session import Database
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from geo.place import Box, LonLat
from grid.errors import OutsideDistrictError

F = TypeVar("F")

SAME_DEG = 1e-7
"""Positions so near each other, a centimetre, are the same one written with fewer digits or in another datum."""
IMPORTER = Actor(user="import", role="dispatcher")


YES = frozenset({"Y", "YES", "TRUE", "T", "1", "是", "有", "√"})
NO = frozenset({"", "N", "NO", "FALSE", "F", "0", "否", "无", "没有", "×"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read a file; with ``dry_run`` every row is judged by what was known before the file, and nothing is kept.

    ``columns`` maps our field names to the file's columns. ``zone`` is for times without offset; without it they are
    refused. ``categories`` and ``natures`` map the file's words to our codes; tickets whose ``state`` is one of
    ``void`` ended without being handled. ``layer`` names a sheet or a layer, ``crs`` the coordinate system of a file
    that names none, ``datum`` how its degrees are shifted. ``source`` is whose file it is, ``as_of`` of when what it tells
    is, now when left out. A file of which more than ``most_bad`` of the rows are refused is held back whole. ``by`` is
    the account that handed the file in, empty at the command line.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    datum: str = "wgs84"
    crs: str = ""
    layer: str = ""
    encoding: str = ""
    zone: ZoneInfo | None = None
    time_format: str = ""
    level: str = ""
    parent: str = ""
    void: frozenset[str] = frozenset()
    categories: Mapping[str, str] = field(default_factory=dict)
    natures: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    source: str = ""
    as_of: datetime | None = None
    most_bad: float = 1.0
    by: str = ""

    def reader(self, form: FileForm, near: Box | None) -> Reader:
        """Return how the rows of a file of a register are read; ``near`` is where they are expected."""
        return Reader(
            form=form,
            columns=self.columns,
            layer=self.layer,
            encoding=self.encoding,
            ground=Ground(crs=self.crs, datum=self.datum, near=near),
            timed=bool(self.time_format),
        )


@dataclass(slots=True, kw_only=True)
class Desks:
    """What taking a row in needs beside the row."""

    session: Session
    database: Database
    catalogue: Catalogue
    reading: Reading
    desk: Desk
    borders: Borders
    now: datetime
    run: Run

    @property
    def cells(self) -> CellMap:
        """The cells as an index, with what the file itself changed."""
        return self.borders.map(self.session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a row became: the key of its record, what the door did, and what is to be said of it, parted by semicolons.

    ``earlier`` are columns that the fact does not hold, as they were.
    """

    key: str
    done: Done[Any]
    note: str = ""
    earlier: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What can be taken in from files, row by row.

    ``key`` names a row for ever; ``take`` checks and stores it. ``target`` is what an earlier reading of the same key
    made, empty for the first.
    """

    name: str
    key: Callable[["Fields"], str]
    take: Callable[["Fields", Desks, str], Taken]


class Fields:
    """A row through the eyes of our field names; ``home`` is the zone of the district."""

    def __init__(self, row: TableRow, reading: Reading, home: tzinfo, near: Box | None = None) -> None:
        self.row = row
        self._reading = reading
        self._home = home
        self._near = near

    def told(self, name: str) -> bool:
        """Tell whether the file has a column of this field; one that it has not changes nothing."""
        return name in self.row.values

    def text(self, name: str, *, needed: bool = False) -> str:
        """Give a field as text, empty when absent.

        Raises
        ------
        BadFieldError
            When it is needed and empty.
        """
        value = self.row.values.get(name, "")
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

    def yes(self, name: str) -> bool:
        """Give whether a field says yes; an empty one does not.

        Raises
        ------
        BadFieldError
            When it says neither yes nor no.
        """
        said = self.text(name).strip().upper()
        if said not in YES | NO:
            raise BadFieldError(name, said, "write Y or N")
        return said in YES

    def words(self, name: str) -> tuple[str, ...]:
        """Give a field as words parted by semicolons, or as the list that an export writes."""
        text = self.text(name)
        if text.startswith("["):
            try:
                return tuple(str(word) for word in json.loads(text))
            except ValueError:
                raise BadFieldError(name, text, "write words with semicolons between") from None
        return tuple(w.strip() for w in self.text(name).replace("；", ";").split(";") if w.strip())

    @property
    def placed(self) -> bool:
        """Whether the row tells a position."""
        return self.row.geometry is not None or bool(self.text("lon") or self.text("lat"))

    def place(self) -> LonLat:
        """Give the position, from a point geometry or from ``lon`` and ``lat`` in the declared system and datum.

        Raises
        ------
        BadFieldError
            When it is missing, zero, or no place in degrees.
        """
        shape = self.row.geometry
        if shape is not None and shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
            shape = shape.geoms[0]
        if shape is None:
            shape = self._from_columns()
        elif shape.geom_type != "Point" or shape.is_empty:
            raise BadFieldError("geometry", shape.geom_type, "a point is needed here")
        if why := why_nowhere(shape.x, shape.y, self._ground()):
            raise BadFieldError("lon", shape.x, why)
        return LonLat(shape.x, shape.y)

    def _ground(self) -> Ground:
        return Ground(crs=self._reading.crs, datum=self._reading.datum, near=self._near)

    def _from_columns(self) -> Point:
        lon, lat = self.number("lon"), self.number("lat")
        if lon == 0 and lat == 0:
            raise BadFieldError("lon", lon, "0, 0 is no place here; leave the row out or find its position")
        (shape,) = grounded([Point(lon, lat)], "", self._ground())
        return shape

    def where(self, desks: "Desks", place: LonLat) -> Located:
        """Find the cell of a position.

        Raises
        ------
        OutsideDistrictError
            When it lies in none, with the likely reason where one is known.
        """
        try:
            return desks.cells.locate(place)
        except OutsideDistrictError as error:
            why = why_far(place.lon, place.lat, self._near)
            raise OutsideDistrictError(f"{error}; {why}" if why else str(error)) from None

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
        """Give a field as an aware time in UTC; a day without a time of the day is its beginning in the district.

        Raises
        ------
        BadFieldError
            When it cannot be read, or has no offset and no zone was declared for the file.
        """
        return self.readings(name)[0]

    def readings(self, name: str) -> tuple[datetime, ...]:
        """Give what a time may mean, likeliest first: two instants where the clocks were changed, else one; see `time`."""
        value = self.text(name, needed=True)
        try:
            form = self._reading.time_format
            at = datetime.strptime(value, form) if form else datetime.fromisoformat(value)  # noqa: DTZ007 - zone below
        except ValueError:
            wanted = self._reading.time_format or "ISO 8601, such as 2026-11-18T10:30+08:00"
            raise BadFieldError(name, value, f"write times as {wanted}") from None
        if at.tzinfo is not None:
            return (at.astimezone(UTC),)
        zone: tzinfo | None = self._reading.zone
        if zone is None and len(value) == len("2026-11-18"):
            zone = self._home
        if zone is None:
            raise BadFieldError(name, value, "write an offset, or declare the zone of the file")
        both = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return tuple(dict.fromkeys(both))


def past_day(fields: Fields, desks: Desks, name: str) -> date | None:
    """Give a field as a day that has come, None when empty.

    Raises
    ------
    BadFieldError
    """
    day = fields.day(name)
    if day is not None and day > desks.catalogue.local(desks.now).date():
        raise BadFieldError(name, day.isoformat(), "this day is still to come")
    return day


def past_time(fields: Fields, desks: Desks, name: str) -> datetime | None:
    """Give a field as a time that has come, None when empty.

    Raises
    ------
    BadFieldError
    """
    at = fields.time(name) if fields.text(name) else None
    if at is not None and at > desks.now:
        raise BadFieldError(name, at.isoformat(), "this time is still to come")
    return at


def known(desks: Desks, kind: Kind[F], key: str) -> F | None:
    """Return the record of a key, locked for this transaction; None when none is registered."""
    query = select(kind.table).where(kind.table.c[kind.key] == key).with_for_update()
    row = desks.session.execute(query).first()
    return None if row is None else fact_of(kind.fact, row)


def believed(
    desks: Desks,
    key: str,
    before: Any,  # noqa: ANN401 - any fact
    given: dict[str, Any],
    since: datetime | None,
) -> None:
    """Take out of what a row tells what something newer or better is known of, and keep who told the rest.

    A row is of the time that it was verified at, else of that of the file; a record cannot become less verified.

    Parameters
    ----------
    desks : Desks
    key : str
        Of the record.
    before : fact or None
        The record as it is known.
    given : dict
        Field -> value, with ``verified_at``.
    since : datetime or None
        When the record was last found right.
    """
    verified_at = given.pop("verified_at")
    at = verified_at or desks.run.as_of
    if before is None:
        first_told(desks.session, desks.run, key, given, at)
    else:
        held = {name: getattr(before, name) for name in given}
        settled(desks.session, desks.run, key, held, given, at, since)
    older = since is not None and verified_at is not None and verified_at < since
    given["verified_at"] = since if older else verified_at
