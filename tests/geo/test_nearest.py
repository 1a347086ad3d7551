"""The nearest index against plain Dijkstra: ties, filters, unions, both directions, moves, threads."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray
from road_cases import RULES, Buckets, Hasty, Searches, all_distances, dijkstra, grid, network_of, networks

from geo.errors import BadNetworkError, UnknownMemberError
from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site, along_ms, arrivals, departures
from geo.upkeep import Upkeep
from geo.warm import warm

Found = tuple[NDArray[np.int64], NDArray[np.int64]]


def pairs(found: Found) -> list[tuple[int, int]]:
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def expected(
    members: dict[int, tuple[int, set[int], int, int]],
    distance: NDArray[np.int64],
    category: int | set[int],
    k: int,
    *,
    flags: int = 0,
    limit_ms: int = CLOSED_MS - 1,
) -> list[tuple[int, int]]:
    """The slow twin: `members` maps a number to (node, categories, cost, flags)."""
    wanted = {category} if isinstance(category, int) else set(category)
    found = [
        (distance[node] + cost, number)
        for number, (node, categories, cost, bits) in members.items()
        if wanted & categories and bits & flags == flags and distance[node] >= 0
    ]
    return [(number, travel) for travel, number in sorted(found) if travel <= limit_ms][:k]


class Comings(RuleBasedStateMachine):
    """Members come, go, move and change while the streets change; questions are asked all the time."""

    @initialize(
        network=networks(),
        row_bytes=st.sampled_from([None, None, 0, 80, 300]),
        rule=st.sampled_from(RULES),
    )
    def build(self, network: RoadNetwork, row_bytes: int | None, rule: type[Upkeep]) -> None:
        self.network = network
        self.hierarchy = Hierarchy.build(network, row_bytes=row_bytes)
        self.index = NearestIndex(self.hierarchy, rule)
        self.members = {}
        self.table = all_distances(network)

    def node(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, self.network.node_count - 1))

    def member(self, data: st.DataObject) -> int | None:
        return data.draw(st.sampled_from(sorted(self.members))) if self.members else None

    @rule(data=st.data(), member=st.integers(0, 40), cost=st.integers(0, 50), flags=st.integers(0, 3))
    def insert(self, data: st.DataObject, member: int, cost: int, flags: int) -> None:
        node = self.node(data)
        categories = data.draw(st.sets(st.integers(1, 3), min_size=1))
        self.index.insert(member, node, categories, cost, flags)
        self.members[member] = (node, categories, cost, flags)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        if (member := self.member(data)) is not None:
            node = self.node(data)
            self.index.move(member, node)
            self.members[member] = (node, *self.members[member][1:])

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if (member := self.member(data)) is not None:
            self.index.remove(member)
            del self.members[member]

    @rule(data=st.data(), cost=st.integers(0, 50) | st.none(), flags=st.integers(0, 3) | st.none())
    def update(self, data: st.DataObject, cost: int | None, flags: int | None) -> None:
        if (member := self.member(data)) is not None:
            self.index.update(member, cost_ms=cost, flags=flags)
            node, categories, old_cost, old_flags = self.members[member]
            cost = old_cost if cost is None else cost
            self.members[member] = (node, categories, cost, old_flags if flags is None else flags)

    @rule(seed=st.integers(0, 99))
    def reweight(self, seed: int) -> None:
        weights = np.random.default_rng(seed).integers(0, 20, self.network.arc_count)
        self.hierarchy.customise(weights)
        self.table = all_distances(self.network, weights)

    @rule(data=st.data(), k=st.integers(0, 9), flags=st.integers(0, 3), inbound=st.booleans())
    def ask(self, data: st.DataObject, k: int, flags: int, *, inbound: bool) -> None:
        node = self.node(data)
        category = data.draw(st.integers(0, 3) | st.sets(st.integers(0, 3), min_size=1))
        limit = data.draw(st.integers(0, 30) | st.none())
        found = self.index.nearest(node, category, k, flags=flags, limit_ms=limit, inbound=inbound)
        distance = self.table[:, node] if inbound else self.table[node]
        limit = CLOSED_MS - 1 if limit is None else limit
        assert pairs(found) == expected(self.members, distance, category, k, flags=flags, limit_ms=limit)

    @invariant()
    def counts(self) -> None:
        assert len(self.index) == len(self.members)


TestComings = Comings.TestCase
TestComings.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def crowded(
    count: int, seed: int = 0, rule: type[Upkeep] = Upkeep
) -> tuple[RoadNetwork, NearestIndex, dict[int, tuple[int, set[int], int, int]], np.random.Generator]:
    """Build a town with so many members that buckets spill over."""
    network = grid(15, seed=seed)
    index, rng = NearestIndex(Hierarchy.build(network), rule), np.random.default_rng(seed)
    members = {}
    for number in range(count):
        members[number] = (int(rng.integers(225)), {int(rng.integers(2))}, int(rng.integers(9)), number % 4)
        index.insert(number, *members[number])
    return network, index, members, rng


@pytest.mark.parametrize("rule", [Buckets, Searches, Hasty])
def test_crowds_are_found_exactly_through_moves(rule: type[Upkeep]) -> None:
    network, index, members, rng = crowded(700, rule=rule)
    table = all_distances(network)
    for inbound in (False, True):
        index.nearest(0, 0, 1, inbound=inbound)
    for _ in range(1500):
        number = int(rng.integers(700))
        node = int(rng.integers(225))
        index.move(number, node)
        members[number] = (node, *members[number][1:])
    for number in range(0, 700, 3):
        index.remove(number)
        del members[number]
    for node in range(0, 225, 4):
        for inbound in (False, True):
            distance = table[:, node] if inbound else table[node]
            for k, flags in ((1, 0), (5, 1), (40, 2), (1000, 0)):
                found = index.nearest(node, {0, 1}, k, flags=flags, inbound=inbound)
                assert pairs(found) == expected(members, distance, {0, 1}, k, flags=flags)


@pytest.mark.parametrize("rule", RULES)
def test_many_questions_are_answered_like_each_one(rule: type[Upkeep]) -> None:
    _, index, _, rng = crowded(60, rule=rule)
    nodes = rng.integers(0, 225, 300)
    members, travel = index.nearest_many(nodes, 1, 7, flags=1, limit_ms=90_000, inbound=True)
    assert members.shape == travel.shape == (300, 7)
    for row, node in enumerate(nodes.tolist()):
        one = pairs(index.nearest(node, 1, 7, flags=1, limit_ms=90_000, inbound=True))
        assert pairs((members[row], travel[row])) == one + [(-1, -1)] * (7 - len(one))
    empty = index.nearest_many([], 1, 3)
    assert empty[0].shape == (0, 3)


def test_equals_are_told_apart_by_number() -> None:
    index = NearestIndex(Hierarchy.build(network_of(3, [(0, 1, 5), (0, 2, 5)])))
    for number, node in ((9, 1), (4, 2), (7, 1), (2, 2)):
        index.insert(number, node, 1)
    assert pairs(index.nearest(0, 1, 3)) == [(2, 5), (4, 5), (7, 5)]
    assert pairs(index.nearest(1, 1, 3)) == [(7, 0), (9, 0)]


def test_nobody_of_an_unknown_category() -> None:
    index = NearestIndex(Hierarchy.build(network_of(1, [])))
    assert pairs(index.nearest(0, 5, 3)) == []
    assert 3 not in index
    index.insert(3, 0, [5, 6])
    assert 3 in index
    assert pairs(index.nearest(0, {6, 7}, 3)) == [(3, 0)]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda index: index.move(1, 0), UnknownMemberError, "member 1"),
        (lambda index: index.remove(1), UnknownMemberError, "member 1"),
        (lambda index: index.update(1, flags=1), UnknownMemberError, "member 1"),
        (lambda index: index.insert(-1, 0, 1), BadNetworkError, "out of range"),
        (lambda index: index.insert(2**27, 0, 1), BadNetworkError, "out of range"),
        (lambda index: index.insert(1, 9, 1), BadNetworkError, "node 9 lies outside"),
        (lambda index: index.insert(1, 0, 1, cost_ms=-1), BadNetworkError, "cost_ms -1"),
        (lambda index: index.insert(1, 0, 1, flags=-1), BadNetworkError, "flags -1"),
        (lambda index: index.nearest(-1, 1, 1), BadNetworkError, "node -1 lies outside"),
        (lambda index: index.nearest_many([0, 3], 1, 1), BadNetworkError, "node 3 lies outside"),
        (lambda index: index.nearest_many([Site(0), Site(9)], 1, 1), BadNetworkError, "arc 9 lies outside"),
        (lambda index: index.nearest_many([Site(0), 0], 1, 1), BadNetworkError, "are mixed"),
        (lambda index: index.insert(1, Site(5), 1), BadNetworkError, "arc 5 lies outside"),
    ],
)
def test_refusals_say_why(
    call: Callable[[NearestIndex], object], error: type[Exception], message: str
) -> None:
    index = NearestIndex(Hierarchy.build(network_of(2, [(0, 1, 5)])))
    with pytest.raises(error, match=message):
        call(index)
    assert len(index) == 0


def two_way(network: RoadNetwork) -> tuple[RoadNetwork, list[int]]:
    """Give each arc another in the other direction, of another pace."""
    arcs = list(zip(network.tail.tolist(), network.head.tolist(), network.weight_ms.tolist(), strict=True))
    both = [
        arc for tail, head, weight in arcs for arc in ((tail, head, weight), (head, tail, weight // 2 + 1))
    ]
    order = sorted(range(len(both)), key=lambda position: both[position][0])
    where = {old: new for new, old in enumerate(order)}
    twin = [where[old ^ 1] for old in order]
    return network_of(network.node_count, both), twin


def site_distance(network: RoadNetwork, source: Site, target: Site) -> int:
    """The slow twin between sites."""
    distance = dijkstra(network, {})
    starts = {}
    for node, cost, _ in departures(source, network, network.weight_ms):
        starts[node] = min(cost, starts.get(node, cost))
    distance = dijkstra(network, starts)
    ends = [
        distance[node] + cost
        for node, cost, _ in arrivals(target, network, network.weight_ms)
        if node in distance
    ]
    return min([*ends, along_ms(source, target, network.weight_ms), CLOSED_MS])


@given(networks(), st.data())
@settings(max_examples=80, deadline=None)
def test_sites_along_streets_are_exact_both_ways(network: RoadNetwork, data: st.DataObject) -> None:
    network, twin = two_way(network)
    if not network.arc_count:
        return
    sites = st.builds(
        lambda arc, one_way, fraction, walk: Site(arc, -1 if one_way else twin[arc], fraction, walk),
        st.integers(0, network.arc_count - 1),
        st.booleans(),
        st.sampled_from([0.0, 0.25, 0.5, 1.0]),
        st.integers(0, 90),
    )
    index = NearestIndex(Hierarchy.build(network), data.draw(st.sampled_from(RULES)))
    members = dict(enumerate(data.draw(st.lists(sites, max_size=8))))
    for number, site in members.items():
        index.insert(number, site, 1, cost_ms=number)
    asked = data.draw(sites)
    for inbound in (False, True):
        reached = sorted(
            (site_distance(network, *((site, asked) if inbound else (asked, site))) + number, number)
            for number, site in members.items()
        )
        wanted = [(number, travel) for travel, number in reached if travel < CLOSED_MS][:3]
        assert pairs(index.nearest(asked, 1, 3, inbound=inbound)) == wanted
        many = index.nearest_many([asked, *members.values(), asked], 1, 3, inbound=inbound)
        for row in (0, -1):
            assert pairs((many[0][row], many[1][row])) == wanted + [(-1, -1)] * (3 - len(wanted))
        for row, site in enumerate(members.values(), 1):
            one = pairs(index.nearest(site, 1, 3, inbound=inbound))
            assert pairs((many[0][row], many[1][row]))[: len(one)] == one


def test_warming_compiles_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    warm()
    assert capsys.readouterr() == ("", "")
