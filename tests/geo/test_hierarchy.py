"""The hierarchy: orders, re-weighting, closures, repair, files, rivals."""

import sys
from collections import deque
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from road_cases import all_distances, grid, heidelberg, network_of, networks
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra as scipy_dijkstra

from geo._kernels.rows import distance_pairs
from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import Router

HEIDELBERG = Path(__file__).parents[3] / "shared/osm/heidelberg.osm.pbf"
MAINE = Path(__file__).parents[3] / "shared/roads/dimacs_ME_time.npz"


def table(hierarchy: Hierarchy) -> NDArray[np.int32]:
    nodes = np.arange(hierarchy.network.node_count)
    return Router(hierarchy).matrix_ms(nodes, nodes)


@given(networks(), st.sampled_from([None, 0, 8, 80, 300]))
@settings(max_examples=150, deadline=None)
def test_distances_are_those_of_dijkstra(network: RoadNetwork, row_bytes: int | None) -> None:
    hierarchy = Hierarchy.build(network, row_bytes=row_bytes)
    np.testing.assert_array_equal(table(hierarchy), all_distances(network))


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 1.0])
def test_rows_stay_within_their_memory_and_answers_are_the_same(share: float) -> None:
    network = grid(30, seed=8)
    full = Hierarchy.build(network)
    row_bytes = int(share * full.topology.row_items * 8)
    some = Hierarchy.build(network, row_bytes=row_bytes)
    kept = some.metric.plan.record[::2] >= 0
    assert some.metric.rows_up.nbytes + some.metric.rows_down.nbytes <= row_bytes
    assert kept[some.topology.parent[kept & (some.topology.parent < 900)]].all()  # never below one without
    assert (kept.all(), kept.any()) == (share == 1, share > 0)
    np.testing.assert_array_equal(table(some), table(full))
    some.customise(network.weight_ms[::-1])
    full.customise(network.weight_ms[::-1])
    np.testing.assert_array_equal(table(some), table(full))


def test_answers_before_all_rows_are_there_are_the_same() -> None:
    hierarchy = Hierarchy.build(grid(40, seed=2))
    metric = hierarchy.metric
    early = Metric.of(metric.topology, metric.plan, (metric.weight_ms, metric.base, metric.weights), deque())
    pairs = np.random.default_rng(0).integers(0, 1600, (2, 3000))
    before, after, wanted = np.empty((3, 3000), np.int32)
    distance_pairs(early.address, *pairs, before)
    early.complete()
    distance_pairs(early.address, *pairs, after)
    distance_pairs(metric.address, *pairs, wanted)
    assert (metric.plan.early[::2] < 0).any()
    np.testing.assert_array_equal(before, wanted)
    np.testing.assert_array_equal(after, wanted)


@pytest.mark.parametrize("metis", [True, False])
def test_both_orders_are_exact_on_a_town(*, metis: bool) -> None:
    network = grid(14, closed=0.2)
    hierarchy = Hierarchy.build(network, metis=metis)
    assert sorted(hierarchy.topology.rank.tolist()) == list(range(196))
    assert hierarchy.topology.height < 80
    np.testing.assert_array_equal(table(hierarchy), all_distances(network))


@pytest.mark.parametrize("metis", [True, False])
@pytest.mark.parametrize("share", [0, 40, 150])
def test_large_networks_may_be_in_pieces(share: int, *, metis: bool) -> None:
    rng = np.random.default_rng(share)
    ends = rng.integers(0, 100, (share, 2)) + rng.integers(0, 2, (share, 1)) * 110
    network = network_of(220, [(int(a), int(b), int(rng.integers(9))) for a, b in ends])
    np.testing.assert_array_equal(table(Hierarchy.build(network, metis=metis)), all_distances(network))


@given(networks(), st.data())
@settings(max_examples=100, deadline=None)
def test_new_weights_take_the_place_of_the_old(network: RoadNetwork, data: st.DataObject) -> None:
    weight = st.integers(0, 10_000) | st.just(CLOSED_MS) | st.just(2**31 - 1)
    weights = data.draw(st.lists(weight, min_size=network.arc_count, max_size=network.arc_count))
    weights = np.array(weights, np.int64)
    hierarchy = Hierarchy.build(network)
    hierarchy.customise(weights)
    np.testing.assert_array_equal(table(hierarchy), all_distances(network, weights))


def test_repaired_weights_equal_fresh_ones() -> None:
    network = grid(40, seed=3)
    hierarchy, rng = Hierarchy.build(network), np.random.default_rng(5)
    weights = network.weight_ms.copy()
    for _ in range(25):
        arcs = rng.integers(0, network.arc_count, 2)
        news = rng.choice([0, 5, 70_000, CLOSED_MS], 2)
        hierarchy.update(arcs, news)
        weights[arcs] = news
        fresh = Hierarchy.build(network.with_weights(hierarchy.weight_ms))
        np.testing.assert_array_equal(hierarchy.weight_ms, weights)
        np.testing.assert_array_equal(hierarchy.metric.weights, fresh.metric.weights)
        np.testing.assert_array_equal(hierarchy.metric.rows_down, fresh.metric.rows_down)


