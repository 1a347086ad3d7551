"""Reach: the nearest source of every node, and the area within a travel time."""

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from geo._kernels.sweeps import spread, sweep
from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.place import LocalPlane, great_circle_m
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site, arrivals, check_within, departures

FINEST = 300  # cells along the longer side of an outline

UNREACHED = -1
"""Travel time and owner of a node that no source reaches."""


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
        Grain of the outline; coarser when the area is more than 300 cells wide.

    Returns
    -------
    list of shapely MultiPolygon
        One per threshold, degrees WGS-84; empty where nothing is reached. A larger threshold holds a
        smaller one.
    """
    check_within(where, hierarchy.network)
    metric = hierarchy.metric
    anchors = (arrivals if inbound else departures)(where, hierarchy.network, metric.weight_ms)
    nodes = np.array([node for node, _, _ in anchors], np.int64)
    keys = np.array([cost for _, cost, _ in anchors], np.int64) << 32
    travel, _ = _swept(hierarchy, metric, nodes, keys, inbound=not inbound)
    reached = np.where(travel == UNREACHED, CLOSED_MS, travel)
    plane = LocalPlane(float(np.mean(hierarchy.network.lon)), float(np.mean(hierarchy.network.lat)))
    streets = _Streets(hierarchy.network, plane, metric.weight_ms, reached, inbound)
    limits = [int(limit) for limit in np.atleast_1d(thresholds_ms)]
    x, y = _reached_points(streets, max(limits, default=0), cell_m)
    cell_m = max([cell_m, *(float(np.ptp(ends)) / FINEST for ends in (x, y) if len(ends))])
    return [_outline(streets, limit, cell_m) for limit in limits]


class _Streets(NamedTuple):
    """Streets with the travel time of their nodes, `CLOSED_MS` where unreached."""

    network: RoadNetwork
    plane: LocalPlane
    weight_ms: NDArray[np.int32]
    travel_ms: NDArray[np.int32]
    inbound: bool


def _outline(streets: _Streets, limit_ms: int, cell_m: float) -> Any:  # noqa: ANN401 - shapely has no types
    """Outline of all street points within the limit."""
    x, y = _reached_points(streets, limit_ms, cell_m / 2)
    if not len(x):
        return shapely.MultiPolygon()
    column, row = np.floor(x / cell_m).astype(np.int64), np.floor(y / cell_m).astype(np.int64)
    west, south = int(column.min()) - 3, int(row.min()) - 3
    grid = np.zeros((int(row.max()) - south + 4, int(column.max()) - west + 4), bool)
    grid[row - south, column - west] = True
    grid[1:-1, 1:-1] = sliding_window_view(grid, (3, 3)).any(axis=(2, 3))  # the cells beside, too
    edges = np.diff(grid.astype(np.int8), axis=1, prepend=0, append=0)
    (low, begin), (_, end) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    south_m = (low + south) * cell_m
    area = shapely.union_all(
        shapely.box((begin + west) * cell_m, south_m, (end + west) * cell_m, south_m + cell_m)
    )
    area = shapely.transform(area, lambda xy: np.column_stack(streets.plane.to_lonlat(xy[:, 0], xy[:, 1])))
    return area if area.geom_type == "MultiPolygon" else shapely.MultiPolygon([area])


def _reached_points(
    streets: _Streets, limit_ms: int, spacing_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on the streets within the limit, in metres on the plane."""
    network, travel_ms, plane = streets.network, streets.travel_ms, streets.plane
    near = network.head if streets.inbound else network.tail
    used = np.nonzero((travel_ms[near] <= limit_ms) & (streets.weight_ms < CLOSED_MS))[0]
    share = np.minimum(1.0, (limit_ms - travel_ms[near[used]]) / np.maximum(streets.weight_ms[used], 1))
    length = network.length_m[used]
    count = (length * share // spacing_m).astype(np.int64) + 1
    line = np.repeat(np.arange(len(used)), count)
    along = (np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)) * spacing_m
    if streets.inbound:
        along = length[line] - along
    lon, lat, first = network.polylines
    x, y = plane.to_xy(lon, lat)
    gaps = np.repeat(np.arange(network.arc_count), np.diff(first))  # a metre between one arc and the next
    step = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    step[first[1:-1] - 1] = 0.0
    position = np.append(0.0, np.cumsum(step))[: len(lon)] + gaps
    at = position[first[:-1]][used[line]] + along
    alone = np.nonzero(travel_ms <= limit_ms)[0]
    alone_x, alone_y = plane.to_xy(network.lon[alone], network.lat[alone])
    if not len(used):
        return alone_x, alone_y
    return np.append(np.interp(at, position, x), alone_x), np.append(np.interp(at, position, y), alone_y)
