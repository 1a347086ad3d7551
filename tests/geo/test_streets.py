"""From the map to the streets: snapping, twins, doors, and search and routes between doors."""

import numpy as np
import pytest
import shapely
from road_cases import grid, network_of

from geo.errors import BadNetworkError, BadPlaceError, NoStreetError, UnknownMemberError
from geo.hierarchy import Hierarchy
from geo.place import LonLat, distance_m
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site
from geo.streets import PlaceIndex, Streets


def test_snapping_finds_the_nearest_street_and_how_far_along() -> None:
    network = grid(6)
    streets = Streets(network)
    snap = streets.snap([120.2014, 120.2], [30.30202, 30.3])
    tail, head = network.tail[snap.arc[0]], network.head[snap.arc[0]]
    assert {int(tail), int(head)} == {13, 14}
    assert snap.fraction[0] == pytest.approx(0.4 if tail == 13 else 0.6, abs=1e-6)
    assert snap.offset_m[0] == pytest.approx(2.2, abs=0.1)
    assert snap.offset_m[1] == pytest.approx(0, abs=1e-6)
    assert streets.snap([], []).arc.shape == (0,)


def test_snapping_agrees_with_trying_every_street() -> None:
    network = grid(8, seed=3, closed=0.4)
    streets = Streets(network)
    rng = np.random.default_rng(0)
    lon, lat = 120.2 + rng.random(200) * 0.008, 30.3 + rng.random(200) * 0.008
    snap = streets.snap(lon, lat)
    x, y = streets.plane.to_xy(lon, lat)
    node_x, node_y = streets.plane.to_xy(network.lon, network.lat)
    is_open = np.nonzero(network.weight_ms < CLOSED_MS)[0]
    ends = [
        np.column_stack((node_x[side[is_open]], node_y[side[is_open]]))
        for side in (network.tail, network.head)
    ]
    lines = shapely.linestrings(np.stack(ends, axis=1))
    apart = shapely.distance(lines[None, :], shapely.points(x, y)[:, None])
    np.testing.assert_allclose(snap.offset_m, apart.min(axis=1), atol=1e-9)
    assert (network.weight_ms[snap.arc] < CLOSED_MS).all()


def test_one_point_is_joined_like_many() -> None:
    streets = Streets(grid(8, seed=3, closed=0.4))
    rng = np.random.default_rng(1)
    lon, lat = 120.2 + rng.random(50) * 0.008, 30.3 + rng.random(50) * 0.008
    snap = streets.snap(lon, lat)
    for i in range(50):
        site = streets.site(lon[i], lat[i], walk_m_per_s=2.0, reach_m=1000.0)
        assert (site.arc, site.twin) == (snap.arc[i], streets.twin[snap.arc[i]])
        assert site.fraction == pytest.approx(snap.fraction[i])
        assert site.walk_ms == round(snap.offset_m[i] * 500)


def test_a_street_of_no_length_can_be_stood_on() -> None:
    network = RoadNetwork([0, 1, 1], [1], [5], [120.0, 120.0], [30.0, 30.0])
    streets = Streets(network)
    assert streets.site(120.0, 30.0, walk_m_per_s=1.0, reach_m=1.0) == Site(0, -1, 0.0, 0)
    assert streets.snap(120.0, 30.0).fraction.tolist() == [0.0]


def test_twins_are_the_same_street_the_other_way() -> None:
    network = network_of(
        3,
        [(0, 1, 5), (0, 1, 5), (1, 0, 5), (1, 0, 5), (1, 2, 5), (2, 2, 5), (2, 2, 5)],
        geometry_first=[0, 0, 1, 2, 2, 2, 4, 6],
        geometry_lon=[120.5, 120.5, 120.6, 120.7, 120.7, 120.6],
        geometry_lat=[30.5, 30.5, 30.6, 30.7, 30.7, 30.6],
    )
    assert Streets(network).twin.tolist() == [3, 2, 1, 0, -1, 6, 5]


