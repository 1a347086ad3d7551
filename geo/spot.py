"""Where a place lies in the hierarchy: one or two ranks with the time from there, packed for the kernels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Anchor, Site, arrivals, check_within, departures

Int64s = NDArray[np.int64]
Spot = tuple[int, int]
"""``cost in ms << 32 | rank`` of one or two nodes; -1 for no second one."""

NOWHERE: Spot = (-1, -1)

Questions = tuple[Int64s, Int64s]
"""Rows of the answers, shape (questions,), and the spots they are for, shape (questions, 2), best by rank."""


def starts_of(nodes: ArrayLike | Sequence[Site], network: RoadNetwork) -> Int64s | list[Site]:
    """Tell nodes from sites, and refuse strangers."""
    if isinstance(nodes, Sequence) and len(nodes) and isinstance(nodes[0], Site):
        sites = [site for site in nodes if isinstance(site, Site)]
        for site in sites:
            check_within(site, network)
        if len(sites) < len(nodes):
            raise BadNetworkError("nodes and sites are mixed; ask for nodes alone or for sites alone")
        return sites
    starts = np.atleast_1d(np.asarray(nodes, np.int64))
    for node in (starts.min(), starts.max()) if len(starts) else ():
        check_within(int(node), network)
    return starts


def questions_of(ranks: NDArray[np.int32]) -> Questions:
    """Make questions at nodes, one row each."""
    asked = np.sort(ranks.astype(np.int64) << 32 | np.arange(len(ranks)))
    return asked & 0xFFFFFFFF, np.column_stack((asked >> 32, np.full(len(asked), -1)))


def questions_at(spots: list[Spot | None]) -> Questions:
    """Make questions at spots, one row each; what is cut off is left out."""
    asked = sorted((spot[0] & 0xFFFFFFFF, row, *spot) for row, spot in enumerate(spots) if spot)
    table = np.array(asked, np.int64).reshape(-1, 4)
    return np.ascontiguousarray(table[:, 1]), np.ascontiguousarray(table[:, 2:])


def spot_of(
    hierarchy: Hierarchy, metric: Metric, where: int | Site, cost_ms: int, *, leaves: bool
) -> Spot | None:
    """Find ranks and costs of the ends of a place that somebody leaves, or arrives at; None when it is cut off."""
    rank = hierarchy.topology.rank_of
    if not isinstance(where, Site):
        return cost_ms << 32 | (rank if leaves else hierarchy.arrival_rank_of)[where], -1
    ends: tuple[Anchor, ...] = (departures if leaves else arrivals)(
        where, hierarchy.network, metric.weight_ms
    )
    if not ends:
        return None
    packed = [min(CLOSED_MS, travel + cost_ms) << 32 | rank[node] for node, travel, _ in ends]
    return packed[0], packed[1] if len(packed) > 1 else -1
