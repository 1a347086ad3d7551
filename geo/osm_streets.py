"""Street networks for walkers, e-bikes and cars out of one OSMnx graph.

The graph is read once with every street in both directions; each arc carries a permit, and a profile
takes the arcs it may use. Turn restrictions and barriers on nodes are ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.errors import BadExtractError
from geo.osm_file import Progress
from geo.osm_tags import PROFILES
from geo.place import LocalPlane
from geo.roads import RoadNetwork

WALK_M_PER_S = 80 / 60
EBIKE_M_PER_S = 15 / 3.6
DRIVE_KPH = {
    "motorway": 100.0,
    "motorway_link": 50.0,
    "trunk": 70.0,
    "trunk_link": 40.0,
    "primary": 50.0,
    "primary_link": 35.0,
    "secondary": 40.0,
    "secondary_link": 30.0,
    "tertiary": 35.0,
    "tertiary_link": 25.0,
    "unclassified": 30.0,
    "residential": 25.0,
    "living_street": 10.0,
    "service": 12.0,
}
"""Usual speeds where no limit is mapped; limits in the extract win (see `osmnx.add_edge_speeds`)."""

FALLBACK_KPH = 10.0
PIER_REACH_M = 150.0
MIN_ISLAND_NODES = 2


@dataclass(frozen=True, slots=True)
class Arcs:
    """All arcs of all profiles, in no order; positions are those of `lon`, `lat`."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    permit: NDArray[np.int64]
    length_m: NDArray[np.float64]
    drive_s: NDArray[np.float64]
    shapes: list[NDArray[np.float64]]
    street_name: NDArray[np.int32]
    names: tuple[str, ...]


def read_arcs(path: Path, progress: Progress) -> Arcs:
    """Read a file of `write_streets` through OSMnx into arcs between junctions.

    Raises
    ------
    BadExtractError
        When no street connects two nodes.
    """
    kept = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = ["highway", "maxspeed", "name", "forward", "backward"]
    try:
        progress("streets: graph", 0.0)
        graph = osmnx.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True)
    finally:
        osmnx.settings.useful_tags_way = kept
    if not graph.number_of_edges():
        raise BadExtractError("the streets of the extract connect no two nodes; export a larger area")
    _mark(graph)
    progress("streets: speeds", 0.0)
    graph = osmnx.add_edge_speeds(graph, hwy_speeds=DRIVE_KPH, fallback=FALLBACK_KPH)
    graph = osmnx.add_edge_travel_times(graph)
    progress("streets: junctions", 0.0)
    graph = osmnx.simplify_graph(
        graph,
        edge_attrs_differ=["flow", "name"],
        remove_rings=False,
        edge_attr_aggs={"length": sum, "travel_time": sum, "permit": lambda permits: reduce(and_, permits)},
    )
    return _arcs(graph)


def _mark(graph: nx.MultiDiGraph) -> None:
    """Give each edge the permit of its own direction, and both directions one word `flow`."""
    for _, _, data in graph.edges(data=True):
        ahead, back = int(data.pop("forward")), int(data.pop("backward"))
        data["permit"] = back if data["reversed"] else ahead
        data["flow"] = (min(ahead, back), max(ahead, back))
        data.setdefault("name", "")
        for key in ("osmid", "oneway", "reversed"):
            data.pop(key, None)


def _arcs(graph: nx.MultiDiGraph) -> Arcs:
    ids = {node: position for position, node in enumerate(graph.nodes)}
    names: dict[str, int] = {"": -1}
    columns: list[tuple[int, int, int, float, float, int]] = []
    shapes = []
    for tail, head, data in graph.edges(data=True):
        if not data["permit"]:
            continue
        position = names.setdefault(data["name"], len(names) - 1)
        row = (ids[tail], ids[head], data["permit"], data["length"], data["travel_time"], position)
        columns.append(row)
        shapes.append(_inner(data))
    tails, heads, permits, length, travel, name = (np.array(column) for column in zip(*columns, strict=True))
    return Arcs(
        lon=np.array([x for _, x in graph.nodes(data="x")], float),
        lat=np.array([y for _, y in graph.nodes(data="y")], float),
        tail=tails,
        head=heads,
        permit=permits,
        length_m=length,
        drive_s=travel,
        shapes=shapes,
        street_name=name.astype(np.int32),
        names=tuple(names)[1:],
    )


def _inner(data: Mapping[str, Any]) -> NDArray[np.float64]:
    """Points of an edge between its ends, shape (points, 2)."""
    if "geometry" not in data:
        return np.zeros((0, 2))
    return np.asarray(shapely.get_coordinates(data["geometry"])[1:-1])


