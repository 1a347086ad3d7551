"""What is reached within some minutes of a place: the very stretches of streets, and the area along them.

Stretches are exact: each street is cut where the time is up, from whichever end one comes. Boats count as they sail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from geo.crossing import FerryPlaces
from geo.place import LocalPlane, LonLat, great_circle_m
from geo.reach import Reach
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site, arrivals, departures
from geo.streets import Streets

Floats = NDArray[np.float64]
Int64s = NDArray[np.int64]

CELL_M = 60.0
"""Grain of the outline of an area."""
FINEST = 300
"""Cells along the longer side of an outline; a wider area is drawn coarser."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Parts of streets, each once whichever way it is travelled; no two of a street touch.

    Attributes
    ----------
    network : RoadNetwork
    arc : ndarray of int64, shape (stretches,)
        Ascending; of a two-way street the lower one.
    begin, end : ndarray of float64, shape (stretches,)
        Fractions of the arc, ``begin <= end``; equal where one gets to a corner and no farther.
    """

    network: RoadNetwork
    arc: Int64s
    begin: Floats
    end: Floats

    @property
    def length_m(self) -> float:
        """Metres of street."""
        first, last = self._span(_position(self.network))
        return float((last - first).sum())

    def lines(self) -> Any:  # noqa: ANN401 - shapely has no types
        """Draw the stretches as a MultiLineString in degrees; empty for none."""
        lon, lat, _ = self.network.polylines
        position = _position(self.network)
        first, last = self._span(position)
        seen = last > first
        first, last = first[seen], last[seen]
        low, high = np.searchsorted(position, first, "right"), np.searchsorted(position, last, "left")
        inner = np.maximum(high - low, 0)
        count = inner + 2
        begins = np.cumsum(count) - count
        line = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(line)) - begins[line]
        at = position[np.minimum(low[line] + step - 1, len(position) - 1)] if len(line) else np.empty(0)
        at[begins], at[begins + count - 1] = first, last
        ends = np.column_stack((np.interp(at, position, lon), np.interp(at, position, lat)))
        return shapely.MultiLineString(list(shapely.linestrings(ends, indices=line)) if len(line) else [])

    def area(self, cell_m: float = CELL_M) -> Any:  # noqa: ANN401 - shapely has no types
        """Draw the area along the stretches as a MultiPolygon in degrees, in cells of `cell_m`; empty for none."""
        lon, lat, _ = self.network.polylines
        position = _position(self.network)
        first, last = self._span(position)
        if not len(first):
            return shapely.MultiPolygon()
        plane = LocalPlane(float(np.mean(self.network.lon)), float(np.mean(self.network.lat)))
        x, y = plane.to_xy(lon, lat)
        cell_m = max(cell_m, *(float(np.ptp(np.interp(first, position, each))) / FINEST for each in (x, y)))
        count = ((last - first) // (cell_m / 2)).astype(np.int64) + 2
        line = np.repeat(np.arange(len(first)), count)
        step = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
        at = first[line] + (last - first)[line] * step / (count - 1)[line]
        return _outline(np.interp(at, position, x), np.interp(at, position, y), cell_m, plane)

    def _span(self, position: Floats) -> tuple[Floats, Floats]:
        """Where each stretch begins and ends along all lines, in metres."""
        first = self.network.polylines[2]
        start = position[first[self.arc]]
        whole = position[first[self.arc + 1] - 1] - start
        return start + self.begin * whole, start + self.end * whole


def isochrones(
    places: FerryPlaces, place: LonLat, limits_ms: Sequence[int], at: datetime, *, towards: bool = False
) -> tuple[Reach, list[Stretches]]:
    """Find what is reached from a place, or from where it is reached, within each of some times.

    Parameters
    ----------
    places : FerryPlaces
        Streets and boats of one profile, at the travel times in force.
    place : LonLat
    limits_ms : sequence of int
    at : datetime
        Aware; when everybody sets out.
    towards : bool
        True: everybody travels to the place. False: away from it.

    Returns
    -------
    reach : Reach
        Of the nodes, within the longest time.
    stretches : list of Stretches
        One for each time; what a longer time reaches holds what a shorter one does.

    Raises
    ------
    NoStreetError
        When the place has no street in reach.
    """
    index = places.index
    network, weight_ms = index.streets.network, index.router.hierarchy.weight_ms
    site = index.site(place)
    ends = (arrivals if towards else departures)(site, network, weight_ms)
    nodes, costs = [node for node, _, _ in ends], [cost for _, cost, _ in ends]
    longest = max(limits_ms, default=0)
    reach = places.reach(nodes, costs, at, inbound=not towards, limit_ms=longest)
    found = [
        _joined(
            index.streets,
            _along(network, weight_ms, reach.left_ms(limit), towards=towards),
            *(_own(spot, weight_ms, left, towards=towards) for spot, left in _spots(reach, site, limit)),
        )
        for limit in limits_ms
    ]
    return reach, found


def _spots(reach: Reach, site: Site, limit_ms: int) -> Iterator[tuple[Site, int]]:
    """Yield where ways begin or end along a street, with the time there is: the place itself and the piers."""
    yield site, limit_ms
    piers = [(berth, limit_ms - at_ms) for berth, at_ms in reach.landed]
    piers += [(quay.berth, quay.latest_ms(limit_ms)) for quay in reach.quays]
    for berth, left_ms in piers:
        if isinstance(berth, Site):
            yield berth, left_ms


def _along(
    network: RoadNetwork, weight_ms: NDArray[np.int32], left_ms: Int64s, *, towards: bool
) -> tuple[Int64s, Floats, Floats]:
    """Stretches that are reached from the end of their street, by the time left there."""
    arcs = network.streets
    left = left_ms[(network.head if towards else network.tail)[arcs]]
    some = (left >= 0) & (weight_ms[arcs] < CLOSED_MS)
    arcs, left = arcs[some], left[some]
    share = np.minimum(1.0, left / np.maximum(weight_ms[arcs], 1))
    share[weight_ms[arcs] == 0] = 1.0
    none, whole = np.zeros(len(arcs)), np.ones(len(arcs))
    return (arcs, 1 - share, whole) if towards else (arcs, none, share)


def _own(
    site: Site, weight_ms: NDArray[np.int32], limit_ms: int, *, towards: bool
) -> tuple[Int64s, Floats, Floats]:
    """Stretches of the street that the place stands at, on both sides of it."""
    left = limit_ms - site.walk_ms
    arcs, begins, ends = [], [], []
    for arc, fraction in ((site.arc, site.fraction), (site.twin, 1 - site.fraction)):
        if arc < 0 or left < 0 or weight_ms[arc] >= CLOSED_MS:
            continue
        share = left / int(weight_ms[arc]) if weight_ms[arc] else 1.0
        arcs.append(arc)
        begins.append(max(0.0, fraction - share) if towards else fraction)
        ends.append(fraction if towards else min(1.0, fraction + share))
    return np.array(arcs, np.int64), np.array(begins, np.float64), np.array(ends, np.float64)


def _joined(streets: Streets, *parts: tuple[Int64s, Floats, Floats]) -> Stretches:
    """Turn stretches to the lower arc of their street, and make one of those that touch."""
    arc, begin, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    twin = streets.twin[arc]
    turned = (twin >= 0) & (twin < arc)
    arc = np.where(turned, twin, arc)
    begin, end = np.where(turned, 1 - end, begin), np.where(turned, 1 - begin, end)
    order = np.lexsort((begin, arc))
    arc, begin, end = arc[order], begin[order], end[order]
    street = 2.0 * np.unique(arc, return_inverse=True)[1]  # apart, so that streets never touch each other
    farthest = np.maximum.accumulate(street + end)
    new = np.ones(len(arc), bool)
    new[1:] = (street + begin)[1:] > farthest[:-1]
    starts = np.flatnonzero(new)
    last = np.append(starts[1:], len(arc)) - 1 if len(starts) else starts
    return Stretches(streets.network, arc[starts], begin[starts], (farthest - street)[last])


def _position(network: RoadNetwork) -> Floats:
    """Metres of each point along all lines one after the other, a metre between two."""
    lon, lat, first = network.polylines
    step = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step[first[1:-1] - 1] = 1.0
    return np.append(0.0, np.cumsum(step))[: len(lon)]


def _outline(x: Floats, y: Floats, cell_m: float, plane: LocalPlane) -> Any:  # noqa: ANN401 - shapely has no types
    """Outline of the cells that hold some points, and those beside them."""
    column, row = np.floor(x / cell_m).astype(np.int64), np.floor(y / cell_m).astype(np.int64)
    west, south = int(column.min()) - 3, int(row.min()) - 3
    grid = np.zeros((int(row.max()) - south + 4, int(column.max()) - west + 4), bool)
    grid[row - south, column - west] = True
    grid[1:-1, 1:-1] = sliding_window_view(grid, (3, 3)).any(axis=(2, 3))
    edges = np.diff(grid.astype(np.int8), axis=1, prepend=0, append=0)
    (low, begin), (_, end) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    south_m = (low + south) * cell_m
    area = shapely.union_all(
        shapely.box((begin + west) * cell_m, south_m, (end + west) * cell_m, south_m + cell_m)
    )
    area = shapely.transform(area, lambda xy: np.column_stack(plane.to_lonlat(xy[:, 0], xy[:, 1])))
    return area if area.geom_type == "MultiPolygon" else shapely.MultiPolygon([area])
