"""Small road networks of every awkward kind, and the plain Dijkstra that all answers are held against."""

from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.osm_file import read_records
from geo.roads import CLOSED_MS, RoadNetwork
from geo.topology import Topology
from geo.upkeep import Upkeep


class Buckets(Upkeep):
    """Buckets from the first question on, whatever they cost."""

    def pays(self, _questions: int, _settled: float) -> bool:
        return True

    def changed(self, _steps: int, _categories: int, _crowd: int) -> bool:
        return True


class Searches(Upkeep):
    """Never buckets."""

    def pays(self, _questions: int, _settled: float) -> bool:
        return False


class Hasty(Upkeep):
    """Buckets after two questions or so, gone after two changes."""

    def resize(self, _entries: int, _pairs: int) -> None:
        self.limit_ns = 10_000

    def changed(self, steps: int, _categories: int, _crowd: int) -> bool:
        self.balance_ns = max(0, self.balance_ns - 5000 * steps)
        return self.balance_ns > 0


RULES = (Upkeep, Buckets, Searches, Hasty)


def network_of(node_count: int, arcs: list[tuple[int, int, int]], **more: Any) -> RoadNetwork:
    """Make a network of (tail, head, weight_ms) arcs, on a small spiral in Hangzhou."""
    arcs = sorted(arcs, key=lambda arc: arc[0])
    tails = np.array([tail for tail, _, _ in arcs], np.int64)
    first_out = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=node_count), out=first_out[1:])
    turn = np.arange(node_count) * 2.4
    lon, lat = 120.2 + 1e-4 * turn * np.cos(turn), 30.3 + 1e-4 * turn * np.sin(turn)
    heads = np.array([head for _, head, _ in arcs], np.int64)
    return RoadNetwork(first_out, heads, np.array([w for _, _, w in arcs], np.int64), lon, lat, **more)


@st.composite
def networks(draw: st.DrawFn, largest: int = 14) -> RoadNetwork:
    """Draw networks with loops, parallel arcs, zero weights, closed arcs, lone nodes and separate parts."""
    count = draw(st.integers(1, largest))
    node = st.integers(0, count - 1)
    weight = st.one_of(st.integers(0, 3), st.integers(0, 10_000), st.just(CLOSED_MS))
    return network_of(count, draw(st.lists(st.tuples(node, node, weight), max_size=4 * count)))


def grid(side: int, seed: int = 0, closed: float = 0.0) -> RoadNetwork:
    """Make a square town with streets of random pace; a share of the arcs may be closed."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    low = np.append(node[:, :-1], node[:-1]).ravel()
    high = np.append(node[:, 1:], node[1:]).ravel()
    arcs = [
        (int(tail), int(head), CLOSED_MS if rng.random() < closed else int(rng.integers(0, 50)) * 1000)
        for tail, head in zip(np.append(low, high), np.append(high, low), strict=True)
    ]
    network = network_of(side * side, arcs)
    lon, lat = 120.2 + node % side * 1e-3, 30.3 + node // side * 1e-3
    return RoadNetwork(network.first_out, network.head, network.weight_ms, lon.ravel(), lat.ravel())


def heidelberg(extract: Path) -> RoadNetwork:
    """Join the points of all ways of a real town, uncontracted; one-ways are kept, paces are random."""
    ways = [(np.array(way.lonlat), way.tags.get("oneway") == "yes") for way in read_records(extract).streets]
    points = np.concatenate([points for points, _ in ways])
    places, node = np.unique(np.rint(points * 1e7).astype(np.int64), axis=0, return_inverse=True)
    last = np.cumsum([len(points) for points, _ in ways]) - 1
    low, high = np.delete(node, last), np.delete(np.append(node[1:], 0), last)
    is_two_way = np.repeat([not one_way for _, one_way in ways], [len(points) - 1 for points, _ in ways])
    tail, head = np.append(low, high[is_two_way]), np.append(high, low[is_two_way])
    weight = np.random.default_rng(4).integers(0, 60_000, len(tail))
    order = np.argsort(tail, kind="stable")
    first_out = np.append(0, np.cumsum(np.bincount(tail, minlength=len(places))))
    return RoadNetwork(first_out, head[order], weight[order], places[:, 0] / 1e7, places[:, 1] / 1e7)


def dijkstra(
    network: RoadNetwork, starts: dict[int, int], weight_ms: NDArray[np.int32] | None = None
) -> dict[int, int]:
    """Distances in ms from {node: cost}, absent where no way leads."""
    weight_ms = network.weight_ms if weight_ms is None else weight_ms
    distance, waiting = {}, [(cost, node) for node, cost in starts.items()]
    waiting.sort()
    while waiting:
        reached, tail = heappop(waiting)
        if tail in distance:
            continue
        distance[tail] = reached
        for arc in range(network.first_out[tail], network.first_out[tail + 1]):
            if weight_ms[arc] < CLOSED_MS:
                heappush(waiting, (reached + int(weight_ms[arc]), int(network.head[arc])))
    return distance


def all_distances(network: RoadNetwork, weight_ms: NDArray[np.int32] | None = None) -> NDArray[np.int64]:
    """Distance from each node to each node, shape (nodes, nodes); -1 without a way."""
    table = np.full((network.node_count, network.node_count), -1, np.int64)
    for source in range(network.node_count):
        for target, distance in dijkstra(network, {source: 0}, weight_ms).items():
            table[source, target] = distance
    return table


def ancestors(topology: Topology, rank: int) -> list[int]:
    """List a rank and all above it."""
    path = []
    while rank < len(topology.rank):
        path.append(rank)
        rank = int(topology.parent[rank])
    return path
