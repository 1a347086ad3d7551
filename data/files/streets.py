"""Streets out: the network of a profile as a graph that OSMnx, NetworkX, QGIS and Gephi read."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx
from shapely import LineString

from data.errors import BadFileError
from geo.place import LonLat, distance_m
from geo.roads import CLOSED_MS, RoadNetwork

WRITERS: Mapping[str, Callable[..., None]] = {
    ".gpkg": osmnx.io.save_graph_geopackage,
    ".graphml": osmnx.io.save_graphml,
}


def graph_of(network: RoadNetwork) -> nx.MultiDiGraph:
    """Return the streets of a network as OSMnx keeps them.

    Copies of streets that only carry turn restrictions and private ends are left out; so are closed ones.

    Returns
    -------
    MultiDiGraph
        Nodes with ``x`` and ``y`` in WGS-84; edges with ``name``, ``length`` in metres, ``travel_time`` in seconds and
        ``geometry``. Without streets it is empty.
    """
    graph = nx.MultiDiGraph(crs="epsg:4326")
    tails = np.repeat(np.arange(network.node_count), np.diff(network.first_out))
    place = np.arange(network.node_count) if network.place is None else network.place
    for arc in range(len(network.head)):
        is_copy = network.street is not None and network.street[arc] != arc
        if is_copy or network.weight_ms[arc] >= CLOSED_MS:
            continue
        tail, head = int(place[tails[arc]]), int(place[network.head[arc]])
        points = _points(network, arc, tail, head)
        for node in (tail, head):
            graph.add_node(node, x=float(network.lon[node]), y=float(network.lat[node]))
        graph.add_edge(
            tail,
            head,
            osmid=arc,
            name=_name(network, arc),
            length=sum(distance_m(LonLat(*a), LonLat(*b)) for a, b in pairwise(points)),
            travel_time=float(network.weight_ms[arc]) / 1000,
            geometry=LineString(points),
        )
    return graph


def _points(network: RoadNetwork, arc: int, tail: int, head: int) -> list[tuple[float, float]]:
    ends = [(float(network.lon[node]), float(network.lat[node])) for node in (tail, head)]
    if network.geometry_first is None or network.geometry_lon is None or network.geometry_lat is None:
        return ends
    part = slice(network.geometry_first[arc], network.geometry_first[arc + 1])
    lons, lats = network.geometry_lon[part], network.geometry_lat[part]
    between = [(float(lon), float(lat)) for lon, lat in zip(lons, lats, strict=True)]
    return [ends[0], *between, ends[1]]


def _name(network: RoadNetwork, arc: int) -> str:
    number = -1 if network.street_name is None else int(network.street_name[arc])
    return network.names[number] if number >= 0 else ""


def write_streets(network: RoadNetwork, path: Path) -> int:
    """Write the streets of a network to a file by its ending, whole or not at all; returns how many.

    Raises
    ------
    BadFileError
        For an unknown ending.
    """
    save = WRITERS.get(path.suffix.lower())
    if save is None:
        raise BadFileError(f"{path.name}: streets are written as {' or '.join(WRITERS)}")
    graph = graph_of(network)
    if not graph:
        raise BadFileError("the network holds no street")
    draft = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        save(graph, filepath=draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return int(graph.number_of_edges())
