"""The built-in district: same seed same bytes, and what a planner expects to find in it."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from data.sample.synthetic import COUNTY, write_osm
from geo.access_table import read_access
from geo.osm import Extract, read_extract
from geo.osm_categories import categories, read_categories
from geo.partition import Division, check_tiling, cut
from geo.place import LocalPlane

CATALOGUE = Path(__file__).parents[3] / "data" / "catalogue" / "osm_categories.csv"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_osm(tmp_path_factory.mktemp("synthetic") / "district.osm")


@pytest.fixture(scope="module")
def extract(file: Path) -> Extract:
    return read_extract(file, read_access(CATALOGUE.parent / "access.toml"))


@pytest.fixture(scope="module")
def division(extract: Extract) -> Division:
    return cut(extract, county=COUNTY, name=extract.name)


def test_the_same_seed_gives_the_same_bytes(file: Path, tmp_path: Path) -> None:
    again = write_osm(tmp_path / "again.osm")
    assert again.read_bytes() == file.read_bytes()
    assert [left.name for left in tmp_path.iterdir()] == ["again.osm"]


def test_another_seed_gives_another_district(file: Path, tmp_path: Path) -> None:
    assert write_osm(tmp_path / "other.osm", seed=8).read_bytes() != file.read_bytes()


def test_it_has_the_size_of_a_district(extract: Extract, division: Division) -> None:
    assert sum(area.level == "community" for area in division.areas) == pytest.approx(54, abs=1)
    assert len(division.cells) == pytest.approx(540, abs=10)
    assert extract.buildings.households.sum() == pytest.approx(216_000, rel=0.02)
    assert 3000 < extract.networks["walk"].node_count < 10_000


def test_its_cells_tile_it(division: Division) -> None:
    assert check_tiling(division.areas, division.cells) == []


def test_merchants_are_many_of_many_kinds_and_marked_as_samples(extract: Extract) -> None:
    table = read_categories(CATALOGUE)
    shops = [place for place in extract.places if place.osm_id.startswith("n")]
    kinds = {kind for place in shops for kind in categories(place.tags, table)}
    assert len(shops) > 900
    assert len(kinds) > 25
    assert all(place.tags["note"] == "样例数据" for place in shops)
    assert all(place.name and place.phone.startswith("0571-0") and place.opening_hours for place in shops)
    assert len({place.phone for place in shops}) == len(shops)


def test_merchants_crowd_along_some_streets(extract: Extract) -> None:
    """A tenth of the land holds far more than a tenth of the shops."""
    plane = LocalPlane(120.17, 30.245)
    x, y = plane.to_xy([place.lon for place in extract.places], [place.lat for place in extract.places])
    squares = np.unique(np.floor(np.column_stack((x, y)) / 250), axis=0, return_counts=True)[1]
    inhabited = 21e6 / 250**2
    assert np.sort(squares)[::-1][: int(inhabited / 10)].sum() > 0.45 * squares.sum()


def test_the_island_is_reached_by_boat_alone(extract: Extract) -> None:
    walk = extract.networks["walk"]
    matrix = coo_matrix(
        (np.ones(walk.arc_count), (walk.tail, walk.head)), shape=(walk.node_count,) * 2
    ).tocsr()
    _, of = connected_components(matrix, connection="weak")
    (ferry,) = extract.ferries
    ends = shapely.get_coordinates(ferry.line)[[0, -1]]
    lon, lat, first = walk.polylines
    away = np.hypot(lon[None] - ends[:, :1], lat[None] - ends[:, 1:])
    assert (away.min(axis=1) < 1e-6).all()
    arc = np.searchsorted(first, away.argmin(axis=1), side="right") - 1
    assert of[walk.tail[arc[0]]] != of[walk.tail[arc[1]]]


def test_few_bridges_cross_the_canal(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert 2 <= text.count('k="bridge" v="yes"') <= 8


def test_it_is_no_lattice(extract: Extract) -> None:
    """Less than half of the length runs within one tenth of a right angle; a lattice would have all."""
    streets = extract.lines.line[np.isin(extract.lines.kind, ["primary", "secondary", "tertiary"])]
    points, line = shapely.get_coordinates(streets, return_index=True)
    step = np.diff(points, axis=0)[line[:-1] == line[1:]]
    angle = np.degrees(np.arctan2(step[:, 1], step[:, 0] * np.cos(np.radians(30.25)))) % 90
    share = np.bincount((angle // 9).astype(int), weights=np.hypot(*step.T), minlength=10)
    assert share.max() < 0.5 * share.sum()
