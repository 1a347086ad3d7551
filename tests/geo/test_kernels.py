"""Each kernel against a slow twin; small inputs, for the suite runs once with ``NUMBA_DISABLE_JIT=1``."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from road_cases import all_distances, ancestors, dijkstra, grid, networks

from geo._kernels.buckets import site_row
from geo._kernels.elimination import depths, eliminate, neighbours_above, postorder
from geo._kernels.knn import consider
from geo._kernels.memory import (
    address_of,
    fetch_ahead,
    int32s_at,
    int64s_at,
    shift_words,
    uint16s_at,
    uint32s_at,
)
from geo._kernels.order import cut, inertial_order
from geo._kernels.paths import way
from geo._kernels.rows import distance_one, distance_pairs, distance_table, row_of, shared_size
from geo._kernels.sweeps import FAR_KEY, spread, sweep
from geo._kernels.weights import FAR, pull_triangles, push_triangles, repair, take_weights
from geo.board import Board
from geo.hierarchy import Hierarchy
from geo.roads import CLOSED_MS, RoadNetwork
from geo.search import Search
from geo.topology import Topology, contraction_order

Int64s = NDArray[np.int64]
ROW_BYTES = st.sampled_from([None, 0, 8, 80, 300])


def test_numbers_are_seen_through_their_address() -> None:
    small, large = np.arange(5, dtype=np.int32), np.arange(5, dtype=np.int64)
    assert int32s_at(address_of(small) + 4, 3).tolist() == [1, 2, 3]
    for dtype, view_of in ((np.uint16, uint16s_at), (np.uint32, uint32s_at)):
        array = np.array([1, np.iinfo(dtype).max], dtype)
        assert view_of(address_of(array), 2).tolist() == array.tolist()
    view = int64s_at(address_of(large), 5)
    view[0] = 9
    assert large.tolist() == [9, 1, 2, 3, 4]


def test_words_are_shifted_over_each_other() -> None:
    words = np.arange(8, dtype=np.int64)
    shift_words_compiled(address_of(words) + 8, address_of(words), 6)
    assert words.tolist() == [0, 0, 1, 2, 3, 4, 5, 7]
    shift_words_compiled(address_of(words), address_of(words) + 16, 0)
    assert words[0] == 0


def shift_words_compiled(target: int, source: int, words: int) -> None:
    """Call the intrinsic, which only compiled code may."""
    from numba import njit  # noqa: PLC0415 - named here alone

    @njit
    def call(target: int, source: int, words: int) -> None:
        fetch_ahead(source)
        shift_words(target, source, words)

    call(target, source, words)


def contracted(network: RoadNetwork, order: Int64s) -> list[set[int]]:
    """The slow twin of elimination: join all higher neighbours of each node in turn."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    above: list[set[int]] = [set() for _ in order]
    for tail, head in zip(rank[network.tail].tolist(), rank[network.head].tolist(), strict=True):
        if tail != head:
            above[min(tail, head)].add(max(tail, head))
    for neighbours in above:
        for low in neighbours:
            above[low] |= {high for high in neighbours if high > low}
    return above


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_elimination_joins_all_higher_neighbours(network: RoadNetwork, random: st.randoms) -> None:
    order = np.arange(network.node_count)
    random.shuffle(order)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    first, head, parent = eliminate(*neighbours_above(network.first_out, network.head, rank))
    expected = contracted(network, order)
    for v, neighbours in enumerate(expected):
        assert head[first[v] : first[v + 1]].tolist() == sorted(neighbours)
        assert parent[v] == min(neighbours, default=-1)


@given(networks())
@settings(max_examples=60, deadline=None)
def test_the_tree_is_numbered_subtree_by_subtree(network: RoadNetwork) -> None:
    topology = Topology.build(network, metis=False)
    count = network.node_count
    depth, size = depths(topology.parent)
    for v in range(count):
        parent = int(topology.parent[v])
        assert parent > v
        above = topology.up_head[topology.up_first[v] : topology.up_first[v + 1]].tolist()
        assert above == sorted(above)
        assert parent == (above[0] if above else count)
        assert depth[v] == (0 if parent == count else depth[parent] + 1)
        inside = {low for low in range(count) if v in ancestors(topology, low)}
        assert inside == set(range(v - size[v] + 1, v + 1))


def test_the_largest_child_comes_last() -> None:
    # a root 5 with the children 4 (alone) and 3 (with 0, 1, 2 below it)
    renamed = postorder(np.array([3, 3, 3, 5, 5, -1], np.int32))
    assert renamed[5] == 5
    assert renamed[3] == 4
    assert renamed[4] == 0


