"""Networks of growing size, and members and questions on them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.roads import RoadNetwork
from geo.routes import Router
from geo.upkeep import Upkeep

SHARED = Path(__file__).parents[2] / "shared"
MEMBERS, CATEGORIES, K = 5000, 20, 5
LINKS = 60  # roads over each border of two tiles, more than the town itself has over its river

Ints = NDArray[np.int64]


class Buckets(Upkeep):
    """Always buckets: what is measured is to be known beforehand."""

    def pays(self, _questions: int, _settled: float) -> bool:
        return True

    def changed(self, _steps: int, _categories: int, _crowd: int) -> bool:
        return True


class Searches(Upkeep):
    """Never buckets."""

    def pays(self, _questions: int, _settled: float) -> bool:
        return False


def maine() -> RoadNetwork:
    """The roads of Maine, TIGER/Line by way of the 9th DIMACS challenge."""
    with np.load(SHARED / "roads" / "dimacs_ME_time.npz") as arrays:
        return RoadNetwork(*(arrays[name] for name in ("indptr", "indices", "w_ms", "x", "y")))


def tiled(network: RoadNetwork, columns: int, rows: int) -> RoadNetwork:
    """Lay copies of a network side by side, every other one mirrored, with `LINKS` roads over each border."""
    count, wide, tall = network.node_count, np.ptp(network.lon), np.ptp(network.lat)
    x, y = (network.lon - network.lon.min()) / wide, (network.lat - network.lat.min()) / tall
    tiles = [(column, row) for row in range(rows) for column in range(columns)]
    begin = {tile: position * count for position, tile in enumerate(tiles)}
    edge = {1: _along(y, x), -1: _along(y, -x), 2: _along(x, y), -2: _along(x, -y)}
    tails = [network.tail.astype(np.int64) + begin[tile] for tile in tiles]
    heads = [network.head.astype(np.int64) + begin[tile] for tile in tiles]
    for column, row in tiles:
        for other, nodes in (
            ((column + 1, row), edge[-1 if column % 2 else 1]),
            ((column, row + 1), edge[-2 if row % 2 else 2]),
        ):
            if other in begin:
                ends = nodes + begin[column, row], nodes + begin[other]
                tails += [*ends]
                heads += [*ends[::-1]]
    tail, head = np.concatenate(tails), np.concatenate(heads)
    links = len(tail) - len(tiles) * network.arc_count
    weight = np.append(np.tile(network.weight_ms, len(tiles)), np.full(links, 30_000, np.int32))
    order = np.argsort(tail, kind="stable")
    lon = np.concatenate([column + (1 - x if column % 2 else x) for column, _ in tiles])
    lat = np.concatenate([row + (1 - y if row % 2 else y) for _, row in tiles])
    first_out = np.append(0, np.cumsum(np.bincount(tail, minlength=len(tiles) * count)))
    return RoadNetwork(first_out, head[order].astype(np.int32), weight[order], lon * wide, lat * tall)


def _along(along: NDArray[np.float64], across: NDArray[np.float64]) -> Ints:
    """Nodes nearest to one edge, one for each of `LINKS` parts of it."""
    part = np.minimum((along * LINKS).astype(np.int64), LINKS - 1)
    order = np.lexsort((across, part))
    last = np.append(np.nonzero(np.diff(part[order]))[0], len(order) - 1)
    return order[last]


@dataclass
class Case:
    """One network with members and questions."""

    network: RoadNetwork
    hierarchy: Hierarchy
    index: NearestIndex
    router: Router
    nodes: Ints  # of the members
    categories: Ints
    asked: Ints

    @classmethod
    def of(cls, network: RoadNetwork, row_bytes: int | None = None) -> "Case":
        rng = np.random.default_rng(7)
        hierarchy = Hierarchy.build(network, row_bytes=row_bytes)
        index = NearestIndex(hierarchy, Buckets)
        nodes = rng.integers(0, network.node_count, MEMBERS)
        categories = rng.integers(0, CATEGORIES, MEMBERS)
        for member, (node, category) in enumerate(zip(nodes.tolist(), categories.tolist(), strict=True)):
            index.insert(member, node, category)
        index.nearest(0, 0, 1)
        asked = rng.integers(0, network.node_count, 20_000)
        return cls(network, hierarchy, index, Router(hierarchy), nodes, categories, asked)

    def of_category(self, category: int) -> Ints:
        return self.nodes[self.categories == category]
