"""Small facts within a ticket as what JSON can hold, and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

F = TypeVar("F")


def pack(fact: Any) -> dict[str, Any]:  # noqa: ANN401 - any fact
    """Write a fact of plain values, times and tuples of texts: times and days as ISO 8601, tuples as lists."""
    return {f.name: _plain(getattr(fact, f.name)) for f in fields(fact)}


def unpack(kind: type[F], values: Mapping[str, Any]) -> F:
    """Read what `pack` wrote; fields that are missing keep their default.

    Raises
    ------
    TypeError
        When a field without default is missing or one is unknown.
    """
    readers = _readers(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{n: readers[n](v) if n in readers and v is not None else v for n, v in values.items()})


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a field holds
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@cache
def _readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    """Give what reads the fields that JSON does not hold as they are."""
    found: dict[str, Callable[[Any], Any]] = {}
    for name, hint in get_type_hints(kind).items():
        if hint is datetime or datetime in get_args(hint):
            found[name] = datetime.fromisoformat
        elif hint is date or date in get_args(hint):
            found[name] = date.fromisoformat
        elif get_origin(hint) is tuple:
            found[name] = tuple
    return found
