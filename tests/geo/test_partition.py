"""Cutting land: a drawn town, exact tiling, numbering, names; the checker on faulty tilings."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.blocks import Land, cut_blocks
from geo.errors import BadShapeError
from geo.grouping import Adjacency, apportion, groups
from geo.partition import Division, DrawnCell, Plan, check_tiling, cut
from geo.place import LocalPlane
from geo.shapes import as_array
from geo.street_names import name_area, stem

STREET = 0.002  # degrees between streets, about 200 m


def town(columns: int = 8, rows: int = 6, per_home: float = 10.0, seed: int = 1) -> Land:
    """A town of slightly crooked streets with ten homes in each block."""
    rng = np.random.default_rng(seed)
    x = 120.17 + STREET * (np.arange(columns + 1) + rng.uniform(-0.2, 0.2, columns + 1))
    y = 30.25 + STREET * (np.arange(rows + 1) + rng.uniform(-0.2, 0.2, rows + 1))
    up = [shapely.LineString([(at, y[0] - 0.001), (at + 0.0003, y[-1] + 0.001)]) for at in x]
    along = [shapely.LineString([(x[0] - 0.001, at), (x[-1] + 0.001, at + 0.0003)]) for at in y]
    kinds = ["primary" if k % 4 == 0 else "residential" for k in (*range(len(up)), *range(len(along)))]
    names = [f"南北{k}路" for k in range(len(up))] + [f"东西{k}街" for k in range(len(along))]
    homes = rng.uniform((x[0], y[0]), (x[-1], y[-1]), (columns * rows * 10, 2))
    return Land(
        boundary=shapely.box(x[0], y[0], x[-1], y[-1]),
        line=as_array([*up, *along]),
        kind=np.array(kinds),
        name=np.array(names),
        home_lon=homes[:, 0],
        home_lat=homes[:, 1],
        home_households=np.full(len(homes), per_home),
        estimated=False,
    )


@pytest.fixture(scope="module")
def division() -> Division:
    return cut(
        town(), county="330102", name="样例区", plan=Plan(cells_per_community=4, communities_per_street=2)
    )


def test_cells_tile_the_district(division: Division) -> None:
    assert check_tiling(division.areas, division.cells) == []
    cells = as_array([cell.polygon for cell in division.cells])
    assert shapely.coverage_is_valid(cells)
    assert len(division.cells) == 12
    assert sum(cell.households for cell in division.cells) == 4800


def test_levels_nest_by_prefix(division: Division) -> None:
    codes = {area.code: area for area in division.areas}
    assert [area.level for area in division.areas[:2]] == ["city", "district"]
    assert division.areas[0].code == "330100000000"
    assert division.areas[1].code == "330102000000"
    assert division.areas[0].parent == ""
    for area in division.areas[1:]:
        assert codes[area.parent].polygon.buffer(1e-7).contains(area.polygon)
    for cell in division.cells:
        assert cell.code[:12] == cell.community
        assert codes[cell.community].level == "community"
        assert len(cell.code) == 15


def test_numbers_run_in_rows_from_the_north_and_from_the_west_in_a_row(division: Division) -> None:
    plane = LocalPlane(120.17, 30.25)
    for community in {cell.community for cell in division.cells}:
        cells = [cell for cell in division.cells if cell.community == community]
        assert [int(cell.code[12:]) for cell in cells] == list(range(1, len(cells) + 1))
        shapes = as_array([cell.polygon for cell in cells])
        flat = shapely.transform(shapes, lambda xy: np.column_stack(plane.to_xy(xy[:, 0], xy[:, 1])))
        centre = shapely.get_coordinates(shapely.centroid(flat))
        row_m = np.sqrt(np.median(shapely.area(flat)))
        rows = np.floor((centre[:, 1].max() - centre[:, 1]) / row_m + 1e-6)
        keys = list(zip(rows.tolist(), centre[:, 0].tolist(), strict=True))
        assert all(one <= other for one, other in pairwise(keys))


def test_names_come_from_streets_and_are_different(division: Division) -> None:
    names = [area.name for area in division.areas if area.level in {"street", "community"}]
    assert len(set(names)) == len(names)
    assert all(name.endswith(("街道", "社区")) for name in names)
    assert any(name.startswith(("南北", "东西")) for name in names)


def test_the_same_seed_gives_the_same_division() -> None:
    land = town(4, 3)
    assert cut(land, county="330102", name="甲") == cut(land, county="330102", name="甲")


def test_borders_follow_streets(division: Division) -> None:
    """Most of the border between cells runs along a drawn street."""
    streets = shapely.union_all(town().line).buffer(1e-6)
    shared = [
        one.polygon.intersection(other.polygon).length
        for one in division.cells
        for other in division.cells
        if one.code < other.code
    ]
    along = [
        one.polygon.intersection(other.polygon).intersection(streets).length
        for one in division.cells
        for other in division.cells
        if one.code < other.code
    ]
    assert sum(along) > 0.6 * sum(shared)


def test_other_widths_of_codes() -> None:
    plan = Plan(widths=(6, 4, 3, 3))
    found = cut(town(3, 2), county="610104", name="乙", plan=plan)
    assert found.areas[1].code == "6101040000000"
    assert all(len(cell.code) == 16 for cell in found.cells)


@pytest.mark.parametrize("county", ["33010", "3301021", "33010x", ""])
def test_a_county_code_that_does_not_fit_is_refused(county: str) -> None:
    with pytest.raises(BadShapeError, match="must have 6 digits"):
        cut(town(2, 2), county=county, name="丙")


def test_a_hamlet_is_one_cell() -> None:
    found = cut(town(1, 1, per_home=1.0), county="330102", name="丁")
    assert len(found.cells) == 1
    assert [finding.kind for finding in check_tiling(found.areas, found.cells)] == ["size"]


def test_land_without_anybody_is_one_cell() -> None:
    empty = replace(town(2, 2), home_lon=np.zeros(0), home_lat=np.zeros(0), home_households=np.zeros(0))
    assert len(cut(empty, county="330102", name="戊").cells) == 1


def test_land_without_streets_is_cut_between_homes() -> None:
    full = town(3, 3, per_home=12.0)
    bare = replace(full, line=as_array([]), kind=np.zeros(0, "U9"), name=np.zeros(0, "U9"))
    found = cut(bare, county="330102", name="己")
    assert len(found.cells) in {2, 3}
    assert check_tiling(found.areas, found.cells) == []


def test_a_boundary_in_two_parts_gives_cells_in_one_part_each() -> None:
    land = town(8, 3)
    west, south, east, north = land.boundary.bounds
    gap = shapely.box((west + east) / 2 - 0.001, south - 1, (west + east) / 2 + 0.001, north + 1)
    found = cut(replace(land, boundary=land.boundary.difference(gap)), county="330102", name="庚")
    kinds = {finding.kind for finding in check_tiling(found.areas, found.cells)}
    assert kinds <= {"size"}


def test_a_boundary_that_is_no_polygon_is_refused() -> None:
    with pytest.raises(BadShapeError, match="polygon is needed"):
        cut(replace(town(2, 2), boundary=shapely.Point(120, 30)), county="330102", name="辛")


def test_crowded_blocks_are_cut_and_no_home_is_lost() -> None:
    land = town(3, 2, per_home=50.0)
    blocks = cut_blocks(land, LocalPlane(120.17, 30.25), 120.0)
    assert blocks.households.sum() == 3000
    assert blocks.households.max() <= 120
    area = shapely.area(blocks.polygon).sum()
    assert shapely.union_all(blocks.polygon).area == pytest.approx(area, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    side=st.integers(3, 9),
    count=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
def test_groups_are_contiguous(side: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    left = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    right = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    weight = rng.integers(0, 50, side * side).astype(float)
    blocks = Adjacency.of(weight, left, right, rng.uniform(0.1, 10, len(left)))
    label = groups(blocks, count, (0.75 * weight.sum() / count, 1.25 * weight.sum() / count), seed)
    assert set(label) == set(range(int(label.max()) + 1))
    for group in range(int(label.max()) + 1):
        assert len(blocks.within(np.flatnonzero(label == group)).components()) == 1


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.integers(0, 40))
def test_seats_are_all_given_and_nobody_goes_without(weight: list[float], more: int) -> None:
    seats = apportion(np.array(weight), len(weight) + more)
    assert seats.sum() == len(weight) + more
    assert seats.min() >= 1


def cell(code: str, polygon: shapely.Geometry, households: int = 400) -> DrawnCell:
    return DrawnCell(code=code, name=code, community="330102001001", households=households, polygon=polygon)


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], []),
        ([shapely.box(0, 0, 1, 1), shapely.box(1.1, 0, 2, 1)], ["gap"]),
        ([shapely.box(0, 0, 1.1, 1), shapely.box(1, 0, 2, 1)], ["overlap"]),
        ([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2.1, 1)], ["outside"]),
        (
            [
                shapely.MultiPolygon([shapely.box(0, 0, 0.5, 1), shapely.box(1.5, 0, 2, 1)]),
                shapely.box(0.5, 0, 1.5, 1),
            ],
            ["torn"],
        ),
        ([shapely.box(0, 0, 2, 1), shapely.Polygon()], ["invalid"]),
    ],
)
def test_the_checker_names_each_fault(cells: list[shapely.Geometry], kinds: list[str]) -> None:
    whole = shapely.box(0, 0, 2, 1)
    base = cut(town(1, 1), county="330102", name="壬").areas[-1]
    area = replace(base, code="330102001001", level="community", parent="", polygon=whole)
    drawn = [cell(f"33010200100100{k}", shape) for k, shape in enumerate(cells, start=1)]
    assert [finding.kind for finding in check_tiling([area], drawn)] == kinds


def test_the_checker_finds_wrong_sizes_doubles_and_orphans() -> None:
    square = shapely.box(0, 0, 1, 1)
    area = replace(cut(town(1, 1), county="330102", name="癸").areas[-1], code="9", parent="", polygon=square)
    found = check_tiling([area], [cell("1", square, 700), cell("1", shapely.box(1, 0, 2, 1), 299)])
    assert [finding.kind for finding in found] == ["size", "size", "double", "orphan", "orphan"]
    assert "700 households; wanted are 300 to 500" in found[0].message


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("清波路", "清波"),
        ("临安大道", "临安"),
        ("柳巷", "柳巷"),
        ("Hauptstraße", "Hauptstraße"),
        ("九里", "九里"),
    ],
)
def test_stems(street: str, expected: str) -> None:
    assert stem(street) == expected


def test_names_are_never_given_twice() -> None:
    taken: set[str] = set()
    for _ in range(300):
        name = name_area("community", ["清波路", "望江街"], taken)
        assert name not in taken
        taken.add(name)
    assert {"清波社区", "望江社区"} <= taken
