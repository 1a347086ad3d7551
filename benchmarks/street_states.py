"""Answers on a real extract held against a plain search over states: pockets and the streets travelled last.

Run ``python -m benchmarks.street_states [extract] [profile] [sources]``; without arguments Heidelberg, cars, 20.
"""

import sys
from collections import defaultdict
from heapq import heappop, heappush
from pathlib import Path
from time import perf_counter

import numpy as np

from data.rules.catalogue import read_catalogue
from geo.bars import NO_BARS
from geo.build_report import BuildReport
from geo.hierarchy import Hierarchy
from geo.osm_file import read_records
from geo.osm_networks import nation_of, networks_of, ratings, survey
from geo.osm_streets import profile_arcs, weight_ms
from geo.pockets import public_nodes
from geo.reach import UNREACHED, coverage
from geo.restrictions import bans_of
from geo.routes import Router
from geo.street_graph import Arcs
from geo.turns import Ban

HEIDELBERG = Path(__file__).parents[2] / "shared" / "osm" / "heidelberg.osm.pbf"
LEAVING, PUBLIC, ARRIVING = 0, 1, 2
NEVER = np.iinfo(np.int64).max


class States:
    """Dijkstra's search over (node, layer, arcs taken last) on the streets as they were before any copies."""

    def __init__(self, arcs: Arcs, weight_ms: np.ndarray, bans: set[Ban]) -> None:
        self.public = public_nodes(arcs.tail, arcs.head, arcs.is_private, arcs.count).tolist()
        self.head, self.weight, self.private = (
            arcs.head.tolist(),
            weight_ms.tolist(),
            arcs.is_private.tolist(),
        )
        self.out: dict[int, list[int]] = defaultdict(list)
        for arc, node in enumerate(arcs.tail.tolist()):
            self.out[node].append(arc)
        self.bans = bans
        self.begun = {ban[:length] for ban in bans for length in range(1, len(ban))}

    def layer_after(self, node: int, layer: int, arc: int) -> int:
        """Layer after an arc, or -1 where it may not be taken."""
        goes_in = not self.public[self.head[arc]]
        if not self.public[node]:
            return (LEAVING if goes_in else PUBLIC) if layer == LEAVING else ARRIVING if goes_in else -1
        if goes_in:
            return ARRIVING
        return -1 if self.private[arc] else PUBLIC

    def distances(self, source: int) -> dict[int, int]:
        """Milliseconds to every node."""
        best: dict[int, int] = {}
        done = set()
        heap = [(0, source, PUBLIC if self.public[source] else LEAVING, ())]
        while heap:
            cost, node, layer, taken = heappop(heap)
            if (node, layer, taken) in done:
                continue
            done.add((node, layer, taken))
            best.setdefault(node, cost)
            for arc in self.out[node]:
                after = self.layer_after(node, layer, arc)
                path = (*taken, arc)
                if after < 0 or any(path[i:] in self.bans for i in range(len(path) - 1)):
                    continue
                kept = next((path[i:] for i in range(len(path)) if path[i:] in self.begun), ())
                heappush(heap, (cost + self.weight[arc], self.head[arc], after, kept))
        return best


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HEIDELBERG
    profile = sys.argv[2] if len(sys.argv) > 2 else "drive"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    access, report = read_catalogue().access, BuildReport()
    records = read_records(path)
    report.nation = nation_of(records, access)
    surveyed = survey(ratings(records, access, report), records, access, report)
    position, rule = list(access.profiles).index(profile), access.profiles[profile]
    arcs, _ = profile_arcs(surveyed.graph, position, surveyed.gates)
    bans = bans_of(surveyed.restrictions, rule, surveyed.graph, arcs)
    states = States(arcs, weight_ms(surveyed.graph, arcs, np.arange(len(arcs.tail))), bans)
    network = networks_of(surveyed, access, NO_BARS, report)[profile]
    hierarchy = Hierarchy.build(network)
    router = Router(hierarchy)
    places = np.arange(arcs.count)
    sources = np.random.default_rng(7).choice(places, count, replace=False)
    pairs = wrong = 0
    nearest = np.full(len(places), NEVER)
    begun = perf_counter()
    for source in sources.tolist():
        expected = np.full(len(places), UNREACHED, np.int64)
        for node, cost in states.distances(source).items():
            expected[node] = cost
        found = router.matrix_ms([source], places)[0]
        pairs, wrong = pairs + len(places), wrong + int((found != expected).sum())
        nearest = np.where(expected >= 0, np.minimum(nearest, expected), nearest)
    told = coverage(hierarchy, sources, inbound=True)[0][places]
    uncovered = int((told != np.where(nearest == NEVER, UNREACHED, nearest)).sum())
    inside = int((~np.array(states.public)).sum())
    print(
        f"{path.name} {profile}: {len(bans)} banned sequences, {inside} of {len(places)} junctions in pockets"
    )
    print(
        f"matrix: {wrong} of {pairs:,} pairs differ; coverage: {uncovered} of {len(places):,} nodes; ", end=""
    )
    print(f"{perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
