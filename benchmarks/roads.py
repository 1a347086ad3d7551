"""The road engine beside other libraries: same network, same nodes, one thread, answers compared.

Run ``python -m benchmarks.roads``; it reads the networks beside the repository (``../shared``) and writes
``benchmarks/results/roads.md``. Times are CPU seconds of the calling thread, the least of some runs; single
calls are wall clock, the median. ``--quick`` leaves out the growth table.
"""

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns, thread_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.road_peers import INSTALLED, Pandana, Peer, versions
from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.osm import read_extract
from geo.reach import coverage
from geo.roads import RoadNetwork
from geo.routes import Router
from geo.warm import warm

SHARED = Path(__file__).parents[2] / "shared"
RESULTS = Path(__file__).parent / "results" / "roads.md"
MEMBERS, CATEGORIES, K = 5000, 20, 5
FEW = 20  # questions put to a peer that needs milliseconds for one

AGREEMENT: list[str] = []

Ints = NDArray[np.int64]


@dataclass
class Line:
    """One measured thing: ours and theirs per question, in microseconds."""

    what: str
    ours_us: float
    aim_us: float | None = None
    peers_us: dict[str, float] = field(default_factory=dict)


def least_s(work: Callable[[], object], runs: int = 5) -> float:
    """CPU seconds of the fastest run; the first one warms up and does not count."""
    work()
    times = []
    for _ in range(runs):
        start = thread_time()
        work()
        times.append(thread_time() - start)
    return min(times)


def once_s(work: Callable[[], object]) -> float:
    """CPU seconds of a single run, for what takes long."""
    start = thread_time()
    work()
    return thread_time() - start


def median_call_us(work: Callable[[int], object], count: int) -> float:
    """Wall clock of the median call in the calmest of three rounds, in microseconds."""
    medians = []
    for _ in range(3):
        times = []
        for i in range(count):
            start = perf_counter_ns()
            work(i)
            times.append(perf_counter_ns() - start)
        medians.append(float(np.median(times)) / 1000)
    return min(medians)


def maine() -> RoadNetwork:
    """The roads of Maine, TIGER/Line by way of the 9th DIMACS challenge."""
    with np.load(SHARED / "roads" / "dimacs_ME_time.npz") as arrays:
        return RoadNetwork(*(arrays[name] for name in ("indptr", "indices", "w_ms", "x", "y")))


def tiled(network: RoadNetwork, copies: int) -> RoadNetwork:
    """Copies of a network side by side, each joined with the next by 14 two-way roads."""
    rng = np.random.default_rng(0)
    count, width = network.node_count, float(np.ptp(network.lon)) * 1.01
    ends = rng.integers(0, count, (copies - 1, 14))
    steps = np.arange(copies - 1)[:, None] * count
    west, east = (ends + steps).ravel(), (ends + steps + count).ravel()
    tail = [network.tail.astype(np.int64) + copy * count for copy in range(copies)] + [west, east]
    head = [network.head.astype(np.int64) + copy * count for copy in range(copies)] + [east, west]
    weight = [network.weight_ms] * copies + [np.full(len(west), 600_000, np.int32)] * 2
    tails = np.concatenate(tail)
    order = np.argsort(tails, kind="stable")
    first_out = np.append(0, np.cumsum(np.bincount(tails, minlength=copies * count)))
    return RoadNetwork(
        first_out,
        np.concatenate(head)[order].astype(np.int32),
        np.concatenate(weight)[order],
        np.concatenate([(network.lon - network.lon.min()) / 8 + copy * width / 8 for copy in range(copies)]),
        np.tile(network.lat, copies),
    )


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
    def of(cls, network: RoadNetwork) -> "Case":
        rng = np.random.default_rng(7)
        hierarchy = Hierarchy.build(network)
        index = NearestIndex(hierarchy)
        nodes = rng.integers(0, network.node_count, MEMBERS)
        categories = rng.integers(0, CATEGORIES, MEMBERS)
        for member, (node, category) in enumerate(zip(nodes.tolist(), categories.tolist(), strict=True)):
            index.insert(member, node, category)
        index.nearest(0, 0, 1)
        asked = rng.integers(0, network.node_count, 20_000)
        return cls(network, hierarchy, index, Router(hierarchy), nodes, categories, asked)

    def of_category(self, category: int) -> Ints:
        return self.nodes[self.categories == category]


def measure_nearest(case: Case, peers: list[Peer]) -> list[Line]:
    """K nearest of one category among all members."""
    asked, kinds = case.asked.tolist(), case.asked % CATEGORIES
    call = median_call_us(lambda i: case.index.nearest(asked[i], int(kinds[i]), K), len(asked))
    many = case.asked[:10_000]
    batch = least_s(lambda: case.index.nearest_many(many, 3, K), 9) / len(many) * 1e6
    lines = [
        Line(f"{K} nearest of {MEMBERS // CATEGORIES}, one call", call, 5),
        Line(f"{K} nearest of {MEMBERS // CATEGORIES}, 10,000 nodes at once", batch, 1.5),
    ]
    members, few = case.of_category(3), case.asked[:FEW]
    ours = case.index.nearest_many(few, 3, K)[1] / 1000
    for peer in peers:
        if isinstance(peer, Pandana):
            peer.set_members(members, K)
            time = once_s(lambda peer=peer: peer.nearest_s(few, members, K)) / case.network.node_count
        else:
            time = once_s(lambda peer=peer: peer.nearest_s(few, members, K)) / FEW
        found = peer.nearest_s(few, members, K)
        if found is not None:
            check(peer, "nearest", ours, found)
            for line in lines[1:] if isinstance(peer, Pandana) else lines:
                line.peers_us[peer.name] = time * 1e6
    return lines


