"""Lines of streets on the ground, and the nearest of them that is open."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.place import LocalPlane
from geo.roads import CLOSED_MS, RoadNetwork

ROUND_THE_EARTH_M = 2e8
NEIGHBOURS_M = 200.0

Lines = NDArray[Any]
Weights = NDArray[np.int32]


class Found(NamedTuple):
    """Nearest line of each point: position, and metres away; -1 and infinity where none is open."""

    position: NDArray[np.int64]
    offset_m: NDArray[np.float64]


class StreetLines:
    """Lines of some streets of a network.

    Parameters
    ----------
    network : RoadNetwork
    plane : LocalPlane
    arcs : ndarray of int64, shape (streets,)
        One arc for each street; may be empty.
    twin : ndarray of int64, shape (arcs of the network,)
        The other direction of each arc, or -1.
    """

    def __init__(
        self, network: RoadNetwork, plane: LocalPlane, arcs: NDArray[np.int64], twin: NDArray[np.int64]
    ) -> None:
        self.arcs = arcs
        self.twin = twin
        self.lines = _lines(network, plane, arcs)

    def __len__(self) -> int:
        return len(self.arcs)

    def is_open(self, position: NDArray[np.int64], weight_ms: Weights) -> NDArray[np.bool_]:
        """Tell which lines may be travelled in one direction at least."""
        arc = self.arcs[position]
        twin = self.twin[arc]
        open_there: NDArray[np.bool_] = (weight_ms[arc] < CLOSED_MS) | (
            (twin >= 0) & (weight_ms[twin] < CLOSED_MS)
        )
        return open_there

    def nearest(self, points: Lines, weight_ms: Weights) -> Found:
        """Find the nearest open line of each point, the lowest among equals."""
        best = np.full(len(points), -1, np.int64)
        least = np.full(len(points), np.inf)
        if not len(self.arcs) or not len(points):
            return Found(best, least)
        x, y = shapely.get_x(points) // NEIGHBOURS_M, shapely.get_y(points) // NEIGHBOURS_M
        order = np.lexsort((x, y))  # neighbours pass the same part of the tree
        asked, lines = self.tree.query_nearest(points[order])
        asked = order[asked]
        np.minimum.at(least, asked, shapely.distance(self.lines[lines], points[asked]))
        _take_lowest(best, asked, lines, self.is_open(lines, weight_ms))
        reach_m = 2 * least + 1
        while len(missing := np.nonzero(best < 0)[0]) and reach_m[missing].min() <= ROUND_THE_EARTH_M:
            position, lines = self.tree.query(points[missing], "dwithin", reach_m[missing])
            is_open = self.is_open(lines, weight_ms)
            asked, lines = missing[position[is_open]], lines[is_open]
            apart_m = shapely.distance(self.lines[lines], points[asked])
            least[missing] = np.inf
            np.minimum.at(least, asked, apart_m)
            _take_lowest(best, asked, lines, apart_m == least[asked])
            reach_m[missing] *= 4
        return Found(best, np.where(best < 0, np.inf, least))

    def around(self, point: Any, reach_m: float, weight_ms: Weights) -> Found:  # noqa: ANN401 - shapely has no types
        """List the open lines within reach of a point, the nearest first."""
        lines = (
            np.sort(self.tree.query(point, "dwithin", reach_m)) if len(self.arcs) else np.empty(0, np.int64)
        )
        lines = lines[self.is_open(lines, weight_ms)]
        offset_m = shapely.distance(self.lines[lines], point)
        order = np.argsort(offset_m, kind="stable")
        return Found(lines[order], offset_m[order])

    @cached_property
    def tree(self) -> Any:  # noqa: ANN401 - shapely has no types
        """Index of the lines."""
        return shapely.STRtree(self.lines)


def _lines(network: RoadNetwork, plane: LocalPlane, arcs: NDArray[np.int64]) -> Lines:
    """Lines of arcs in metres."""
    if not len(arcs):
        return np.empty(0, object)
    lon, lat, first = network.polylines
    count = np.diff(first)[arcs]
    start = np.repeat(first[:-1][arcs] - (np.cumsum(count) - count), count)
    point = start + np.arange(len(start))
    xy = np.column_stack(plane.to_xy(lon[point], lat[point]))
    ends = np.append(0, np.cumsum(count))
    lines: Lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (ends,))
    return lines


def _take_lowest(
    best: NDArray[np.int64], asked: NDArray[np.int64], lines: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> None:
    """Give each point the lowest of the chosen lines, if there is one."""
    asked, lines = asked[chosen], lines[chosen]
    order = np.lexsort((lines, asked))
    first = order[np.unique(asked[order], return_index=True)[1]]
    best[asked[first]] = lines[first]
