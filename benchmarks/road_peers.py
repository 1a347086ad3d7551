"""The same questions put to other libraries, one thread each; a library that is not installed is left out.

Each peer gets the network as it likes it best, outside the clock. Answers are in seconds.
"""

import os
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

from heapq import heappop, heappush
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.roads import RoadNetwork

try:
    import igraph
except ImportError:
    igraph = None
try:
    import networkit
except ImportError:
    networkit = None
try:
    import pandana
except ImportError:
    pandana = None

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
UNSEEN = 2**62


class Peer:
    """One library. A question it has no answer to gives None."""

    name: str
    how: str

    def __init__(self, network: RoadNetwork) -> None:
        """Build whatever the library needs."""

    def travel_s(self, _sources: Ints, _targets: Ints) -> Floats | None:
        """Travel time of each pair."""
        return None

    def matrix_s(self, _sources: Ints, _targets: Ints) -> Floats | None:
        """Travel time from each source to each target."""
        return None

    def nearest_s(self, _nodes: Ints, _members: Ints, _k: int) -> Floats | None:
        """Travel times to the k nearest members, a row for each node."""
        return None

    def coverage_s(self, _sources: Ints) -> Floats | None:
        """Travel time of every node to its nearest source."""
        return None


@njit(cache=True)
def search(
    graph: tuple[Ints, NDArray[np.int32], NDArray[np.int32]],
    source: int,
    target: int,
    here: NDArray[np.int32],
    k: int,
    distance: Ints,
) -> list[int]:
    """Dijkstra that stops at the target, or when k members were met; `here` counts members by node."""
    first_out, head, weight = graph
    found, touched = [np.int64(0) for _ in range(0)], [source]
    waiting = [(np.int64(0), source)]
    distance[source] = 0
    while len(waiting) > 0 and len(found) < k:
        reached, tail = heappop(waiting)
        if reached > distance[tail]:
            continue
        if tail == target:
            found.append(reached)
            break
        found.extend([reached] * min(here[tail], k - len(found)))
        for arc in range(first_out[tail], first_out[tail + 1]):
            u, total = np.int64(head[arc]), reached + weight[arc]
            if total < distance[u]:
                if distance[u] == UNSEEN:
                    touched.append(u)
                distance[u] = total
                heappush(waiting, (total, u))
    for v in touched:
        distance[v] = UNSEEN
    return found


class Dijkstra(Peer):
    name = "own Dijkstra"
    how = "compiled, binary heap; stops at the target or at the k-th member"

    def __init__(self, network: RoadNetwork) -> None:
        self.arrays = network.first_out, network.head, network.weight_ms
        self.distance = np.full(network.node_count, UNSEEN, np.int64)
        self.nobody = np.zeros(network.node_count, np.int32)
        search(self.arrays, 0, 0, self.nobody, 1, self.distance)

    def travel_s(self, sources: Ints, targets: Ints) -> Floats:
        pairs = zip(sources.tolist(), targets.tolist(), strict=True)
        found = [search(self.arrays, *pair, self.nobody, 1, self.distance) for pair in pairs]
        return np.array([times[0] / 1000 if times else np.inf for times in found])

    def nearest_s(self, nodes: Ints, members: Ints, k: int) -> Floats:
        here = np.bincount(members, minlength=len(self.nobody)).astype(np.int32)
        rows = np.full((len(nodes), k), np.inf)
        for row, node in zip(rows, nodes.tolist(), strict=True):
            found = search(self.arrays, node, -1, here, k, self.distance)
            row[: len(found)] = np.array(found) / 1000
        return rows


class Scipy(Peer):
    name = "scipy"
    how = "csgraph.dijkstra over CSR; stops for no target"

    def __init__(self, network: RoadNetwork) -> None:
        shape = (network.node_count, network.node_count)
        arrays = (network.weight_ms / 1000, network.head, network.first_out)
        self.graph = csr_array(arrays, shape=shape)
        self.turned = self.graph.T.tocsr()

    def travel_s(self, sources: Ints, targets: Ints) -> Floats:
        pairs = zip(sources, targets, strict=True)
        return np.array([dijkstra(self.graph, indices=source)[target] for source, target in pairs])

    def matrix_s(self, sources: Ints, targets: Ints) -> Floats:
        return np.asarray(dijkstra(self.graph, indices=sources)[:, targets])

    def nearest_s(self, nodes: Ints, members: Ints, k: int) -> Floats:
        reached = (dijkstra(self.graph, indices=node)[members] for node in nodes)
        return np.array([np.sort(times)[:k] for times in reached])

    def coverage_s(self, sources: Ints) -> Floats:
        return np.asarray(dijkstra(self.turned, indices=sources, min_only=True))


