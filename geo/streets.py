"""The streets as lines on the ground, and the nearest of them that is open."""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import NoStreetError
from geo.place import LocalPlane
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site

NO_STREET = "the network has no open street to snap to"
ROUND_THE_EARTH_M = 2e8
NEIGHBOURS_M = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Snap:
    """Points of the streets nearest to given points; all arrays of shape (points,).

    Attributes
    ----------
    arc : ndarray of int64
        The arc; of a two-way street the lower number that is open.
    fraction : ndarray of float64
        How far along the arc, 0 at its tail to 1 at its head.
    offset_m : ndarray of float64
        Distance from the given point to the street.
    """

    arc: NDArray[np.int64]
    fraction: NDArray[np.float64]
    offset_m: NDArray[np.float64]


class Streets:
    """The streets of a network as lines on the ground.

    A street closed in both directions is passed over, by the travel times that are asked with: those of the
    network, or those in force.

    Parameters
    ----------
    network : RoadNetwork
        Any, also an empty one.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.plane = LocalPlane(
            float(np.mean(network.lon)) if network.node_count else 0.0,
            float(np.mean(network.lat)) if network.node_count else 0.0,
        )
        self.twin = _twins(network)
        """The same street in the other direction for each arc, shape (arcs,); -1 for one way."""
        stands_for_both = (self.twin < 0) | (np.arange(network.arc_count) < self.twin)
        self._streets = np.nonzero(stands_for_both)[0]
        self._lines = self._street_lines()

    def snap(self, lon: ArrayLike, lat: ArrayLike, weight_ms: NDArray[np.int32] | None = None) -> Snap:
        """Find the nearest street of each point.

        Parameters
        ----------
        lon, lat : array_like of float, shape (points,)
            Degrees.
        weight_ms : ndarray of int32, shape (arcs,), optional
            Travel times in force, which tell what is closed; without them those of the network.

        Returns
        -------
        Snap
            Empty for no points; the street of the lowest arc among equals.

        Raises
        ------
        NoStreetError
            When the network has no open street at all.
        """
        weights = self.network.weight_ms if weight_ms is None else weight_ms
        points = shapely.points(*self.plane.to_xy(np.atleast_1d(lon), np.atleast_1d(lat)))
        found = self._nearest_open(points, weights)
        line, arc = self._lines[found], self._streets[found].astype(np.int64)
        along = np.nan_to_num(shapely.line_locate_point(line, points, normalized=True))
        fraction = np.clip(along, 0.0, 1.0)  # a street of no length has no number
        turned = weights[arc] >= CLOSED_MS  # open in the other direction alone
        arc[turned], fraction[turned] = self.twin[arc[turned]], 1 - fraction[turned]
        return Snap(arc, fraction, shapely.distance(line, points))

    def _nearest_open(self, points: NDArray[Any], weight_ms: NDArray[np.int32]) -> NDArray[np.int64]:
        """Position of the nearest open line of each point, the lowest among equals."""
        if not len(self._streets):
            raise NoStreetError(NO_STREET)
        x, y = shapely.get_x(points) // NEIGHBOURS_M, shapely.get_y(points) // NEIGHBOURS_M
        order = np.lexsort((x, y))  # neighbours pass the same part of the tree
        asked, lines = self._tree.query_nearest(points[order])
        asked = order[asked]
        best = np.full(len(points), -1, np.int64)
        least = np.full(len(points), np.inf)
        np.minimum.at(least, asked, shapely.distance(self._lines[lines], points[asked]))
        _take_lowest(best, asked, lines, self._is_open(lines, weight_ms))
        reach_m = 2 * least + 1
        while len(missing := np.nonzero(best < 0)[0]):
            if reach_m[missing].min() > ROUND_THE_EARTH_M:
                raise NoStreetError(NO_STREET)
            position, lines = self._tree.query(points[missing], "dwithin", reach_m[missing])
            is_open = self._is_open(lines, weight_ms)
            asked, lines = missing[position[is_open]], lines[is_open]
            apart_m = shapely.distance(self._lines[lines], points[asked])
            least[missing] = np.inf
            np.minimum.at(least, asked, apart_m)
            _take_lowest(best, asked, lines, apart_m == least[asked])
            reach_m[missing] *= 4
        return best

    def _is_open(self, lines: NDArray[np.int64], weight_ms: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell which lines may be travelled in one direction at least."""
        arc = self._streets[lines]
        twin = self.twin[arc]
        open_there: NDArray[np.bool_] = (weight_ms[arc] < CLOSED_MS) | (
            (twin >= 0) & (weight_ms[twin] < CLOSED_MS)
        )
        return open_there

    def node_of(self, lon: float, lat: float) -> int:
        """Find the nearest node that a street of the network touches which is open there.

        Raises
        ------
        NoStreetError
            When the network has no open street at all.
        """
        nodes, tree = self._node_tree
        if not len(nodes):
            raise NoStreetError("the network has no open street with a node to stand at")
        x, y = self.plane.to_xy(lon, lat)
        return int(nodes[np.min(tree.query_nearest(shapely.Point(float(x), float(y))))])

    def site(
        self,
        lon: float,
        lat: float,
        *,
        walk_m_per_s: float,
        reach_m: float,
        weight_ms: NDArray[np.int32] | None = None,
    ) -> Site:
        """Join a point with its street, as `snap` does for many.

        Parameters
        ----------
        lon, lat : float
            Degrees.
        walk_m_per_s : float
            Pace between the point and the street.
        reach_m : float
            Farthest street allowed.
        weight_ms : ndarray of int32, shape (arcs,), optional
            As for `snap`.

        Raises
        ------
        NoStreetError
            When the point has no street within `reach_m`.
        """
        weights = self.network.weight_ms if weight_ms is None else weight_ms
        point = shapely.points(*self.plane.to_xy(lon, lat))
        nearest = self._tree.query_nearest(point) if len(self._streets) else []
        found = np.min(nearest, initial=len(self._streets))
        if found == len(self._streets) or weights[self._streets[found]] >= CLOSED_MS:
            snap = self.snap(lon, lat, weight_ms)  # the long way
            arc, fraction, offset_m = int(snap.arc[0]), float(snap.fraction[0]), float(snap.offset_m[0])
        else:
            line, arc = self._lines[found], int(self._streets[found])
            offset_m = float(shapely.distance(line, point))
            along = float(shapely.line_locate_point(line, point, normalized=True))
            fraction = 0.0 if isnan(along) else min(1.0, max(0.0, along))
        if offset_m > reach_m:
            told = f"the nearest street of {lon}, {lat} is {offset_m:.0f} m away"
            raise NoStreetError(f"{told}; allowed are {reach_m:.0f} m")
        return Site(arc, int(self.twin[arc]), fraction, round(offset_m / walk_m_per_s * 1000))

    @cached_property
    def _tree(self) -> Any:  # noqa: ANN401 - shapely has no types
        """Index of the lines."""
        return shapely.STRtree(self._lines)

    @cached_property
    def _node_tree(self) -> tuple[NDArray[np.int64], Any]:
        """Nodes that an open street touches, and an index of them."""
        network = self.network
        arcs = np.nonzero(network.weight_ms < CLOSED_MS)[0]
        nodes = np.unique(np.append(network.tail[arcs], network.head[arcs])).astype(np.int64)
        return nodes, shapely.STRtree(
            shapely.points(*self.plane.to_xy(network.lon[nodes], network.lat[nodes]))
        )

    def _street_lines(self) -> NDArray[Any]:
        """Lines of the streets in metres."""
        if not len(self._streets):
            return np.empty(0, object)
        lon, lat, first = self.network.polylines
        count = np.diff(first)[self._streets]
        start = np.repeat(first[:-1][self._streets] - (np.cumsum(count) - count), count)
        point = start + np.arange(len(start))
        xy = np.column_stack(self.plane.to_xy(lon[point], lat[point]))
        lines: NDArray[Any] = shapely.linestrings(xy, indices=np.repeat(np.arange(len(count)), count))
        return lines


