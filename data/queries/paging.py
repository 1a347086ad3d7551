"""Keyset pages: lists that go on where the last page ended, however much was added meanwhile."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Select, String, and_, any_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from dispatch.errors import BadFieldError

F = TypeVar("F")
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[F]):
    """One page; ``next`` is what to give as ``after`` for the following one, None on the last."""

    items: tuple[F, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Which page is wanted: a sort key with optional ``-`` before it, how many rows, and where to go on."""

    sort: str = ""
    limit: int = 50
    after: str | None = None


def turn(
    session: Session,
    query: Select[Any],
    ask: Ask,
    sorts: Mapping[str, InstrumentedAttribute[Any]],
    row_id: InstrumentedAttribute[int],
    make: Callable[[Any], F],
) -> Page[F]:
    """Read one page of a query over rows.

    Parameters
    ----------
    sorts : Mapping
        Allowed sort keys; the first is the default. Columns must not be null.
    row_id : attribute
        Unique, decides among equals.
    make : callable
        Row to fact.

    Raises
    ------
    BadFieldError
        For an unknown sort key, a limit outside 1 to 200 or an ``after`` that this list did not give.
    """
    if not 1 <= ask.limit <= MOST:
        raise BadFieldError("limit", ask.limit, f"ask for 1 to {MOST} rows")
    key = ask.sort or next(iter(sorts))
    falling, name = key.startswith("-"), key.removeprefix("-")
    if name not in sorts and key not in sorts:
        raise BadFieldError(
            "sort", ask.sort, "sort by " + ", ".join(sorts) + ", with - before it for falling"
        )
    column = sorts[name]
    if ask.after:
        query = query.where(_beyond(column, row_id, _mark(ask.after, key), falling=falling))
    order = (column.desc(), row_id.desc()) if falling else (column.asc(), row_id.asc())
    rows = list(session.scalars(query.order_by(*order).limit(ask.limit + 1)))
    more = len(rows) > ask.limit
    rows = rows[: ask.limit]
    following = _written(key, getattr(rows[-1], column.key), getattr(rows[-1], row_id.key)) if more else None
    return Page(items=tuple(make(row) for row in rows), next=following)


def numbered(
    session: Session, column: InstrumentedAttribute[str], numbers: Iterable[str]
) -> ColumnElement[bool]:
    """Give the condition that a column holds one of some numbers, however many they are: they are one parameter."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(numbers))).table_valued("value")
        return column.in_(select(listed.c.value))
    given = func.string_to_array(" ".join(numbers), " ", type_=ARRAY(String))
    return column == any_(given)


def _beyond(
    column: InstrumentedAttribute[Any],
    row_id: InstrumentedAttribute[int],
    mark: tuple[Any, int],
    *,
    falling: bool,
) -> ColumnElement[bool]:
    value, last = mark
    if falling:
        return or_(column < value, and_(column == value, row_id < last))
    return or_(column > value, and_(column == value, row_id > last))


def _written(key: str, value: Any, row_id: int) -> str:  # noqa: ANN401 - any column value
    stamped = {"t": value.isoformat()} if isinstance(value, datetime) else {"v": value}
    text = json.dumps([key, stamped, row_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _mark(after: str, key: str) -> tuple[Any, int]:
    allowed = "give the 'next' of the page before, with the same sort"
    try:
        wanted, stamped, row_id = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        value = datetime.fromisoformat(stamped["t"]) if "t" in stamped else stamped["v"]
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise BadFieldError("after", after, allowed) from None
    if wanted != key or not isinstance(row_id, int):
        raise BadFieldError("after", after, allowed)
    return value, row_id
