"""Seals: a hash over the columns of a row that decide anything, told to the log with the last event of a change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Float

from data.models import Base, table_of
from data.store.kind import Kind


def seal_of(kind: Kind[Any], values: Mapping[Any, Any]) -> str:
    """Hash the sealed columns of a row.

    Parameters
    ----------
    kind : Kind
    values : Mapping
        By column; those that are not sealed are passed over.

    Returns
    -------
    str
        SHA-256 in hexadecimal.

    Raises
    ------
    KeyError
        When a sealed column is missing.
    """
    floats = _float_columns(kind.row)
    told = {
        name: _written(values[name], name in floats)
        for name in kind.sealed
        if name not in kind.later or not _is_nothing(values[name])
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of_rows(kind: Kind[Any], rows: Iterable[Mapping[Any, Any]]) -> tuple[int, str]:
    """Seal many rows together, in the order in which they were stored.

    Returns
    -------
    (int, str)
        How many, and the SHA-256 over their seals.
    """
    return seal_of_seals(seal_of(kind, row) for row in rows)


def seal_of_seals(seals: Iterable[str]) -> tuple[int, str]:
    """Count seals, and hash them in their order."""
    count, digest = 0, hashlib.sha256()
    for count, seal in enumerate(seals, 1):  # noqa: B007 - the count is returned
        digest.update(bytes.fromhex(seal))
    return count, digest.hexdigest()


@cache
def _float_columns(row: type[Base]) -> frozenset[str]:
    return frozenset(c.name for c in table_of(row).columns if isinstance(c.type, Float))


def _written(value: object, is_float: bool) -> object:  # noqa: FBT001 - says of what type the column is
    """Return a number as the store gives it back: a whole one in a column of floats becomes a float."""
    return float(value) if is_float and isinstance(value, int) else value


def _is_nothing(value: object) -> bool:
    """Tell whether a column that came later holds what it holds in rows of before."""
    return value in (None, "", [], {}) or value is False or (type(value) is int and value == 0)


def _plain(value: object) -> str:
    """Write what JSON does not know in one way only."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseGeometry):
        return str(value.wkb_hex)
    raise TypeError(f"{type(value).__name__} cannot be sealed")
