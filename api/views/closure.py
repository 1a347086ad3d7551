"""A closure of streets as it is shown."""

from typing import Any

import numpy as np
import shapely

from api.views.names import actions_view
from api.views.shape import plain
from api.world import World
from data.store.roles import OVERSEERS
from dispatch.closures import Closure, in_force
from grid.account import Account

KEPT_DEG = 6


def closure_view(world: World, closure: Closure, account: Account) -> dict[str, Any]:
    """Show a closure with the lines of its streets; who made it is told to those alone who oversee the district."""
    lifecycle = world.catalogue.closure_lifecycle
    shown: dict[str, Any] = plain(closure, world.zone)
    if account.role not in OVERSEERS:
        del shown["made_by"]
    return shown | {
        "lon": closure.place.lon,
        "lat": closure.place.lat,
        "state_name": lifecycle.labels.get(closure.state, closure.state),
        "holds": in_force(closure, world.clock()),
        "lines": lines_of(world, closure),
        "actions": actions_view(lifecycle.possible(closure.state, account.role)),
    }


def lines_of(world: World, closure: Closure) -> dict[str, Any]:
    """Return the streets of a closure as a GeoJSON MultiLineString."""
    drawn = world.city.engine.changes.drawn(closure)
    lines = [np.round(shapely.get_coordinates(line), KEPT_DEG).tolist() for line in drawn.geoms]
    return {"type": "MultiLineString", "coordinates": lines}
