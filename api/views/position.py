"""Positions as those who may see them are shown them."""

from datetime import datetime
from typing import Any

from api.views.shape import plain
from api.world import World
from dispatch.positions import Position, age_s
from grid.account import Account

DEGREES_KEPT = 6


def live_view(
    world: World, position: Position, account: Account, now: datetime, distance_m: float | None = None
) -> dict[str, Any]:
    """Show where somebody on shift was last, with their name and the age of the position."""
    age = age_s(position.at, now)
    return {
        "user": account.user,
        "name": account.name,
        "role": account.role,
        "area": account.area,
        "at": plain(position.at, world.zone),
        "age_s": age,
        "fresh": age <= world.catalogue.positions.fresh.total_seconds(),
        "distance_m": None if distance_m is None else round(distance_m, 1),
    } | _place(position)


def track_view(world: World, user: str, positions: list[Position]) -> dict[str, Any]:
    """Show somebody's track."""
    return {
        "user": user,
        "items": [{"at": plain(one.at, world.zone)} | _place(one) for one in positions],
    }


def _place(position: Position) -> dict[str, float]:
    return {
        "lon": round(position.place.lon, DEGREES_KEPT),
        "lat": round(position.place.lat, DEGREES_KEPT),
        "accuracy_m": round(position.accuracy_m, 1),
    }
