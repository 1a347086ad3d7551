"""From the map to the streets: snapping, closures, twins, nodes."""

import numpy as np
import pytest
import shapely
from road_cases import grid, network_of

from geo.errors import NoStreetError
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site
from geo.streets import Streets


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


def test_closures_made_later_count_like_those_of_the_beginning() -> None:
    network = grid(8, seed=3)
    rng = np.random.default_rng(5)
    lon, lat = 120.2 + rng.random(300) * 0.008, 30.3 + rng.random(300) * 0.008
    for share in (0.1, 0.5, 0.97):
        weight_ms = np.where(rng.random(network.arc_count) < share, CLOSED_MS, network.weight_ms)
        later, fresh = (
            Streets(network).snap(lon, lat, weight_ms),
            Streets(network.with_weights(weight_ms)).snap(lon, lat),
        )
        np.testing.assert_array_equal(later.arc, fresh.arc)
        np.testing.assert_array_equal(later.offset_m, fresh.offset_m)
        assert (weight_ms[later.arc] < CLOSED_MS).all()
    with pytest.raises(NoStreetError, match="no open street"):
        Streets(network).snap(lon, lat, np.full(network.arc_count, CLOSED_MS))
    with pytest.raises(NoStreetError, match="no open street"):
        Streets(network.with_weights(np.full(network.arc_count, CLOSED_MS))).site(
            120.2, 30.3, walk_m_per_s=1.0, reach_m=1e9
        )


def test_a_street_open_one_way_is_stood_on_that_way() -> None:
    network = network_of(2, [(0, 1, 5), (1, 0, 5)])
    streets = Streets(network)
    lon = float(network.lon @ [0.75, 0.25])
    lat = float(network.lat @ [0.75, 0.25])
    for weight_ms, arc, fraction in (([5, 5], 0, 0.25), ([5, CLOSED_MS], 0, 0.25), ([CLOSED_MS, 5], 1, 0.75)):
        snap = streets.snap(lon, lat, np.array(weight_ms))
        assert (snap.arc.tolist(), snap.fraction[0]) == ([arc], pytest.approx(fraction, abs=1e-6))


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


def test_points_joined_in_one_go_stand_where_each_would() -> None:
    streets = Streets(grid(8, seed=3, closed=0.4))
    rng = np.random.default_rng(2)
    lon, lat = 120.2 + rng.random(60) * 0.008, 30.3 + rng.random(60) * 0.008
    lon[5] = 121.0  # far from every street
    found = streets.sites(lon, lat, walk_m_per_s=2.0, reach_m=40.0)
    for i, site in enumerate(found):
        try:
            assert site == streets.site(lon[i], lat[i], walk_m_per_s=2.0, reach_m=40.0)
        except NoStreetError:
            assert site is None
    assert found[5] is None
    assert 0 < found.count(None) < 60
    assert streets.sites([], [], walk_m_per_s=2.0, reach_m=40.0) == []


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
    assert streets.sites([120.0], [30.0], walk_m_per_s=1.0, reach_m=1.0) == [None]
