"""What a place that is tried costs, and a ring round a place. Run ``python -m benchmarks.what_if``.

A district of 60,000 residents is built in a folder of its own and left again. Places are homes drawn from a seed; times
are those of the thread, the first call of each kind left out.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.city.city import City
from data.city.coverage import Surveyor
from data.city.rings import rings_of
from data.city.whatif import Trial, what_if
from data.rules.catalogue import read_catalogue
from data.sample.district import Plan, build_district
from data.sample.synthetic import write_osm
from data.store.home import Home
from data.store.session import Database
from geo.place import LonLat

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
ITEMS, RUNS = ("SV-E05", "SV-B01", "SV-H04"), 40
RING_MIN = (5.0, 10.0, 15.0)


def timed(name: str, places: list[LonLat], ask: Callable[[LonLat], object]) -> None:
    """Print median and 95th percentile of the time that one answer takes."""
    ask(places[0])
    spent = []
    for place in places:
        begun = time.thread_time()
        ask(place)
        spent.append(1000 * (time.thread_time() - begun))
    print(f"{name}: median {np.median(spent):.1f} ms, 95 % {np.percentile(spent, 95):.1f} ms")


def main() -> None:
    """Build, try, and tell."""
    catalogue = read_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database = Database(home.default_database)
        extract = write_osm(home.extracts / "synthetic.osm")
        build_district(database, home, catalogue, Plan(extract=extract, name="样例", sample=True), NOW)
        city = City(database, catalogue, home, lambda: NOW)
        surveyor, at = Surveyor(city, database), catalogue.local(NOW)
        homes = surveyor.homes
        drawn = np.random.default_rng(7).integers(len(homes.lon), size=RUNS).tolist()
        places = [LonLat(float(homes.lon[one]), float(homes.lat[one])) for one in drawn]
        print(f"{homes.people.sum():,} residents at {len(homes.lon):,} addresses")
        for code in ITEMS:
            item = city.item(code)
            promise, offered = surveyor.promise_min(item), len(surveyor.suitable(item, at))
            timed(
                f"try a place, {code} of {offered} providers",
                places,
                lambda place, item=item, promise=promise: what_if(
                    surveyor, item, [Trial(place=place)], promise, at
                ),
            )
            timed(f"coverage with its raster, {code}", places[:10], lambda _, i=item: surveyor.survey(i, at))
        for profile in ("walk", "drive"):
            for drawn_as in ("none", "streets", "area"):
                timed(
                    f"three rings, {profile}, drawn as {drawn_as}",
                    places[:10],
                    lambda place, profile=profile, drawn_as=drawn_as: [
                        ring.streets.lines()
                        if drawn_as == "streets"
                        else ring.streets.area()
                        if drawn_as == "area"
                        else None
                        for ring in rings_of(city, surveyor, profile, place, RING_MIN, at)
                    ],
                )
        database.close()


if __name__ == "__main__":
    main()