def measure_pairs(case: Case, peers: list[Peer]) -> list[Line]:
    """Travel time of pairs, one at a time and many at once."""
    rng = np.random.default_rng(8)
    sources, targets = rng.integers(0, case.network.node_count, (2, 100_000))
    router, from_, to = case.router, sources.tolist(), targets.tolist()
    call = median_call_us(lambda i: router.travel_ms(from_[i], to[i]), 10_000)
    batch = least_s(lambda: router.travel_ms_many(sources, targets)) / len(sources) * 1e6
    lines = [Line("travel time, one call", call), Line("travel time, 100,000 pairs at once", batch, 0.5)]
    for peer in peers:
        count = 20_000 if isinstance(peer, Pandana) else FEW
        some = sources[:count], targets[:count]
        time = once_s(lambda peer=peer, some=some: peer.travel_s(*some)) / count
        found = peer.travel_s(*(side[:FEW] for side in some))
        if found is not None:
            check(peer, "travel time", router.travel_ms_many(*(side[:FEW] for side in some)) / 1000, found)
            for line in lines[1:] if isinstance(peer, Pandana) else lines:
                line.peers_us[peer.name] = time * 1e6
    return lines


def measure_tables(case: Case, peers: list[Peer]) -> list[Line]:
    """A matrix, and the nearest source of every node."""
    rng = np.random.default_rng(9)
    sources, targets = rng.integers(0, case.network.node_count, (2, 1000))
    matrix = Line(
        "1000 x 1000 matrix", least_s(lambda: case.router.matrix_ms(sources, targets), 3) * 1e6, 80_000
    )
    places = case.of_category(5)
    cover = Line(
        f"nearest of {len(places)} sources for every node, with its owner",
        least_s(lambda: coverage(case.hierarchy, places)) * 1e6,
        6000,
    )
    for peer in peers:
        rows = 100 if isinstance(peer, Pandana) else FEW
        time = once_s(lambda peer=peer, rows=rows: peer.matrix_s(sources[:rows], targets)) * 1000 / rows
        found = peer.matrix_s(sources[:2], targets)
        if found is not None:
            check(peer, "matrix", case.router.matrix_ms(sources[:2], targets) / 1000, found)
            matrix.peers_us[peer.name] = time * 1e6
        if isinstance(peer, Pandana):
            peer.set_members(places, 1)
        time = once_s(lambda peer=peer: peer.coverage_s(places))
        found = peer.coverage_s(places)
        if found is not None:
            check(peer, "coverage", coverage(case.hierarchy, places)[0] / 1000, found)
            cover.peers_us[peer.name] = time * 1e6
    return [matrix, cover]


