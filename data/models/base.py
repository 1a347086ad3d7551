"""The common ground of rows: aware times, JSON columns, and the way between facts and rows."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import JSON, ColumnElement, DateTime, MetaData, String, Table, and_
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from geo.place import LonLat
from grid.plain import pack, unpack

F = TypeVar("F")


class Time(TypeDecorator[datetime]):
    """An aware time, stored in UTC; a time without offset is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time {value.isoformat()} has no offset and cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


SORTED = String().with_variant(String(collation="C"), "postgresql")
"""Text in the order of its letters' numbers on either database, so that an index finds by beginnings."""
LAST_LETTER = "\U0010ffff"


def begins(column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column or one of a table
    """Give the condition that a `SORTED` column begins with a text; every sign of it stands for itself."""
    return and_(column >= text, column < text + LAST_LETTER)


class Base(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the name and shape SQLAlchemy asks for
        datetime: Time,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[list[str]]: JSON,
        list[dict[str, Any]]: JSON,
        dict[str, int]: JSON,
    }


def table_of(row: type[Base]) -> Table:
    """Give the table of a row class, for statements that need no object per row."""
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{row.__name__} is mapped to no plain table")
    return table


_KINDS: dict[type, tuple[tuple[str, str], ...]] = {}


def _kinds(fact: type) -> tuple[tuple[str, str], ...]:
    """Tell for each field of a fact how it lies in a row: ``place``, ``place or none``, ``facts``, ``times``, ``tuple``, ``mapping``, ``plain``."""
    if fact in _KINDS:
        return _KINDS[fact]
    hints = get_type_hints(fact)

    def kind(hint: Any) -> str:  # noqa: ANN401 - type hints have no common type
        if hint is LonLat:
            return "place"
        if LonLat in get_args(hint):
            return "place or none"
        if get_origin(hint) is tuple:
            member = get_args(hint)[0]
            return "facts" if is_dataclass(member) else "times" if member is datetime else "tuple"
        return "mapping" if get_origin(hint) is Mapping else "plain"

    return _KINDS.setdefault(fact, tuple((f.name, kind(hints[f.name])) for f in fields(fact)))


@cache
def _member(fact: type, name: str) -> type:
    """Give the kind of the facts that a field holds."""
    return get_args(get_type_hints(fact)[name])[0]  # type: ignore[no-any-return]  # the first of a tuple's types


def columns_of(fact: Any) -> dict[str, Any]:  # noqa: ANN401 - any fact
    """Give a fact as column values: a place becomes ``lon`` and ``lat``, tuples become lists, facts within it objects."""
    values: dict[str, Any] = {}
    for name, kind in _kinds(type(fact)):
        value = getattr(fact, name)
        if kind == "place":
            values["lon"], values["lat"] = value.lon, value.lat
        elif kind == "place or none":
            values["lon"], values["lat"] = (None, None) if value is None else (value.lon, value.lat)
        elif kind == "times":
            values[name] = [one.isoformat() for one in value]
        elif kind == "facts":
            values[name] = [pack(one) for one in value]
        elif kind == "tuple":
            values[name] = list(value)
        elif kind == "mapping":
            values[name] = dict(value)
        else:
            values[name] = value
    return values


def fact_of(fact: type[F], row: Any) -> F:  # noqa: ANN401 - any row
    """Read a fact from its row."""
    values: dict[str, Any] = {}
    for name, kind in _kinds(fact):
        if kind == "place":
            values[name] = LonLat(row.lon, row.lat)
        elif kind == "place or none":
            values[name] = None if row.lon is None else LonLat(row.lon, row.lat)
        elif kind == "times":
            values[name] = tuple(datetime.fromisoformat(one) for one in getattr(row, name))
        elif kind == "facts":
            member = _member(fact, name)  # type: ignore[arg-type]  # a class can be hashed
            values[name] = tuple(unpack(member, one) for one in getattr(row, name))
        elif kind == "tuple":
            values[name] = tuple(getattr(row, name))
        else:
            values[name] = getattr(row, name)
    return fact(**values)
