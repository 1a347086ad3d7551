"""Travel times, matrices, and routes with shape, street names and turns."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.hierarchy import Hierarchy
from geo.itinerary import Piece, Route, Step, describe, standing
from geo.roads import CLOSED_MS
from geo.site import NOWHERE, Anchor, Site, along_ms, arrivals, departures, within

__all__ = ["UNREACHABLE_MS", "Route", "Router", "Step"]

UNREACHABLE_MS = -1
"""Travel time in arrays where no way leads; single answers say None."""


class Router:
    """Travel times and routes over a hierarchy, from node or site to node or site."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy

    def travel_ms(self, source: int | Site, target: int | Site) -> int | None:
        """Tell the travel time in milliseconds, or None when no way leads to the target."""
        best, _, _ = self._ends(source, target)
        if isinstance(source, Site) and isinstance(target, Site):
            best = min(best, along_ms(source, target, self.hierarchy.weight_ms))
        return best if best < CLOSED_MS else None

    def travel_ms_many(self, sources: ArrayLike, targets: ArrayLike) -> NDArray[np.int32]:
        """Tell the travel time of each pair of nodes, shape (pairs,); `UNREACHABLE_MS` without a way."""
        pairs = zip(np.atleast_1d(sources).tolist(), np.atleast_1d(targets).tolist(), strict=True)
        times = (self.travel_ms(source, target) for source, target in pairs)
        return np.array([UNREACHABLE_MS if time is None else time for time in times], np.int32)

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
        ends = np.atleast_1d(np.asarray(targets, np.int64))
        starts = np.atleast_1d(np.asarray(sources, np.int64))
        table = np.empty((len(starts), len(ends)), np.int32)
        for row, source in enumerate(starts.tolist()):
            table[row] = self.hierarchy.distances(((source, 0, -1),), inbound=False)[0][ends]
        table[table >= CLOSED_MS] = UNREACHABLE_MS
        return table

    def route(self, source: int | Site, target: int | Site) -> Route | None:
        """Find a shortest way with its shape and turns, or None when no way leads to the target."""
        network, weight_ms = self.hierarchy.network, self.hierarchy.weight_ms
        best, start, end = self._ends(source, target)
        walk_ms = sum(where.walk_ms for where in (source, target) if isinstance(where, Site))
        if isinstance(source, Site) and isinstance(target, Site):
            direct = along_ms(source, target, weight_ms)
            if direct < CLOSED_MS and direct <= best:
                return describe(network, [Piece(*within(source, target, weight_ms))], walk_ms)
        if best >= CLOSED_MS:
            return None
        between = [Piece(arc, 0, 1, int(weight_ms[arc])) for arc in self._arcs(start[0], end[0])]
        pieces = [*_leaving(source, start), *between, *_arriving(target, end)]
        return describe(network, pieces, walk_ms) if pieces else standing(network, start[0], best)

    def _ends(self, source: int | Site, target: int | Site) -> tuple[int, Anchor, Anchor]:
        """Shortest time over the nodes next to both, and those nodes; `CLOSED_MS` without a way."""
        network, weight_ms = self.hierarchy.network, self.hierarchy.weight_ms
        best = (CLOSED_MS, NOWHERE, NOWHERE)
        for start in departures(source, network, weight_ms):
            dist, _ = self.hierarchy.distances((start,), inbound=False)
            for end in arrivals(target, network, weight_ms):
                best = min(best, (int(dist[end[0]]) + end[1], start, end))
        return best

    def _arcs(self, source: int, target: int) -> list[int]:
        """Arcs of a shortest way between two nodes that are joined."""
        _, entry = self.hierarchy.distances(((source, 0, -1),), inbound=False)
        arcs: list[int] = []
        while target != source:
            arcs.append(int(entry[target]))
            target = int(self.hierarchy.network.tail[arcs[-1]])
        return arcs[::-1]


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
