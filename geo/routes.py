"""Travel times, matrices, and routes with shape, street names and turns."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo._kernels.doors import join_doors
from geo._kernels.paths import way
from geo._kernels.rows import distance_one, distance_pairs, distance_table, shared_size
from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.itinerary import Piece, Route, Step, describe, standing
from geo.metric import Metric
from geo.roads import CLOSED_MS
from geo.site import NOWHERE, Anchor, Site, along_ms, arrivals, check_within, departures, within

__all__ = ["UNREACHABLE_MS", "Route", "Router", "Step"]

UNREACHABLE_MS = -1
"""Travel time in arrays where no way leads; single answers say None."""


class Router:
    """Travel times and routes over a hierarchy, from node or site to node or site."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self._rank = hierarchy.topology.rank_of

    def travel_ms(self, source: int | Site, target: int | Site) -> int | None:
        """Tell the travel time in milliseconds, or None when no way leads to the target."""
        metric = self.hierarchy.metric
        best, _, _ = self._ends(metric, source, target)
        if isinstance(source, Site) and isinstance(target, Site):
            best = min(best, along_ms(source, target, metric.weight_ms))
        return best if best < CLOSED_MS else None

    def travel_ms_many(self, sources: ArrayLike, targets: ArrayLike) -> NDArray[np.int32]:
        """Tell the travel time of each pair of nodes, shape (pairs,); `UNREACHABLE_MS` without a way."""
        starts, ends = self._ranks(sources), self._ranks(targets, arriving=True)
        if starts.shape != ends.shape:
            raise BadNetworkError(f"{len(starts)} sources and {len(ends)} targets make no pairs")
        metric = self.hierarchy.metric
        travel = np.empty(len(starts), np.int32)
        distance_pairs(metric.address, starts, ends, travel)
        return travel

    def matrix_ms(self, sources: ArrayLike, targets: ArrayLike) -> NDArray[np.int32]:
        """Tell the travel times from each source to each target.

        Parameters
        ----------
        sources, targets : array_like of int
            Nodes.

        Returns
        -------
        ndarray of int32, shape (sources, targets)
            Milliseconds; `UNREACHABLE_MS` without a way.
        """
        metric = self.hierarchy.metric
        starts = _sorted_with_place(self._ranks(sources))
        ends = _sorted_with_place(self._ranks(targets, arriving=True))
        table = np.empty((len(starts), len(ends)), np.int32)
        distance_table(metric.address, starts, ends, table)
        return table

    def doors_ms(self, sites: Sequence[Site], metric: Metric | None = None) -> NDArray[np.int32]:
        """Tell the travel times from each site to each, doors and one street shared included.

        Parameters
        ----------
        sites : sequence of Site
        metric : Metric, optional
            Other travel times of the same hierarchy than those in force.

        Returns
        -------
        ndarray of int32, shape (sites, sites)
            Milliseconds, as `travel_ms` tells them one by one, and zero from a site to itself; `UNREACHABLE_MS`
            without a way.

        Raises
        ------
        BadNetworkError
            For a site outside the network.
        """
        for site in sites:
            self._check(site)
        network, metric = self.hierarchy.network, metric or self.hierarchy.metric
        out_node, out_ms = _ends_of(sites, lambda s: departures(s, network, metric.weight_ms))
        in_node, in_ms = _ends_of(sites, lambda s: arrivals(s, network, metric.weight_ms))
        starts, out_row = _numbered(out_node)
        ends, in_column = _numbered(in_node)
        table = np.empty((len(starts), len(ends)), np.int32)
        ranks = self.hierarchy.topology.rank
        begin, stop = (_sorted_with_place(ranks[nodes].astype(np.int64)) for nodes in (starts, ends))
        distance_table(metric.address, begin, stop, table)
        travel = np.empty((len(sites), len(sites)), np.int32)
        join_doors(table, out_row, out_ms, in_column, in_ms, travel)
        for i, j in _neighbours(sites):
            along = along_ms(sites[i], sites[j], metric.weight_ms)
            if along < CLOSED_MS and not 0 <= travel[i, j] <= along:
                travel[i, j] = along
        np.fill_diagonal(travel, 0)
        return travel

    def route(self, source: int | Site, target: int | Site) -> Route | None:
        """Find a shortest way with its shape and turns, or None when no way leads to the target."""
        network, metric = self.hierarchy.network, self.hierarchy.metric
        weight_ms = metric.weight_ms
        best, start, end = self._ends(metric, source, target)
        walk_ms = sum(where.walk_ms for where in (source, target) if isinstance(where, Site))
        if isinstance(source, Site) and isinstance(target, Site):
            direct = along_ms(source, target, weight_ms)
            if direct < CLOSED_MS and direct <= best:
                return describe(network, [Piece(*within(source, target, weight_ms))], walk_ms)
        if best >= CLOSED_MS:
            return None
        arcs = self._arcs(metric, start[0], end[0])
        between = [Piece(arc, 0, 1, int(weight_ms[arc])) for arc in arcs if not network.is_joint(arc)]
        pieces = [*_leaving(source, start), *between, *_arriving(target, end)]
        return describe(network, pieces, walk_ms) if pieces else standing(network, start[0], best)

    def _ends(self, metric: Metric, source: int | Site, target: int | Site) -> tuple[int, Anchor, Anchor]:
        """Shortest time over the nodes next to both, and those nodes; `CLOSED_MS` without a way."""
        network = self.hierarchy.network
        self._check(source)
        self._check(target)
        best = (CLOSED_MS, NOWHERE, NOWHERE)
        for start in departures(source, network, metric.weight_ms):
            for end in arrivals(target, network, metric.weight_ms):
                between = distance_one(metric.address, self._rank[start[0]], self._rank[end[0]])
                best = min(best, (start[1] + between + end[1], start, end))
        return best

    def _arcs(self, metric: Metric, source: int, target: int) -> list[int]:
        """Arcs of a shortest way between two nodes that are joined."""
        topology = self.hierarchy.topology
        start, end = self._rank[source], self._rank[target]
        shared = shared_size(
            int(topology.record[2 * start + 1]), int(topology.record[2 * end + 1]), topology.lists
        )
        graph = topology.up_first, topology.up_head, topology.up_depth, topology.up_tail, topology.parent
        down = topology.down_first, topology.down_tail, topology.down_arc
        slots = way(start, end, shared, topology.depth, graph, down, metric.weights, metric.base)
        arcs, first = topology.arcs_by_slot
        route = []
        for slot in slots.tolist():
            parallel = arcs[first[slot] : first[slot + 1]]
            route.append(int(parallel[np.argmin(metric.weight_ms[parallel])]))
        return route

    def _ranks(self, nodes: ArrayLike, *, arriving: bool = False) -> NDArray[np.int64]:
        """Ranks of nodes where one sets out, or arrives."""
        wanted = np.atleast_1d(np.asarray(nodes, np.int64))
        for node in (wanted.min(), wanted.max()) if len(wanted) else ():
            self._check(int(node))
        ranks = self.hierarchy.arrival_rank if arriving else self.hierarchy.topology.rank
        return ranks[wanted].astype(np.int64)

    def _check(self, where: int | Site) -> None:
        """Refuse a place outside the network."""
        check_within(where, self.hierarchy.network)


