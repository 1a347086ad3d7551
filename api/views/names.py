"""Names that views show: cells, areas, natures, departments, lines, possible actions."""

from typing import Any

from api.world import World
from dispatch.lifecycle import Move

HIDDEN_ACTIONS = frozenset({"tick", "tell", "absorb", "say", "fail_again", "grant_warned", "grant_trial"})
"""Taken by the system, or by a form of its own."""
MATTER_STATES = {"running": "办理中", "waiting": "待补正", "closed": "已办结", "withdrawn": "已撤回"}


def nature_name(world: World, nature: str) -> str:
    """Name what a report is to its reporter; empty where that was not said."""
    known = world.catalogue.rulebook.natures.get(nature)
    return known.name_zh if known else nature


def line_name(world: World, code: str) -> str:
    """Name an outside line; the code itself for one that the catalogue no longer lists."""
    line = world.catalogue.rulebook.lines.get(code)
    return line.name if line else code


def actions_view(moves: tuple[Move, ...]) -> list[dict[str, Any]]:
    """List the actions that may be taken now, with label and needed fields."""
    return [
        {"action": m.action, "label": m.label, "needs": list(m.needs)}
        for m in moves
        if m.action not in HIDDEN_ACTIONS
    ]


def cell_name(world: World, code: str) -> str:
    """Name a cell with its community; the code itself for one that is not there."""
    cell = world.city.cells.get(code)
    return f"{area_name(world, code)} {cell.name}" if cell else code


def area_name(world: World, code: str) -> str:
    """Name the community that a cell or area code lies in; empty when unknown."""
    scheme = world.scheme
    if code in world.city.cells:
        code = scheme.community_of(code)
    area = world.city.areas.get(code)
    return area.name if area else ""
