"""Extracts kept beside the repository, drawn after faults that were reported of other systems."""

from pathlib import Path

import pytest
from map_cases import facts, index, street_m
from test_osm import ACCESS

from geo.osm import Extract, read_extract
from geo.place import LonLat

CASES = Path(__file__).parents[2].parent / "shared" / "cases" / "osm"


def case(name: str) -> Extract:
    path = CASES / f"{name}.osm"
    if not path.exists():
        pytest.skip(f"{path} is not beside the repository")
    return read_extract(path, ACCESS)


@pytest.mark.parametrize(
    "name",
    [
        "abstreet_212_way_twice_after", "osmium77_negative_ids_josm", "overpass_ways_before_nodes",
        "ways_not_sorted_by_id", "r5_861_way_leaves_and_returns", "selfcrossing_building",
    ],
)  # fmt: skip
def test_the_same_town_from_every_program(name: str) -> None:
    extract = case(name)
    assert facts(extract)[0] == facts(case("ways_not_sorted_by_id"))[0]
    assert bool(extract.report.gaps) == (name == "r5_861_way_leaves_and_returns")


def test_all_junctions_of_a_file_with_nodes_after_ways() -> None:
    extract = case("osmtogeojson_96_half_of_nodes_after_ways")
    assert extract.networks["walk"].node_count == 36


def test_a_real_extract_with_a_limit_of_zero() -> None:
    extract = case("bupt_one_way_maxspeed0")
    assert "maxspeed=0" in extract.report.ignored_values
    assert extract.networks["drive"].weight_ms.max() < 10**6


def test_no_street_is_invented_across_the_river() -> None:
    extract = case("r5_861_river_banks")
    walk = index(extract, "walk")
    assert extract.report.gaps
    assert walk.travel_ms(LonLat(120.1505, 30.25), LonLat(120.1505, 30.2635)) is None


def test_a_home_in_a_gated_compound_is_reached_by_its_gate() -> None:
    for name in ("osrm_2663_gated_compound", "gated_compound_open_roads_for_comparison"):
        walk = index(case(name), "drive")
        way = walk.route(LonLat(120.1505, 30.25), LonLat(120.1532, 30.2534))
        assert way is not None
        assert [step.street for step in way.steps][-1] == "小区内路"
        assert way.lat.min() == pytest.approx(30.25)


def test_places_by_a_motorway_or_above_a_tunnel_take_the_next_street() -> None:
    for name, place, street in (
        ("osrm_3616_snap_to_motorway", LonLat(120.15, 30.2499), "高架下小区路"),
        ("osrm_6591_snap_to_tunnel", LonLat(120.145, 30.25), "地面路"),
    ):
        drive = index(case(name), "drive")
        assert drive.streets.network.name_of(drive.site(place).arc) == street


def test_a_bollard_stops_cars_alone() -> None:
    extract = case("osrm_5787_barrier_bollard")
    west, east = LonLat(120.1510, 30.25), LonLat(120.1520, 30.25)
    for profile in ("walk", "ebike"):
        assert (index(extract, profile).travel_ms(west, east) or 0) < 10**5
    way = index(extract, "drive").route(west, east)
    assert way is not None
    assert way.length_m > 1000


def test_a_trunk_road_with_a_sidewalk_is_walked() -> None:
    extract = case("osrm_6008_trunk_in_town")
    assert street_m(extract.networks["walk"]) > street_m(extract.networks["ebike"])
    assert extract.report.left_out_m["ebike"].keys() == {"highway=trunk"}


def test_both_halves_of_a_district_stay() -> None:
    extract = case("half_of_district_unconnected_dropped")
    assert extract.networks["walk"].node_count == 41
    assert extract.report.left_out_m["walk"]


@pytest.mark.parametrize(
    "name", ["names", "opengira_205_colocated_dups_loops", "ferry_island", "bigboundary"]
)
def test_what_was_right_stays_right(name: str) -> None:
    extract = case(name)
    assert street_m(extract.networks["walk"]) > 0
    assert not extract.report.gaps
