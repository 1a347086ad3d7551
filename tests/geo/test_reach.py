"""Coverage: every node knows its nearest source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_cases import all_distances, grid, networks

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.reach import UNREACHED, coverage
from geo.roads import RoadNetwork


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