@given(networks())
@settings(max_examples=60, deadline=None)
def test_chain_lists_name_all_ancestors(network: RoadNetwork) -> None:
    topology = Topology.build(network, metis=False)
    count = network.node_count
    paths = [ancestors(topology, v)[::-1] for v in range(count)]
    for v in range(count):
        word = int(topology.record[2 * v + 1])
        begin, size, depth = word >> 32, (word >> 16) & 0xFFFF, word & 0xFFFF
        places = []
        for j in range(begin, begin + size):
            place, low = int(topology.lists[j]) >> 32, int(topology.lists[j]) & 0xFFFFFFFF
            stop = int(topology.lists[j + 1]) & 0xFFFFFFFF if j + 1 < begin + size else depth + 1
            places += range(place, place + stop - low)
        assert [count - 1 - place for place in places] == paths[v]
        for u in range(count):
            shared = sum(a == b for a, b in zip(paths[v], paths[u], strict=False))
            words = int(topology.record[2 * v + 1]), int(topology.record[2 * u + 1])
            assert shared_size(*words, topology.lists) == shared


@pytest.mark.parametrize("metis", [True, False])
def test_orders_name_every_node_once(*, metis: bool) -> None:
    network = grid(9, closed=0.3)
    order = contraction_order(network, metis=metis)
    assert sorted(order.tolist()) == list(range(81))


def test_flow_cuts_find_the_bridge() -> None:
    # two triangles joined by one street
    edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]
    both = sorted(edges + [(b, a) for a, b in edges])
    first = np.searchsorted([a for a, _ in both], np.arange(7)).astype(np.int64)
    head = np.array([b for _, b in both], np.int32)
    back = np.array([both.index((b, a)) for a, b in both], np.int32)
    size, side = cut(first, head, back, np.arange(6), 99)
    assert size == 1
    assert side.tolist() == [1, 1, 1, 0, 0, 0]
    assert cut(first, head, back, np.arange(6), 1)[0] == 1  # gives up
    x = np.arange(6.0)
    order = inertial_order(first, head, x, np.zeros(6))
    assert sorted(order.tolist()) == list(range(6))
    assert order[-1] in (2, 3)


def relaxed(topology: Topology, base: NDArray[np.int32]) -> NDArray[np.int32]:
    """The slow twin of customisation: relax every triangle, lowest corner first."""
    out = base.astype(np.int64)
    arc_of = {
        (v, int(topology.up_head[a])): a
        for v in range(len(topology.rank))
        for a in range(topology.up_first[v], topology.up_first[v + 1])
    }
    for (v, u), a in arc_of.items():
        for b in range(a + 1, topology.up_first[v + 1]):
            c = arc_of[u, int(topology.up_head[b])]
            out[2 * c] = min(out[2 * c], out[2 * a + 1] + out[2 * b])
            out[2 * c + 1] = min(out[2 * c + 1], out[2 * b + 1] + out[2 * a])
    return np.minimum(out, FAR).astype(np.int32)


def pushed_and_pulled(topology: Topology, base: NDArray[np.int32], *, push: bool) -> NDArray[np.int32]:
    """Relax by one of the two kernels alone, or by both as the topology says."""
    out, down = base.copy(), (topology.down_first, topology.down_tail, topology.down_arc)
    place = np.zeros(topology.height + 1, np.int64)
    if push:
        for low, high in topology.leaves.tolist():
            push_triangles(low, high, topology.up_first, topology.tri_first, topology.third, out)
        tops = topology.tops
    else:
        tops = np.arange(len(topology.rank), dtype=np.int64)
        tops.setflags(write=False)
    pull_triangles(tops, topology.up_first, topology.up_depth, down, place, out)
    return out


@pytest.mark.parametrize("push", [True, False])
def test_pushed_and_pulled_triangles_are_all_triangles(*, push: bool) -> None:
    for network in (grid(9, seed=2, closed=0.2), grid(3), grid(1)):
        topology = Topology.build(network)
        base = np.empty(2 * len(topology.up_head), np.int32)
        take_weights(topology.slot, network.weight_ms, base)
        assert (pushed_and_pulled(topology, base, push=push) == relaxed(topology, base)).all()


@given(networks())
@settings(max_examples=60, deadline=None)
def test_each_slot_takes_the_least_of_its_arcs(network: RoadNetwork) -> None:
    topology = Topology.build(network, metis=False)
    base = np.empty(2 * len(topology.up_head), np.int32)
    take_weights(topology.slot, network.weight_ms, base)
    least: dict[tuple[int, int], int] = {}
    for arc in range(network.arc_count):
        ends = int(topology.rank[network.tail[arc]]), int(topology.rank[network.head[arc]])
        if ends[0] != ends[1]:
            least[ends] = min(int(network.weight_ms[arc]), least.get(ends, CLOSED_MS))
    for v in range(network.node_count):
        for a in range(topology.up_first[v], topology.up_first[v + 1]):
            u = int(topology.up_head[a])
            assert base[2 * a] == least.get((v, u), CLOSED_MS)
            assert base[2 * a + 1] == least.get((u, v), CLOSED_MS)


