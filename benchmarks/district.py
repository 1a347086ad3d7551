"""Time from an OSM extract to a cut district, step by step.

Run ``python -m benchmarks.district [extract] [name]``; without arguments Heidelberg beside the
repository, or the built-in district where that is absent.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from data.rules.catalogue import read_catalogue
from data.sample.synthetic import COUNTY, write_osm
from geo.blocks import land_of
from geo.osm import Extract, read_extract
from geo.partition import check_tiling, cut
from maps.tiles import write_base_map

HEIDELBERG = Path(__file__).parents[2] / "shared" / "osm" / "heidelberg.osm.pbf"


class Watch:
    """Prints the seconds since the step before."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()

    def tell(self, step: str) -> None:
        now = perf_counter()
        print(f"{now - self._last:7.1f} s  {step}")
        self._last = now

    def total(self) -> float:
        return perf_counter() - self._start


def read(path: Path, watch: Watch) -> Extract:
    """Read an extract; each line names the step that has just ended."""
    running = ["start"]

    def progress(step: str, _done: float) -> None:
        watch.tell(running[-1])
        running.append(step)

    return read_extract(path, read_catalogue().access, progress=progress)


def measure(path: Path, folder: Path, name: str) -> None:
    watch = Watch()
    extract = read(path, watch)
    land = land_of(extract)
    watch.tell(f"land: {land.home_households.sum():,.0f} households, estimated: {land.estimated}")
    division = cut(land, county=COUNTY, name=name or extract.name or path.stem)
    streets = sum(area.level == "street" for area in division.areas)
    communities = sum(area.level == "community" for area in division.areas)
    watch.tell(f"cut: {streets} streets, {communities} communities, {len(division.cells)} cells")
    findings = check_tiling(division.areas, division.cells)
    watch.tell(f"check: {len(findings)} findings")
    near, far = write_base_map(path, folder / "base.pmtiles")
    watch.tell(f"base map: {near.stat().st_size / 1e6:.1f} + {far.stat().st_size / 1e6:.1f} MB")
    for profile, network in extract.networks.items():
        print(f"           {profile}: {network.node_count:,} nodes, {network.arc_count:,} arcs")
    print(f"{watch.total():7.1f} s  in all")


def main() -> None:
    with TemporaryDirectory() as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else HEIDELBERG
        path = given if given.exists() else write_osm(Path(folder) / "synthetic.osm")
        measure(path, Path(folder), sys.argv[2] if len(sys.argv) > 2 else "")


if __name__ == "__main__":
    main()
