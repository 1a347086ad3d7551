"""What is used of the product and what is not, feature by feature."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from api.locale.refusals import KIND_WORDS
from api.views.shape import plain
from api.world import World
from data.queries.use import MACHINES, Use, uses
from data.store.kinds import KINDS

OUR_OWN = frozenset({"numbers", "figures", "district", "hold", "message"})
"""Kinds that the system keeps for itself; nobody uses them by hand."""


class Feature(NamedTuple):
    """Something that people can do with a kind of thing; without an action, all that is done to it."""

    kind: str
    action: str
    label: str


def features(world: World) -> Iterator[Feature]:
    """List what people can do: each action of a table of what can happen, and kinds without such a table as a whole."""
    for kind in KINDS:
        lifecycle = world.catalogue.lifecycles.get(kind.lifecycle)
        if lifecycle is None:
            if kind.name not in OUR_OWN:
                yield Feature(kind.name, "", KIND_WORDS[kind.name])
            continue
        told: dict[str, str] = {}
        for moves in lifecycle.moves.values():
            for action, move in moves.items():
                if move.roles - MACHINES:
                    told.setdefault(action, move.label or action)
        for action, label in told.items():
            yield Feature(kind.name, action, label)


def use_view(world: World, days: int) -> dict[str, Any]:
    """Tell of each feature how it was used in so many days before now, the most used first."""
    now = world.clock()
    since = now - timedelta(days=days)
    with world.database.read() as session:
        found = uses(session, since, now)
    items = []
    for feature in features(world):
        names = [name for kind, name in found if kind == feature.kind and feature.action in ("", name)]
        items.append(_view(world, feature, [use for name in names for use in found[feature.kind, name]]))
    items.sort(key=lambda one: (-one["events"], one["kind"], one["action"]))
    return {"since": plain(since, world.zone), "until": plain(now, world.zone), "items": items}


def _view(world: World, feature: Feature, some: Sequence[Use]) -> dict[str, Any]:
    roles = Counter[str]()
    for use in some:
        roles[use.role] += use.events
    module = world.city.modules.of_kind(feature.kind)
    return {
        "kind": feature.kind,
        "kind_name": KIND_WORDS[feature.kind],
        "action": feature.action,
        "label": feature.label,
        "module": module.code if module else "",
        "events": roles.total(),
        "people": len({use.by for use in some}),
        "roles": dict(roles.most_common()),
        "last_at": plain(max((use.last_at for use in some), default=None), world.zone),
    }