@given(networks(), st.data())
@settings(max_examples=60, deadline=None)
def test_repair_equals_starting_afresh(network: RoadNetwork, data: st.DataObject) -> None:
    topology = Topology.build(network, metis=False)
    base = np.empty(2 * len(topology.up_head), np.int32)
    take_weights(topology.slot, network.weight_ms, base)
    weights = pushed_and_pulled(topology, base, push=True)
    if not len(base):
        return
    slots = data.draw(st.lists(st.integers(0, len(base) - 1), min_size=1, max_size=4))
    base[slots] = data.draw(st.sampled_from([0, 7, 5000, CLOSED_MS]))
    dirty = topology.up_tail[np.array(slots) >> 1].astype(np.int64)
    down = (topology.down_first, topology.down_tail, topology.down_arc)
    place = np.zeros(topology.height + 1, np.int64)
    up = (topology.up_head, topology.up_depth)
    assert repair(dirty, base, topology.up_first, up, down, place, weights) >= len(set(dirty.tolist()))
    np.testing.assert_array_equal(weights, relaxed(topology, base))


@given(networks(), st.data())
@settings(max_examples=40, deadline=None)
def test_rows_kept_and_climbed_give_all_distances(network: RoadNetwork, data: st.DataObject) -> None:
    hierarchy = Hierarchy.build(network, metis=False, row_bytes=data.draw(ROW_BYTES))
    topology, metric = hierarchy.topology, hierarchy.metric
    table = all_distances(network)
    ranks = topology.rank.astype(np.int64)
    pair = data.draw(st.tuples(*[st.integers(0, network.node_count - 1)] * 2))
    expected = table[pair]
    assert distance_one(metric.address, int(ranks[pair[0]]), int(ranks[pair[1]])) == (
        FAR if expected < 0 else expected
    )
    out = np.empty(network.node_count, np.int32)
    distance_pairs(metric.address, ranks, ranks[::-1].copy(), out)
    assert out.tolist() == [table[v, network.node_count - 1 - v] for v in range(network.node_count)]
    asked = ranks << 32 | np.arange(network.node_count)
    filled = np.empty(table.shape, np.int32)
    distance_table(metric.address, asked, asked, filled)
    np.testing.assert_array_equal(filled, table)


@given(networks(), ROW_BYTES)
@settings(max_examples=40, deadline=None)
def test_a_climbed_row_is_the_row_that_would_be_kept(network: RoadNetwork, row_bytes: int) -> None:
    full = Hierarchy.build(network, metis=False)
    some = Hierarchy.build(network, metis=False, row_bytes=row_bytes)
    for side in (0, 1):
        for rank in range(network.node_count):
            kept = row_of(full.metric.table, rank, side)
            assert row_of(some.metric.table, rank, side).tolist() == kept.tolist()


@given(networks())
@settings(max_examples=40, deadline=None)
def test_rows_hold_the_distances_upwards(network: RoadNetwork) -> None:
    hierarchy = Hierarchy.build(network, metis=False)
    topology, metric = hierarchy.topology, hierarchy.metric
    arc_of = {
        (v, int(topology.up_head[a])): a
        for v in range(network.node_count)
        for a in range(topology.up_first[v], topology.up_first[v + 1])
    }
    for side in (0, 1):
        climbed: list[dict[int, int]] = [{} for _ in topology.rank]
        for v in range(network.node_count - 1, -1, -1):
            climbed[v][v] = 0
            for u in ancestors(topology, v)[1:]:
                if (v, u) in arc_of:
                    weight = int(metric.weights[2 * arc_of[v, u] + side])
                    for top, more in climbed[u].items():
                        climbed[v][top] = min(climbed[v].get(top, FAR), weight + more)
            path = ancestors(topology, v)[::-1]
            assert row_of(metric.table, v, side).tolist() == [min(FAR, climbed[v].get(u, FAR)) for u in path]


@given(networks(), st.data())
@settings(max_examples=40, deadline=None)
def test_rows_of_sites_are_the_lesser_of_both_ends(network: RoadNetwork, data: st.DataObject) -> None:
    hierarchy = Hierarchy.build(network, metis=False, row_bytes=data.draw(ROW_BYTES))
    topology, roads = hierarchy.topology, hierarchy.metric.table
    if not len(topology.up_head):
        return
    arc = data.draw(st.integers(0, len(topology.up_head) - 1))
    low, high = int(topology.up_tail[arc]), int(topology.up_head[arc])
    costs = data.draw(st.tuples(st.integers(0, 99), st.integers(0, 99)))
    spots = (costs[0] << 32 | low, costs[1] << 32 | high)
    for first, second in (spots, spots[::-1]):
        rank, row = site_row(roads, 0, first, second)
        assert rank == low
        rows = row_of(roads, low, 0), row_of(roads, high, 0)
        for i in range(len(row)):
            ways = [int(rows[0][i]) + costs[0]]
            if i <= topology.depth[high]:
                ways.append(int(rows[1][i]) + costs[1])
            assert row[i] == min([*ways, FAR])
    assert site_row(roads, 0, low, -1)[1].tolist() == row_of(roads, low, 0).tolist()


