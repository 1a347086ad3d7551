"""Orders planned together, as they are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.views.shape import plain
from api.world import World
from dispatch.matching.candidates import Candidate
from dispatch.matching.together import Plan
from dispatch.orders.order import Order


def plan_view(world: World, orders: Sequence[Order], plan: Plan, now: datetime) -> dict[str, Any]:
    """Show a plan for some orders beside one after the other."""
    rows = zip(orders, plan.together, plan.one_by_one, plan.causes, strict=True)
    sums, alone, proof = plan.sums, plan.sums_one_by_one, plan.proof
    return {
        "items": [
            {
                "order": order.no,
                "item": order.item,
                "item_name": world.city.item(order.item).name_zh,
                "together": _going(world, together),
                "one_by_one": _going(world, one_by_one),
                "cause": cause,
            }
            for order, together, one_by_one, cause in rows
        ],
        "together": plain(sums, world.zone),
        "one_by_one": plain(alone, world.zone),
        "saved_min": round(alone.travel_min - sums.travel_min, 1),
        "proof": {"total": proof.total, "bound": proof.bound, "looked_at": proof.looked_at},
        "as_of": plain(now, world.zone),
    }


def _going(world: World, candidate: Candidate | None) -> dict[str, Any] | None:
    if candidate is None:
        return None
    return {
        "provider": candidate.provider,
        "name": world.city.provider(candidate.provider).name,
        "travel_s": candidate.travel_s,
        "wait_s": candidate.wait_s,
        "cost": candidate.cost,
        "price_fen": candidate.price_fen,
    }
