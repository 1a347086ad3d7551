"""What a provider is shown of itself."""

from typing import Any

from api.views.shape import plain
from api.world import World
from data.figures.ranking import ItemRank, Ranking

SHUT_SHOWN = 5
"""So many hours with most orders while it was closed are told."""


def ranking_view(world: World, found: Ranking) -> dict[str, Any]:
    """Show how a provider ranks, by item."""
    return {
        "since": plain(found.since, world.zone),
        "until": plain(found.until, world.zone),
        "orders": found.orders,
        "looked_at": found.looked_at,
        "items": [_item(world, one) for one in found.items],
    }


def _item(world: World, one: ItemRank) -> dict[str, Any]:
    rank = one.rank
    shut = sorted(rank.shut.items(), key=lambda pair: (-pair[1], pair[0]))[:SHUT_SHOWN]
    return {
        "item": one.item,
        "item_name": world.catalogue.items[one.item].name_zh,
        "orders": rank.orders,
        "offered": rank.offered,
        "first": rank.first,
        "position": None if rank.position is None else round(rank.position, 2),
        "mine": {name: round(value, 2) for name, value in rank.mine.items()},
        "above": {name: round(value, 2) for name, value in rank.above.items()},
        "worst": rank.worst,
        "worst_min": round(rank.worst_min, 2),
        "refused": dict(sorted(rank.refused.items(), key=lambda pair: -pair[1])),
        "shut": [{"weekday": day, "hour": hour, "orders": count} for (day, hour), count in shut],
        "lifts": [plain(lift, world.zone) | {"position": round(lift.position, 2)} for lift in rank.lifts],
        "chosen": one.chosen,
        "accepted": one.accepted,
        "declined": one.declined,
    }
