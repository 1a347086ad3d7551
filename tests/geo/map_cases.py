"""Questions to ask of a small drawn map."""

from test_osm import STEP, Map

from geo.hierarchy import Hierarchy
from geo.osm import Extract
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.roads import RoadNetwork
from geo.streets import Streets


def index(extract: Extract, profile: str) -> PlaceIndex:
    network = extract.networks[profile]
    return PlaceIndex(Streets(network), Hierarchy.build(network))


def spot(x: float, y: float) -> LonLat:
    return LonLat(120.17 + x * STEP, 30.25 + y * STEP)


def street_m(network: RoadNetwork) -> float:
    streets = Streets(network)
    arcs = network.streets
    once = arcs[(streets.twin[arcs] < 0) | (arcs < streets.twin[arcs])]
    return float(network.length_m[once].sum())


def town() -> Map:
    """Four blocks of residential streets."""
    grid = Map(**{f"{c}": (i % 3, i // 3) for i, c in enumerate("abcdefghi")})
    for letters in ("abc", "def", "ghi", "adg", "beh", "cfi"):
        grid.way(letters, highway="residential", name=f"{letters}路")
    return grid


def facts(extract: Extract) -> list[tuple[int, int, float]]:
    return [(n.node_count, n.arc_count, round(street_m(n), 3)) for n in extract.networks.values()]
