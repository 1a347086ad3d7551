"""Like cases: reports of one category near in space and time that are probably one thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.place import LonLat, distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What is compared of a ticket."""

    no: str
    category: str
    place: LonLat
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeCase:
    """A ticket that may be the same thing, with how far off it is."""

    no: str
    distance_m: float
    age_s: float


def like_cases(new: Sighting, others: Iterable[Sighting], radius_m: float, span: timedelta) -> list[LikeCase]:
    """Find the like cases of a sighting.

    Parameters
    ----------
    new : Sighting
    others : iterable of Sighting
        May hold the sighting itself, which is left out.
    radius_m : float
        How far apart two may be; the bound counts as inside.
    span : timedelta
        How far apart in time; the bound counts as inside.

    Returns
    -------
    list of LikeCase
        The nearest first; empty when there are none.
    """
    found = []
    for other in others:
        age = abs(new.reported_at - other.reported_at)
        if other.no == new.no or other.category != new.category or age > span:
            continue
        apart = distance_m(new.place, other.place)
        if apart <= radius_m:
            found.append(LikeCase(no=other.no, distance_m=round(apart, 1), age_s=age.total_seconds()))
    return sorted(found, key=lambda c: (c.distance_m, c.no))
