"""Reach: the nearest source of every node, and what piers offer on the way to one."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo._kernels.sweeps import spread, sweep
from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.roads import CLOSED_MS
from geo.site import Site, check_within

Int64s: TypeAlias = NDArray[np.int64]
UNREACHED = -1
"""Travel time and owner of a node that no source reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class Quay:
    """What a pier offers to those who come to it: who is there by ``ready_ms`` arrives after ``total_ms``.

    Attributes
    ----------
    node_ms : ndarray of int64, shape (nodes,)
        Street time from each node to the pier, or `UNREACHED`.
    ready_ms, total_ms : ndarray of int64, shape (boats,)
        Counted from the start of the search, both rising.
    berth : int or Site
        Where the pier is joined with the streets.
    """

    node_ms: Int64s
    ready_ms: Int64s
    total_ms: Int64s
    berth: int | Site

    def onward_ms(self, pier_ms: Int64s) -> Int64s:
        """Whole time of those who reach the pier after `pier_ms`; `CLOSED_MS` when the last boat is gone."""
        boat = np.searchsorted(self.ready_ms, pier_ms, side="left")
        total: Int64s = np.append(self.total_ms, CLOSED_MS)[boat]
        return total

    def latest_ms(self, limit_ms: int) -> int:
        """Tell by when to be at the pier to arrive within a limit; -1 when no boat does."""
        boats = int(np.searchsorted(self.total_ms, limit_ms, side="right"))
        return int(self.ready_ms[boats - 1]) if boats else -1


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Time of every node from or to the nearest source; going to a source, boats are told by `quays`.

    ``landed`` are the piers that a source reaches by boat, each with the time there.
    """

    node_ms: Int64s
    quays: tuple[Quay, ...] = ()
    landed: tuple[tuple[int | Site, int], ...] = ()

    def left_ms(self, limit_ms: int) -> Int64s:
        """Time left at each node of a limit, by street or by the last boat that is in time; -1 for none."""
        left = np.where(self.node_ms == UNREACHED, -1, limit_ms - self.node_ms)
        for quay in self.quays:
            by_boat = quay.latest_ms(limit_ms) - quay.node_ms
            left = np.maximum(left, np.where(quay.node_ms == UNREACHED, -1, by_boat))
        return np.maximum(left, -1)


def coverage(
    hierarchy: Hierarchy, sources: ArrayLike, *, inbound: bool = False, cost_ms: ArrayLike | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find the nearest source of every node.

    Parameters
    ----------
    hierarchy : Hierarchy
        The streets and their travel times.
    sources : array_like of int, shape (sources,)
        Nodes; several sources may share one.
    inbound : bool
        False: everybody travels to the source. True: the source travels to everybody.
    cost_ms : array_like of int, shape (sources,), optional
        Time added to each source, zero or more.

    Returns
    -------
    travel_ms : ndarray of int32, shape (nodes,)
        Milliseconds, or `UNREACHED`.
    owner : ndarray of int32, shape (nodes,)
        Position of the nearest source in `sources`, the lowest among equals, or `UNREACHED`.
        Without sources every node is unreached.
    """
    nodes = np.atleast_1d(np.asarray(sources, np.int64))
    costs = np.zeros(len(nodes), np.int64) if cost_ms is None else np.asarray(cost_ms, np.int64)
    for node in (nodes.min(), nodes.max()) if len(nodes) else ():
        check_within(int(node), hierarchy.network)
    if costs.shape != nodes.shape or (len(costs) and costs.min() < 0):
        raise BadNetworkError("cost_ms must hold one number, zero or more, for each source")
    keys = np.minimum(costs, CLOSED_MS) << 32 | np.arange(len(nodes))
    arrival = hierarchy.network.arrival
    if arrival is None:
        return _swept(hierarchy, hierarchy.metric, nodes, keys, inbound=inbound)
    ends = nodes if inbound else arrival[nodes].astype(np.int64)
    travel, owner = _swept(hierarchy, hierarchy.metric, ends, keys, inbound=inbound)
    return (travel[arrival], owner[arrival]) if inbound else (travel, owner)


def _swept(
    hierarchy: Hierarchy, metric: Metric, nodes: NDArray[np.int64], keys: NDArray[np.int64], *, inbound: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Travel time and owner of every node."""
    topology = hierarchy.topology
    best = np.empty(len(topology.rank), np.int64)
    ranks = topology.rank[nodes].astype(np.int64)
    side = 0 if inbound else 1
    sweep(ranks, keys, topology.up_first, topology.up_head, metric.weights, side, best)
    travel, owner = np.empty(len(best), np.int32), np.empty(len(best), np.int32)
    spread(topology.rank, best, travel, owner)
    return travel, owner
