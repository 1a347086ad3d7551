"""Private ways at the ends of a trip and banned turns: every question against a plain search over states."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from street_cases import Arc, Plain, Town, arcs_of, site_on, towns

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.reach import UNREACHED, coverage
from geo.roads import RoadNetwork
from geo.routes import UNREACHABLE_MS, Router
from geo.site import Site, along_ms

OPEN, ENDS, SHUT = 2, 1, 0


def places_of(network: RoadNetwork) -> dict[int, int]:
    """Place of the town for each node that is no copy."""
    assert network.place is not None
    originals = np.flatnonzero(network.place == np.arange(network.node_count))
    return {int(node): round((float(network.lon[node]) - 120.0) / 0.001) for node in originals}


def ends(site: Site, arcs: dict[int, Arc], *, leaving: bool) -> list[tuple[int, Arc]]:
    found = []
    for arc, part in ((site.arc, site.fraction), (site.twin, 1 - site.fraction)):
        if arc >= 0:
            share = 1 - part if leaving else part
            found.append((round(arcs[arc].ms * share) + site.walk_ms, arcs[arc]))
    return found


@settings(max_examples=300, deadline=None)
@given(towns())
def test_matrix_from_place_to_place(town: Town) -> None:
    network, plain = town.network(), Plain(town)
    nodes = places_of(network)
    table = Router(Hierarchy.build(network)).matrix_ms(list(nodes), list(nodes))
    for row, origin in enumerate(nodes.values()):
        expected = plain.node_ms(origin)
        found = dict(zip(nodes.values(), table[row].tolist(), strict=True))
        assert found == {place: expected.get(place, UNREACHABLE_MS) for place in nodes.values()}


@settings(max_examples=200, deadline=None)
@given(towns(), st.data())
def test_travel_times_and_routes_from_door_to_door(town: Town, data: st.DataObject) -> None:
    network, plain = town.network(), Plain(town)
    router = Router(Hierarchy.build(network))
    arcs = arcs_of(network, plain)
    for _ in range(5):
        source, target = (
            site_on(network, data.draw(st.sampled_from(sorted(arcs))), data.draw(st.integers(0, 8)))
            for _ in "ab"
        )
        expected = plain.site_ms(ends(source, arcs, leaving=True))(ends(target, arcs, leaving=False))
        beside = along_ms(source, target, network.weight_ms)
        best = min(beside, 2**29 if expected is None else expected)
        found = router.travel_ms(source, target)
        assert found == (None if best >= 2**29 else best)
        route = router.route(source, target)
        assert (route is None) == (found is None)
        if route is not None:
            assert route.travel_ms == found
            assert set(route.arcs.tolist()) <= set(network.streets.tolist())


@settings(max_examples=120, deadline=None)
@given(towns(), st.data())
def test_nearest_members_in_both_directions(town: Town, data: st.DataObject) -> None:
    network, plain = town.network(), Plain(town)
    arcs = arcs_of(network, plain)
    some = st.builds(
        lambda arc, eighths, walk: site_on(network, arc, eighths, walk),
        st.sampled_from(sorted(arcs)), st.integers(0, 8), st.integers(0, 9),
    )  # fmt: skip
    members = data.draw(st.lists(some, min_size=1, max_size=6))
    index = NearestIndex(Hierarchy.build(network))
    for number, member in enumerate(members):
        index.insert(number, member, 1)
    asked = data.draw(some)
    for inbound in (False, True):
        expected = []
        for number, member in enumerate(members):
            begin, stop = (member, asked) if inbound else (asked, member)
            there = plain.site_ms(ends(begin, arcs, leaving=True))(ends(stop, arcs, leaving=False))
            best = min(along_ms(begin, stop, network.weight_ms), 2**29 if there is None else there)
            if best < 2**29:
                expected.append((best, number))
        found = index.nearest(asked, 1, 4, inbound=inbound)
        assert list(zip(found[1].tolist(), found[0].tolist(), strict=True)) == sorted(expected)[:4]
        many = index.nearest_many([asked], 1, 4, inbound=inbound)
        assert [m for m in many[0][0].tolist() if m >= 0] == found[0].tolist()


@settings(max_examples=120, deadline=None)
@given(towns(), st.data())
def test_coverage_in_both_directions(town: Town, data: st.DataObject) -> None:
    network, plain = town.network(), Plain(town)
    nodes = places_of(network)
    sources = data.draw(st.lists(st.sampled_from(sorted(nodes)), min_size=1, max_size=3))
    hierarchy = Hierarchy.build(network)
    times = {place: plain.node_ms(place) for place in nodes.values()}
    for inbound in (False, True):
        travel, _ = coverage(hierarchy, sources, inbound=inbound)
        for node, place in nodes.items():
            pairs = [(nodes[source], place) if inbound else (place, nodes[source]) for source in sources]
            told = [times[a][b] for a, b in pairs if b in times[a]]
            assert travel[node] == min(told, default=UNREACHED)


def test_a_private_lane_is_no_short_cut_but_leads_home() -> None:
    ring = ((0, 1, OPEN, OPEN, 10), (1, 2, OPEN, OPEN, 10), (2, 3, OPEN, OPEN, 10), (3, 0, OPEN, OPEN, 10))
    town = Town(5, (*ring, (0, 4, ENDS, ENDS, 1), (4, 2, ENDS, ENDS, 1)), ())
    router = Router(Hierarchy.build(town.network()))
    at = {place: node for node, place in places_of(router.hierarchy.network).items()}
    assert router.travel_ms(at[0], at[2]) == 2000
    assert router.travel_ms(at[0], at[4]) == 100
    assert router.travel_ms(at[4], at[2]) == 100


def test_a_banned_left_turn_is_driven_round() -> None:
    cross = ((0, 1, OPEN, OPEN, 10), (1, 2, OPEN, OPEN, 10), (1, 3, OPEN, OPEN, 10), (2, 3, OPEN, OPEN, 30))
    free, banned = Town(4, cross, ()), Town(4, cross, ((0, 2),))
    times = []
    for town in (free, banned):
        router = Router(Hierarchy.build(town.network()))
        at = {place: node for node, place in places_of(router.hierarchy.network).items()}
        times.append(router.travel_ms(at[0], at[3]))
    assert times == [2000, 5000]  # round the block; nobody turns back at the next corner
