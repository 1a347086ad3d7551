"""A row of a file as the importers read it, and what they need to keep it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data.city.cells import CellMap
from data.desk.door import Desk
from data.files.tables import TableRow
from data.rules.catalogue import Catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from geo.datum import to_wgs84
from geo.place import LonLat

IMPORTER = Actor(user="import", role="dispatcher")


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
class Import:
    """What can be taken in from files, row by row.

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