def test_a_closure_cuts_and_opening_heals() -> None:
    network = network_of(3, [(0, 1, 10), (1, 2, 10), (1, 2, 15)])
    hierarchy = Hierarchy.build(network)
    router = Router(hierarchy)
    assert router.travel_ms(0, 2) == 20
    hierarchy.update([1], CLOSED_MS)
    assert router.travel_ms(0, 2) == 25  # the parallel arc
    hierarchy.update([1, 2], CLOSED_MS)
    assert router.travel_ms(0, 2) is None
    hierarchy.update([2], 0)
    assert router.travel_ms(0, 2) == 10


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1], "shape"), ([1, -1, 2], "negative"), ([1.5, 2.0, 3.0], "whole milliseconds")],
)
def test_bad_weights_are_refused(weights: list[float], message: str) -> None:
    hierarchy = Hierarchy.build(network_of(3, [(0, 1, 10), (1, 2, 10), (1, 2, 15)]))
    before = hierarchy.metric
    with pytest.raises(BadNetworkError, match=message):
        hierarchy.customise(weights)
    with pytest.raises(BadNetworkError, match=r"outside 0 \.\. 2"):
        hierarchy.update([3], 5)
    with pytest.raises(BadNetworkError, match="negative"):
        hierarchy.update([2], -5)
    assert hierarchy.metric is before


def test_a_file_gives_the_hierarchy_back(tmp_path: Path) -> None:
    network = grid(12)
    hierarchy = Hierarchy.build(network)
    hierarchy.update(range(40), CLOSED_MS)
    hierarchy.save(tmp_path / "engine")
    loaded = Hierarchy.load(tmp_path / "engine", network)
    np.testing.assert_array_equal(loaded.weight_ms, hierarchy.weight_ms)
    np.testing.assert_array_equal(table(loaded), table(hierarchy))
    loaded.customise(network.weight_ms)
    np.testing.assert_array_equal(table(loaded), all_distances(network))


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    network, path = grid(5), tmp_path / "engine"
    Hierarchy.build(network).save(path)
    with pytest.raises(BadNetworkError, match="another network"):
        Hierarchy.load(path, grid(6))
    with pytest.raises(BadNetworkError, match="not road network"):
        RoadNetwork.load(path)
    for size in (0, 10, 100, path.stat().st_size // 2, path.stat().st_size - 1):
        content = path.read_bytes()
        (tmp_path / "part").write_bytes(content[:size])
        with pytest.raises(BadNetworkError, match="build it again"):
            Hierarchy.load(tmp_path / "part", network)


ANSWER = """
import sys
from pathlib import Path
import numpy as np
from geo.hierarchy import Hierarchy
from geo.roads import RoadNetwork
from geo.routes import Router

folder = Path(sys.argv[1])
hierarchy = Hierarchy.load(folder / "engine", RoadNetwork.load(folder / "roads"))
nodes = np.arange(hierarchy.network.node_count)
assert str(folder / "engine") in Path("/proc/self/maps").read_text()
print(Router(hierarchy).matrix_ms(nodes, nodes).tobytes().hex())
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what is mapped")
def test_processes_share_one_file_and_agree(tmp_path: Path) -> None:
    network = grid(5, seed=3)
    hierarchy = Hierarchy.build(network)
    network.save(tmp_path / "roads")
    hierarchy.save(tmp_path / "engine")
    command = [sys.executable, "-c", ANSWER, str(tmp_path)]
    running = [Popen(command, stdout=PIPE, text=True, cwd=Path(__file__).parents[2]) for _ in range(3)]
    answers = [process.communicate(timeout=300)[0].strip() for process in running]
    assert answers == [table(hierarchy).tobytes().hex()] * 3


def test_readers_see_old_times_or_new_ones_never_a_mixture() -> None:
    network = grid(12, seed=1)
    hierarchy = Hierarchy.build(network)
    router, nodes = Router(hierarchy), np.arange(144)
    old = router.matrix_ms(nodes, nodes)
    hierarchy.customise(network.weight_ms * 3)
    new = router.matrix_ms(nodes, nodes)
    mixed, seen = [], set()

    def read() -> None:
        for _ in range(60):
            found = router.matrix_ms(nodes, nodes)
            if np.array_equal(found, old):
                seen.add("old")
            elif np.array_equal(found, new):
                seen.add("new")
            else:
                mixed.append(found)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    turn = 0
    while any(reader.is_alive() for reader in readers):
        hierarchy.customise(network.weight_ms * (1 if turn % 2 else 3))
        turn += 1
    for reader in readers:
        reader.join()
    assert not mixed
    assert seen <= {"old", "new"}
    assert seen


@pytest.mark.skipif(not HEIDELBERG.exists(), reason=f"{HEIDELBERG} is not there")
def test_heidelberg_agrees_with_scipy_at_every_limit() -> None:
    network = heidelberg(HEIDELBERG)
    sources = np.random.default_rng(3).integers(0, network.node_count, 3)
    graph = csr_array((network.weight_ms.astype(float), network.head, network.first_out))
    expected = scipy_dijkstra(graph, indices=sources)
    expected[np.isinf(expected)] = -1
    nodes = np.arange(network.node_count)
    whole = Hierarchy.build(network).topology.row_items * 8
    for row_bytes in (0, whole // 100, whole // 2, whole):
        router = Router(Hierarchy.build(network, row_bytes=row_bytes))
        np.testing.assert_array_equal(router.matrix_ms(sources, nodes), expected)
        np.testing.assert_array_equal(
            router.travel_ms_many(np.full(len(nodes), sources[0]), nodes), expected[0]
        )


@pytest.mark.skipif(not MAINE.exists(), reason=f"{MAINE} is not there")
def test_maine_agrees_with_scipy() -> None:
    with np.load(MAINE) as arrays:
        network = RoadNetwork(*(arrays[name] for name in ("indptr", "indices", "w_ms", "x", "y")))
    sources = np.random.default_rng(2).integers(0, network.node_count, 3)
    graph = csr_array((network.weight_ms.astype(float), network.head, network.first_out))
    expected = scipy_dijkstra(graph, indices=sources)
    expected[np.isinf(expected)] = -1
    found = Router(Hierarchy.build(network)).matrix_ms(sources, np.arange(network.node_count))
    np.testing.assert_array_equal(found, expected)
