"""What sharing orders out fairly brings providers, and what it costs residents.

Orders that were are given out twice, in the order of time: once to who costs least without a thought of shares, once
with the bonus of `candidates.share_min`. Both begin with nobody having any order. What differs is how evenly orders
fall on those who could have done them about as well, and how many minutes residents wait.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from dispatch.matching.candidates import share_min
from dispatch.matching.need import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A candidate for an order: its cost without a share, and the minutes until it is there."""

    provider: int
    cost: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An order with all whose cost is within the largest bonus of the least one, the least first; never empty.

    ``peers`` counts the providers of the trade on the register.
    """

    order: str
    category: str
    peers: int
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How orders fall: on so many providers, at most so many on one, with what spread, after how many minutes.

    ``spread`` is the standard deviation of orders over all who could have done them about as well.
    """

    providers: int
    most: int
    spread: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Orders given out with and without a share; ``extra_min`` by order is what the share cost its resident.

    ``able`` counts the providers that could have done some order about as well as the one that costs least.
    """

    orders: int
    able: int
    shared: Given
    unshared: Given
    extra_min: Mapping[str, float]

    @property
    def mean_extra_min(self) -> float:
        """Minutes that residents wait longer on average; below 0 where they wait less."""
        return self.shared.minutes - self.unshared.minutes


def share_out(choices: Sequence[Choice], weights: Weights) -> Sharing | None:
    """Hand orders out with and without a share.

    Parameters
    ----------
    choices : sequence of Choice
        In the order of time.
    weights : Weights

    Returns
    -------
    Sharing or None
        None where there is no order.
    """
    if not choices:
        return None
    able = {offer.provider for choice in choices for offer in choice.offers}
    plain = [choice.offers[0] for choice in choices]
    shared = _shared(choices, weights)
    return Sharing(
        orders=len(choices),
        able=len(able),
        shared=_given(shared, able),
        unshared=_given(plain, able),
        extra_min={
            choice.order: with_share.minutes - without.minutes
            for choice, with_share, without in zip(choices, shared, plain, strict=True)
        },
    )


def _shared(choices: Sequence[Choice], weights: Weights) -> list[Offer]:
    had, of_trade = Counter[int](), Counter[str]()
    taken = []
    for choice in choices:
        usual = of_trade[choice.category] / choice.peers
        best = min(
            choice.offers,
            key=lambda o, usual=usual: (  # type: ignore[misc]  # default binds the value
                o.cost + share_min(had[o.provider], usual, weights),
                o.minutes,
                o.provider,
            ),
        )
        had[best.provider] += 1
        of_trade[choice.category] += 1
        taken.append(best)
    return taken


def _given(taken: Sequence[Offer], able: set[int]) -> Given:
    orders = Counter(offer.provider for offer in taken)
    return Given(
        providers=len(orders),
        most=max(orders.values()),
        spread=pstdev(orders[provider] for provider in able),
        minutes=fmean(offer.minutes for offer in taken),
    )
