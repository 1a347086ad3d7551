"""Lifecycle tables."""

from pathlib import Path

from data.errors import BadCatalogueError
from data.rules.files import FOLDER, guard, toml
from dispatch.lifecycle import Lifecycle, Vocabulary

CLOCK = "clock"
ROLES = frozenset(
    [
        "resident",
        "worker",
        "dispatcher",
        "department",
        "provider",
        "leader",
        "admin",
        "hotline",
        "device",
        "officer",
        "nurse",
        CLOCK,
    ]
)


def read_lifecycle(path: Path, effect_names: frozenset[str], fields: frozenset[str]) -> Lifecycle:
    """Read and prove a lifecycle table; it lets the clock do at least what the timers need.

    Raises
    ------
    BadCatalogueError
        Naming state and action at fault.
    """
    words = Vocabulary(effects=effect_names, roles=ROLES, fields=fields)
    made = guard(path, lambda: Lifecycle.parse(toml(path), words))
    shipped = FOLDER / path.name
    if path.parent != FOLDER and shipped.exists():
        _check_clock(path, made, Lifecycle.parse(toml(shipped), words))
    return made


def _check_clock(path: Path, made: Lifecycle, shipped: Lifecycle) -> None:
    """Make sure that a table of a district takes no step from the clock: what it leaves out would never happen."""
    for state in shipped.moves:
        if state in made.moves:
            own = {move.action for move in made.possible(state, CLOCK)}
            for move in shipped.possible(state, CLOCK):
                if move.action not in own:
                    raise BadCatalogueError(
                        f"{path.name}: in state {state} the clock has to be let do {move.action}; take it over from the release"
                    )
