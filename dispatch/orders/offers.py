"""Whom the rules ask next for an order that goes to a provider, and when they leave it to the desk.

They ask whom the desk would be proposed first, and only while that one is open; before, they wait for its opening. Who
declined, gave it up or did not answer is not asked again, which matching sees to. The desk has what nobody takes: after so
many offers, when somebody had to be there by now, or when nobody suits; and whatever it has touched itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dispatch.lifecycle import Action
from dispatch.orders.effects import LEFT
from dispatch.orders.life import RULES
from dispatch.orders.order import Order
from dispatch.orders.rules import OfferRules
from dispatch.providers.hours import is_open, opens_next

WAITING = ("placed", "located")
"""States in which an order waits for somebody to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The provider whom the desk would be proposed first: its opening hours, way, price, and cost with its summands."""

    provider: int
    hours: str
    travel_s: float
    price_fen: int
    cost: float
    factors: Mapping[str, float]


def whom_next(order: Order, best: Best | None, cause: str, rules: OfferRules, now: datetime) -> Action:
    """Decide what the rules do next with an order that waits.

    Parameters
    ----------
    order : Order
        With its ``offer_at`` over.
    best : Best or None
        None when nobody suits.
    cause : str
        Why nobody does, else empty.
    rules : OfferRules
    now : datetime
        Local time.

    Returns
    -------
    Action
        ``contact`` with the provider and the summands of its cost, ``put_off`` until its opening, or ``to_desk`` with the
        reason: ``declined`` or ``late`` as the last one asked, ``nobody`` with the cause, ``recalled`` where the district
        has switched offers off meanwhile.
    """
    if order.offers >= rules.most or (order.offers and order.arrive_due_at and now >= order.arrive_due_at):
        return _to_desk(order.route_why if order.route_why in LEFT.values() else "recalled")
    if best is None:
        return _to_desk("nobody", cause)
    if is_open(best.hours, now):
        told = {"provider": best.provider, "travel_s": best.travel_s, "price_fen": best.price_fen}
        reason = {"cost": best.cost, "factors": dict(best.factors)}
        return Action(name="contact", by=RULES, fields=told | reason)
    opens = opens_next(best.hours, now)
    if opens is None or (order.arrive_due_at is not None and opens > order.arrive_due_at):
        return _to_desk("nobody", "all_closed")
    return Action(name="put_off", by=RULES, fields={"until": opens.isoformat()})


def _to_desk(why: str, cause: str = "") -> Action:
    return Action(name="to_desk", by=RULES, fields={"route_why": why} | ({"cause": cause} if cause else {}))
