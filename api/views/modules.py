"""Modules as they are shown."""

from typing import Any

from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from grid.modules import Module


def module_view(world: World, module: Module, area: str) -> dict[str, Any]:
    """Show a module as it stands for who works in an area, with the switches inside it and around it."""
    held, prefix = world.city.modules, world.scheme.prefix
    around = [
        one
        for (code, where), one in held.switches.items()
        if code == module.code and (where.startswith(prefix(area)) or area.startswith(prefix(where)))
    ]
    return {
        "code": module.code,
        "name": module.name_zh,
        "name_en": module.name_en,
        "told": module.told_zh,
        "told_en": module.told_en,
        "pages": list(module.pages),
        "on": held.is_on(module.code, area),
        "anywhere": held.is_on_within(module.code, area),
        "switches": [
            {
                "area": one.area,
                "area_name": area_name(world, one.area),
                "on": one.on,
                "since": plain(one.since, world.zone),
                "reason": one.reason,
            }
            for one in sorted(around, key=lambda one: one.area)
        ],
    }
