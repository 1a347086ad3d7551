"""What is reached within some minutes: stretches held to the times of many points, outlines to the stretches."""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from road_cases import grid, network_of
from street_cases import Town, towns
from test_ferries import World

from geo.crossing import FerryPlaces
from geo.errors import NoStreetError
from geo.ferries import Timetable
from geo.hierarchy import Hierarchy
from geo.isochrone import Stretches, isochrones
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site
from geo.streets import Streets

AT = datetime(2026, 11, 18, 9, 7, 11, tzinfo=UTC)
ROUNDED_MS = 3


def on_streets_alone(network: RoadNetwork) -> FerryPlaces:
    index = PlaceIndex(Streets(network), Hierarchy.build(network), reach_m=5000)
    return FerryPlaces(index, Timetable((), (), UTC))


def holds(found: Stretches, twin: np.ndarray, arc: int, fraction: float, slack: float = 0.0) -> bool:
    """Tell whether a point of a street lies on a stretch."""
    if 0 <= twin[arc] < arc:
        arc, fraction = int(twin[arc]), 1 - fraction
    rows = found.arc == arc
    inside = (found.begin[rows] - slack <= fraction) & (fraction <= found.end[rows] + slack)
    return bool(inside.any())


def check_points(
    places: FerryPlaces, found: Stretches, limit: int, told: list[tuple[int, float, int]]
) -> None:
    """Each point is on a stretch if and only if it is reached in time, a few ms of rounding apart."""
    streets = places.index.streets
    weight = places.index.router.hierarchy.weight_ms
    for arc, fraction, time_ms in told:
        room = ROUNDED_MS / max(1, min(int(weight[arc]), CLOSED_MS))
        if time_ms <= limit - ROUNDED_MS:
            assert holds(found, streets.twin, arc, fraction, room), (arc, fraction, time_ms)
        if time_ms > limit + ROUNDED_MS:
            assert not holds(found, streets.twin, arc, fraction, -room), (arc, fraction, time_ms)


@settings(max_examples=120, deadline=None)
@given(
    town=towns(),
    east=st.floats(0, 0.007),
    limits=st.lists(st.integers(0, 12_000), min_size=1, max_size=3),
    towards=st.booleans(),
)
def test_stretches_hold_exactly_what_is_reached(
    town: Town, east: float, limits: list[int], *, towards: bool
) -> None:
    network = town.network()
    places = on_streets_alone(network)
    place = LonLat(120.0 + east, 30.0002)
    here, router, twin = places.index.site(place), places.index.router, places.index.streets.twin
    told = []
    for arc in network.streets.tolist():
        for fraction in (0.03, 0.31, 0.62, 0.94):
            there = Site(arc, int(twin[arc]), fraction)
            time_ms = router.travel_ms(*((there, here) if towards else (here, there)))
            told.append((arc, fraction, CLOSED_MS if time_ms is None else time_ms))
    limits = [here.walk_ms + limit for limit in limits]
    reach, found = isochrones(places, place, limits, AT, towards=towards)
    assert len(reach.node_ms) == network.node_count
    for limit, stretches in zip(limits, found, strict=True):
        check_points(places, stretches, limit, told)
        lines = stretches.lines()
        assert lines.is_valid
        assert len(lines.geoms) == int((stretches.end > stretches.begin).sum())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), towards=st.booleans(), minutes=st.integers(5, 300))
def test_stretches_over_the_water(seed: int, minutes: int, *, towards: bool) -> None:
    world = World(seed)
    place, limit = world.place(), minutes * 60_000
    here, twin = world.index.site(place), world.index.streets.twin
    weight = world.index.router.hierarchy.weight_ms
    told = []
    for arc in world.rng.choice(np.flatnonzero(weight < CLOSED_MS), 12).tolist():
        there = Site(arc, int(twin[arc]), 0.4)
        ends = (there, here) if towards else (here, there)
        told.append((arc, 0.4, world.earliest_ms(*ends)))
    _, (found,) = isochrones(world.ferries, place, [limit], world.at, towards=towards)
    check_points(world.ferries, found, limit, told)


@pytest.mark.parametrize("towards", [False, True])
def test_areas_hold_the_stretches_and_no_others(*, towards: bool) -> None:
    network = grid(20, seed=8)
    places = on_streets_alone(network)
    place, limits = LonLat(float(network.lon[190]), float(network.lat[190])), [60_000, 200_000, 400_000]
    _, found = isochrones(places, place, limits, AT, towards=towards)
    areas = [each.area(20.0) for each in found]
    for stretches, area in zip(found, areas, strict=True):
        assert area.is_valid
        assert shapely.covers(area.buffer(1e-9), stretches.lines())
        assert shapely.covers(shapely.buffer(stretches.lines(), 60 / 96_000), area)
    assert shapely.covers(areas[2].buffer(1e-9), areas[1])
    assert shapely.covers(areas[1].buffer(1e-9), areas[0])
    lengths = [each.length_m for each in found]
    assert lengths == sorted(lengths)
    assert lengths[2] == pytest.approx(
        sum(shapely.length(line) for line in found[2].lines().geoms) * 111_195, rel=0.2
    )


def test_from_the_middle_of_a_one_way_street() -> None:
    network = network_of(2, [(0, 1, 100_000)])
    places = on_streets_alone(network)
    lon, lat = network.lon.mean(), network.lat.mean()
    place = LonLat(float(lon), float(lat))
    _, (short, whole) = isochrones(places, place, [25_000, 60_000], AT)
    assert (short.begin[0], short.end[0]) == pytest.approx((0.5, 0.75))
    assert (whole.begin[0], whole.end[0]) == pytest.approx((0.5, 1.0))
    _, (before,) = isochrones(places, place, [25_000], AT, towards=True)
    assert (before.begin[0], before.end[0]) == pytest.approx((0.25, 0.5))
    assert isochrones(places, place, [], AT)[1] == []
    _, (nothing,) = isochrones(places, LonLat(place.lon, place.lat + 0.001), [1000], AT)  # a walk of 90 s
    assert nothing.area().is_empty
    assert nothing.lines().is_empty
    assert nothing.length_m == 0
    places.index.router.hierarchy.update([0], CLOSED_MS)
    with pytest.raises(NoStreetError):
        isochrones(places, place, [60_000], AT)
