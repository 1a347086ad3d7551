"""The road engine beside other libraries: same network, same nodes, one thread, answers compared.

Run ``python -m benchmarks.roads``; it reads the networks beside the repository (``../shared``) and writes
``benchmarks/results/roads.md``. Times are CPU seconds of the calling thread, the least of some runs; single
calls are wall clock, the median. ``--quick`` leaves out the growth table.
"""

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import Line, least_s, median_call_us, once_s
from benchmarks.road_cases import CATEGORIES, MEMBERS, SHARED, Case, K, maine
from benchmarks.road_growth import growth_table, limits_table, upkeep_table
from benchmarks.road_peers import INSTALLED, SERVERS, Pandana, Peer, ask_servers, versions
from data.rules.catalogue import read_catalogue
from geo.hierarchy import Hierarchy
from geo.osm import read_extract
from geo.reach import coverage
from geo.roads import RoadNetwork
from geo.streets import Streets
from geo.warm import warm

RESULTS = Path(__file__).parent / "results" / "roads.md"
FEW = 20  # questions put to a peer that needs milliseconds for one

AGREEMENT: list[str] = []


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
    weights = case.network.weight_ms
    build = once_s(lambda: Hierarchy.build(case.network))
    alone = Hierarchy.build(case.network)
    watch = Watch()
    alone.follow(watch.adopt)
    lines = [
        Line("prepare the network", build * 1e6, 5e6, {name: time * 1e6 for name, time in built_s.items()}),
        Line("move a member", move * 1e6, 25),
        Line(
            "new travel times everywhere, without members: until questions are answered by them",
            min(watch.heard_s(lambda: alone.customise(weights)) for _ in range(7)) * 1e6,
            10_000,
        ),
        Line("the same, until all distance rows are there", least_s(lambda: alone.customise(weights)) * 1e6),
        Line(
            "close one street, until answered",
            min(watch.heard_s(lambda: alone.update([5], 2**30)) for _ in range(7)) * 1e6,
        ),
    ]
    case.hierarchy.follow(watch.adopt)
    heard = min(watch.heard_s(lambda: case.hierarchy.customise(weights)) for _ in range(5))
    lines.append(Line(f"new travel times everywhere, until {MEMBERS:,} members answer", heard * 1e6, 150_000))
    return lines + measure_start(case)


class Watch:
    """Hears of new travel times, after the members did when it follows later than their index."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def adopt(self, _metric: object) -> None:
        self.at_s = thread_time()

    def heard_s(self, work: Callable[[], object]) -> float:
        start = thread_time()
        work()
        return self.at_s - start


def measure_start(case: Case) -> list[Line]:
    """Starting from a file, in this process and in a fresh one that takes in all members and answers."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        case.network.save(folder / "roads")
        case.hierarchy.save(folder / "engine")
        np.save(folder / "members.npy", np.column_stack((case.nodes, case.categories)))
        loaded = least_s(lambda: Hierarchy.load(folder / "engine", case.network), 3)
        command = [sys.executable, "-m", "benchmarks.road_start", name]
        walls, cpus = [], []
        for _ in range(5):
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            walls.append(perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    what = "start from a file, fresh process, Python and imports included, until the first answer"
    return [
        Line("start from a file, modules loaded", loaded * 1e6),
        Line(f"{what}: wall clock", min(walls) * 1e6, 2e6),
        Line(f"{what}: CPU", min(cpus) * 1e6),
    ]


def measure_snapping(network: RoadNetwork) -> list[Line]:
    """A million points of a town joined with its streets."""
    rng, count = np.random.default_rng(11), 1_000_000
    streets = Streets(network)
    lon = rng.uniform(network.lon.min(), network.lon.max(), count)
    lat = rng.uniform(network.lat.min(), network.lat.max(), count)
    streets.snap(lon[:1], lat[:1])
    return [
        Line(
            "1,000,000 points joined with their streets (Heidelberg, walk)",
            once_s(lambda: streets.snap(lon, lat)) * 1e6,
        )
    ]


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


def in_words(time_us: float) -> str:
    """A time in a unit that reads well."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if time_us >= size:
            return f"{time_us / size:.3g} {unit}"
    return f"{time_us:.3g} us"


def report(lines: list[Line], tables: dict[str, list[str]]) -> str:
    """The page of results."""
    peers = [*INSTALLED, *SERVERS]
    rows = [
        "| what | aim | jinlin | " + " | ".join(f"{name} (times slower)" for name in peers) + " |",
        "|---|---|---|" + "---|" * len(peers),
    ]
    for line in lines:
        theirs = (
            f"{in_words(line.peers_us[name])} ({line.peers_us[name] / line.ours_us:,.3g})"
            if name in line.peers_us
            else ("not installed" if INSTALLED.get(name, name) is None else "-")
            for name in peers
        )
        aim = f"{in_words(line.aim_us)}" if line.aim_us else ""
        rows.append(f"| {line.what} | {aim} | {in_words(line.ours_us)} | " + " | ".join(theirs) + " |")
    hows = [f"- {name}: {kind.how}" for name, kind in INSTALLED.items() if kind]
    hows += [f"- {name}: {how}" for name, how in SERVERS.items()]
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
            *(line for title, table in tables.items() for line in ("", f"## {title}", "", *table)),
            "",
        ]
    )


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
    AGREEMENT.extend(ask_servers(case, lines))
    tables: dict[str, list[str]] = {}
    if "--quick" not in sys.argv:
        town = read_extract(SHARED / "osm" / "heidelberg.osm.pbf", read_catalogue().access).networks
        lines += measure_snapping(town["walk"])
        towns = {f"Heidelberg, {profile}": network for profile, network in town.items()}
        mobile = {"Heidelberg, drive": town["drive"], "Maine": case.network}
        tables["Memory for distance rows (Maine)"] = limits_table(case.network)
        tables["Buckets or plain search"] = upkeep_table(mobile)
        tables["Growth"] = growth_table(towns)
    for line in lines:
        print(f"{line.what:60} {in_words(line.ours_us):>10}  {line.peers_us}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(report(lines, tables), encoding="utf-8")
    print(f"{RESULTS} written after {perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
