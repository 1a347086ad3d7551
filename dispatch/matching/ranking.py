"""Why a provider ranks where it does: its place among those proposed for orders, against those in front, and what would lift it.

Of those in front only means over many orders are told, never one of them alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from dispatch.matching.candidates import ROUNDED_MIN, Match

Lifter = Literal["price", "rating", "wait"]
LIFTERS: Mapping[str, Lifter] = {"price_min": "price", "rating_min": "rating", "wait_min": "wait"}
"""Summands of the cost that a provider has in hand; it cannot move nearer to everybody."""
STARS = 0.2
"""A better rating that is within reach is that many stars more."""
BEHIND = "behind"
"""So many others were proposed that this one did not come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a provider stood for one order.

    ``position`` counts from 1, None when it was not proposed and ``refusal`` says why. ``factors`` are its summands in
    minutes, ``ahead`` those of each one in front. ``hour`` is weekday (0 for Monday) and hour of the order.
    """

    position: int | None
    hour: tuple[int, int]
    factors: Mapping[str, float]
    ahead: tuple[Mapping[str, float], ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """What would lift a provider: so many orders more for which it would be first, and the mean place then."""

    what: Lifter
    first_more: int
    position: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """How a provider ranked over some orders.

    ``offered`` counts those it was proposed for, ``first`` those it was the first of, ``position`` is its mean place, None
    for never. ``mine`` and ``above`` are mean minutes by summand, its own and of those in front, where there were any.
    ``refused`` counts why it was not proposed. ``worst`` is the summand that cost most against those in front, with
    ``worst_min`` minutes on average; empty for none. ``shut`` counts orders while it was closed, by weekday and hour.
    """

    orders: int
    offered: int
    first: int
    position: float | None
    mine: Mapping[str, float]
    above: Mapping[str, float]
    refused: Mapping[str, int]
    worst: str
    worst_min: float
    lifts: tuple[Lift, ...]
    shut: Mapping[tuple[int, int], int]


def placed(match: Match, provider: int, hour: tuple[int, int]) -> Placed:
    """Find a provider in the answer for one order.

    Parameters
    ----------
    match : Match
    provider : int
        Its id.
    hour : tuple of (int, int)
        Weekday and hour of the order in the district.

    Returns
    -------
    Placed
    """
    found = match.candidates
    at = next((n for n, c in enumerate(found) if c.provider == provider), None)
    if at is not None:
        ahead = tuple(c.factors for c in found[:at])
        return Placed(position=at + 1, hour=hour, factors=found[at].factors, ahead=ahead)
    why = next((r.reason for r in match.refused if r.provider == provider), BEHIND)
    return Placed(position=None, hour=hour, factors={}, refusal=why)


def ranked(places: Sequence[Placed], minutes_per_star: float) -> Ranked:
    """Sum up where a provider stood.

    Parameters
    ----------
    places : sequence of Placed
        One an order; empty for no orders.
    minutes_per_star : float
        What a star is worth in the cost.

    Returns
    -------
    Ranked
    """
    proposed = [p for p in places if p.position is not None]
    beaten = [p for p in proposed if p.ahead]
    mine = _means(p.factors for p in beaten)
    above = _means(_means(p.ahead) for p in beaten)  # each order weighs the same, as it does in its own
    gaps = {name: mine.get(name, 0.0) - above.get(name, 0.0) for name in {*mine, *above}}
    worst = max(gaps, key=lambda name: (gaps[name], name), default="")
    lost = gaps.get(worst, 0.0)
    return Ranked(
        orders=len(places),
        offered=len(proposed),
        first=len(proposed) - len(beaten),
        position=fmean(p.position or 0 for p in proposed) if proposed else None,
        mine=mine,
        above=above,
        refused=Counter(p.refusal for p in places if p.position is None),
        worst=worst if lost > ROUNDED_MIN else "",
        worst_min=max(0.0, lost),
        lifts=tuple(_lifts(beaten, proposed, minutes_per_star)),
        shut=Counter(p.hour for p in places if p.refusal == "closed"),
    )


def _means(some: Iterable[Mapping[str, float]]) -> dict[str, float]:
    rows = list(some)
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: fmean(row.get(name, 0.0) for row in rows) for name in names}


def _lifts(beaten: Sequence[Placed], proposed: Sequence[Placed], minutes_per_star: float) -> Iterable[Lift]:
    """Tell what each change would bring, the best first; one that would bring nothing is left out."""
    lifts = []
    for name, what in LIFTERS.items():
        most = STARS * minutes_per_star if what == "rating" else float("inf")
        after = [_after(p, min(most, max(0.0, p.factors.get(name, 0.0)))) for p in beaten]
        front = len(proposed) - len(beaten)
        if beaten and sum(after) < sum(p.position or 0 for p in beaten):
            place = (front + sum(after)) / len(proposed)
            lifts.append(Lift(what=what, first_more=after.count(1), position=place))
    return sorted(lifts, key=lambda lift: (-lift.first_more, lift.position))


def _after(place: Placed, saved_min: float) -> int:
    cost = sum(place.factors.values()) - saved_min
    return 1 + sum(sum(factors.values()) <= cost for factors in place.ahead)
