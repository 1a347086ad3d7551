"""Reach: the nearest source of every node, and the area within a travel time."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.place import LocalPlane
from geo.roads import CLOSED_MS
from geo.site import Site, arrivals, departures

UNREACHED = -1
"""Travel time and owner of a node that no source reaches."""


def coverage(
    hierarchy: Hierarchy, sources: ArrayLike, *, inbound: bool = False, cost_ms: ArrayLike | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
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
    travel_ms : ndarray of int64, shape (nodes,)
        Milliseconds, or `UNREACHED`.
    owner : ndarray of int32, shape (nodes,)
        Position of the nearest source in `sources`, the lowest among equals, or `UNREACHED`.
        Without sources every node is unreached.
    """
    nodes = np.atleast_1d(np.asarray(sources, np.int64))
    costs = np.zeros(len(nodes), np.int64) if cost_ms is None else np.asarray(cost_ms, np.int64)
    count = hierarchy.network.node_count
    if len(nodes) and (nodes.min() < 0 or nodes.max() >= count):
        raise BadNetworkError(f"a source lies outside the nodes 0 .. {count - 1}")
    travel = np.full(count, CLOSED_MS, np.int64)
    owner = np.full(count, UNREACHED, np.int32)
    for position, (node, cost) in enumerate(zip(nodes.tolist(), costs.tolist(), strict=True)):
        dist, _ = hierarchy.distances(((node, cost, -1),), inbound=inbound)
        closer = dist < travel
        travel[closer], owner[closer] = dist[closer], position
    travel[travel >= CLOSED_MS] = UNREACHED
    return travel, owner


def isochrone(
    hierarchy: Hierarchy,
    where: int | Site,
    thresholds_ms: ArrayLike,
    *,
    inbound: bool = False,
    cell_m: float = 60.0,
) -> list[Any]:
    """Draw the area along the streets that lies within each travel time.

    Parameters
    ----------
    hierarchy : Hierarchy
        The streets and their travel times.
    where : int or Site
        The centre.
    thresholds_ms : array_like of int, shape (thresholds,)
        Travel times.
    inbound : bool
        True: the area from which the centre is reached.
    cell_m : float
        Grain of the outline.

    Returns
    -------
    list of shapely MultiPolygon
        One per threshold, degrees WGS-84; empty where nothing is reached. A larger threshold holds a
        smaller one.
    """
    anchors = (arrivals if inbound else departures)(where, hierarchy.network, hierarchy.weight_ms)
    dist, _ = hierarchy.distances(anchors, inbound=inbound)
    return [
        _outline(hierarchy, dist, int(limit), cell_m, inbound=inbound)
        for limit in np.atleast_1d(thresholds_ms)
    ]


def _outline(
    hierarchy: Hierarchy, dist: NDArray[np.int64], limit_ms: int, cell_m: float, *, inbound: bool
) -> Any:  # noqa: ANN401 - shapely has no types
    """Outline of all street points within the limit."""
    x, y, plane = _reached_points(hierarchy, dist, limit_ms, cell_m / 2, inbound=inbound)
    if not len(x):
        return shapely.MultiPolygon()
    column, row = np.floor(x / cell_m).astype(np.int64), np.floor(y / cell_m).astype(np.int64)
    west, south = int(column.min()) - 3, int(row.min()) - 3
    grid = np.zeros((int(row.max()) - south + 4, int(column.max()) - west + 4), bool)
    grid[row - south, column - west] = True
    grid = ndimage.binary_dilation(grid, np.ones((3, 3), bool))
    row, column = np.nonzero(grid)
    left, low = (column + west) * cell_m, (row + south) * cell_m
    area = shapely.union_all(shapely.box(left, low, left + cell_m, low + cell_m))
    area = area.simplify(cell_m * 0.75).buffer(0)
    to_degrees = shapely.transform(area, lambda xy: np.column_stack(plane.to_lonlat(xy[:, 0], xy[:, 1])))
    return to_degrees if to_degrees.geom_type == "MultiPolygon" else shapely.MultiPolygon([to_degrees])


def _reached_points(
    hierarchy: Hierarchy, dist: NDArray[np.int64], limit_ms: int, spacing_m: float, *, inbound: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], LocalPlane]:
    """Points on the streets within the limit, in metres on a local plane."""
    network = hierarchy.network
    plane = LocalPlane(float(np.mean(network.lon)), float(np.mean(network.lat)))
    near = network.head if inbound else network.tail
    used = np.nonzero((dist[near] <= limit_ms) & (hierarchy.weight_ms < CLOSED_MS))[0]
    share = np.minimum(1.0, (limit_ms - dist[near[used]]) / np.maximum(hierarchy.weight_ms[used], 1))
    lon, lat, first = network.polylines
    x, y = plane.to_xy(lon, lat)
    reached = network.length_m[used] * share
    count = (reached // spacing_m).astype(np.int64) + 1
    arc = np.repeat(used, count)
    step = np.arange(len(arc)) - np.repeat(np.cumsum(count) - count, count)
    along = step * spacing_m
    if inbound:
        along = network.length_m[arc] - along
    lines = shapely.linestrings(
        np.column_stack((x, y)), indices=np.repeat(np.arange(network.arc_count), np.diff(first))
    )
    points = shapely.line_interpolate_point(lines[arc], along)
    lone = np.nonzero(dist <= limit_ms)[0]
    lone_x, lone_y = plane.to_xy(network.lon[lone], network.lat[lone])
    return np.append(shapely.get_x(points), lone_x), np.append(shapely.get_y(points), lone_y), plane
