"""How the road engine grows: with the network, with the memory for rows, with members and their moves.

``python -m benchmarks.road_growth FILE`` measures one saved network in a process of its own and prints one
JSON list, so that the peak of memory is that of this network alone.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

import numpy as np

from benchmarks.clock import least_s, markdown, median_call_us, once_s
from benchmarks.road_cases import (
    Buckets,
    Case,
    K,
    Searches,
    maine,
    tiled,
)
from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.reach import coverage
from geo.roads import RoadNetwork
from geo.upkeep import Upkeep

ROW_BYTES = 1_000_000_000
"""More is not given to distance rows, so that the largest network fits beside other work."""

GROWTH = (
    "network", "nodes", "arcs", "tree height / mean depth", "prepare + members s", "hierarchy MB", "rows MB of all",
    "peak MB of the process", "re-weight until answered / until members answer / until all rows are there ms",
    "coverage ms", f"{K} nearest us", "pair us", "move us",
)  # fmt: skip


def reweighted_ms(case: Case, row_bytes: int | None = None) -> str:
    """CPU time until the network answers by new travel times, until the members do, and until all is done."""
    marks: list[float] = []

    class Watch:
        def adopt(self, _metric: object) -> None:
            marks.append(thread_time())

    first, last = Watch(), Watch()
    alone = Hierarchy(case.network, case.hierarchy.topology, _weights(case.hierarchy), row_bytes)
    alone.follow(first.adopt)
    answered = 1e9
    for _ in range(5):
        start = thread_time()
        alone.customise(case.network.weight_ms)
        answered = min(answered, marks[-1] - start)
    del alone
    case.hierarchy.follow(last.adopt)
    best = [1e9, 1e9, 1e9]
    for _ in range(5):
        start = thread_time()
        case.hierarchy.customise(case.network.weight_ms)
        best = [
            min(pair) for pair in zip(best, (answered, marks[-1] - start, thread_time() - start), strict=True)
        ]
    return " / ".join(f"{1e3 * each:.0f}" for each in best)


def _weights(hierarchy: Hierarchy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    metric = hierarchy.metric
    return metric.weight_ms, metric.base, metric.weights


def peak_mb() -> float:
    """Most memory this process ever had; the figure of getrusage includes that of its parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


def growth_cells(network: RoadNetwork) -> list[str]:
    """One line of the growth table, without the name."""
    start = thread_time()
    case = Case.of(network, ROW_BYTES)
    build = thread_time() - start
    topology, metric = case.hierarchy.topology, case.hierarchy.metric
    many = case.asked[:10_000]
    pairs = np.random.default_rng(1).integers(0, network.node_count, (2, 50_000))
    moved = case.asked[:2000].tolist()
    arrays = [*topology.arrays().values(), metric.base, metric.weights, metric.weight_ms]
    cells = [
        f"{network.node_count:,}",
        f"{network.arc_count:,}",
        f"{topology.height} / {topology.mean_depth:.0f}",
        f"{build:.1f}",
        f"{sum(array.nbytes for array in arrays) / 1e6:,.0f}",
        f"{(metric.rows_up.nbytes + metric.rows_down.nbytes) / 1e6:,.0f} of {topology.row_items * 8 / 1e6:,.0f}",
        reweighted_ms(case, ROW_BYTES),
        f"{least_s(lambda: coverage(case.hierarchy, case.nodes[:250]), 3) * 1e3:.1f}",
        f"{least_s(lambda: case.index.nearest_many(many, 3, K), 5) / len(many) * 1e6:.2f}",
        f"{least_s(lambda: case.router.travel_ms_many(*pairs), 3) / pairs.shape[1] * 1e6:.2f}",
        f"{once_s(lambda: [case.index.move(m, n) for m, n in enumerate(moved)]) / len(moved) * 1e6:.0f}",
    ]
    cells.insert(6, f"{peak_mb():,.0f}")
    return cells


