"""Repeated tickets: the same kind of thing at the same place, soon after it was said to be settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import floor

from geo.place import LonLat, distance_m

STEP_DEG = 0.001  # a bucket is wider than the radius up to 60 degrees of latitude


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is compared of a ticket; ``closed_at`` None while it is open."""

    no: str
    category: str
    place: LonLat
    reported_at: datetime
    closed_at: datetime | None = None


def repeated(
    tickets: Iterable[Settled],
    earlier: Iterable[Settled],
    radius_m: float = 50.0,
    span: timedelta = timedelta(days=90),
) -> frozenset[str]:
    """Find the tickets with one of their category near by that was closed in the time before their report.

    Parameters
    ----------
    tickets, earlier : iterable of Settled
        May overlap; a ticket does not repeat itself.
    radius_m : float
        At most 50; bounds count as inside.
    span : timedelta

    Returns
    -------
    frozenset of str
        Numbers.
    """
    buckets: dict[tuple[str, int, int], list[Settled]] = {}
    for other in earlier:
        buckets.setdefault(_bucket(other), []).append(other)

    def again(ticket: Settled) -> bool:
        category, x, y = _bucket(ticket)
        near = (buckets.get((category, x + dx, y + dy), ()) for dx, dy in product((-1, 0, 1), repeat=2))
        return any(_repeats(ticket, other, radius_m, span) for bucket in near for other in bucket)

    return frozenset(t.no for t in tickets if again(t))


def repeats_of(
    ticket: Settled, earlier: Iterable[Settled], radius_m: float, span: timedelta
) -> tuple[str, ...]:
    """Give the numbers of the settled tickets that this one repeats, the latest closed first; empty for none."""
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


def _bucket(ticket: Settled) -> tuple[str, int, int]:
    return ticket.category, floor(ticket.place.lon / STEP_DEG), floor(ticket.place.lat / STEP_DEG)
