"""Extracts as they come: any order, gaps, wrong values, gates, tunnels, halves; drawn here and kept beside the repository."""

import bz2
import gzip
import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from map_cases import facts, index, spot, street_m, town
from test_osm import ACCESS, Map
from test_osm_gates import compound

from geo.errors import BadExtractError, NoStreetError
from geo.osm import read_extract
from geo.osm_order import in_order
from geo.place import LonLat


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_repeats_and_signs_do_not_matter(tmp_path: Path, data: st.DataObject) -> None:
    drawn = town()
    expected = facts(drawn.read(tmp_path))
    lines = data.draw(st.permutations(drawn.lines))
    lines += data.draw(st.lists(st.sampled_from(lines), max_size=5))
    text = "\n".join(lines)
    if data.draw(st.booleans()):
        text = text.replace('id="', 'id="-').replace('ref="', 'ref="-')
    if data.draw(st.booleans()):
        text = text.replace(' version="1"', "")
    path = tmp_path / "shuffled.osm"
    path.write_text(f'<osm version="0.6">{text}</osm>', "utf-8")
    assert facts(read_extract(path, ACCESS)) == expected


def test_the_newest_version_counts_and_deleted_objects_do_not(tmp_path: Path) -> None:
    drawn = town()
    drawn.lines.append(
        drawn.lines[-1].replace('version="1"', 'version="2"').replace("residential", "footway")
    )
    drawn.lines.append(drawn.lines[9].replace('version="1"', 'version="2" visible="false"'))
    extract = drawn.read(tmp_path)
    walk, drive = (street_m(extract.networks[profile]) for profile in ("walk", "drive"))
    assert walk - drive == pytest.approx(2 * 111.2, rel=0.01)
    assert "abc路" not in {
        extract.networks["walk"].name_of(a) for a in extract.networks["walk"].streets.tolist()
    }


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".OSM"])
def test_every_kind_of_file_is_read(tmp_path: Path, suffix: str) -> None:
    plain = tmp_path / "plain.osm"
    plain.write_text(town().text(), "utf-8")
    path = tmp_path / f"map{suffix}"
    content = plain.read_bytes()
    if suffix == ".osm.pbf":
        with osmium.SimpleWriter(str(path)) as writer:
            for item in osmium.FileProcessor(str(plain)):
                writer.add(item)
    else:
        pack = {".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}.get(suffix, bytes)
        path.write_bytes(pack(content))
    assert facts(read_extract(path, ACCESS)) == facts(read_extract(plain, ACCESS))


def test_a_file_in_order_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "map.osm"
    path.write_text(town().text(), "utf-8")
    assert in_order(path, tmp_path) == path


def test_a_cut_off_file_of_any_order_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.osm.bz2"
    path.write_bytes(bz2.compress(town().text().encode())[:-20])
    with pytest.raises(BadExtractError, match="truncated or no OSM data"):
        read_extract(path, ACCESS)


def test_a_way_is_cut_where_its_nodes_are_missing(tmp_path: Path) -> None:
    drawn = Map(a=(0, 0), b=(1, 0), c=(2, 0), d=(3, 0), e=(4, 0)).way(
        "abcde", highway="residential", name="河路"
    )
    drawn.lines = [line for line in drawn.lines if '<node id="3"' not in line]
    extract = drawn.read(tmp_path)
    assert street_m(extract.networks["walk"]) == pytest.approx(2 * 96.1, rel=0.01)
    assert extract.report.as_json()["gaps"] == ["w1 河路"]


@pytest.mark.parametrize("value", ["0", "-20", "9999", "fast", "50;fast", "1e9"])
def test_a_wrong_limit_is_told_and_the_usual_speed_counts(tmp_path: Path, value: str) -> None:
    usual = town().read(tmp_path).networks["drive"].weight_ms
    drawn = town()
    drawn.lines = [line.replace("<tag", f'<tag k="maxspeed" v="{value}"/><tag', 1) for line in drawn.lines]
    extract = drawn.read(tmp_path)
    assert np.array_equal(extract.networks["drive"].weight_ms, usual)
    (told,) = extract.report.as_json()["ignored_values"]
    assert (told["tag"], told["count"], told["first"]) == (f"maxspeed={value}", 6, "w1")


def test_shapes_that_cross_themselves_are_repaired_and_open_ones_told(tmp_path: Path) -> None:
    drawn = town()
    drawn.way("aefba", building="house").way("abeda", natural="water").way("aba", building="yes")
    extract = drawn.read(tmp_path)
    assert extract.buildings.footprint_m2.min() > 0
    assert street_m(extract.networks["walk"]) > 0


@pytest.mark.parametrize(
    "tags", [{"tunnel": "yes"}, {"bridge": "viaduct"}, {"motorroad": "yes"}, {"highway": "motorway"}]
)
def test_no_door_opens_to_a_tunnel_a_bridge_or_a_motorway(tmp_path: Path, tags: dict[str, str]) -> None:
    drawn = Map(a=(0, 0), b=(4, 0), c=(0, 1), d=(4, 1))
    drawn.way("ab", **{"highway": "secondary", "name": "快速路", **tags})
    for letters in ("cd", "ac", "bd"):
        drawn.way(letters, highway="residential", name="地面路")
    drive = index(drawn.read(tmp_path), "drive")
    site = drive.site(spot(2, 0.1))
    assert drive.streets.network.name_of(site.arc) == "地面路"


def test_nobody_walks_across_water_or_a_railway(tmp_path: Path) -> None:
    drawn = Map(a=(0, 0), b=(4, 0), c=(0, 3), d=(4, 3), p=(-1, 0.5), q=(5, 0.5), r=(5, 0.8), s=(-1, 0.8))
    drawn.way("ab", highway="residential", name="南岸").way("cd", highway="residential", name="北岸")
    drawn.way("ac", highway="residential", name="桥", bridge="yes").way("pqrsp", natural="water")
    walk = index(drawn.read(tmp_path), "walk")
    name = walk.streets.network.name_of
    assert name(walk.site(spot(2, 0.3)).arc) == "南岸"
    assert name(walk.site(spot(2, 1.0)).arc) == "北岸"  # nearer to the other bank
    assert walk.streets.snap(*_columns([spot(2, 1.0)])).offset_m[0] == pytest.approx(222.4, rel=0.01)
    with pytest.raises(NoStreetError, match="beyond water or a railway"):
        walk.site(spot(2, 0.65))  # in the water
    with pytest.raises(NoStreetError, match=r"nearest street of 0.0, 0.0 is \d+ m away"):
        walk.site(LonLat(0.0, 0.0))  # water lies between, and yet the distance is the reason


def _columns(places: list[LonLat]) -> tuple[list[float], list[float]]:
    return [place.lon for place in places], [place.lat for place in places]


def test_a_wall_is_walked_round_where_another_street_is_near_and_passed_where_none_is(tmp_path: Path) -> None:
    drawn = Map(a=(0, 0), b=(4, 0), c=(0, 1), d=(4, 1), p=(1, 0.3), q=(3, 0.3))
    drawn.way("ab", highway="residential", name="墙外").way("cd", highway="residential", name="院内")
    drawn.way("ac", highway="residential", name="门").way("pq", barrier="wall")
    walk = index(drawn.read(tmp_path), "walk")
    name = walk.streets.network.name_of
    assert name(walk.site(spot(2, 0.4)).arc) == "院内"
    drawn = Map(a=(0, 0), b=(4, 0), p=(1, 0.3), q=(3, 0.3))
    drawn.way("ab", highway="residential", name="墙外").way("pq", barrier="fence")
    alone = index(drawn.read(tmp_path), "walk")
    assert alone.streets.network.name_of(alone.site(spot(2, 0.4)).arc) == "墙外"


def test_too_long_a_last_walk_is_refused(tmp_path: Path) -> None:
    walk = index(town().read(tmp_path), "walk")
    with pytest.raises(NoStreetError, match="allowed are 300 m"):
        walk.site(spot(8, 0))


def test_two_halves_answer_within_themselves(tmp_path: Path) -> None:
    drawn = Map(a=(0, 0), b=(8, 0), c=(4, 3), p=(20, 0), q=(28, 0), r=(24, 3))
    for letters in ("ab", "bc", "ca", "pq", "qr", "rp"):
        drawn.way(letters, highway="residential")
    drawn.way("bp", highway="construction", name="在建大桥")
    extract = drawn.read(tmp_path)
    walk = index(extract, "walk")
    assert walk.travel_ms(spot(1, 0), spot(7, 0)) is not None
    assert walk.travel_ms(spot(21, 0), spot(27, 0)) is not None
    assert walk.travel_ms(spot(1, 0), spot(21, 0)) is None
    left = extract.report.as_json()["left_out_km"]["walk"]["highway=construction"]
    assert left["streets"].keys() == {"在建大桥"}


def test_a_scrap_of_street_serves_only_where_nothing_else_is_near(tmp_path: Path) -> None:
    drawn = Map(a=(0, 0), b=(20, 0), c=(20, 20), d=(0, 20), p=(10, 1), q=(11, 1), r=(40, 1), s=(41, 1))
    drawn.way("abcda", highway="residential", name="环路")
    drawn.way("pq", highway="footway", name="断头").way("rs", highway="footway", name="远处")
    walk = index(drawn.read(tmp_path), "walk")
    name = walk.streets.network.name_of
    assert name(walk.site(spot(10.5, 0.9)).arc) == "环路"
    assert name(walk.site(spot(40.5, 1.1)).arc) == "远处"


def test_the_report_is_plain_json(tmp_path: Path) -> None:
    drawn = compound({}, {"access": "private"}).way("bd", highway="footway", name="小径", access="no")
    report = json.loads(json.dumps(drawn.read(tmp_path).report.as_json()))
    assert set(report) >= {"streets_km", "left_out_km", "gaps", "ignored_values", "homes_far_from_streets"}
    assert report["left_out_km"]["walk"]["access=no"]["streets"] == {"小径": pytest.approx(0.587, abs=0.01)}
    assert report["streets_km"]["ebike"] == report["streets_km"]["walk"] > 0


def test_ways_are_drawn_as_the_file_has_them(tmp_path: Path) -> None:
    text = town().text()
    drawn = ET.fromstring(text)
    at = {
        node.get("id"): (float(node.get("lon", 0)), float(node.get("lat", 0))) for node in drawn.iter("node")
    }
    segments = {
        frozenset((at[a.get("ref")], at[b.get("ref")]))
        for way in drawn.iter("way")
        for a, b in pairwise(way.findall("nd"))
    }
    path = tmp_path / "map.osm"
    path.write_text(text, "utf-8")
    lon, lat, first = (walk := read_extract(path, ACCESS).networks["walk"]).polylines
    found = {
        frozenset(((round(lon[i], 7), round(lat[i], 7)), (round(lon[i + 1], 7), round(lat[i + 1], 7))))
        for arc in walk.streets.tolist()
        for i in range(first[arc], first[arc + 1] - 1)
    }
    assert found == segments