def _take_lowest(
    best: NDArray[np.int64], asked: NDArray[np.int64], lines: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> None:
    """Give each point the lowest of the chosen lines, if there is one."""
    asked, lines = asked[chosen], lines[chosen]
    order = np.lexsort((lines, asked))
    first = order[np.unique(asked[order], return_index=True)[1]]
    best[asked[first]] = lines[first]


def _twins(network: RoadNetwork) -> NDArray[np.int64]:
    """Pair each arc with an arc of the same shape in the other direction."""
    twin = np.full(network.arc_count, -1, np.int64)
    if not network.arc_count:
        return twin
    lon, lat, first = network.polylines
    east, north = (np.rint(degrees * 1e7).astype(np.int64) for degrees in (lon, lat))
    second, before_last = first[:-1] + 1, first[1:] - 2
    turned = np.where(
        network.tail == network.head,
        (east[second] > east[before_last]) | (north[second] > north[before_last]),
        network.tail > network.head,
    )
    key = np.column_stack(
        (
            np.minimum(network.tail, network.head),
            np.maximum(network.tail, network.head),
            np.diff(first),
            np.add.reduceat(east, first[:-1]),
            np.add.reduceat(north, first[:-1]),
        )
    )
    shape = np.unique(key, axis=0, return_inverse=True)[1].reshape(-1)
    forth, back = _numbered(shape, ~turned), _numbered(shape, turned)
    _, at_forth, at_back = np.intersect1d(forth[1], back[1], assume_unique=True, return_indices=True)
    twin[forth[0][at_forth]], twin[back[0][at_back]] = back[0][at_back], forth[0][at_forth]
    return twin


def _numbered(
    shape: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Arcs sorted by shape, and a key of shape and place among the arcs of the same shape."""
    arcs = np.nonzero(chosen)[0]
    arcs = arcs[np.argsort(shape[arcs], kind="stable")]
    group = shape[arcs]
    place = np.arange(len(arcs)) - np.searchsorted(group, group, side="left")
    return arcs, group * (len(shape) + 1) + place