def network(arcs: Arcs, profile: str, piers: NDArray[np.float64], homes: NDArray[np.float64]) -> RoadNetwork:
    """Take one profile's arcs: the largest strongly connected part, and islands with a ferry and homes.

    Parameters
    ----------
    arcs : Arcs
        All arcs.
    profile : str
        "walk", "ebike" or "drive".
    piers : ndarray of float64, shape (piers, 2)
        Ends of ferry lines, lon and lat in degrees; may be empty.
    homes : ndarray of float64, shape (buildings, 2)
        Where buildings stand, lon and lat in degrees; when empty every island with a pier counts.

    Returns
    -------
    RoadNetwork
        Weights: walk 80 m/min, ebike 15 km/h, drive by speed limits.

    Raises
    ------
    BadExtractError
        When nobody of this profile can move.
    """
    usable = (arcs.permit & PROFILES[profile]) != 0
    if not usable.any():
        raise BadExtractError(f"the extract has no street for the profile {profile}")
    tail, head = arcs.tail[usable], arcs.head[usable]
    keep = _useful(tail, head, arcs, piers, homes)
    inside = keep[tail] & keep[head]
    chosen = np.flatnonzero(usable)[inside]
    chosen = chosen[np.lexsort((arcs.head[chosen], arcs.tail[chosen]))]
    place = np.cumsum(keep) - 1
    first_out = np.zeros(int(keep.sum()) + 1, np.int64)
    np.cumsum(np.bincount(place[arcs.tail[chosen]], minlength=len(first_out) - 1), out=first_out[1:])
    shapes = [arcs.shapes[arc] for arc in chosen]
    geometry_first = np.zeros(len(shapes) + 1, np.int64)
    np.cumsum([len(shape) for shape in shapes], out=geometry_first[1:])
    points = np.concatenate([np.zeros((0, 2)), *shapes])
    return RoadNetwork(
        first_out,
        place[arcs.head[chosen]].astype(np.int32),
        _weight_ms(arcs, chosen, profile),
        arcs.lon[keep],
        arcs.lat[keep],
        geometry_first=geometry_first,
        geometry_lon=points[:, 0],
        geometry_lat=points[:, 1],
        street_name=arcs.street_name[chosen],
        names=arcs.names,
        profile=profile,
    )


def _weight_ms(arcs: Arcs, chosen: NDArray[np.int64], profile: str) -> NDArray[np.int32]:
    if profile == "drive":
        seconds = arcs.drive_s[chosen]
    else:
        seconds = arcs.length_m[chosen] / (WALK_M_PER_S if profile == "walk" else EBIKE_M_PER_S)
    return np.rint(seconds * 1000).astype(np.int32)


def _useful(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    arcs: Arcs,
    piers: NDArray[np.float64],
    homes: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Mark the nodes to keep, shape (nodes,)."""
    nodes = len(arcs.lon)
    matrix = coo_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(nodes, nodes)).tocsr()
    _, strong = connected_components(matrix, connection="strong")
    _, weak = connected_components(matrix, connection="weak")
    size = np.bincount(strong)
    largest = int(size.argmax())
    mainland = weak[int(np.flatnonzero(strong == largest)[0])]
    plane = LocalPlane(float(arcs.lon.mean()), float(arcs.lat.mean()))
    streets = _Streets(arcs, tail, head, weak, plane)
    landed = streets.parts_near(piers)
    if len(homes):
        landed &= streets.parts_near(homes)
    islands = {
        part
        for part in np.unique(strong[np.isin(weak, list(landed - {int(mainland)}))])
        if size[part] >= MIN_ISLAND_NODES
    }
    return np.isin(strong, [largest, *islands])


class _Streets:
    """Finds the part of the network whose streets pass nearest to a place."""

    def __init__(
        self,
        arcs: Arcs,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        part: NDArray[np.int32],
        plane: LocalPlane,
    ) -> None:
        ends = np.unique(np.concatenate((tail, head)))
        counts = np.array([len(shape) for shape in arcs.shapes])
        inner = np.concatenate([np.zeros((0, 2)), *arcs.shapes])
        owner = np.repeat(arcs.tail, counts)
        walked = np.isin(owner, ends)
        lon = np.concatenate((arcs.lon[ends], inner[walked, 0]))
        lat = np.concatenate((arcs.lat[ends], inner[walked, 1]))
        self._part = np.concatenate((part[ends], part[owner[walked]]))
        self._plane = plane
        self._tree = cKDTree(np.column_stack(plane.to_xy(lon, lat)))

    def parts_near(self, places: NDArray[np.float64]) -> set[int]:
        """Parts within `PIER_REACH_M` of any place, shape (places, 2) in degrees."""
        if not len(places):
            return set()
        away_m, nearest = self._tree.query(np.column_stack(self._plane.to_xy(places[:, 0], places[:, 1])))
        return {int(found) for found in self._part[nearest[away_m <= PIER_REACH_M]]}
