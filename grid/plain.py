"""Small facts within a ticket as what JSON can hold, and back."""

from collections.abc import Mapping
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
    shapes = _shapes(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{name: _read(shapes.get(name, ""), value) for name, value in values.items()})


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a field holds
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _read(shape: str, value: Any) -> Any:  # noqa: ANN401 - what a field holds
    if value is None:
        return None
    if shape == "time":
        return datetime.fromisoformat(value)
    if shape == "day":
        return date.fromisoformat(value)
    return tuple(value) if shape == "tuple" else value


@cache
def _shapes(kind: type) -> dict[str, str]:
    found = {}
    for name, hint in get_type_hints(kind).items():
        if hint is datetime or datetime in get_args(hint):
            found[name] = "time"
        elif hint is date or date in get_args(hint):
            found[name] = "day"
        elif get_origin(hint) is tuple:
            found[name] = "tuple"
    return found
