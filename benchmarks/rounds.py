"""Two thousand visits of a day on rounds. Run ``python -m benchmarks.rounds [steps ...]``.

A district is built in a folder of its own and left again. Homes of the register are drawn from a seed, those on islands
left out; ways are those of e-bikes from door to door. Visits last 15 to 30 minutes, 60 % begin in a window of 1 to 3
hours, 10 % need a skill that a fifth of the workers have; shifts are 8:30 to 17:30 with half an hour of lunch begun
between 11:30 and 13:30. Times are seconds of one process on one core; each plan is checked by `timed` stop by stop.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import select

from data.city.city import City
from data.models import ResidentRow
from data.rules.catalogue import read_catalogue
from data.sample.district import Plan, build_district
from data.sample.synthetic import write_osm
from data.store.home import Home
from data.store.session import Database
from dispatch.rounds.facts import Break, Rounds, Visit, Worker
from dispatch.rounds.plan import Effort, plan
from geo.place import LonLat
from geo.places import PlaceIndex

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
HOUR_S, MS = 3600, 1000
FROM_S, UNTIL_S = 8 * HOUR_S + HOUR_S // 2, 17 * HOUR_S + HOUR_S // 2
LUNCH = Break(earliest_s=11 * HOUR_S + HOUR_S // 2, latest_s=13 * HOUR_S + HOUR_S // 2, length_s=HOUR_S // 2)
WORTH_S = {3: 10 * HOUR_S, 2: 2 * HOUR_S, 1: HOUR_S}
VISITS, CREWS, STEPS = 2000, (60, 104, 120), (25_000, 75_000)
FAR_SHARE = 0.5


def ways(index: PlaceIndex, homes: list[tuple[float, float]], count: int) -> np.ndarray:
    """Door-to-door ways of homes drawn from a seed, in whole seconds rounded up, without homes that few can reach."""
    draw = np.random.default_rng(1)
    drawn = draw.permutation(len(homes))[: count + count // 10].tolist()
    sites = [index.site(LonLat(*homes[number])) for number in drawn]
    begun = time.process_time()
    travel = index.router.doors_ms(sites)
    took_s = time.process_time() - begun
    near = np.flatnonzero((travel >= 0).mean(axis=1) > FAR_SHARE)[:count]
    print(f"{len(sites)} doors to {len(sites)} doors: {took_s:.2f} s")
    return np.asarray(-(-travel[np.ix_(near, near)].astype(np.int64) // MS))


def day(crew: int) -> tuple[list[Visit], list[Worker], dict[str, int]]:
    """Draw visits and workers; the priority of each visit by number."""
    draw = np.random.default_rng(crew)
    visits, priority = [], {}
    for number in range(VISITS):
        windows: tuple[tuple[int, int], ...] = ()
        if draw.random() < 0.6:
            length = int(draw.choice([60, 90, 120, 180])) * 60
            begin = int(draw.integers(FROM_S // 900, (UNTIL_S - length) // 900 + 1)) * 900
            windows = ((begin, begin + length),)
        rank = int(draw.choice([3, 2, 1], p=[0.1, 0.3, 0.6]))
        priority[str(number)] = rank
        visits.append(
            Visit(
                no=str(number),
                place=number,
                service_s=int(draw.integers(15, 31)) * 60,
                worth_s=WORTH_S[rank],
                windows=windows,
                skills=frozenset({"nurse"}) if draw.random() < 0.1 else frozenset(),
            )
        )
    skilled = set(draw.choice(crew, crew // 5, replace=False).tolist())
    workers = [
        Worker(
            user=str(w),
            start=VISITS + w,
            end=VISITS + w,
            from_s=FROM_S,
            until_s=UNTIL_S,
            pause=LUNCH,
            skills=frozenset({"nurse"}) if w in skilled else frozenset(),
        )
        for w in range(crew)
    ]
    return visits, workers, priority


def told(made: Rounds, priority: dict[str, int], took_s: float) -> str:
    """Tell what a plan is worth in one line."""
    missed = [sum(priority[no] == rank for no in made.left_out) for rank in (3, 2)]
    return (
        f"{took_s:.1f} CPU s, served {VISITS - len(made.left_out)}, priority 3, 2 missed {missed[0]}, {missed[1]}, "
        f"travel {made.travel_s / HOUR_S:.1f} h, cost {made.cost_s:,}"
    )


def main() -> None:
    """Build, draw, plan, and tell."""
    steps = [int(each) for each in sys.argv[1:]] or list(STEPS)
    catalogue = read_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database = Database(home.default_database)
        extract = write_osm(home.extracts / "synthetic.osm")
        build_district(database, home, catalogue, Plan(extract=extract, name="样例", sample=True), NOW)
        city = City(database, catalogue, home, lambda: NOW)
        with database.read() as session:
            rows = session.execute(select(ResidentRow.lon, ResidentRow.lat).distinct()).all()
        homes = sorted((lon, lat) for lon, lat in rows)
        travel = ways(city.engine.indexes["ebike"], homes, VISITS + max(CREWS))
        visits, workers, _ = day(CREWS[0])
        plan(visits[:9], workers[:2], travel, effort=Effort(steps=1))  # compiled before it is timed
        for crew in CREWS:
            visits, workers, priority = day(crew)
            for count in (0, *steps):
                begun = time.process_time()
                made = plan(visits, workers, travel, effort=Effort(steps=count))
                took_s = time.process_time() - begun
                print(f"S{crew}, {count} steps: {told(made, priority, took_s)}", flush=True)
        database.close()
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
