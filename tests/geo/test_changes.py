"""Streets that change for a time: what a shape or a name means, and the times meanwhile, held against plain reckoning."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from map_cases import spot, town
from street_cases import Town, towns
from test_osm import STEP

from geo.changes import Change, StreetFinder, changed_weights
from geo.errors import BadNetworkError, BadShapeError
from geo.hierarchy import Hierarchy
from geo.roads import CLOSED_MS
from geo.routes import Router
from geo.streets import Streets


@pytest.fixture
def found(tmp_path: Path) -> StreetFinder:
    return StreetFinder(Streets(town().read(tmp_path).networks["walk"]))


def ends_of(found: StreetFinder, arcs: np.ndarray) -> set[frozenset[tuple[int, int]]]:
    """Both ends of each street in steps of the map."""

    def step(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - 120.17) / STEP), round((point[1] - 30.25) / STEP)

    return {frozenset((step(line.coords[0]), step(line.coords[-1]))) for line in found.drawn(arcs).geoms}


def street(*ends: tuple[int, int]) -> frozenset[tuple[int, int]]:
    return frozenset(ends)


def at(x: float, y: float) -> tuple[float, float]:
    place = spot(x, y)
    return place.lon, place.lat


def test_a_point_means_its_street_from_junction_to_junction(found: StreetFinder) -> None:
    arcs = found.arcs(shapely.Point(at(0.5, 0.01)))
    assert ends_of(found, arcs) == {street((0, 0), (1, 0))}
    assert len(arcs) == 2  # both directions
    assert not len(found.arcs(shapely.Point(at(9, 9))))


def test_a_line_means_what_runs_along_it_and_not_what_it_crosses(found: StreetFinder) -> None:
    along = shapely.LineString([at(0.05, 0.01), at(1.95, 0.01)])  # past the junction of the middle street
    assert ends_of(found, found.arcs(along)) == {street((0, 0), (1, 0)), street((1, 0), (2, 0))}
    across = shapely.LineString([at(0.5, -0.4), at(0.5, 0.4)])
    assert not len(found.arcs(across))


def test_an_area_means_all_that_touch_it_and_a_name_the_whole_street(found: StreetFinder) -> None:
    area = shapely.Point(at(1, 1)).buffer(STEP / 10)
    middle = {street((1, 1), other) for other in ((0, 1), (2, 1), (1, 0), (1, 2))}
    assert ends_of(found, found.arcs(area)) == middle
    assert ends_of(found, found.arcs(None, ["abc路"])) == {street((0, 0), (1, 0)), street((1, 0), (2, 0))}
    assert ends_of(found, found.arcs(area, ["def路"])) == {street((0, 1), (1, 1)), street((1, 1), (2, 1))}
    assert not len(found.arcs(None, ["无名路"]))
    assert not len(found.arcs())
    assert found.names == tuple(sorted(f"{each}路" for each in ("abc", "def", "ghi", "adg", "beh", "cfi")))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.MultiPoint([(120, 30), (120.1, 30)]),
        shapely.Polygon(),
        shapely.Polygon([(120, 30), (120.1, 30.1), (120.1, 30), (120, 30.1)]),
    ],
)
def test_a_shape_that_means_nothing_is_refused(found: StreetFinder, shape: object) -> None:
    with pytest.raises(BadShapeError):
        found.arcs(shape)


def test_where_several_meet_open_comes_before_closed_and_the_slowest_holds() -> None:
    usual = np.array([1000, 1000, 1000, 1000, CLOSED_MS, 7], np.int32)
    changes = [
        Change("slow", np.array([0, 1, 5]), 50),
        Change("slow", np.array([0]), 80),
        Change("close", np.array([1, 2, 3])),
        Change("open", np.array([3, 4])),
    ]
    for some in (changes, changes[::-1]):
        assert changed_weights(usual, some).tolist() == [2000, CLOSED_MS, CLOSED_MS, 1000, CLOSED_MS, 14]
    assert changed_weights(usual, []).tolist() == usual.tolist()


@pytest.mark.parametrize("percent", [0, 101])
def test_a_speed_is_a_share_of_the_usual_one(percent: int) -> None:
    with pytest.raises(BadNetworkError):
        Change("slow", np.array([0]), percent)


@settings(max_examples=40, deadline=None)
@given(town=towns(), data=st.data())
def test_changed_streets_give_the_ways_of_a_network_built_so(town: Town, data: st.DataObject) -> None:
    network = town.network()
    arcs = st.lists(st.integers(0, max(0, network.arc_count - 1)), max_size=6)
    changes = [
        Change(effect, np.array(data.draw(arcs), np.int64), percent)
        for effect, percent in (("close", 100), ("slow", data.draw(st.integers(1, 99))), ("open", 100))
    ]
    if not network.arc_count:
        return
    weights = changed_weights(network.weight_ms, changes)
    hierarchy = Hierarchy.build(network)
    arcs_changed = np.flatnonzero(weights != network.weight_ms)
    hierarchy.update(arcs_changed, weights[arcs_changed])
    fresh = Hierarchy.build(network.with_weights(weights))
    nodes = np.arange(min(network.node_count, 12))
    assert np.array_equal(Router(hierarchy).matrix_ms(nodes, nodes), Router(fresh).matrix_ms(nodes, nodes))
    back = np.flatnonzero(hierarchy.weight_ms != network.weight_ms)
    hierarchy.update(back, network.weight_ms[back])
    usual = Router(Hierarchy.build(network)).matrix_ms(nodes, nodes)
    assert np.array_equal(Router(hierarchy).matrix_ms(nodes, nodes), usual)
