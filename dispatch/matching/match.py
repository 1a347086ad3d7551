"""Who should go: the suitable providers near a place, each with its reasons, and why each other one was refused.

Suitable providers are ranked by generalised cost: travel minutes + ferry minutes + waiting minutes + price gap
+ missing stars - fair-share bonus, with weights from the catalogue; among equals, as those of one boat are, the
shorter way on streets goes first. For urgent items only travel and waiting count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from dispatch.item import ServiceItem
from dispatch.providers.provider import TAKING_ORDERS, Provider, is_open, opens_next, serves
from geo.place import LonLat

ROUNDED_MIN = 0.05
"""More than what rounding its summands can take from a cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the generalised cost, in minutes."""

    minutes_per_yuan: float = 2.0
    minutes_per_star: float = 10.0
    fair_share_min: float = 5.0
    horizon_min: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What has to be matched: an item at a place and time, for somebody with limits and dislikes."""

    item: ServiceItem
    place: LonLat
    area: str
    at: datetime
    max_price_fen: int | None = None
    blocked: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A suitable provider; ``factors`` are the summands of ``cost`` in minutes and always add up to it.

    ``travel_s`` is the whole way; ``ferry_s`` is the part of it spent waiting for boats and aboard, which the factors
    show as ``ferry_min`` beside a ``travel_min`` of the streets alone.
    """

    provider: int
    travel_s: float
    wait_s: float
    price_fen: int
    cost: float
    factors: Mapping[str, float] = field(default_factory=dict)
    ferry_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A provider nearby that was not proposed, and why."""

    provider: int
    travel_s: float
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Candidates by rising cost, refused ones by travel time, and the cause when nobody suits."""

    candidates: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]
    unmet_cause: str = ""


class Found(NamedTuple):
    """A provider and its travel time; ``ferry_s`` is the part of ``travel_s`` spent waiting for boats and aboard."""

    provider: int
    travel_s: float
    ferry_s: float = 0.0


class Nearby(Protocol):
    """Road search as matching needs it; who starts later never arrives earlier."""

    def nearest(self, item: ServiceItem, place: LonLat, k: int, at: datetime) -> Sequence[Found]:
        """Give up to k providers by rising travel time for a start at a time, in the item's direction."""
        ...

    def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found | None:
        """Tell how long one provider takes for a start at a time; None when no way leads there."""
        ...


def refuse(
    provider: Provider, need: Need, travel_s: float, wait_s: float | None, horizon_s: float
) -> Refusal | None:
    """Say why a provider does not suit, or None when it does. The first reason found is given."""
    item = need.item
    price = provider.prices_fen.get(item.code, item.price_fen)
    too_far_s = horizon_s if provider.max_travel_min is None else provider.max_travel_min * 60.0
    checks: tuple[tuple[bool, str, str], ...] = (
        (item.category not in provider.categories, "skill", f"does not offer {item.category}"),
        (provider.state not in TAKING_ORDERS, "state", f"is {provider.state} and takes no orders"),
        (provider.id in need.blocked, "blocked", "the resident does not want this provider"),
        (provider.id in need.declined, "declined", "declined this order"),
        (not serves(provider, need.area), "area", f"serves only {', '.join(provider.service_areas)}"),
        (
            provider.load >= provider.capacity,
            "full",
            f"has {provider.load} of {provider.capacity} orders open",
        ),
        (_closed_throughout(need.item, wait_s), "closed", f"closed; opening hours {provider.hours}"),
        (
            need.max_price_fen is not None and price > need.max_price_fen,
            "price",
            f"asks {price / 100:.2f} yuan, above the ceiling of {(need.max_price_fen or 0) / 100:.2f}",
        ),
        (travel_s > too_far_s, "far", f"{travel_s / 60:.0f} min away, goes at most {too_far_s / 60:.0f}"),
    )
    for failed, reason, detail in checks:
        if failed:
            return Refusal(provider=provider.id, travel_s=travel_s, reason=reason, detail=detail)
    return None


def _closed_throughout(item: ServiceItem, wait_s: float | None) -> bool:
    """Tell whether it is closed for this need: only others than urgent may wait, within the promise."""
    if wait_s == 0:
        return False
    promise_min = item.promise_arrive_min
    return item.is_urgent or wait_s is None or promise_min is None or wait_s > promise_min * 60


def opens_in_s(provider: Provider, at: datetime) -> float | None:
    """Give the seconds until a provider is open, 0 when it is, None when it never opens again."""
    if is_open(provider.hours, at):
        return 0.0
    opens = opens_next(provider.hours, at)
    return None if opens is None else (opens - at).total_seconds()


