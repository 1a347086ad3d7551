"""Streets as OSMnx reads them back: the same ways in the same times."""

from pathlib import Path

import geopandas
import networkx as nx
import osmnx
import pytest

from data.city.engine import read_network
from data.errors import BadFileError
from data.files.streets import graph_of, write_streets
from data.store.home import Home


@pytest.mark.parametrize("profile", ["walk", "drive"])
def test_a_graph_is_read_back_by_osmnx(home: Home, tmp_path: Path, profile: str) -> None:
    network = read_network(home.engine, profile)
    path = tmp_path / "streets.graphml"
    written = write_streets(network, path)
    graph = osmnx.io.load_graphml(path)
    assert graph.number_of_edges() == written > 100
    assert osmnx.convert.to_digraph(graph).number_of_nodes() == graph.number_of_nodes()
    assert not list(tmp_path.glob("*.part*"))


def test_the_shortest_way_takes_as_long_as_the_road_engine_says(home: Home) -> None:
    network = read_network(home.engine, "drive")
    graph = graph_of(network)
    start = next(iter(graph))
    found = nx.single_source_dijkstra_path_length(graph, start, weight="travel_time")
    assert len(found) > 10
    assert min(found.values()) == 0
    for tail, head, told in graph.edges(data=True):
        assert told["travel_time"] >= 0
        assert told["geometry"].coords[0] == (graph.nodes[tail]["x"], graph.nodes[tail]["y"])
        assert told["geometry"].coords[-1] == (graph.nodes[head]["x"], graph.nodes[head]["y"])


def test_a_geopackage_has_streets_and_crossings(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "streets.gpkg"
    written = write_streets(read_network(home.engine, "ebike"), path)
    edges = geopandas.read_file(path, layer="edges")
    nodes = geopandas.read_file(path, layer="nodes")
    assert 0 < len(edges) <= written
    assert nodes.crs.to_epsg() == 4326


def test_other_endings_are_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"\.gpkg or \.graphml"):
        write_streets(read_network(home.engine, "walk"), tmp_path / "streets.shp")