def test_nodes_of_open_streets_only() -> None:
    network = network_of(4, [(0, 1, 5), (2, 3, CLOSED_MS)])
    streets = Streets(network)
    assert streets.node_of(float(network.lon[3]), float(network.lat[3])) in (0, 1)
    assert streets.node_of(float(network.lon[1]), float(network.lat[1])) == 1


@pytest.mark.parametrize("network", [network_of(2, []), RoadNetwork([0], [], [], [], [])])
def test_without_streets_there_is_nothing_to_snap_to(network: RoadNetwork) -> None:
    streets = Streets(network)
    with pytest.raises(NoStreetError, match="no open street"):
        streets.snap(120.0, 30.0)
    with pytest.raises(NoStreetError, match="no open street"):
        streets.node_of(120.0, 30.0)


@pytest.fixture
def town() -> PlaceIndex:
    network = grid(10, seed=6)
    return PlaceIndex(Streets(network), Hierarchy.build(network), walk_m_per_s=1.0, reach_m=500.0)


def test_doors_count_the_walk_at_both_ends(town: PlaceIndex) -> None:
    network = town.streets.network
    here, there = LonLat(120.2002, 30.3001), LonLat(120.2006, 30.3001)
    street = town.site(here)
    weight = network.weight_ms[street.arc if network.tail[street.arc] == 0 else street.twin]
    walk_m = distance_m(here, LonLat(120.2002, 30.3))
    assert town.travel_ms(here, there) == pytest.approx(0.4 * weight + 2000 * walk_m, abs=25)
    route = town.route(here, there)
    assert route.travel_ms == town.travel_ms(here, there)
    assert route.length_m == pytest.approx(distance_m(here, there), rel=1e-3)


def test_the_nearest_door_agrees_with_asking_for_each(town: PlaceIndex) -> None:
    rng = np.random.default_rng(9)
    places = [LonLat(120.2 + rng.random() * 0.009, 30.3 + rng.random() * 0.009) for _ in range(60)]
    for number, place in enumerate(places[:40]):
        town.insert(number, place, number % 2, cost_ms=number, flags=number % 3)
    assert len(town) == 40
    for place in places[40:]:
        for inbound in (False, True):
            pairs = [(other, place) if inbound else (place, other) for other in places[:40]]
            times = sorted(
                (town.travel_ms(*pair) + number, number)
                for number, pair in enumerate(pairs)
                if number % 2 == 1 and number % 3 & 1
            )
            members, travel = town.nearest(place, 1, 4, flags=1, inbound=inbound)
            assert list(zip(travel.tolist(), members.tolist(), strict=True)) == times[:4]


def test_members_come_move_change_and_go(town: PlaceIndex) -> None:
    place, far = LonLat(120.2, 30.3), LonLat(120.2089, 30.3089)
    town.insert(5, place, {1, 2})
    town.insert(6, far, 1)
    assert town.nearest(place, 1, 1)[0].tolist() == [5]
    town.move(5, far)
    town.update(6, cost_ms=1, flags=4)
    assert town.nearest(place, 1, 2)[0].tolist() == [5, 6]
    assert town.nearest(place, 1, 2, flags=4)[0].tolist() == [6]
    town.remove(5)
    assert 5 not in town
    assert 6 in town
    with pytest.raises(UnknownMemberError):
        town.move(5, place)


def test_what_cannot_be_is_refused(town: PlaceIndex) -> None:
    with pytest.raises(NoStreetError, match="allowed are 500 m"):
        town.site(LonLat(121.0, 30.3))
    with pytest.raises(BadNetworkError, match="different networks"):
        PlaceIndex(Streets(grid(4)), town.members.hierarchy)
    with pytest.raises(BadPlaceError, match="no pace"):
        PlaceIndex(town.streets, town.members.hierarchy, walk_m_per_s=0)
    with pytest.raises(BadPlaceError, match="fraction"):
        Site(0, fraction=1.5)
    with pytest.raises(BadPlaceError, match="walk_ms"):
        Site(0, walk_ms=-1)
