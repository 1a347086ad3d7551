"""How a provider stands: its rating and its orders of late, from what was ordered and never from a list.

The rating is a Bayesian mean. A trade has a mean of its own, drawn to `StandingRules.prior_stars` as long as few rated
it; a provider's is drawn to that of its trade by `StandingRules.prior_weight` ratings, and each of its own weighs half
as much with every half-life that passed since. So one rating decides nothing, four poor ones do, and old ones fade.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.errors import DispatchError

RECENT = timedelta(days=30)
"""Orders taken within this time are recent ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRules:
    """What ratings are drawn to, as many ratings as that weighs, and how they fade.

    Raises
    ------
    DispatchError
        When the stars are not from 1 to 5, or another number is not above 0.
    """

    prior_stars: float = 4.0
    prior_weight: float = 5.0
    half_life: timedelta = timedelta(days=180)

    def __post_init__(self) -> None:
        if not 1 <= self.prior_stars <= 5:
            raise DispatchError(f"prior_stars is {self.prior_stars}; write 1 to 5")
        if self.prior_weight <= 0 or self.half_life <= timedelta(0):
            raise DispatchError("prior_weight and half_life_days are more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """One rating of an order; ``by_phone`` when the desk heard it."""

    stars: int
    at: datetime
    by_phone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A provider's rating, of how many ratings and how many of them heard by telephone, and its recent orders."""

    rating: float
    ratings: int = 0
    by_phone: int = 0
    recent_orders: int = 0


def trade_mean(total: int, count: int, rules: StandingRules) -> float:
    """Return the mean of a trade's ratings, drawn to what is usual.

    Parameters
    ----------
    total : int
        Stars of all its ratings together.
    count : int
        How many ratings; 0 gives what is usual.
    rules : StandingRules

    Returns
    -------
    float
        1 to 5.
    """
    return (rules.prior_stars * rules.prior_weight + total) / (rules.prior_weight + count)


def rated(given: Iterable[Stars], usual: float, rules: StandingRules, now: datetime) -> float:
    """Return a provider's rating.

    Parameters
    ----------
    given : iterable of Stars
        Empty gives the mean of the trade.
    usual : float
        The mean of its trade.
    rules : StandingRules
    now : datetime
        Aware.

    Returns
    -------
    float
        1 to 5, two decimals.
    """
    total, weight = usual * rules.prior_weight, rules.prior_weight
    for one in given:
        age = max(now - one.at, timedelta(0))
        share: float = 0.5 ** (age / rules.half_life)
        total, weight = total + share * one.stars, weight + share
    return round(total / weight, 2)
