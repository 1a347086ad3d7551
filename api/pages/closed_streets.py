"""Closures as the maps of the pages draw them."""

from dataclasses import replace

from api.views.shape import plain
from api.world import World
from dispatch.closures import Closure, in_force
from maps.facts import ShutStreet
from maps.pages import Look


def with_closures(world: World, seen: Look) -> Look:
    """Return a look with the closures that hold or are to come; streets that are kept open look like any other."""
    now, changes = world.clock(), world.city.engine.changes
    shut = (
        ShutStreet(
            id=closure.no,
            lines=changes.drawn(closure),
            tooltip=tooltip_of(world, closure, seen),
            slow=closure.effect == "slow",
            holds=in_force(closure, now),
        )
        for closure in changes.standing()
        if closure.effect != "open"
    )
    return replace(seen, shut=tuple(shut))


def tooltip_of(world: World, closure: Closure, seen: Look) -> str:
    """Return the lines of text of a closure: what, where and why, and from when to when."""
    what = {"close": seen.say("封路"), "slow": seen.say("缓行"), "open": seen.say("保持通行")}[closure.effect]
    where = "、".join(closure.streets)
    times = [
        plain(at, world.zone)[5:16].replace("T", " ") for at in (closure.starts_at, closure.ends_at) if at
    ]
    until = times[1] if len(times) > 1 else seen.say("另行通知")
    return f"{what} {where}".strip() + f"\n{closure.reason}\n{times[0]} – {until}"
