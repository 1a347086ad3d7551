"""Travel times, matrices and routes: exact, whole, told with shape, streets and turns."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from road_cases import all_distances, grid, network_of, networks

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.place import great_circle_m
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import UNREACHABLE_MS, Route, Router
from geo.site import Site


@given(networks())
@settings(max_examples=80, deadline=None)
def test_times_of_pairs_tables_and_single_ways_agree(network: RoadNetwork) -> None:
    router, table = Router(Hierarchy.build(network)), all_distances(network)
    nodes = np.arange(network.node_count)
    sources, targets = (side.ravel() for side in np.meshgrid(nodes, nodes, indexing="ij"))
    np.testing.assert_array_equal(router.travel_ms_many(sources, targets), table.ravel())
    np.testing.assert_array_equal(router.matrix_ms(nodes[::-1], nodes), table[::-1])
    for source, target in zip(sources[:40].tolist(), targets[:40].tolist(), strict=True):
        time_ms = router.travel_ms(source, target)
        assert (UNREACHABLE_MS if time_ms is None else time_ms) == table[source, target]


def assert_whole(
    network: RoadNetwork, route: Route, source: int, target: int, weight_ms: NDArray[np.int32]
) -> None:
    """Each arc begins where the one before ends, and the weights make up the time."""
    assert route.nodes[0] == source
    assert route.nodes[-1] == target
    assert network.tail[route.arcs].tolist() == route.nodes[:-1].tolist()
    assert network.head[route.arcs].tolist() == route.nodes[1:].tolist()
    assert weight_ms[route.arcs].sum(dtype=np.int64) == route.travel_ms
    assert sum(step.travel_ms for step in route.steps) == route.travel_ms


@given(networks(), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_routes_are_whole_and_shortest(network: RoadNetwork, seed: int) -> None:
    hierarchy = Hierarchy.build(network)
    weights = np.random.default_rng(seed).integers(0, 9, network.arc_count)
    hierarchy.customise(weights)
    router, table = Router(hierarchy), all_distances(network, weights)
    for source in range(network.node_count):
        for target in range(network.node_count):
            route = router.route(source, target)
            if route is None:
                assert table[source, target] < 0
            else:
                assert route.travel_ms == table[source, target]
                assert_whole(network, route, source, target, weights)


def test_a_route_through_a_town_is_unpacked_to_the_last_arc() -> None:
    network = grid(30, seed=4)
    hierarchy = Hierarchy.build(network)
    route = Router(hierarchy).route(0, 899)
    assert len(route.arcs) >= 58
    assert_whole(network, route, 0, 899, network.weight_ms)
    length = great_circle_m(route.lon[:-1], route.lat[:-1], route.lon[1:], route.lat[1:]).sum()
    assert route.length_m == pytest.approx(length)


def test_standing_still() -> None:
    route = Router(Hierarchy.build(network_of(2, [(0, 1, 5)]))).route(1, 1)
    assert (route.nodes.tolist(), route.arcs.tolist(), route.travel_ms, route.length_m) == ([1], [], 0, 0.0)
    assert route.steps == ()
    assert len(route.lon) == len(route.lat) == 1


def crossing() -> RoadNetwork:
    """Node 4 is a crossing, with 0 south, 1 north, 2 west, 3 east of it; two named streets."""
    ends = [(0, 4), (4, 1), (2, 4), (4, 3)]
    arcs = [(a, b, 10_000) for a, b in ends] + [(b, a, 20_000) for a, b in ends]
    arcs.sort(key=lambda arc: arc[0])
    lon, lat = [120.0, 120.0, 119.99, 120.01, 120.0], [29.99, 30.01, 30.0, 30.0, 30.0]
    tails = [tail for tail, _, _ in arcs]
    north_south = [0 if {tail, head} <= {0, 1, 4} else 1 for tail, head, _ in arcs]
    return RoadNetwork(
        np.append(0, np.cumsum(np.bincount(tails, minlength=5))),
        [head for _, head, _ in arcs],
        [weight for _, _, weight in arcs],
        lon,
        lat,
        street_name=north_south,
        names=("南北路", "东西路"),
    )


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        (0, 1, [("南北路", "depart")]),
        (0, 2, [("南北路", "depart"), ("东西路", "left")]),
        (0, 3, [("南北路", "depart"), ("东西路", "right")]),
        (3, 0, [("东西路", "depart"), ("南北路", "left")]),
        (3, 1, [("东西路", "depart"), ("南北路", "right")]),
    ],
)
def test_turns_are_named_as_a_driver_sees_them(source: int, target: int, told: list[tuple[str, str]]) -> None:
    route = Router(Hierarchy.build(crossing())).route(source, target)
    assert [(step.street, step.turn) for step in route.steps] == told
    assert route.steps[0].length_m == pytest.approx(1000, rel=0.2) or len(told) == 1


def arc_of(network: RoadNetwork, tail: int, head: int) -> int:
    return int(np.nonzero((network.tail == tail) & (network.head == head))[0][0])


def test_from_the_middle_of_a_street_to_the_middle_of_another() -> None:
    network = crossing()
    south = Site(arc_of(network, 0, 4), arc_of(network, 4, 0), 0.25, walk_ms=100)
    east = Site(arc_of(network, 4, 3), arc_of(network, 3, 4), 0.5, walk_ms=50)
    router = Router(Hierarchy.build(network))
    assert router.travel_ms(south, east) == 7_500 + 5_000 + 150
    assert router.travel_ms(east, south) == 10_000 + 15_000 + 150
    route = router.route(south, east)
    assert route.travel_ms == 12_650
    assert (route.nodes.tolist(), route.arcs.tolist()) == ([4], [])
    assert route.lon.tolist() == pytest.approx([120.0, 120.0, 120.005])
    assert route.lat.tolist() == pytest.approx([29.9925, 30.0, 30.0])
    assert [step.turn for step in route.steps] == ["depart", "right"]


def test_along_one_street_without_passing_a_node() -> None:
    network = crossing()
    forth, back = arc_of(network, 0, 4), arc_of(network, 4, 0)
    low, high = Site(forth, back, 0.2), Site(back, forth, 0.3)
    router = Router(Hierarchy.build(network))
    assert router.travel_ms(low, high) == 5_000
    assert router.travel_ms(high, low) == 10_000
    route = router.route(low, high)
    assert (route.nodes.tolist(), route.travel_ms) == ([], 5_000)
    assert route.length_m == pytest.approx(0.5 * network.length_m[forth])
    one_way = Site(forth, -1, 0.2), Site(forth, -1, 0.7)
    assert router.travel_ms(*one_way) == 5_000
    assert router.travel_ms(*reversed(one_way)) == 3_000 + 20_000 + 2_000


def test_no_way_from_a_closed_street() -> None:
    network = crossing()
    hierarchy = Hierarchy.build(network)
    forth, back = arc_of(network, 0, 4), arc_of(network, 4, 0)
    hierarchy.update([forth, back], CLOSED_MS)
    router = Router(hierarchy)
    assert router.travel_ms(Site(forth, back, 0.5), 1) is None
    assert router.route(1, Site(forth, back, 0.5)) is None
    assert router.route(0, 1) is None


def test_strangers_are_refused() -> None:
    router = Router(Hierarchy.build(network_of(2, [(0, 1, 5)])))
    with pytest.raises(BadNetworkError, match="node 2"):
        router.travel_ms(0, 2)
    with pytest.raises(BadNetworkError, match="arc 1"):
        router.route(Site(1), 0)
    with pytest.raises(BadNetworkError, match="make no pairs"):
        router.travel_ms_many([0, 1], [0])
    with pytest.raises(BadNetworkError, match="node -1"):
        router.matrix_ms([-1], [0])
    assert router.matrix_ms([], [0, 1]).shape == (0, 2)
