"""From points on the map to the streets: snapping, and search and routes from door to door."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadNetworkError, BadPlaceError, NoStreetError
from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.place import LocalPlane, LonLat
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import Route, Router
from geo.site import Site

WALK_M_PER_S = 1.2
"""Pace between door and street when none is stated; 4.3 km/h, an older pedestrian."""


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

    Parameters
    ----------
    network : RoadNetwork
        Closed arcs are left out.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.plane = LocalPlane(
            float(np.mean(network.lon)) if network.node_count else 0.0,
            float(np.mean(network.lat)) if network.node_count else 0.0,
        )
        self.twin = _twins(network)
        """The same street in the other direction for each arc, shape (arcs,); -1 for one way."""
        is_open = np.append(network.weight_ms < CLOSED_MS, False)
        stands_for_both = (np.arange(network.arc_count) < self.twin) | ~is_open[self.twin]
        self._streets = np.nonzero(is_open[:-1] & stands_for_both)[0]
        self._lines = self._street_lines()

    def snap(self, lon: ArrayLike, lat: ArrayLike) -> Snap:
        """Find the nearest street of each point.

        Parameters
        ----------
        lon, lat : array_like of float, shape (points,)
            Degrees.

        Returns
        -------
        Snap
            Empty for no points; the street of the lowest arc among equals.

        Raises
        ------
        NoStreetError
            When the network has no open street at all.
        """
        x, y = self.plane.to_xy(np.atleast_1d(lon), np.atleast_1d(lat))
        if not len(self._streets):
            raise NoStreetError("the network has no open street to snap to")
        points = shapely.points(x, y)
        asked, found = self._tree.query_nearest(points)
        order = np.lexsort((found, asked))
        first = order[np.unique(asked[order], return_index=True)[1]]
        line = self._lines[found[first]]
        fraction = shapely.line_locate_point(line, points, normalized=True)
        return Snap(
            self._streets[found[first]].astype(np.int64),
            np.clip(np.nan_to_num(fraction), 0.0, 1.0),
            shapely.distance(line, points),
        )

    def node_of(self, lon: float, lat: float) -> int:
        """Find the nearest node that an open street touches.

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

    def site(self, lon: float, lat: float, *, walk_m_per_s: float, reach_m: float) -> Site:
        """Join a point with its street, as `snap` does for many.

        Parameters
        ----------
        lon, lat : float
            Degrees.
        walk_m_per_s : float
            Pace between the point and the street.
        reach_m : float
            Farthest street allowed.

        Raises
        ------
        NoStreetError
            When the point has no street within `reach_m`.
        """
        if not len(self._streets):
            raise NoStreetError("the network has no open street to snap to")
        point = shapely.points(*self.plane.to_xy(lon, lat))
        found = int(self._tree.query_nearest(point).min())
        line = self._lines[found]
        offset_m = float(shapely.distance(line, point))
        if offset_m > reach_m:
            told = f"the nearest street of {lon}, {lat} is {offset_m:.0f} m away"
            raise NoStreetError(f"{told}; allowed are {reach_m:.0f} m")
        along = float(shapely.line_locate_point(line, point, normalized=True))
        arc = int(self._streets[found])
        fraction = 0.0 if isnan(along) else min(1.0, max(0.0, along))  # a street of no length has no number
        return Site(arc, int(self.twin[arc]), fraction, round(offset_m / walk_m_per_s * 1000))

    @cached_property
    def _tree(self) -> Any:  # noqa: ANN401 - shapely has no types
        """Index of the lines."""
        return shapely.STRtree(self._lines)

    @cached_property
    def _node_tree(self) -> tuple[NDArray[np.int64], Any]:
        """Nodes that an open street touches, and an index of them."""
        network = self.network
        nodes = np.unique(np.append(network.tail[self._streets], network.head[self._streets])).astype(
            np.int64
        )
        return nodes, shapely.STRtree(
            shapely.points(*self.plane.to_xy(network.lon[nodes], network.lat[nodes]))
        )

    def _street_lines(self) -> NDArray[Any]:
        """Lines of the open streets in metres."""
        if not len(self._streets):
            return np.empty(0, object)
        lon, lat, first = self.network.polylines
        count = np.diff(first)[self._streets]
        start = np.repeat(first[:-1][self._streets] - (np.cumsum(count) - count), count)
        point = start + np.arange(len(start))
        xy = np.column_stack(self.plane.to_xy(lon[point], lat[point]))
        lines: NDArray[Any] = shapely.linestrings(xy, indices=np.repeat(np.arange(len(count)), count))
        return lines


class PlaceIndex:
    """Members and questions at places on the map, joined with the streets.

    Parameters
    ----------
    streets : Streets
        The streets to snap to.
    hierarchy : Hierarchy
        Built over the same network.
    walk_m_per_s : float
        Pace between a door and its street.
    reach_m : float
        A place farther than this from every street is refused.
    """

    def __init__(
        self,
        streets: Streets,
        hierarchy: Hierarchy,
        *,
        walk_m_per_s: float = WALK_M_PER_S,
        reach_m: float = 1000.0,
    ) -> None:
        if streets.network.fingerprint != hierarchy.network.fingerprint:
            raise BadNetworkError("streets and hierarchy belong to different networks; build both over one")
        if not walk_m_per_s > 0:
            raise BadPlaceError(f"walk_m_per_s {walk_m_per_s!r} is no pace; allowed is more than zero")
        self.streets = streets
        self.members = NearestIndex(hierarchy)
        self.router = Router(hierarchy)
        self.walk_m_per_s = walk_m_per_s
        self.reach_m = reach_m

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, member: int) -> bool:
        return member in self.members

    def site(self, place: LonLat) -> Site:
        """Join a place with its street.

        Raises
        ------
        NoStreetError
            When no street lies within `reach_m`.
        """
        return self.streets.site(place.lon, place.lat, walk_m_per_s=self.walk_m_per_s, reach_m=self.reach_m)

    def insert(
        self,
        member: int,
        place: LonLat,
        categories: int | Iterable[int],
        *,
        cost_ms: int = 0,
        flags: int = 0,
    ) -> None:
        """Add a member at a place, or replace the one of the same number; see `NearestIndex.insert`."""
        self.members.insert(member, self.site(place), categories, cost_ms, flags)

    def move(self, member: int, place: LonLat) -> None:
        """Let a member stand at another place; `UnknownMemberError` when there is no such member."""
        self.members.move(member, self.site(place))

    def remove(self, member: int) -> None:
        """Take a member out; `UnknownMemberError` when there is no such member."""
        self.members.remove(member)

    def update(self, member: int, *, cost_ms: int | None = None, flags: int | None = None) -> None:
        """Change what a member adds to its travel time, or its flags."""
        self.members.update(member, cost_ms=cost_ms, flags=flags)

    def nearest(
        self,
        place: LonLat,
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the k members with the least travel time from door to door; see `NearestIndex.nearest`."""
        where = self.site(place)
        return self.members.nearest(where, category, k, flags=flags, limit_ms=limit_ms, inbound=inbound)

    def travel_ms(self, source: LonLat, target: LonLat) -> int | None:
        """Tell the travel time from door to door, or None when no way leads there."""
        return self.router.travel_ms(self.site(source), self.site(target))

    def route(self, source: LonLat, target: LonLat) -> Route | None:
        """Find a shortest way from door to door, or None when no way leads there."""
        return self.router.route(self.site(source), self.site(target))


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
