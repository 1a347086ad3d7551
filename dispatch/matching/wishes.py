"""What residents wish of whoever comes, said for one order or known of them, and what it is worth in the cost.

A wish moves candidates up or down and refuses nobody: who has no woman to send is still better than nobody at all.
"""

from typing import Literal, get_args

from dispatch.matching.need import Need, Weights
from dispatch.providers.provider import Provider

CallerWish = Literal["cheapest", "known", "woman", "dialect", "soonest"]
WISHES: tuple[CallerWish, ...] = get_args(CallerWish)


def wish_factors(
    provider: Provider, need: Need, price_fen: int, arrival_s: float, weights: Weights
) -> dict[str, float]:
    """Return what a provider costs more or less for how it meets the wishes, in minutes.

    Parameters
    ----------
    provider : Provider
    need : Need
    price_fen : int
        Of this provider for the item.
    arrival_s : float
        Until it is there: its wait and its way, in seconds.
    weights : Weights

    Returns
    -------
    dict of str to float
        By name of the summand, those alone that apply; empty without wishes, and for urgent items, of which only the
        arrival counts.
    """
    if need.item.is_urgent:
        return {}
    wishes, tastes, found = need.wishes, need.tastes, dict[str, float]()
    if "soonest" in wishes:
        found["soonest_min"] = (weights.soonest_times - 1) * arrival_s / 60
    if "cheapest" in wishes:
        found["cheapest_min"] = weights.cheapest_min_per_yuan * price_fen / 100
    if provider.id in tastes.known:
        found["known_min"] = -_worth("known", need, weights)
    if "woman" in wishes and provider.women:
        found["woman_min"] = -weights.wish_min
    if tastes.dialect and tastes.dialect in provider.dialects:
        found["dialect_min"] = -_worth("dialect", need, weights)
    return found


def largest_bonus_min(need: Need, weights: Weights) -> float:
    """Return the most minutes that the cost of a provider can lie under its travel."""
    if need.item.is_urgent:
        return 0.0
    known = _worth("known", need, weights) if need.tastes.known else 0.0
    dialect = _worth("dialect", need, weights) if need.tastes.dialect else 0.0
    woman = weights.wish_min if "woman" in need.wishes else 0.0
    return weights.fair_share_min + known + dialect + woman


def _worth(wish: CallerWish, need: Need, weights: Weights) -> float:
    """Return what it is worth to meet a wish: little where it is only known of the resident, more where it was said."""
    return weights.wish_min if wish in need.wishes else weights.taste_min
