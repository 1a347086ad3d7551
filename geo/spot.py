"""Where a place lies in the hierarchy: one or two ranks with the time from there, packed for the kernels."""

import numpy as np
from numpy.typing import NDArray

from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.roads import CLOSED_MS
from geo.site import Anchor, Site, arrivals, departures

Int64s = NDArray[np.int64]
Spot = tuple[int, int]
"""``cost in ms << 32 | rank`` of one or two nodes; -1 for no second one."""

NOWHERE: Spot = (-1, -1)


def spot_of(
    hierarchy: Hierarchy, metric: Metric, where: int | Site, cost_ms: int, *, leaves: bool
) -> Spot | None:
    """Find ranks and costs of the ends of a place that somebody leaves, or arrives at; None when it is cut off."""
    rank = hierarchy.topology.rank_of
    if not isinstance(where, Site):
        return cost_ms << 32 | rank[where], -1
    ends: tuple[Anchor, ...] = (departures if leaves else arrivals)(
        where, hierarchy.network, metric.weight_ms
    )
    if not ends:
        return None
    packed = [min(CLOSED_MS, travel + cost_ms) << 32 | rank[node] for node, travel, _ in ends]
    return packed[0], packed[1] if len(packed) > 1 else -1
