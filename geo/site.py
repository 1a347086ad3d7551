"""Where somebody stands in the network: at a node, or somewhere along a street."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import BadNetworkError, BadPlaceError
from geo.roads import CLOSED_MS, RoadNetwork

Weights = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Site:
    """A point along a street, with the walk from the door to it.

    Attributes
    ----------
    arc : int
        The arc of the street.
    twin : int
        The arc of the same street in the other direction; -1 on a one-way street.
    fraction : float
        How far along `arc` the point lies, from 0 at its tail to 1 at its head.
    walk_ms : int
        Time from the door to the street, zero or more.
    """

    arc: int
    twin: int = -1
    fraction: float = 0.0
    walk_ms: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.fraction <= 1:
            raise BadPlaceError(f"fraction {self.fraction!r} is not on the street; allowed is 0 to 1")
        if self.walk_ms < 0:
            raise BadPlaceError(f"walk_ms {self.walk_ms!r} is negative; allowed is zero or more")


Anchor = tuple[int, int, int]
"""A node next to a site, the milliseconds between them, and the arc used; -1 at the node itself."""

NOWHERE: Anchor = (-1, CLOSED_MS, -1)


def check_within(where: int | Site, network: RoadNetwork) -> None:
    """Refuse a node or site that is not of the network.

    Raises
    ------
    BadNetworkError
        The message names what is allowed.
    """
    if isinstance(where, Site):
        position, count, kind = max(where.arc, where.twin), network.arc_count, "arc"
        position = where.arc if where.arc < 0 else position
    else:
        position, count, kind = where, network.node_count, "node"
    if not 0 <= position < count:
        raise BadNetworkError(f"{kind} {position} lies outside the network; allowed is 0 .. {count - 1}")


def departures(where: int | Site, network: RoadNetwork, weight_ms: Weights) -> tuple[Anchor, ...]:
    """Find the nodes first reached when leaving; two at most, none when every way out is closed."""
    if not isinstance(where, Site):
        return ((where, 0, -1),)
    ways = ((where.arc, 1 - where.fraction), (where.twin, where.fraction))
    return tuple(
        (int(network.head[arc]), time_ms + where.walk_ms, arc)
        for arc, part in ways
        if (time_ms := _part_ms(arc, part, weight_ms)) < CLOSED_MS
    )


def arrivals(where: int | Site, network: RoadNetwork, weight_ms: Weights) -> tuple[Anchor, ...]:
    """Find the nodes last passed when arriving; two at most, none when every way in is closed."""
    if not isinstance(where, Site):
        return ((where if network.arrival is None else int(network.arrival[where]), 0, -1),)
    ways = ((where.arc, where.fraction), (where.twin, 1 - where.fraction))
    return tuple(
        (int(network.tail[arc]), time_ms + where.walk_ms, arc)
        for arc, part in ways
        if (time_ms := _part_ms(arc, part, weight_ms)) < CLOSED_MS
    )


def within(source: Site, target: Site, weight_ms: Weights) -> tuple[int, float, float, int]:
    """Find the way from site to site without leaving their street.

    Returns
    -------
    arc, begin, end, travel_ms
        The arc, the fractions between which it is travelled, and the time without the walk;
        `CLOSED_MS` when there is no such way.
    """
    best = (-1, 0.0, 0.0, CLOSED_MS)
    for arc, begin in ((source.arc, source.fraction), (source.twin, 1 - source.fraction)):
        if arc >= 0 and arc in (target.arc, target.twin):
            end = target.fraction if arc == target.arc else 1 - target.fraction
            time_ms = _part_ms(arc, end - begin, weight_ms)
            if time_ms < best[3]:
                best = (arc, begin, end, time_ms)
    return best


def along_ms(source: Site, target: Site, weight_ms: Weights) -> int:
    """Tell the time from site to site without leaving their street, walks included, or `CLOSED_MS`."""
    return min(CLOSED_MS, within(source, target, weight_ms)[3] + source.walk_ms + target.walk_ms)


def _part_ms(arc: int, part: float, weight_ms: Weights) -> int:
    """Time for a part of an arc; a negative part cannot be travelled."""
    weight = int(weight_ms[arc]) if arc >= 0 else CLOSED_MS
    return CLOSED_MS if part < 0 or weight >= CLOSED_MS else round(part * weight)
