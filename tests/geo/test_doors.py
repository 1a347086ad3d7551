"""Travel times between doors at once: the same as asked one by one, streets shared and streets closed included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_cases import network_of, networks

from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import UNREACHABLE_MS, Router
from geo.site import Site


def sites_on(network: RoadNetwork, draw: np.random.Generator, count: int) -> list[Site]:
    """Draw sites on few streets, so that some share one."""
    twins = {(int(t), int(h)): arc for arc, (t, h) in enumerate(zip(network.tail, network.head, strict=True))}
    sites = []
    for arc in draw.integers(0, network.arc_count, count).tolist():
        tail, head = int(network.tail[arc]), int(network.head[arc])
        twin = twins.get((head, tail), -1) if tail != head and twins[tail, head] == arc else -1
        sites.append(Site(arc, twin, float(draw.choice([0, 0.25, 0.5, 1])), int(draw.integers(0, 900))))
    return sites


@given(networks(), st.integers(0, 999))
@settings(max_examples=80, deadline=None)
def test_doors_at_once_are_doors_one_by_one(network: RoadNetwork, seed: int) -> None:
    if not network.arc_count:
        return
    draw = np.random.default_rng(seed)
    hierarchy = Hierarchy.build(network)
    weights = draw.integers(0, 9_000, network.arc_count)
    weights[draw.random(network.arc_count) < 0.2] = CLOSED_MS
    hierarchy.customise(weights)
    router, sites = Router(hierarchy), sites_on(network, draw, 9)
    travel = router.doors_ms(sites)
    for i, source in enumerate(sites):
        for j, target in enumerate(sites):
            alone = 0 if i == j else router.travel_ms(source, target)
            assert travel[i, j] == (UNREACHABLE_MS if alone is None else alone)


def test_no_doors_and_doors_outside() -> None:
    router = Router(Hierarchy.build(network_of(2, [(0, 1, 5_000)])))
    assert router.doors_ms([]).shape == (0, 0)
    with pytest.raises(BadNetworkError):
        router.doors_ms([Site(7)])
