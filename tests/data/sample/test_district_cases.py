"""Maps and divisions that went wrong elsewhere build a whole district, or are refused with file and row."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.errors import BadFileError
from data.models import CellRow, DistrictRow, ResidentRow
from data.rules.catalogue import read_catalogue
from data.sample.district import Plan, build_district
from data.store.home import Home
from data.store.session import Database
from maps.tiles import write_base_map
from tests.conftest import SHARED

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
CASES = SHARED / "cases"
SMALL = (
    "abstreet_212_way_twice_after", "ferry_island", "gated_compound_open_roads_for_comparison",
    "half_of_district_unconnected_dropped", "names", "opengira_205_colocated_dups_loops",
    "osmium77_negative_ids_josm", "osmtogeojson_96_half_of_nodes_after_ways", "osrm_2663_gated_compound",
    "osrm_3616_snap_to_motorway", "osrm_5787_barrier_bollard", "osrm_6008_trunk_in_town",
    "osrm_6591_snap_to_tunnel", "overpass_ways_before_nodes", "r5_861_river_banks",
    "r5_861_way_leaves_and_returns", "residential_only", "selfcrossing_building", "ways_not_sorted_by_id",
    "bupt_one_way_maxspeed0", "bigboundary",
)  # fmt: skip
Built = tuple[dict[str, object], Counter[str], dict[str, int]]


def build(folder: Path, extract: Path, **more: object) -> Built:
    """Build a district with its map and sample people; gives the report, residents and households by cell."""
    if not extract.exists():
        pytest.skip(f"{extract} is not beside the repository")
    plan = Plan(extract=extract, name="试区", sample=True, **{"residents": 12_000, **more})  # type: ignore[arg-type]
    database = Database(f"sqlite:///{folder / 'district.sqlite'}")

    def draw(_extract: Path, tiles: Path) -> None:
        write_base_map(extract, tiles / "district.pmtiles")

    figures = dict(build_district(database, Home(folder / "home"), read_catalogue(), plan, NOW, draw=draw))
    with database.read() as session:
        people = Counter(session.scalars(select(ResidentRow.cell)))
        cells = {row.code: row.households for row in session.scalars(select(CellRow))}
        assert session.scalars(select(DistrictRow)).one().figures["rests_on"] == figures["rests_on"]
    database.close()
    return figures, people, cells


@pytest.mark.parametrize("name", SMALL)
def test_a_map_that_went_wrong_builds_a_district_of_its_size(name: str, tmp_path: Path) -> None:
    figures, people, cells = build(tmp_path, CASES / "osm" / f"{name}.osm")
    basis = figures["rests_on"]
    assert isinstance(basis, dict)
    households = sum(basis["households_from"].values())
    assert people.total() == figures["residents"] <= 3 * households
    assert (people.total() > 0) == (households > 0)
    assert set(people) <= set(cells)
    assert all(count <= 6 * cells[code] + 30 for code, count in people.items())
    assert bool(basis["missing"]) or basis["households_from"]["buildings"] == households
    assert figures["streets_km"]


def test_a_town_of_which_five_houses_are_mapped_lives_along_its_streets(tmp_path: Path) -> None:
    figures, people, cells = build(tmp_path, SHARED / "osm" / "heidelberg.osm.pbf", residents=20_000)
    basis = figures["rests_on"]
    assert isinstance(basis, dict)
    assert basis["households_from"]["buildings"] < 100 < basis["households_from"]["streets"]
    assert "buildings" in basis["missing"][0]
    assert people.total() == 20_000
    share = 20_000 / sum(cells.values())
    crowded = [code for code, count in people.items() if count > 3 * share * max(cells[code], 100)]
    assert crowded == []


DIVISION = {"areas": CASES / "files" / "div_areas.geojson"}


def drawn(name: str) -> dict[str, object]:
    return {**DIVISION, "cells": CASES / "files" / f"{name}.geojson"}


@pytest.mark.parametrize(("name", "count"), [("div_cells", 28), ("div_cells_spike", 28), ("div_cells_z", 2)])
def test_people_live_in_given_cells_as_many_as_these_tell(name: str, count: int, tmp_path: Path) -> None:
    figures, people, cells = build(tmp_path, CASES / "osm" / "residential_only.osm", **drawn(name))
    assert len(cells) == count
    told = {code for code, households in cells.items() if households}
    assert told <= set(people)
    share = people.total() / sum(cells.values())
    for code in told:
        assert people[code] == pytest.approx(share * cells[code], rel=0.5, abs=30)
    basis = figures["rests_on"]
    assert isinstance(basis, dict)
    assert basis["outline_from"] == "div_areas.geojson"


@pytest.mark.parametrize(
    ("name", "words"),
    [("div_cells_dup", "row 29: code 330102001001001 stands in row 1"), ("div_cells_swapped", "row 1: .*swapped")],
)  # fmt: skip
def test_a_division_that_cannot_be_right_is_refused_by_file_and_row(
    name: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFileError, match=words):
        build(tmp_path, CASES / "osm" / "residential_only.osm", **drawn(name))
    assert not list((tmp_path / "home").rglob("*.pmtiles"))
