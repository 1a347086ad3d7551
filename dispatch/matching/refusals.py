"""Why a provider does not suit."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.item import ServiceItem
from dispatch.matching.candidates import Refusal
from dispatch.matching.need import Need
from dispatch.providers.hours import is_open, opens_next
from dispatch.providers.licence import lacking
from dispatch.providers.provider import TAKING_ORDERS, Provider, serves

_CAUSE_OF = {
    "closed": "all_closed",
    "full": "all_full",
    "far": "too_far",
    "price": "too_dear",
    "declined": "all_declined",
    "licence": "no_licence",
}


def refuse(
    provider: Provider, need: Need, travel_s: float, wait_s: float | None, horizon_s: float
) -> Refusal | None:
    """Say why a provider does not suit; the first reason found is given.

    Parameters
    ----------
    provider : Provider
    need : Need
    travel_s : float
        By road, in the item's direction.
    wait_s : float or None
        Until the provider can start; None when it opens no more.
    horizon_s : float
        Longest travel where the provider names none.

    Returns
    -------
    Refusal or None
        None when the provider suits.
    """
    item = need.item
    price = provider.prices_fen.get(item.code, item.price_fen)
    lack = lacking(provider.licences, item.licences, need.at.date())
    too_far_s = horizon_s if provider.max_travel_min is None else provider.max_travel_min * 60.0
    checks: tuple[tuple[bool, str, str], ...] = (
        (item.category not in provider.categories, "skill", f"does not offer {item.category}"),
        (provider.state not in TAKING_ORDERS, "state", f"is {provider.state} and takes no orders"),
        (lack is not None, "licence", "" if lack is None else lack.detail),
        (provider.id in need.tastes.blocked, "blocked", "the resident does not want this provider"),
        (provider.id in need.declined, "declined", "declined this order"),
        (not serves(provider, need.area), "area", f"serves only {', '.join(provider.service_areas)}"),
        (
            provider.load >= provider.capacity,
            "full",
            f"has {provider.load} of {provider.capacity} orders open",
        ),
        (closed_throughout(need.item, wait_s), "closed", f"closed; opening hours {provider.hours}"),
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


def closed_throughout(item: ServiceItem, wait_s: float | None) -> bool:
    """Tell whether it is closed for this need: only others than urgent may wait, within the promise."""
    if wait_s == 0:
        return False
    promise_min = item.promise_arrive_min
    return item.is_urgent or wait_s is None or promise_min is None or wait_s > promise_min * 60


def opens_in_s(provider: Provider, at: datetime) -> float | None:
    """Return the seconds until a provider is open, 0 when it is, None when it never opens again."""
    if is_open(provider.hours, at):
        return 0.0
    opens = opens_next(provider.hours, at)
    return None if opens is None else (opens - at).total_seconds()


def unmet_cause(refused: Sequence[Refusal]) -> str:
    """Name why nobody suits: the commonest refusal, or ``no_provider`` when there was nobody at all."""
    counts: dict[str, int] = {}
    for refusal in refused:
        cause = _CAUSE_OF.get(refusal.reason)
        if cause:
            counts[cause] = counts.get(cause, 0) + 1
    return max(counts, key=lambda c: (counts[c], c)) if counts else "no_provider"