def _sorted_with_place(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ranks, ascending, each with where it came from: ``rank << 32 | place``."""
    return np.sort(ranks << 32 | np.arange(len(ranks)))


def _ends_of(
    sites: Sequence[Site], ends: Callable[[Site], tuple[Anchor, ...]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Nodes next to each site and the time to them, both of shape (sites, 2); -1 for a node that is not there."""
    nodes = np.full((len(sites), 2), -1, np.int64)
    times = np.full((len(sites), 2), CLOSED_MS, np.int64)
    for i, site in enumerate(sites):
        for j, (node, time_ms, _) in enumerate(ends(site)):
            nodes[i, j], times[i, j] = node, time_ms
    return nodes, times


def _numbered(nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different nodes, ascending, and the position of each among them; -1 stays."""
    known = np.unique(nodes[nodes >= 0])
    return known, np.where(nodes >= 0, np.searchsorted(known, nodes), -1)


def _neighbours(sites: Sequence[Site]) -> list[tuple[int, int]]:
    """Pairs of different sites on one street."""
    by_street: dict[int, list[int]] = {}
    for i, site in enumerate(sites):
        by_street.setdefault(min(site.arc, site.twin) if site.twin >= 0 else site.arc, []).append(i)
    return [(i, j) for here in by_street.values() for i in here for j in here if i != j]


def _leaving(source: int | Site, start: Anchor) -> list[Piece]:
    """Part of the street of the source that is travelled; none when it stands at the node."""
    if not isinstance(source, Site):
        return []
    begin = source.fraction if start[2] == source.arc else 1 - source.fraction
    return [Piece(start[2], begin, 1, start[1] - source.walk_ms)] if begin < 1 else []


def _arriving(target: int | Site, end: Anchor) -> list[Piece]:
    """Part of the street of the target that is travelled; none when it stands at the node."""
    if not isinstance(target, Site):
        return []
    stop = target.fraction if end[2] == target.arc else 1 - target.fraction
    return [Piece(end[2], 0, stop, end[1] - target.walk_ms)] if stop > 0 else []
