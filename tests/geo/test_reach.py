"""Coverage and isochrones: every node knows its nearest source; outlines hold what is reached."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from road_cases import all_distances, grid, network_of, networks

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.reach import UNREACHED, coverage, isochrone
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import Router
from geo.site import Site


@given(network=networks(), data=st.data(), inbound=st.booleans())
@settings(max_examples=120, deadline=None)
def test_every_node_knows_its_nearest_source(
    network: RoadNetwork, data: st.DataObject, *, inbound: bool
) -> None:
    node = st.integers(0, network.node_count - 1)
    sources = data.draw(st.lists(node, max_size=5))
    costs = data.draw(st.lists(st.integers(0, 9), min_size=len(sources), max_size=len(sources)))
    travel, owner = coverage(Hierarchy.build(network), sources, inbound=inbound, cost_ms=costs)
    table = all_distances(network)
    for place in range(network.node_count):
        reached = sorted(
            (distance + costs[position], position)
            for position, source in enumerate(sources)
            if (distance := table[source, place] if inbound else table[place, source]) >= 0
        )
        expected = reached[0] if reached else (UNREACHED, UNREACHED)
        assert (travel[place], owner[place]) == expected


def test_without_sources_nothing_is_covered() -> None:
    travel, owner = coverage(Hierarchy.build(grid(3)), [])
    assert set(travel.tolist()) == set(owner.tolist()) == {UNREACHED}


def test_strangers_and_odd_costs_are_refused() -> None:
    hierarchy = Hierarchy.build(grid(3))
    with pytest.raises(BadNetworkError, match="node 9"):
        coverage(hierarchy, [0, 9])
    with pytest.raises(BadNetworkError, match="cost_ms"):
        coverage(hierarchy, [0, 1], cost_ms=[1])
    with pytest.raises(BadNetworkError, match="cost_ms"):
        coverage(hierarchy, [0], cost_ms=[-1])


@pytest.mark.parametrize("inbound", [False, True])
def test_outlines_hold_the_reached_nodes_and_no_others(*, inbound: bool) -> None:
    network = grid(20, seed=8)
    hierarchy = Hierarchy.build(network)
    limits = [60_000, 200_000, 400_000]
    outlines = isochrone(hierarchy, 190, limits, inbound=inbound, cell_m=20.0)
    nodes = np.arange(400)
    router = Router(hierarchy)
    times = router.matrix_ms(nodes, [190])[:, 0] if inbound else router.matrix_ms([190], nodes)[0]
    points = shapely.points(network.lon, network.lat)
    for outline, limit in zip(outlines, limits, strict=True):
        assert outline.is_valid
        inside = shapely.contains(outline, points)
        assert inside[times <= limit].all()
        assert not inside[times > limit + 30_000].any()
    assert shapely.covers(outlines[2].buffer(1e-9), outlines[1])
    assert shapely.covers(outlines[1].buffer(1e-9), outlines[0])


def test_outline_from_the_middle_of_a_one_way_street() -> None:
    network = network_of(2, [(0, 1, 100_000)])
    hierarchy = Hierarchy.build(network)
    outline = isochrone(hierarchy, Site(0, -1, 0.5), [60_000])[0]
    assert outline.contains(shapely.Point(network.lon[1], network.lat[1]))
    hierarchy.update([0], CLOSED_MS)
    assert isochrone(hierarchy, Site(0, -1, 0.5), [60_000])[0].is_empty
    assert not isochrone(hierarchy, 0, [0])[0].is_empty
    assert isochrone(hierarchy, 0, []) == []