def rate_candidate(
    provider: Provider, item: ServiceItem, span: tuple[Found, float], weights: Weights, usual_orders: float
) -> Candidate:
    """Put a cost on a suitable provider; every summand is shown, in minutes. ``span`` is travel, and wait in seconds."""
    price = provider.prices_fen.get(item.code, item.price_fen)
    (_, travel_s, ferry_s), wait_s = span
    factors = {"travel_min": (travel_s - ferry_s) / 60}
    if ferry_s > 0:
        factors["ferry_min"] = ferry_s / 60
    factors["wait_min"] = wait_s / 60
    if not item.is_urgent:
        share = 1 - min(1.0, provider.recent_orders / usual_orders) if usual_orders > 0 else 0.0
        factors["price_min"] = weights.minutes_per_yuan * max(0.0, (price - item.price_fen) / 100)
        factors["rating_min"] = weights.minutes_per_star * (5 - provider.rating)
        factors["fair_share_min"] = -weights.fair_share_min * share
    factors = {name: round(value, 2) for name, value in factors.items()}
    return Candidate(
        provider=provider.id,
        travel_s=round(travel_s, 1),
        wait_s=round(wait_s, 1),
        price_fen=price,
        cost=round(sum(factors.values()), 2),
        factors=factors,
        ferry_s=round(ferry_s, 1),
    )


def match(
    need: Need,
    register: Mapping[int, Provider],
    nearby: Nearby,
    *,
    k: int = 5,
    weights: Weights | None = None,
) -> Match:
    """Find the k suitable providers of least cost; exact, because the search widens until no farther one can win.

    Parameters
    ----------
    need : Need
    register : Mapping of int to Provider
        Providers by id; ids that the search knows and the register does not are passed over.
    nearby : Nearby
    k : int
        At least 1.
    weights : Weights, optional

    Returns
    -------
    Match
        Without candidates ``unmet_cause`` names the commonest obstacle.
    """
    weights = weights or Weights()
    same = [p.recent_orders for p in register.values() if need.item.category in p.categories]
    usual = sum(same) / len(same) if same else 0.0
    asked = max(16, 4 * k)
    while True:
        found = nearby.nearest(need.item, need.place, asked, need.at)
        candidates, refused = _judge(found, need, register, (weights, usual), nearby)
        best = candidates[:k]
        exhausted = len(found) < asked
        # A provider farther than the last one found costs at least its travel time less the largest bonus. Those
        # of one boat arrive together, so equals are looked at too.
        least = 0.0 if exhausted else found[-1].travel_s / 60 - weights.fair_share_min - ROUNDED_MIN
        beaten = len(best) == k and least > best[-1].cost
        if exhausted or beaten:
            cause = "" if best else unmet_cause(refused)
            return Match(candidates=tuple(best), refused=tuple(refused), unmet_cause=cause)
        asked *= 4


class _AtOpening:
    """Ways at later starts: at night nearly all are closed and most open together, so that one search times them all."""

    def __init__(self, need: Need, nearby: Nearby, asked: int) -> None:
        self._need, self._nearby, self._asked = need, nearby, asked
        self._found: dict[datetime, dict[int, Found]] = {}

    def way(self, provider: Provider, start: datetime) -> Found | None:
        """Tell how long a provider takes for a start at a time; None when no way leads there."""
        item, place = self._need.item, self._need.place
        if start not in self._found:
            nearest = self._nearby.nearest(item, place, self._asked, start)
            self._found[start] = {found.provider: found for found in nearest}
        return self._found[start].get(provider.id) or self._nearby.leaving(item, provider, place, start)


def _judge(
    found: Sequence[Found],
    need: Need,
    register: Mapping[int, Provider],
    weighed: tuple[Weights, float],
    nearby: Nearby,
) -> tuple[list[Candidate], list[Refusal]]:
    """Sort those found into candidates by cost and refused ones; ``weighed`` is the weights and the usual orders."""
    weights, usual = weighed
    candidates: list[Candidate] = []
    refused: list[Refusal] = []
    at_opening = _AtOpening(need, nearby, len(found))
    for nearest in found:
        provider = register.get(nearest.provider)
        if provider is None:
            continue
        wait_s = opens_in_s(provider, need.at)
        way: Found | None = nearest
        if wait_s and not _closed_throughout(need.item, wait_s):
            way = at_opening.way(provider, need.at + timedelta(seconds=wait_s))
        if way is None:
            refused.append(
                Refusal(
                    provider=provider.id,
                    travel_s=nearest.travel_s,
                    reason="far",
                    detail="no way leads there once it is open",
                )
            )
            continue
        refusal = refuse(provider, need, way.travel_s, wait_s, weights.horizon_min * 60)
        if refusal is None:
            candidates.append(rate_candidate(provider, need.item, (way, wait_s or 0.0), weights, usual))
        else:
            refused.append(refusal)
    candidates.sort(key=lambda c: (c.cost, c.travel_s - c.ferry_s, c.provider))
    return candidates, refused


_CAUSE_OF = {
    "closed": "all_closed",
    "full": "all_full",
    "far": "too_far",
    "price": "too_dear",
    "declined": "all_declined",
}


def unmet_cause(refused: Sequence[Refusal]) -> str:
    """Name why nobody suits: the commonest refusal, or ``no_provider`` when there was nobody at all."""
    counts: dict[str, int] = {}
    for refusal in refused:
        cause = _CAUSE_OF.get(refusal.reason)
        if cause:
            counts[cause] = counts.get(cause, 0) + 1
    return max(counts, key=lambda c: (counts[c], c)) if counts else "no_provider"
