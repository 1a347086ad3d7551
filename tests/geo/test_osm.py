"""Reading extracts: small drawn maps, damaged files, and a real one beside the repository."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.access_table import read_access
from geo.errors import BadExtractError
from geo.osm import Extract, read_extract
from geo.osm_categories import categories, read_categories
from geo.osm_tags import households, is_home, levels, number
from geo.roads import RoadNetwork
from geo.streets import Streets

SHARED = Path(__file__).parents[2].parent / "shared" / "osm"
CATALOGUE = Path(__file__).parents[2] / "data" / "catalogue" / "osm_categories.csv"
ACCESS = read_access(CATALOGUE.parent / "access.toml")
STEP = 0.001  # degrees; 96 m of longitude, 111 m of latitude at this place


class Map:
    """An OSM file drawn by hand: nodes by letter on a grid, ways by letters."""

    def __init__(self, **nodes: tuple[int, int]) -> None:
        self.ids = {name: number for number, name in enumerate(nodes, start=1)}
        self.lines = [
            f'<node id="{self.ids[name]}" version="1" lon="{120.17 + x * STEP:.7f}" lat="{30.25 + y * STEP:.7f}"/>'
            for name, (x, y) in nodes.items()
        ]

    def way(self, letters: str, **tags: str) -> "Map":
        refs = "".join(f'<nd ref="{self.ids[letter]}"/>' for letter in letters)
        pairs = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
        number = 1 + sum(line.startswith("<way") for line in self.lines)
        self.lines.append(f'<way id="{number}" version="1">{refs}{pairs}</way>')
        return self

    def tag(self, letter: str, **tags: str) -> "Map":
        pairs = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
        position = self.ids[letter] - 1
        self.lines[position] = self.lines[position].replace("/>", f">{pairs}</node>")
        return self

    def text(self) -> str:
        return '<?xml version="1.0"?>\n<osm version="0.6">\n' + "\n".join(self.lines) + "\n</osm>\n"

    def read(self, folder: Path) -> Extract:
        path = folder / "map.osm"
        path.write_text(self.text(), encoding="utf-8")
        return read_extract(path, ACCESS)


def square() -> Map:
    """Four corners, one side one-way, one side a footway."""
    town = Map(a=(0, 0), b=(2, 0), c=(2, 2), d=(0, 2), e=(1, 0))
    town.way("aeb", highway="residential", name="清波路")
    town.way("bc", highway="residential", name="望江街", oneway="yes")
    town.way("cd", highway="footway")
    return town.way("da", highway="primary", name="临安大道", maxspeed="60")


def nodes_at(network: RoadNetwork) -> dict[tuple[int, int], int]:
    x = np.rint((network.lon - 120.17) / STEP).astype(int)
    y = np.rint((network.lat - 30.25) / STEP).astype(int)
    return {place: node for node, place in enumerate(zip(x.tolist(), y.tolist(), strict=True))}


def arcs(network: RoadNetwork) -> dict[tuple[tuple[int, int], tuple[int, int]], int]:
    x = np.rint((network.lon - 120.17) / STEP).astype(int).tolist()
    y = np.rint((network.lat - 30.25) / STEP).astype(int).tolist()
    ends = ((arc, int(network.tail[arc]), int(network.head[arc])) for arc in network.streets.tolist())
    return {((x[tail], y[tail]), (x[head], y[head])): arc for arc, tail, head in ends}


def test_walkers_go_both_ways_and_use_the_footway(tmp_path: Path) -> None:
    found = arcs(square().read(tmp_path).networks["walk"])
    assert {((2, 0), (2, 2)), ((2, 2), (2, 0)), ((2, 2), (0, 2)), ((0, 2), (2, 2))} <= set(found)


def test_nobody_stops_in_a_one_way_dead_end_while_another_street_is_near(tmp_path: Path) -> None:
    drive = square().read(tmp_path).networks["drive"]
    beside = 120.17 + 2 * STEP, 30.25 + STEP
    site = Streets(drive).site(*beside, walk_m_per_s=1.2, reach_m=500)
    assert drive.name_of(site.arc) == "清波路"


def test_weights_are_length_over_speed(tmp_path: Path) -> None:
    extract = square().read(tmp_path)
    walk, drive = extract.networks["walk"], extract.networks["drive"]
    west = arcs(walk)[(0, 2), (0, 0)]
    assert walk.weight_ms[west] == pytest.approx(walk.length_m[west] / (80 / 60) * 1000, rel=1e-3)
    west = arcs(drive)[(0, 2), (0, 0)]
    assert drive.weight_ms[west] == pytest.approx(drive.length_m[west] / (60 / 3.6) * 1000, rel=1e-2)
    ebike = extract.networks["ebike"]
    west = arcs(ebike)[(0, 2), (0, 0)]
    assert ebike.weight_ms[west] == pytest.approx(ebike.length_m[west] / (15 / 3.6) * 1000, rel=1e-3)


def test_names_and_shapes_follow_the_arcs(tmp_path: Path) -> None:
    walk = square().read(tmp_path).networks["walk"]
    found = arcs(walk)
    south = found[(0, 0), (2, 0)]
    assert walk.name_of(south) == "清波路"
    assert walk.name_of(found[(2, 2), (0, 2)]) == ""
    lon, _, first = walk.polylines
    assert np.allclose(lon[first[south] : first[south + 1]], [120.17, 120.171, 120.172])


@pytest.mark.parametrize(
    ("tags", "footprint_m2", "expected"),
    [
        ({"building": "apartments", "building:levels": "6"}, 700.0, 42),
        ({"building": "apartments", "height": "54 m"}, 500.0, 90),
        ({"building": "apartments", "building:flats": "17"}, 700.0, 17),
        ({"building": "house"}, 180.0, 1),
        ({"building": "yes"}, 150.0, 3),
        ({"building": "yes"}, 20.0, 0),  # a shed
        ({"building": "yes", "shop": "supermarket"}, 900.0, 0),
        ({"building": "school"}, 900.0, 0),
        ({}, 900.0, 0),
    ],
)
def test_households_of_a_building(tags: dict[str, str], footprint_m2: float, expected: int) -> None:
    assert households(tags, footprint_m2) == expected
    assert not expected or is_home(tags)


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("3.5", 3.5), ("6;7", 6), ("ground", None), (None, None)]
)
def test_first_number_of_a_tag(text: str | None, value: float | None) -> None:
    assert number(text) == value


def test_levels_stay_within_reason() -> None:
    assert levels({"building": "yes", "building:levels": "9999"}) == 120
    assert levels({"building": "yes", "building:levels": "0"}) == 1


def test_places_buildings_water_and_boundary(tmp_path: Path) -> None:
    town = Map(
        a=(0, 0), b=(4, 0), c=(4, 4), d=(0, 4), e=(1, 1), f=(2, 1), g=(2, 2), h=(1, 2), s=(3, 3),
        w=(-1, -1), x=(5, -1), y=(5, 5), z=(-1, 5),
    )  # fmt: skip
    town.way("abcda", highway="residential").way("efghe", building="apartments", building__levels="7")
    town.way("fgcbf", natural="water", name="镜湖").way("wxyzw", boundary="administrative", name="临江区")
    town.tag("s", shop="hairdresser", name="德顺理发店", phone="0571-00000001", opening_hours="09:00-21:00",
             addr__street="清波路", addr__housenumber="7号")  # fmt: skip
    extract = town.read(tmp_path)
    (shop,) = extract.places
    assert (shop.osm_id, shop.name, shop.phone) == ("n9", "德顺理发店", "0571-00000001")
    assert (shop.address, shop.opening_hours) == ("清波路7号", "09:00-21:00")
    assert extract.buildings.residential.tolist() == [True]
    assert extract.buildings.footprint_m2[0] == pytest.approx(96.1 * 111.2, rel=0.01)
    assert extract.buildings.households[0] == pytest.approx(96.1 * 111.2 * 7 / 100, rel=0.01)
    assert extract.water.name.tolist() == ["镜湖"]
    assert extract.name == "临江区"


def island(*, home: bool) -> Map:
    """A mainland, an island of five junctions to the east, and a ferry between them."""
    town = Map(
        a=(0, 0), b=(2, 0), c=(2, 2), d=(0, 2), e=(1, 3), m=(0, 5), n=(2, 5),
        p=(20, 0), q=(22, 0), r=(22, 2), s=(20, 2), t=(21, 1),
        h=(21, 0), i=(22, 0), j=(22, 1), k=(21, 1),
    )  # fmt: skip
    for letters in ("ab", "bc", "cd", "da", "de", "ec", "dm", "mn", "nc"):
        town.way(letters, highway="residential")
    for letters in ("pq", "qr", "rs", "sp", "tp", "tr"):
        town.way(letters, highway="residential")
    if home:
        town.way("hijkh", building="house")
    else:
        town.way("abcda", building="house")
    return town.way("bp", route="ferry", name="江心轮渡", duration="00:10")


def test_an_inhabited_island_stays_as_its_own_part(tmp_path: Path) -> None:
    extract = island(home=True).read(tmp_path)
    walk = extract.networks["walk"]
    assert (20, 0) in nodes_at(walk)
    ones = np.ones(walk.arc_count)
    matrix = coo_matrix((ones, (walk.tail, walk.head)), shape=(walk.node_count,) * 2).tocsr()
    assert connected_components(matrix, connection="strong")[0] == 2
    (ferry,) = extract.ferries
    assert (ferry.name, ferry.tags["duration"]) == ("江心轮渡", "00:10")


def test_an_island_without_homes_stays_too(tmp_path: Path) -> None:
    extract = island(home=False).read(tmp_path)
    assert (20, 0) in nodes_at(extract.networks["walk"])
    streets = Streets(extract.networks["walk"])
    site = streets.site(120.17 + 12 * STEP, 30.25, walk_m_per_s=1.2, reach_m=2000)
    assert streets.network.lon[streets.network.tail[site.arc]] > 120.17 + 15 * STEP


def test_a_zipped_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "map.osm.gz"
    path.write_bytes(gzip.compress(square().text().encode()))
    assert read_extract(path, ACCESS).networks["walk"].node_count > 0


def test_progress_rises_to_one(tmp_path: Path) -> None:
    path = tmp_path / "map.osm"
    path.write_text(square().text(), encoding="utf-8")
    told: list[tuple[str, float]] = []
    read_extract(path, ACCESS, progress=lambda step, done: told.append((step, done)))
    shares = [done for _, done in told]
    assert shares == sorted(shares)
    assert told[-1] == ("done", 1.0)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("map.osm", square().text().encode()[:-60], "truncated or no OSM data"),
        ("map.osm", b"hello", "truncated or no OSM data"),
        ("map.osm", b"<html></html>", "truncated or no OSM data"),
        ("map.osm", b"", "truncated or no OSM data"),
        ("map.osm.pbf", b"\x00\x00\x00\x0d nonsense", "truncated or no OSM data"),
        ("map.osm.gz", gzip.compress(square().text().encode())[:-40], "truncated or no OSM data"),
        ("map.txt", b"hello", "allowed endings are"),
        ("map.osm", Map(a=(0, 0)).tag("a", shop="tea").text().encode(), "no streets"),
        ("map.osm", Map(a=(0, 0), b=(1, 1)).way("ab", highway="proposed").text().encode(), "no streets"),
    ],
)
def test_unusable_files_say_why(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadExtractError, match=says):
        read_extract(path, ACCESS)
    assert [left.name for left in tmp_path.iterdir()] == [name]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadExtractError, match="does not exist"):
        read_extract(tmp_path / "none.osm.pbf", ACCESS)


def test_one_tag_feeds_several_categories() -> None:
    table = read_categories(CATALOGUE)
    assert categories({"shop": "supermarket", "name": "惠民"}, table) == (
        "grocery",
        "small_shop",
        "proxy_shopper",
    )
    assert categories({"craft": "key_cutter", "shop": "locksmith"}, table) == ("locksmith", "small_trade")
    assert categories({"amenity": "bench"}, table) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("key,value\n", "line 1"),
        ("key,value,category\nshop,tea\n", "line 2"),
        ("key,value,category\nshop,,tea\n", "line 2"),
        ("key,value,category\nshop,tea,catering\nshop,tea,catering\n", "line 3"),
    ],
)
def test_a_faulty_table_names_the_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "osm_categories.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadExtractError, match=says):
        read_categories(path)


def test_a_cut_off_real_file_is_refused(tmp_path: Path) -> None:
    source = SHARED / "liechtenstein.osm.pbf"
    if not source.exists():
        pytest.skip("no Liechtenstein extract beside the repository")
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(source.read_bytes()[:700_000])
    with pytest.raises(BadExtractError, match="truncated"):
        read_extract(path, ACCESS)


def test_a_real_country() -> None:
    source = SHARED / "liechtenstein.osm.pbf"
    if not source.exists():
        pytest.skip("no Liechtenstein extract beside the repository")
    extract = read_extract(source, ACCESS)
    assert extract.name == "Liechtenstein"
    assert len(extract.buildings) > 8000
    assert 10_000 < extract.buildings.households.sum() < 60_000
    walk, drive = extract.networks["walk"], extract.networks["drive"]
    assert walk.node_count > drive.node_count > 2000
    assert {"Landstrasse", "Äulestrasse"} & set(walk.names)