def growth_table(towns: dict[str, RoadNetwork]) -> list[str]:
    """Networks of growing size, all with as many members and questions."""
    large = tiled(towns["Heidelberg, walk"], 8, 7)
    networks = {**towns, "Maine": maine(), "Heidelberg, walk, 8 x 7 tiles": large}
    rows = []
    with TemporaryDirectory() as folder:
        for name, network in networks.items():
            path = Path(folder) / "roads"
            network.save(path)
            command = [sys.executable, "-m", __name__, str(path)]
            run = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
            if run.returncode:
                print(f"{name}: ended with {run.returncode}", flush=True)
                continue
            rows.append((name, *json.loads(run.stdout)))
            print(*rows[-1], sep="  ", flush=True)
    return markdown(GROWTH, rows)


def limit_cells(case: Case, row_bytes: int) -> tuple[str, ...]:
    """One line of the table of limits."""
    many, router, metric = case.asked[:10_000], case.router, case.hierarchy.metric
    asked = many.tolist()
    pairs = np.random.default_rng(2).integers(0, case.network.node_count, (2, 50_000))
    sources, targets = pairs[:, :1000]
    return (
        f"{row_bytes / 1e6:.3g}",
        f"{(metric.rows_up.nbytes + metric.rows_down.nbytes) / 1e6:.3g}",
        f"{(metric.plan.record[::2] >= 0).mean():.1%}",
        f"{least_s(lambda: case.index.nearest_many(many, 3, K)) / len(many) * 1e6:.2f}",
        f"{median_call_us(lambda i: case.index.nearest(asked[i], 3, K), 5000):.2f}",
        f"{least_s(lambda: router.travel_ms_many(*pairs)) / pairs.shape[1] * 1e6:.2f}",
        f"{least_s(lambda: router.matrix_ms(sources, targets), 3) * 1e3:.0f}",
        reweighted_ms(case, row_bytes),
    )


def limits_table(network: RoadNetwork) -> list[str]:
    """What less memory for rows costs."""
    whole = Hierarchy.build(network).topology.row_items * 8
    rows = []
    for row_bytes in (whole, whole // 2, whole // 4, whole // 20, whole // 100, 0):
        rows.append(limit_cells(Case.of(network, row_bytes), row_bytes))
        print(*rows[-1], sep="  ", flush=True)
    return markdown(
        (
            "limit MB", "rows MB", "nodes with a row", f"{K} nearest us", "one call us", "pair us",
            "1000 x 1000 matrix ms", "re-weight until answered / members / all rows ms",
        ),
        rows,
    )  # fmt: skip


def asked_and_moved_us(hierarchy: Hierarchy, rule: type[Upkeep], members: int) -> tuple[float, float]:
    """One question to, and one move of, so many members of one category."""
    rng, count = np.random.default_rng(3), hierarchy.network.node_count
    index = NearestIndex(hierarchy, rule)
    for member, node in enumerate(rng.integers(0, count, members).tolist()):
        index.insert(member, node, 0)
    index.nearest(0, 0, 1)
    to = rng.integers(0, count, min(members, 1000)).tolist()
    questions = rng.integers(0, count, min(4000, max(20, 100_000 * members // count))).tolist()
    call_us = median_call_us(lambda i: index.nearest(questions[i], 0, K), len(questions))
    moved_s = once_s(lambda: [index.move(m, n) for m, n in enumerate(to)])
    return call_us, moved_s / len(to) * 1e6


def upkeep_table(networks: dict[str, RoadNetwork]) -> list[str]:
    """Buckets beside plain search, by how many members one category has: where moves make search the better."""
    rows = []
    for name, network in networks.items():
        hierarchy = Hierarchy.build(network)
        for members in (50, 250, 1000, 5000, 20_000):
            ask, move = asked_and_moved_us(hierarchy, Buckets, members)
            search, stand = asked_and_moved_us(hierarchy, Searches, members)
            even = (search - ask) / (move - stand) if move > stand else np.inf
            times = (f"{each:,.1f}" for each in (ask, move, search, stand, even))
            rows.append((name, f"{members:,}", f"{members / network.node_count:.2%}", *times))
            print(*rows[-1], sep="  ", flush=True)
    return markdown(
        (
            "network", "members of the category", "share of nodes", "buckets: question us", "move us",
            "search: question us", "move us", "search is the better above so many moves per question",
        ),
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(growth_cells(RoadNetwork.load(Path(sys.argv[1])))))
