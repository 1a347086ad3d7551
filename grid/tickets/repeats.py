"""Repeated tickets: the same kind of thing at the same place, soon after it was said to be settled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.place import LocalPlane, LonLat, distance_m, great_circle_m

WIDER = 1.01  # flat metres are off by less within 100 km
NEVER = -1
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is compared of a ticket; ``closed_at`` None while it is open."""

    no: str
    category: str
    place: LonLat
    reported_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SettledColumns:
    """The same of many tickets: columns of shape (tickets,), times in microseconds, ``closed_us`` NEVER while open."""

    no: Sequence[str]
    category: NDArray[np.str_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    reported_us: NDArray[np.int64]
    closed_us: NDArray[np.int64]


def repeated(
    found: SettledColumns,
    asked: NDArray[np.bool_],
    radius_m: float = 50.0,
    span: timedelta = timedelta(days=90),
    at_once: int = 1000,
) -> frozenset[str]:
    """Find the tickets with one of their category near by that was closed in the time before their report.

    Parameters
    ----------
    found : SettledColumns
        All that may repeat or be repeated.
    asked : ndarray of bool, shape (tickets,)
        Which of them are asked about.
    radius_m : float
        Bounds count as inside.
    span : timedelta
    at_once : int
        Tickets compared at a time, so that a crowded spot fills no memory.

    Returns
    -------
    frozenset of str
        Numbers; empty for no tickets.
    """
    if not asked.any():
        return frozenset()
    span_us = span // MICROSECOND
    x, y = LocalPlane(float(found.lon.mean()), float(found.lat.mean())).to_xy(found.lon, found.lat)
    points = shapely.points(x, y)
    again: set[int] = set()
    for some, earlier in _of_one_category(found, asked):
        tree = shapely.STRtree(points[earlier])
        for begin in range(0, len(some), at_once):
            mine = some[begin : begin + at_once]
            i, j = tree.query(points[mine], predicate="dwithin", distance=radius_m * WIDER)
            a, b = mine[i], earlier[j]
            before_us = found.reported_us[a] - found.closed_us[b]
            a, b = (side[(a != b) & (before_us > 0) & (before_us <= span_us)] for side in (a, b))
            away_m = great_circle_m(found.lon[a], found.lat[a], found.lon[b], found.lat[b])
            again.update(a[away_m <= radius_m].tolist())
    return frozenset(found.no[k] for k in again)


def _of_one_category(
    found: SettledColumns, asked: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Give, category by category, the places in the columns of those asked about and of those once closed."""
    by_category = np.argsort(found.category, kind="stable")
    borders = np.flatnonzero(np.diff(np.unique(found.category, return_inverse=True)[1][by_category])) + 1
    for rows in np.split(by_category, borders):
        some, earlier = rows[asked[rows]], rows[found.closed_us[rows] != NEVER]
        if len(some) and len(earlier):
            yield some, earlier


def repeats_of(
    ticket: Settled, earlier: Iterable[Settled], radius_m: float, span: timedelta
) -> tuple[str, ...]:
    """Return the numbers of the settled tickets that one repeats.

    Parameters
    ----------
    ticket : Settled
    earlier : iterable of Settled
    radius_m : float
        How far apart two may be.
    span : timedelta
        The other was closed at most so long before the report.

    Returns
    -------
    tuple of str
        The latest closed first; empty for none.
    """
    before = [other for other in earlier if _repeats(ticket, other, radius_m, span)]
    return tuple(o.no for o in sorted(before, key=lambda o: (o.closed_at, o.no), reverse=True))


def _repeats(ticket: Settled, other: Settled, radius_m: float, span: timedelta) -> bool:
    return (
        other.no != ticket.no
        and other.category == ticket.category
        and other.closed_at is not None
        and ticket.reported_at - span <= other.closed_at < ticket.reported_at
        and distance_m(ticket.place, other.place) <= radius_m
    )
