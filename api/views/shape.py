"""From facts to what JSON can hold: one way for every answer."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np


def plain(value: Any, zone: ZoneInfo) -> Any:  # noqa: ANN401 - any fact in, JSON out
    """Turn a fact into plain values: times as ISO 8601 with the zone's offset, tuples as lists.

    Parameters
    ----------
    value : object
        A fact, mapping, sequence or scalar.
    zone : ZoneInfo
        The district's zone.
    """
    if isinstance(value, date):
        local = value.astimezone(zone).replace(microsecond=0) if isinstance(value, datetime) else value
        return local.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), zone) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v, zone) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return [plain(v, zone) for v in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.item() if isinstance(value, np.generic) else value
