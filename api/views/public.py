"""What a stranger who has a number may see of the thing it names: the fields its kind lists, codes told as names."""

from collections.abc import Callable, Mapping
from typing import Any

from api.views.shape import plain
from api.world import World
from data.store.kind import Kind

NAMED: Mapping[str, tuple[str, Callable[[World, Any], str]]] = {
    "department": ("department_name", lambda world, code: world.city.department_name(code)),
    "category": ("category_name", lambda world, code: world.catalogue.rulebook.category(code).name_zh),
    "item": ("item_name", lambda world, code: world.city.item(code).name_zh),
}
"""Fields that hold a code: what the name is called, and how it is found."""


def public_view(world: World, kind: Kind[Any], fact: Any) -> dict[str, Any]:  # noqa: ANN401 - a fact of any kind
    """Show the public fields of a fact, and its state in words where its kind has a lifecycle."""
    shown: dict[str, Any] = {}
    for name in kind.public:
        value = getattr(fact, name)
        if name in NAMED:
            called, name_of = NAMED[name]
            shown[called] = name_of(world, value)
        else:
            shown[name] = plain(value, world.zone)
    lifecycle = world.catalogue.lifecycles.get(kind.lifecycle)
    if lifecycle is not None:
        shown["state_name"] = lifecycle.labels[fact.state]
    return shown
