"""The same questions put to other libraries, one thread each; a library that is not installed is left out.

Each peer gets the network as it likes it best, outside the clock. Answers are in seconds.
"""

import os
import subprocess
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

from heapq import heappop, heappush
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import osmium
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.clock import Line
from benchmarks.road_cases import Case, K
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


def write_osm(network: RoadNetwork, path: Path) -> None:
    """Write the network as OSM, a way of two nodes for each street; arcs there and back of equal weight are one.

    The tag ``ms`` holds the travel time as it is; ``maxspeed`` comes near to it in whole km/h.
    """
    tail, head, ms = (each.astype(np.int64) for each in (network.tail, network.head, network.weight_ms))
    streets = np.column_stack((np.minimum(tail, head), np.maximum(tail, head), ms))
    _, arcs, count = np.unique(streets, axis=0, return_index=True, return_counts=True)
    kph = np.clip(np.rint(3600 * network.length_m / np.maximum(ms, 1)), 5, 140).astype(np.int64)
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in enumerate(zip(network.lon.tolist(), network.lat.tolist(), strict=True), 1):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place))
        for number, (arc, twice) in enumerate(zip(arcs.tolist(), (count > 1).tolist(), strict=True), 1):
            ends = [int(tail[arc]) + 1, int(head[arc]) + 1]
            tags = {"highway": "secondary", "ms": str(ms[arc]), "maxspeed": str(kph[arc])}
            tags["oneway"] = "no" if twice else "yes"
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=ends, tags=tags))


SERVERS = {
    "OSRM": "its PyPI bindings under Python 3.12, contraction hierarchy, Table; wall clock, snapping included;"
    " travel times as given, rounded to its tenth of a second",
    "Valhalla": "its PyPI bindings under Python 3.12, matrix; wall clock, snapping included; whole km/h and"
    " turn costs of its own, so other answers; asked little and its matrix scaled up, for it takes long at this distance",
}


def ask_servers(case: Case, lines: list[Line]) -> list[str]:
    """Put the same questions to OSRM and Valhalla by the Python of ``JINLIN_PEERS``; tells how the answers agree."""
    python = os.environ.get("JINLIN_PEERS", "")
    if not python:
        return [
            "- OSRM, Valhalla: not asked; JINLIN_PEERS names no Python that has osrm-bindings and pyvalhalla"
        ]
    rng, network = np.random.default_rng(12), case.network
    sources, targets = rng.integers(0, network.node_count, (2, 1000))
    members, asked = case.of_category(3), case.asked[:20]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_osm(network, folder / "roads.osm.pbf")
        arrays = {each: getattr(network, each) for each in ("lon", "lat")}
        questions = {"asked": asked, "members": members, "sources": sources, "targets": targets, "k": K}
        np.savez(folder / "questions.npz", **arrays, **questions)
        script = Path(__file__).with_name("road_servers.py")
        command = [python, script, folder / "questions.npz", folder / "answers.npz"]
        if subprocess.run(command, check=False).returncode:
            return [f"- OSRM, Valhalla: {python} failed, see the output of the run"]
        with np.load(folder / "answers.npz") as stored:
            answers = dict(stored)
    ours = {
        "nearest": case.index.nearest_many(asked, 3, K)[1] / 1000,
        "pairs": case.router.travel_ms_many(sources[:20], targets[:20]) / 1000,
        "matrix": case.router.matrix_ms(sources[:2], targets) / 1000,
    }
    return [told for name in SERVERS for told in _compared(name, answers, ours, lines)]


def _compared(name: str, answers: dict[str, Floats], ours: dict[str, Floats], lines: list[Line]) -> list[str]:
    """Put the times into the lines, and tell how far the answers are apart."""
    kinds = {"prepare": "prepare the network", "nearest": f"{K} nearest of", "pairs": "travel time, one call"}
    for kind, what in {**kinds, "matrix": "1000 x 1000"}.items():
        line = next(line for line in lines if line.what.startswith(what))
        if f"{name} {kind} s" in answers:
            line.peers_us[name] = float(answers[f"{name} {kind} s"]) * 1e6
    told = []
    for kind, right in ours.items():
        if f"{name} {kind}" in answers:
            theirs = answers[f"{name} {kind}"]
            mine = right[tuple(slice(size) for size in theirs.shape)]
            both = (mine > 0) & np.isfinite(theirs)
            ratio = np.median(theirs[both] / mine[both]) if both.any() else np.nan
            apart = np.abs(theirs - mine)[both]
            told.append(
                f"- {name}, {kind}: {int((apart > 0.01 * mine[both] + 1).sum())} of {apart.size:,} differ by more than"
                f" 1 s and 1 %, the median is {ratio:.3f} of ours"
            )
    return told or [f"- {name}: no answer, see the output of the run"]


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
