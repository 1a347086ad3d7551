"""Positions of 10,000 people into memory: streets, map and newest place, with questions between; one core.

Run ``python -m benchmarks.positions HOME [people] [rounds]`` over the home of a built district.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.clock import markdown
from data.city.engine import RoadEngine
from data.city.people import ANYBODY, PROFILE, LivePeople
from data.rules.catalogue import read_catalogue
from data.store.home import Home
from dispatch.positions import Position
from geo.place import Box, LonLat

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
BATCH = 1000
STEP_DEG = 1e-4  # ten metres
ASKED = 20  # questions after each batch


def crowd(people: LivePeople, lon: np.ndarray, lat: np.ndarray, at: datetime) -> float:
    """Let everybody be told once, in batches; CPU seconds of that alone."""
    users = [f"w{n:05}" for n in range(len(lon))]
    begun = process_time()
    for first in range(0, len(users), BATCH):
        some = slice(first, first + BATCH)
        places = zip(users[some], lon[some].tolist(), lat[some].tolist(), strict=True)
        people.take(Position(user=user, at=at, place=LonLat(*place), accuracy_m=8) for user, *place in places)
    return process_time() - begun


def main() -> None:
    """Measure, and print a table."""
    home, count, rounds = Path(sys.argv[1]), *(int(n) for n in (*sys.argv[2:], 10_000, 5)[:2])
    catalogue = read_catalogue()
    worktime = catalogue.rulebook.worktime
    engine = RoadEngine(Home(home).engine, catalogue.items.values(), worktime.zone, lambda: NOW)
    people = LivePeople(engine.empty_index(PROFILE), catalogue.positions)
    streets = people.streets
    network = streets.streets.network
    chance = np.random.default_rng(7)
    node = chance.integers(0, network.node_count, count)
    lon, lat = (each[node] + chance.normal(0, STEP_DEG, count) for each in (network.lon, network.lat))
    crowd(people, lon, lat, NOW)
    where = [LonLat(*each) for each in zip(lon[:ASKED].tolist(), lat[:ASKED].tolist(), strict=True)]
    streets.nearest(where[0], ANYBODY, 5, inbound=True)
    spent, asked_us = [], []
    stop, waited = threading.Event(), list[float]()

    def ask() -> None:
        while not stop.wait(0.01):
            begun = perf_counter()
            streets.nearest(where[len(waited) % ASKED], ANYBODY, 5, inbound=True)
            waited.append(perf_counter() - begun)

    for turn in range(rounds):
        lon, lat = (each + chance.normal(0, STEP_DEG, count) for each in (lon, lat))
        spent.append(crowd(people, lon, lat, NOW + timedelta(seconds=turn + 1)))
        begun = process_time()
        for place in where:
            streets.nearest(place, ANYBODY, 5, inbound=True)
        asked_us.append((process_time() - begun) / ASKED * 1e6)
    thread = threading.Thread(target=ask)
    thread.start()
    lon, lat = (each + chance.normal(0, STEP_DEG, count) for each in (lon, lat))
    crowd(people, lon, lat, NOW + timedelta(minutes=5))
    stop.set()
    thread.join()
    box = Box(lon[0] - 0.01, lat[0] - 0.01, lon[0] + 0.01, lat[0] + 0.01)
    begun = process_time()
    for _ in range(100):
        seen = people.inside(box)
    viewport_us = (process_time() - begun) / 100 * 1e6
    rows: list[tuple[object, ...]] = [
        ("positions a second, CPU of one core, best and middle round", f"{count / min(spent):,.0f}, {count / sorted(spent)[len(spent) // 2]:,.0f}"),
        ("5 nearest by road between the batches", f"{min(asked_us):,.0f} us"),
        ("5 nearest by road while positions come in, median and longest (wall clock)", f"{np.median(waited) * 1e3:.1f}, {max(waited) * 1e3:.1f} ms"),
        (f"who is in view, {len(seen)} found", f"{viewport_us:,.0f} us"),
    ]  # fmt: skip
    print("\n".join(markdown((f"{count:,} people", "figures"), rows)))


if __name__ == "__main__":
    main()
