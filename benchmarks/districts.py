"""What is kept of the streets of real extracts, and how near homes are to them: the tables of ``results/districts.md``.

Run ``python -m benchmarks.districts [extract ...]``; without arguments those beside the repository.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from data.rules.catalogue import read_catalogue
from geo.build_report import HOME_REACH_M
from geo.hierarchy import Hierarchy
from geo.osm import read_extract
from geo.reach import coverage
from geo.roads import RoadNetwork
from geo.routes import Router
from geo.streets import Streets

SHARED = Path(__file__).parents[2] / "shared" / "osm"
EXTRACTS = ("heidelberg.osm.pbf", "liechtenstein.osm.pbf", "tsinghua.osm")
PAIRS = 20_000


def reach_row(name: str, network: RoadNetwork, homes: tuple[np.ndarray, np.ndarray], kept_km: float) -> str:
    """Kilometres, streets apart from the rest, homes near a street, homes that no street can be reached from."""
    streets = Streets(network)
    offset_m = streets.snap(*homes).offset_m
    near = f"{np.mean(offset_m <= HOME_REACH_M):.2%}" if len(offset_m) else "-"
    barred = int(np.isinf(offset_m).sum())
    apart_km = streets.separate_m / 1000
    return f"| {name} | {network.profile} | {kept_km:.1f} | {apart_km:.1f} | {len(offset_m)} | {near} | {barred} |"


def engine_row(name: str, network: RoadNetwork) -> str:
    """Size and speed of the engine over a network."""
    begun = perf_counter()
    hierarchy = Hierarchy.build(network)
    build_s = perf_counter() - begun
    places = np.unique(network.place)
    pairs = np.random.default_rng(1).choice(places, (2, PAIRS))
    router = Router(hierarchy)
    pair_ns = min(_timed(lambda: router.travel_ms_many(*pairs)) for _ in range(5)) / PAIRS * 1e9
    sweep_ms = min(_timed(lambda: coverage(hierarchy, places[::200])) for _ in range(5)) * 1e3
    joined = np.mean(router.travel_ms_many(*pairs) >= 0)
    return (
        f"| {name} | {network.profile} | {len(places):,} | {network.node_count:,} | {network.arc_count:,} | "
        f"{build_s:.2f} | {pair_ns:.0f} | {sweep_ms:.2f} | {joined:.1%} |"
    )


def _listed(causes: list[tuple[str, dict[str, float]]]) -> str:
    return ", ".join(f"{cause} {km['sum']:.1f}" for cause, km in causes)


def _timed(work) -> float:  # noqa: ANN001 - any callable
    begun = perf_counter()
    work()
    return perf_counter() - begun


def main() -> None:
    given = [Path(each) for each in sys.argv[1:]] or [SHARED / name for name in EXTRACTS]
    access = read_catalogue().access
    reach, engine, causes = [], [], []
    for path in given:
        begun = perf_counter()
        extract = read_extract(path, access)
        name = path.name.split(".")[0]
        print(f"{name}: read in {perf_counter() - begun:.1f} s, nation {extract.report.nation or 'unknown'}")
        lived = np.flatnonzero(extract.buildings.residential)
        homes = extract.buildings.lon[lived], extract.buildings.lat[lived]
        told = extract.report.as_json()
        for profile, network in extract.networks.items():
            reach.append(reach_row(name, network, homes, told["streets_km"][profile]))
            engine.append(engine_row(name, network))
            most = list(told["left_out_km"].get(profile, {}).items())[:6]
            causes.append(f"| {name} | {profile} | {_listed(most)} |")
    print("\n| extract | profile | km kept | km apart | homes | within 60 m | beyond water or rails |")
    print("|---|---|--:|--:|--:|--:|--:|", *reach, sep="\n")
    print(
        "\n| extract | profile | junctions | nodes | arcs | hierarchy s | pair ns | coverage ms | pairs joined |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|", *engine, sep="\n")
    print("\n| extract | profile | left out, km by cause |\n|---|---|---|", *causes, sep="\n")


if __name__ == "__main__":
    main()
