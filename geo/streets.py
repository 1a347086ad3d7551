"""The streets somebody can stand beside, and the one a door opens to."""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import NoStreetError
from geo.place import LocalPlane
from geo.pockets import parts
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site
from geo.street_lines import Lines, StreetLines, Weights

NO_STREET = "the network has no open street to snap to"
MAIN_SHARE = 0.25
"""Streets that hang together are a main part when they are this share of the longest part or more."""
ROUND_M = 100.0
"""A street without a wall before it is taken instead of the nearest one when it is not farther away than so much more."""
KERB_M = 0.5
"""Walks end so much before their street: walls are drawn up to its very line."""


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
    network, or those in force. So are tunnels and others without doors, and streets beyond water or a railway;
    those beyond a wall where another is near, and small parts of the network, or streets that cannot be both
    entered and left, where the rest is in reach.

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
        self.twin = _twins(network) if network.twin is None else network.twin.astype(np.int64)
        """The same street in the other direction for each arc, shape (arcs,); -1 for one way."""
        arcs = network.streets
        arcs = arcs[(self.twin[arcs] < 0) | (arcs < self.twin[arcs])]
        arcs = arcs if network.has_doors is None else arcs[network.has_doors[arcs]]
        is_main = _is_main(network)[arcs]
        self._main = StreetLines(network, self.plane, arcs[is_main], self.twin)
        self._minor = StreetLines(network, self.plane, arcs[~is_main], self.twin)
        self._bars = network.bars.on(self.plane)

    @property
    def separate_m(self) -> float:
        """Length of the streets that belong to no main part of the network, each once."""
        return float(self.network.length_m[self._minor.arcs].sum())

    def snap(
        self, lon: ArrayLike, lat: ArrayLike, weight_ms: Weights | None = None, *, across: bool = False
    ) -> Snap:
        """Find the street of each point.

        Parameters
        ----------
        lon, lat : array_like of float, shape (points,)
            Degrees.
        weight_ms : ndarray of int32, shape (arcs,), optional
            Travel times in force, which tell what is closed; without them those of the network.
        across : bool
            True: water, railways and walls between a point and its street do not matter, as for a pier.

        Returns
        -------
        Snap
            Empty for no points; the street of the lowest arc among equals. Where only streets beyond water or a
            railway are near, the nearest of them at an infinite distance.

        Raises
        ------
        NoStreetError
            When the network has no open street at all.
        """
        weights = self.network.weight_ms if weight_ms is None else weight_ms
        points = shapely.points(*self.plane.to_xy(np.atleast_1d(lon), np.atleast_1d(lat)))
        arc, line, offset_m = self._nearest(points, weights)
        if not across and len(self._bars.lines):
            self._go_round(points, weights, (arc, line, offset_m))
        along = np.nan_to_num(shapely.line_locate_point(line, points, normalized=True))
        fraction = np.clip(along, 0.0, 1.0)  # a street of no length has no number
        turned = weights[arc] >= CLOSED_MS  # open in the other direction alone
        arc[turned], fraction[turned] = self.twin[arc[turned]], 1 - fraction[turned]
        return Snap(arc, fraction, offset_m)

    def _nearest(
        self, points: Lines, weight_ms: Weights
    ) -> tuple[NDArray[np.int64], Lines, NDArray[np.float64]]:
        """Arc, line and distance of the nearest street; of a minor part where no other is in reach."""
        arc, line, offset_m = _of(self._main, *self._main.nearest(points, weight_ms))
        far = np.flatnonzero(offset_m > self.network.last_m) if len(self._minor) else np.empty(0, np.int64)
        if len(far):
            minor = _of(self._minor, *self._minor.nearest(points[far], weight_ms))
            nearer = minor[2] < offset_m[far]
            for column, other in zip((arc, line, offset_m), minor, strict=True):
                column[far[nearer]] = other[nearer]
        if not np.isfinite(offset_m).all():
            raise NoStreetError(NO_STREET)
        return arc, line, offset_m

    def _go_round(
        self, points: Lines, weight_ms: Weights, found: tuple[NDArray[np.int64], Lines, NDArray[np.float64]]
    ) -> None:
        """Give points whose straight walk is barred another street, or an infinite distance."""
        arc, line, offset_m = found
        hard, wall = self._bars.crossed(_walks(points, line))
        for each in np.flatnonzero(hard | wall).tolist():
            reach_m = (
                self.network.last_m if hard[each] else min(self.network.last_m, offset_m[each] + ROUND_M)
            )
            chosen = self._first_free(points[each], weight_ms, reach_m, past_walls=bool(hard[each]))
            if chosen is not None:
                arc[each], line[each], offset_m[each] = chosen
            elif hard[each]:
                offset_m[each] = np.inf

    def _first_free(
        self,
        point: Any,  # noqa: ANN401 - shapely has no types
        weight_ms: Weights,
        reach_m: float,
        *,
        past_walls: bool,
    ) -> tuple[int, Any, float] | None:
        """Find the nearest street within reach to which nothing bars the way, else a wall alone where allowed."""
        for some in (self._main, self._minor):
            position, offset_m = some.around(point, reach_m, weight_ms)
            if not len(position):
                continue
            lines = some.lines[position]
            hard, wall = self._bars.crossed(_walks(np.full(len(lines), point), lines))
            for free in (~hard & ~wall, ~hard & past_walls):
                if free.any():
                    first = int(np.argmax(free))
                    return int(some.arcs[position[first]]), lines[first], float(offset_m[first])
        return None

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
        weight_ms: Weights | None = None,
        across: bool = False,
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
        across : bool
            As for `snap`.

        Raises
        ------
        NoStreetError
            When the point has no street within `reach_m`, or only beyond water or a railway.
        """
        weights = self.network.weight_ms if weight_ms is None else weight_ms
        found = self._quick(lon, lat, weights, across=across)
        if found is None:
            snap = self.snap(lon, lat, weight_ms, across=across)  # the long way
            found = int(snap.arc[0]), float(snap.fraction[0]), float(snap.offset_m[0])
        arc, fraction, offset_m = found
        if offset_m == np.inf:
            offset_m = float(self.snap(lon, lat, weight_ms, across=True).offset_m[0])
            if offset_m <= reach_m:
                told = f"the streets near {lon}, {lat} lie beyond water or a railway"
                raise NoStreetError(f"{told}; place the door on the side of its street")
        if offset_m > reach_m:
            told = f"the nearest street of {lon}, {lat} is {offset_m:.0f} m away"
            raise NoStreetError(f"{told}; allowed are {reach_m:.0f} m")
        return Site(arc, int(self.twin[arc]), fraction, round(offset_m / walk_m_per_s * 1000))

    def sites(
        self,
        lon: ArrayLike,
        lat: ArrayLike,
        *,
        walk_m_per_s: float,
        reach_m: float,
        weight_ms: Weights | None = None,
    ) -> list[Site | None]:
        """Join many points with their streets in one go; each as `site` does, None where that finds no street.

        Parameters
        ----------
        lon, lat : array_like of float, shape (points,)
            Degrees.
        walk_m_per_s, reach_m, weight_ms
            As for `site`.

        Returns
        -------
        list of Site or None
            One a point; empty for no points.
        """
        try:
            snap = self.snap(lon, lat, weight_ms)
        except NoStreetError:
            return [None] * np.size(lon)
        columns = (each.tolist() for each in (snap.arc, self.twin[snap.arc], snap.fraction, snap.offset_m))
        return [
            Site(arc, twin, fraction, round(offset_m / walk_m_per_s * 1000)) if offset_m <= reach_m else None
            for arc, twin, fraction, offset_m in zip(*columns, strict=True)
        ]

    def _quick(
        self, lon: float, lat: float, weight_ms: Weights, *, across: bool
    ) -> tuple[int, float, float] | None:
        """Join a point with the nearest street where that is open, in reach and not barred."""
        point = shapely.points(*self.plane.to_xy(lon, lat))
        main = self._main
        nearest = main.tree.query_nearest(point) if len(main) else []
        found = np.min(nearest, initial=len(main))
        if found == len(main) or weight_ms[main.arcs[found]] >= CLOSED_MS:
            return None
        line = main.lines[found]
        offset_m = float(shapely.distance(line, point))
        if len(self._minor) and offset_m > self.network.last_m:
            return None
        if not across and len(self._bars.lines):
            hard, wall = self._bars.crossed(_walks(np.array([point]), np.array([line])))
            if hard[0] or wall[0]:
                return None
        along = float(shapely.line_locate_point(line, point, normalized=True))
        return int(main.arcs[found]), 0.0 if isnan(along) else min(1.0, max(0.0, along)), offset_m

    @cached_property
    def _node_tree(self) -> tuple[NDArray[np.int64], Any]:
        """Nodes that an open street touches, and an index of them."""
        network = self.network
        arcs = np.nonzero(network.weight_ms < CLOSED_MS)[0]
        ends = np.append(network.tail[arcs], network.head[arcs]).astype(np.int64)
        nodes: NDArray[np.int64] = np.unique(ends if network.place is None else network.place[ends])
        return nodes, shapely.STRtree(
            shapely.points(*self.plane.to_xy(network.lon[nodes], network.lat[nodes]))
        )


def _of(
    some: StreetLines, position: NDArray[np.int64], offset_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], Lines, NDArray[np.float64]]:
    """Arcs, lines and distances of positions; arc -1 and no line where there is none."""
    if not len(some):
        return position, np.full(len(position), None, object), offset_m
    line = some.lines[position]
    line[position < 0] = None
    return np.where(position < 0, -1, some.arcs[position]), line, offset_m


def _walks(points: Lines, lines: Lines) -> Lines:
    """Straight walks from points to their nearest point on a line, cut short at the street."""
    ends = shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points))
    begin, end = shapely.get_coordinates(points), shapely.get_coordinates(ends)
    length_m = np.hypot(*(end - begin).T)
    share = np.maximum(0.0, 1 - KERB_M / np.maximum(length_m, KERB_M))
    stop = begin + (end - begin) * share[:, None]
    walks: Lines = shapely.linestrings(np.stack((begin, stop), axis=1))
    return walks


def _is_main(network: RoadNetwork) -> NDArray[np.bool_]:
    """Mark the arcs of the main parts of a network, shape (arcs,); a part is what can be entered and left."""
    ends = network.tail, network.head
    tail, head = ((end if network.place is None else network.place[end]).astype(np.int64) for end in ends)
    part = parts(tail, head, network.node_count, strong=True)
    arcs = network.streets
    arcs = arcs[part[tail[arcs]] == part[head[arcs]]]
    length_m = np.bincount(part[tail[arcs]], network.length_m[arcs], minlength=network.node_count)
    is_long = length_m >= MAIN_SHARE * length_m.max(initial=0.0)
    is_main: NDArray[np.bool_] = is_long[part[tail]] & (part[tail] == part[head])
    return is_main


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
