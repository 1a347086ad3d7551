"""From facts to what JSON can hold: one way for every answer."""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

AS_THEY_ARE: Final = frozenset({str, int, float, bool, NoneType})


def plain(value: Any, zone: ZoneInfo, without: Collection[str] = ()) -> Any:  # noqa: ANN401 - any fact in, JSON out
    """Turn a fact into plain values: times as ISO 8601 with the zone's offset, tuples as lists.

    Parameters
    ----------
    value : object
        A fact, mapping, sequence or scalar.
    zone : ZoneInfo
        The district's zone.
    without : collection of str, optional
        Fields of the fact itself that are not wanted; nothing is spent on them.
    """
    if type(value) in AS_THEY_ARE:  # most of what an answer holds
        return value
    if isinstance(value, date):
        local = value.astimezone(zone).replace(microsecond=0) if isinstance(value, datetime) else value
        return local.isoformat()
    names = _names(type(value))  # type: ignore[arg-type]  # a class can be hashed
    if names is not None:
        return {name: plain(getattr(value, name), zone) for name in names if name not in without}
    if isinstance(value, Mapping):
        return {str(k): plain(v, zone) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return [plain(v, zone) for v in value]
    return _bare(value)


def _bare(value: Any) -> Any:  # noqa: ANN401 - any number in, JSON out
    """Turn numbers that JSON does not know into those that it does."""
    if isinstance(value, Decimal):
        return float(value)
    return value.item() if isinstance(value, np.generic) else value


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """List the fields of a kind of fact; none for what is no dataclass."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else None