def measure_changes(case: Case, built_s: dict[str, float]) -> list[Line]:
    """Preparing, moving members, new travel times, starting from a file."""
    rng = np.random.default_rng(10)
    to = rng.integers(0, case.network.node_count, MEMBERS).tolist()
    move = least_s(lambda: [case.index.move(member, node) for member, node in enumerate(to)]) / MEMBERS
    for member, node in enumerate(case.nodes.tolist()):
        case.index.move(member, node)
    alone = Hierarchy.build(case.network)
    weights = case.network.weight_ms
    build = once_s(lambda: Hierarchy.build(case.network))
    lines = [
        Line(
            "prepare the network",
            build * 1e6,
            5e6,
            {name: time * 1e6 for name, time in built_s.items()},
        ),
        Line("move a member", move * 1e6, 25),
        Line("new travel times everywhere, without members", least_s(lambda: alone.customise(weights)) * 1e6),
        Line(
            f"new travel times everywhere, until {MEMBERS:,} members answer",
            least_s(lambda: case.hierarchy.customise(weights)) * 1e6,
            150_000,
        ),
        Line("close one street, without members", least_s(lambda: alone.update([5], 2**30)) * 1e6),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "engine"
        case.hierarchy.save(path)
        start = least_s(lambda: Hierarchy.load(path, case.network), 3)
    lines.append(Line("start from a file, modules loaded", start * 1e6, 2e6))
    return lines


def check(peer: Peer, what: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> None:
    """Compare answers where both have one; pandana rounds to a thousandth and caps what is far."""
    both = (ours >= 0) & np.isfinite(theirs) & (theirs < 1e6)
    apart = np.abs(ours - theirs)[both]
    worst = float(apart.max()) if len(apart) else 0.0
    told = (
        f"{int((apart > 0.5).sum())} of {apart.size:,} differ by more than 0.5 s, the worst by {worst:.3f} s"
    )
    AGREEMENT.append(f"- {peer.name}, {what}: {told}")
    print(AGREEMENT[-1], flush=True)


def growth_row(name: str, network: RoadNetwork) -> str:
    """One line of the growth table."""
    start = thread_time()
    case = Case.of(network)
    build = thread_time() - start
    topology, weights = case.hierarchy.topology, network.weight_ms
    many = case.asked[:10_000]
    pairs = np.random.default_rng(1).integers(0, network.node_count, (2, 50_000))
    cells = (
        name,
        f"{network.node_count:,}",
        f"{network.arc_count:,}",
        f"{topology.height} / {topology.depth.mean():.0f}",
        f"{build:.1f}",
        f"{topology.row_items * 8 / 1e6:,.0f}",
        f"{least_s(lambda: case.hierarchy.customise(weights), 3) * 1e3:.0f}",
        f"{least_s(lambda: coverage(case.hierarchy, case.nodes[:250]), 3) * 1e3:.1f}",
        f"{least_s(lambda: case.index.nearest_many(many, 3, K), 5) / len(many) * 1e6:.2f}",
        f"{least_s(lambda: case.router.travel_ms_many(*pairs), 3) / pairs.shape[1] * 1e6:.2f}",
        f"{once_s(lambda: [case.index.move(m, int(n)) for m, n in enumerate(case.asked[:2000])]) / 2000 * 1e6:.0f}",
    )
    print("  ".join(cells), flush=True)
    return "| " + " | ".join(cells) + " |"


def in_words(time_us: float) -> str:
    """A time in a unit that reads well."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if time_us >= size:
            return f"{time_us / size:.3g} {unit}"
    return f"{time_us:.3g} us"


def report(lines: list[Line], growth: list[str]) -> str:
    """The page of results."""
    peers = list(INSTALLED)
    rows = [
        "| what | aim | jinlin | " + " | ".join(f"{name} (times slower)" for name in peers) + " |",
        "|---|---|---|" + "---|" * len(peers),
    ]
    for line in lines:
        theirs = (
            f"{in_words(line.peers_us[name])} ({line.peers_us[name] / line.ours_us:,.3g})"
            if name in line.peers_us
            else ("-" if INSTALLED[name] else "not installed")
            for name in peers
        )
        aim = f"{in_words(line.aim_us)}" if line.aim_us else ""
        rows.append(f"| {line.what} | {aim} | {in_words(line.ours_us)} | " + " | ".join(theirs) + " |")
    hows = [f"- {name}: {kind.how}" for name, kind in INSTALLED.items() if kind]
    processor = next(
        (
            row.split(":", 1)[1].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in row
        ),
        platform.processor(),
    )
    machine = f"{processor}, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    told = ", ".join(f"{name} {number}" for name, number in versions().items())
    return "\n".join(
        [
            "# The road engine, measured",
            "",
            f"`python -m benchmarks.roads` on {machine}.",
            f"{told}. One thread; CPU time of the thread, least of some runs (single calls: median of the wall clock, calmest of three rounds).",
            f"Maine: 194,505 nodes, travel time; {MEMBERS:,} members in {CATEGORIES} categories. Machine shared with others;",
            f"load average at the end of the run: {', '.join(f'{load:.1f}' for load in os.getloadavg())}.",
            "",
            *rows,
            "",
            "How the others were asked:",
            "",
            *hows,
            "",
            "Do the answers agree:",
            "",
            *AGREEMENT,
            "",
            *(["## Growth", "", *growth] if growth else []),
            "",
        ]
    )


def growth_table() -> list[str]:
    """Networks of growing size, all with the same members and questions."""
    head = (
        "network", "nodes", "arcs", "tree height / mean depth", "prepare + members s", "rows MB",
        "re-weight until members answer ms", "coverage ms", f"{K} nearest us", "pair us", "move us",
    )  # fmt: skip
    table = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    pbf = SHARED / "osm" / "heidelberg.osm.pbf"
    if pbf.exists():
        for profile, network in read_extract(pbf).networks.items():
            table.append(growth_row(f"Heidelberg, {profile}", network))
    table.append(growth_row("Maine", maine()))
    table.append(growth_row("Maine, seven copies", tiled(maine(), 7)))
    return table


def main() -> None:
    """Measure and write the page."""
    start = perf_counter()
    warm()
    print(f"compiled or loaded in {perf_counter() - start:.1f} s")
    case = Case.of(maine())
    peers, built_s = [], {}
    for name, kind in INSTALLED.items():
        if kind:
            begin = thread_time()
            peers.append(kind(case.network))
            if kind is Pandana:  # the others only read the network
                built_s[name] = thread_time() - begin
    lines = measure_changes(case, built_s)
    lines += measure_nearest(case, peers) + measure_pairs(case, peers) + measure_tables(case, peers)
    for line in lines:
        print(f"{line.what:60} {in_words(line.ours_us):>10}  {line.peers_us}")
    growth = [] if "--quick" in sys.argv else growth_table()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(report(lines, growth), encoding="utf-8")
    print(f"{RESULTS} written after {perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
