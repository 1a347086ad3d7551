"""People live where the map shows homes: in buildings, else along streets, else on land for homes."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.build_report import BuildReport
from geo.homes import SOURCES, TILE_M, Dwellings, dwellings_of
from geo.osm import Buildings, Extract, Lines, Patches
from geo.place import LocalPlane
from geo.shapes import as_array, to_degrees

PLANE = LocalPlane(120.17, 30.25)
TOWN_M = 1600.0
Box = tuple[float, float, float, float]


def metres(*boxes: Box) -> np.ndarray:
    return np.asarray(to_degrees(as_array([shapely.box(*box) for box in boxes]), PLANE), object)


def buildings(*boxes: Box, households: int) -> Buildings:
    polygon = metres(*boxes)
    inside = shapely.get_coordinates(shapely.centroid(polygon)).reshape(-1, 2)
    count = len(boxes)
    return Buildings(
        polygon=polygon,
        lon=inside[:, 0],
        lat=inside[:, 1],
        footprint_m2=np.array([(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes], float),
        levels=np.ones(count),
        households=np.full(count, households),
        residential=np.full(count, households > 0),
        kind=np.full(count, "yes"),
        address=np.full(count, "凤起路1号"),
        osm_id=np.array([f"w{n}" for n in range(count)], np.str_),
    )


def streets(*rows: float, kind: str = "residential") -> list[tuple[shapely.Geometry, str]]:
    lines = as_array([shapely.LineString([(-TOWN_M / 2, y), (TOWN_M / 2, y)]) for y in rows])
    return [(line, kind) for line in to_degrees(lines, PLANE)]


def extract(
    built: Buildings, lines: list[tuple[shapely.Geometry, str]], settled: tuple[Box, ...] = ()
) -> Extract:
    nothing = Patches(polygon=as_array([]), name=np.zeros(0, "U1"))
    half = TOWN_M / 2
    return Extract(
        networks={},
        places=(),
        buildings=built,
        water=nothing,
        green=nothing,
        settled=Patches(polygon=metres(*settled), name=np.full(len(settled), "")),
        lines=Lines(
            line=as_array([line for line, _ in lines]),
            kind=np.array([kind for _, kind in lines], np.str_),
            name=np.full(len(lines), "凤起路"),
        ),
        ferries=(),
        boundary=metres((-half, -half, half, half))[0],
        name="",
        report=BuildReport(),
    )


def found(where: Extract) -> Dwellings:
    return dwellings_of(where, where.boundary)


def east_of(homes: Dwellings) -> np.ndarray:
    return PLANE.to_xy(homes.lon, homes.lat)[0]


ROWS = (-600.0, -200.0, 200.0, 600.0)
HOUSES = tuple((x, y, x + 20.0, y + 20.0) for x in range(-780, 800, 40) for y in (-590, -190, 210, 610))


def test_buildings_count_as_they_are_where_they_are_mapped() -> None:
    homes = found(extract(buildings(*HOUSES, households=4), streets(*ROWS), ((-800, -800, 800, 800),)))
    assert homes.by_source == {"buildings": 4 * len(HOUSES), "streets": 0, "land_use": 0}
    assert (homes.estimated, homes.missing()) == (False, [])


def test_a_few_houses_do_not_hold_a_town() -> None:
    homes = found(extract(buildings(*HOUSES[:5], households=10), streets(*ROWS)))
    assert homes.by_source == {"buildings": 50, "streets": pytest.approx(800, rel=0.01), "land_use": 0}
    assert homes.estimated
    (told,) = homes.missing()
    assert "those mapped tell of 50 of 8" in told
    cells, counts = np.unique(np.floor(east_of(homes) / TILE_M), return_counts=True)
    assert len(cells) == 4
    assert counts.max() < 1.2 * counts.min()


def test_the_half_of_a_map_without_buildings_is_filled_along_its_streets() -> None:
    west = tuple(house for house in HOUSES if house[0] < -20)
    homes = found(extract(buildings(*west, households=4), streets(*ROWS)))
    assert homes.by_source["buildings"] == 4 * len(west)
    spread = homes.where(homes.source == SOURCES.index("streets"))
    assert len(spread) == pytest.approx(400, abs=8)
    assert east_of(spread).min() > -1


def test_works_and_offices_are_buildings_without_homes_not_holes() -> None:
    west = tuple(house for house in HOUSES if house[0] < -20)
    works = tuple((x, y, x + 150.0, y + 60.0) for x in (10, 210, 410, 610) for y in (-590, -190, 210, 610))
    one, other = buildings(*west, households=4), buildings(*works, households=0)
    both = {name: np.concatenate((getattr(one, name), getattr(other, name))) for name in one.__slots__}
    assert found(extract(Buildings(**both), streets(*ROWS))).by_source["streets"] == 0


def test_land_for_homes_without_streets_or_buildings_gets_them_by_its_area() -> None:
    land = ((-700.0, 100.0, -100.0, 700.0), (100.0, 100.0, 400.0, 400.0))
    homes = found(extract(buildings(households=0), streets(-600.0, kind="primary"), land))
    assert set(homes.source) == {SOURCES.index("land_use")}
    west = int((east_of(homes) < 0).sum())
    assert west / (len(homes) - west) == pytest.approx(4, rel=0.1)


def test_a_country_road_has_people_only_where_land_is_for_homes() -> None:
    road = streets(0.0, kind="tertiary")
    assert len(found(extract(buildings(households=0), road))) == pytest.approx(200, abs=2)
    beside = found(extract(buildings(households=0), road, ((-800.0, 500.0, 800.0, 700.0),)))
    assert set(beside.source) == {SOURCES.index("land_use")}


def test_nothing_at_all_is_told() -> None:
    homes = found(extract(buildings(households=0), streets(0.0, kind="motorway")))
    assert len(homes) == 0
    assert "nobody is placed" in homes.missing()[0]


@given(st.lists(st.sampled_from(HOUSES), max_size=40, unique=True), st.integers(1, 300))
def test_no_household_of_a_building_is_lost_and_all_are_inside(some: list[Box], households: int) -> None:
    where = extract(buildings(*some, households=households), streets(*ROWS), ((-800, -800, 800, 800),))
    homes = found(where)
    assert homes.by_source["buildings"] == households * len(some)
    assert (homes.households > 0).all()
    assert shapely.intersects_xy(where.boundary, homes.lon, homes.lat).all()