@given(networks(), st.data())
@settings(max_examples=40, deadline=None)
def test_sweeps_reach_every_node(network: RoadNetwork, data: st.DataObject) -> None:
    hierarchy = Hierarchy.build(network, metis=False)
    topology, count = hierarchy.topology, network.node_count
    sources = data.draw(st.lists(st.integers(0, count - 1), max_size=4))
    keys = np.arange(len(sources), dtype=np.int64)
    best, travel, owner = np.empty(count, np.int64), np.empty(count, np.int32), np.empty(count, np.int32)
    ranks = topology.rank[np.array(sources, np.int64)].astype(np.int64)
    sweep(ranks, keys, topology.up_first, topology.up_head, hierarchy.metric.weights, 0, best)
    spread(topology.rank, best, travel, owner)
    reached = dijkstra(network, dict.fromkeys(sources, 0))
    assert travel.tolist() == [reached.get(node, -1) for node in range(count)]
    assert ((owner >= 0) == (travel >= 0)).all()
    assert (best <= FAR_KEY).all()


@given(networks())
@settings(max_examples=40, deadline=None)
def test_ways_unpack_to_slots_of_arcs(network: RoadNetwork) -> None:
    hierarchy = Hierarchy.build(network, metis=False)
    topology, metric = hierarchy.topology, hierarchy.metric
    graph = topology.up_first, topology.up_head, topology.up_depth, topology.up_tail, topology.parent
    down = topology.down_first, topology.down_tail, topology.down_arc
    table = all_distances(network)
    for source in range(min(5, network.node_count)):
        for target in range(network.node_count):
            ends = int(topology.rank[source]), int(topology.rank[target])
            words = (int(topology.record[2 * end + 1]) for end in ends)
            shared = shared_size(*words, topology.lists)
            slots = way(*ends, shared, topology.depth, graph, down, metric.weights, metric.base)
            if source != target and table[source, target] >= 0:
                assert metric.base[slots].sum() == table[source, target]
            else:
                assert len(slots) == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5))), st.integers(1, 4))
@settings(deadline=None)
def test_the_best_keys_hold_each_member_once(keys: list[tuple[int, int]], k: int) -> None:
    best, found = np.empty(k, np.int64), 0
    nearest: dict[int, int] = {}
    for distance, member in keys:
        if found < k or distance << 32 | member < best[k - 1]:
            found = consider(best, found, distance << 32 | member)
        nearest[member] = min(distance, nearest.get(member, distance))
    expected = sorted((distance, member) for member, distance in nearest.items())[:k]
    held = [(int(key) >> 32, int(key) & 0xFFFFFFFF) for key in best[:found]]
    assert held == expected


@pytest.mark.parametrize("kind", [Board, Search])
@given(network=networks(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_nearest_of_some_categories(
    kind: type[Board | Search], network: RoadNetwork, data: st.DataObject
) -> None:
    hierarchy = Hierarchy.build(network, metis=False, row_bytes=data.draw(ROW_BYTES))
    topology, count = hierarchy.topology, network.node_count
    members = data.draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(1, 3)), max_size=12))
    flags = np.arange(12, dtype=np.int64) % 4
    board = kind(hierarchy.metric, flags, inbound=False)
    for member, (node, category) in enumerate(members):
        board.insert(member, frozenset((category,)), (int(topology.rank[node]), -1))
    table, k = all_distances(network), data.draw(st.integers(1, 5))
    wanted, asked = data.draw(st.integers(0, 3)), np.arange(count)
    answers = np.empty((2, count, k), np.int64)
    questions = asked, np.column_stack((topology.rank.astype(np.int64), np.full(count, -1)))
    board.nearest_many(questions, frozenset((1, 2)), wanted, 9_000, (answers[0], answers[1]))
    for node in range(count):
        expected = sorted(
            (int(table[node, where]), member)
            for member, (where, category) in enumerate(members)
            if category < 3 and flags[member] & wanted == wanted and 0 <= table[node, where] <= 9_000
        )[:k]
        found = board.nearest((int(topology.rank[node]), -1), frozenset((1, 2)), k, wanted, 9_000)[:2]
        assert list(zip(found[1].tolist(), found[0].tolist(), strict=True)) == expected
        filled = expected + [(-1, -1)] * (k - len(expected))
        assert list(zip(answers[1, node].tolist(), answers[0, node].tolist(), strict=True)) == filled
