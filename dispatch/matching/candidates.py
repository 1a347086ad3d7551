"""Candidates, refusals, and the road search that matching asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from dispatch.item import ServiceItem
from dispatch.matching.need import Need, Weights
from dispatch.matching.wishes import wish_factors
from dispatch.providers.provider import Provider
from geo.place import LonLat

ROUNDED_MIN = 0.05
"""More than what rounding its summands can take from a cost."""


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
        """Return up to k providers by rising travel time, in the item's direction.

        Parameters
        ----------
        item : ServiceItem
        place : LonLat
            Of the resident.
        k : int
        at : datetime
            Aware; when the travel starts.

        Returns
        -------
        sequence of Found
            Empty when nobody is reached.
        """
        ...

    def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found | None:
        """Tell how long one provider takes.

        Parameters
        ----------
        item : ServiceItem
        provider : Provider
        place : LonLat
            Of the resident.
        at : datetime
            Aware; when the travel starts.

        Returns
        -------
        Found or None
            None when no way leads there.
        """
        ...


def passed_over(candidates: Sequence[Candidate], chosen: Candidate) -> int:
    """Count the candidates who would cost less than the one that was chosen, beyond what rounding can tell apart."""
    return sum(other.cost < chosen.cost - ROUNDED_MIN for other in candidates)


def share_min(recent_orders: int, usual_orders: float, weights: Weights) -> float:
    """Return what a fair share of orders is worth, in minutes: nothing for who had as many as is usual.

    Parameters
    ----------
    recent_orders : int
        Of the provider.
    usual_orders : float
        Of a provider of its trade on average; 0 leaves the share out.
    weights : Weights

    Returns
    -------
    float
        0 or less: a bonus takes from the cost.
    """
    share = 1 - min(1.0, recent_orders / usual_orders) if usual_orders > 0 else 0.0
    return -weights.fair_share_min * share


def rate_candidate(
    provider: Provider, need: Need, span: tuple[Found, float], weights: Weights, usual_orders: float
) -> Candidate:
    """Put a cost on a suitable provider; every summand is shown, in minutes.

    Parameters
    ----------
    provider : Provider
    need : Need
    span : tuple of (Found, float)
        The travel, and the wait in seconds until the provider can start.
    weights : Weights
        What a yuan, a star and a fair share of orders are worth, in minutes.
    usual_orders : float
        Recent orders of a provider on average; 0 leaves the fair share out.

    Returns
    -------
    Candidate
    """
    item = need.item
    price = provider.prices_fen.get(item.code, item.price_fen)
    (_, travel_s, ferry_s), wait_s = span
    factors = {"travel_min": (travel_s - ferry_s) / 60}
    if ferry_s > 0:
        factors["ferry_min"] = ferry_s / 60
    factors["wait_min"] = wait_s / 60
    if not item.is_urgent:
        factors["price_min"] = weights.minutes_per_yuan * max(0.0, (price - item.price_fen) / 100)
        factors["rating_min"] = weights.minutes_per_star * (5 - provider.rating)
        factors["fair_share_min"] = share_min(provider.recent_orders, usual_orders, weights)
        factors |= wish_factors(provider, need, price, travel_s + wait_s, weights)
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