class Igraph(Peer):
    name = "igraph"
    how = "Graph.distances, Dijkstra that stops at the last target"

    def __init__(self, network: RoadNetwork) -> None:
        edges = np.column_stack((network.tail, network.head))
        self.graph = igraph.Graph(n=network.node_count, edges=edges, directed=True)
        self.weight_s = (network.weight_ms / 1000).tolist()

    def _distances(self, sources: list[int], targets: list[int]) -> Floats:
        once, place = np.unique(targets, return_inverse=True)  # it refuses to be asked twice
        found = self.graph.distances(sources, once.tolist(), weights=self.weight_s, algorithm="dijkstra")
        return np.array(found)[:, place]

    def travel_s(self, sources: Ints, targets: Ints) -> Floats:
        pairs = zip(sources.tolist(), targets.tolist(), strict=True)
        return np.array([self._distances([source], [target])[0, 0] for source, target in pairs])

    def matrix_s(self, sources: Ints, targets: Ints) -> Floats:
        return self._distances(sources.tolist(), targets.tolist())

    def nearest_s(self, nodes: Ints, members: Ints, k: int) -> Floats:
        rows = [self._distances([node], members.tolist())[0] for node in nodes.tolist()]
        return np.array([np.sort(row)[:k] for row in rows])


class Networkit(Peer):
    name = "networkit"
    how = "distance.Dijkstra with a target, SPSP"

    def __init__(self, network: RoadNetwork) -> None:
        networkit.setNumberOfThreads(1)
        self.graph = networkit.GraphFromCoo(
            (network.weight_ms / 1000, (network.tail.astype(np.uint64), network.head.astype(np.uint64))),
            n=network.node_count,
            weighted=True,
            directed=True,
        )

    def travel_s(self, sources: Ints, targets: Ints) -> Floats:
        times = []
        for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
            search = networkit.distance.Dijkstra(self.graph, source, False, False, target)  # noqa: FBT003
            search.run()
            times.append(search.distance(target))
        return np.array(times)

    def matrix_s(self, sources: Ints, targets: Ints) -> Floats:
        search = networkit.distance.SPSP(self.graph, sources.tolist())
        search.run()
        rows = search.getDistances()
        return np.array([np.asarray(row)[targets] for row in rows])


class Pandana(Peer):
    name = "pandana"
    how = "contraction hierarchy; nearest_pois answers for all nodes at once"

    def __init__(self, network: RoadNetwork) -> None:
        # nodes by position; pandana wants pandas objects
        from pandas import DataFrame, Series  # noqa: PLC0415 - only where pandana is installed

        nodes = Series(network.lon), Series(network.lat)
        edges = DataFrame({"weight": network.weight_ms / 1000})
        self.network = pandana.Network(
            *nodes, Series(network.tail), Series(network.head), edges, twoway=False
        )
        self.lon, self.lat = network.lon, network.lat

    def travel_s(self, sources: Ints, targets: Ints) -> Floats:
        return np.array(self.network.shortest_path_lengths(sources, targets))

    def matrix_s(self, sources: Ints, targets: Ints) -> Floats:
        pairs = np.repeat(sources, len(targets)), np.tile(targets, len(sources))
        return np.array(self.network.shortest_path_lengths(*pairs)).reshape(len(sources), -1)

    def set_members(self, members: Ints, k: int) -> None:
        """Put the members on the network; not on the clock."""
        self.network.set_pois("members", 1e9, k, self.lon[members], self.lat[members])

    def nearest_s(self, nodes: Ints, members: Ints, k: int) -> Floats:
        del members  # set before
        found: Floats = self.network.nearest_pois(1e9, "members", num_pois=k).to_numpy()
        return found[nodes]

    def coverage_s(self, sources: Ints) -> Floats:
        del sources  # set before
        found: Floats = self.network.nearest_pois(1e9, "members", num_pois=1).to_numpy()
        return found[:, 0]


warnings.filterwarnings("ignore", "Unsigned integer", UserWarning)  # pandana, of pairs without a way

INSTALLED: dict[str, Any] = {
    "own Dijkstra": Dijkstra,
    "scipy": Scipy,
    "igraph": Igraph if igraph else None,
    "networkit": Networkit if networkit else None,
    "pandana": Pandana if pandana else None,
}


def versions() -> dict[str, str]:
    """Versions of the libraries, "not installed" for those that are absent."""
    told = {}
    for name in ("numpy", "numba", "scipy", "igraph", "networkit", "pandana"):
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            told[name] = "not installed"
    return told
