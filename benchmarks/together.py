"""A thousand orders against the providers of a district at once. Run ``python -m benchmarks.together``.

A district is built in a folder of its own and left again. Orders are drawn from a seed at homes of the register, of all
items that are sent to somebody; half of them crowd into one place. Travel times, opening hours, boats and the wishes of
all are as in the product; times are the least of three runs on one thread.
"""

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
from dispatch.matching.assign import HIGHEST_COST, Offers, assign
from dispatch.matching.need import Need
from dispatch.matching.together import plan_together
from geo.place import LonLat

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
ORDERS, RUNS, CROWD_DEG, SUITS = 1000, 3, 0.004, 0.1


def needs_of(city: City, homes: np.ndarray, seed: int) -> list[Need]:
    """Draw orders at homes; half of them where most live closely together."""
    draw = np.random.default_rng(seed)
    middle = homes[draw.integers(len(homes))]
    near = homes[np.abs(homes - middle).max(axis=1) < CROWD_DEG]
    items = [i for i in city.catalogue.items.values() if i.urgency != "emergency"]
    offered = [i for i in items if any(i.category in p.categories for p in city.providers.values())]
    needs = []
    for number in range(ORDERS):
        some = near if number % 2 and len(near) else homes
        place = LonLat(*map(float, some[draw.integers(len(some))]))
        item = offered[draw.integers(len(offered))]
        needs.append(Need(item=item, place=place, area="", at=city.catalogue.local(NOW)))
    return needs


def timed(city: City, needs: list[Need]) -> str:
    """Time the whole plan, both ways of sending and the search for all who suit included."""
    whole_s = float("inf")
    for _ in range(RUNS):
        begun = time.perf_counter()
        plan = plan_together(needs, city.providers, city.engine, city.catalogue.weights)
        whole_s = min(whole_s, time.perf_counter() - begun)
    proof = plan.proof
    one, by_one = plan.sums, plan.sums_one_by_one
    return (
        f"{whole_s * 1000:.0f} ms, served {one.served} / {by_one.served}, travel {one.travel_min:.0f} / {by_one.travel_min:.0f} min, "
        f"pairs {proof.looked_at}, proven {proof.total == proof.bound}"
    )


def solved(seed: int, providers: int) -> str:
    """Time the assignment and its proof alone, on offers that are known: costs in the plane, three places each."""
    draw = np.random.default_rng(seed)
    apart = draw.random((ORDERS, 1, 2)) - draw.random((1, providers, 2))
    cost = np.rint(np.hypot(*np.moveaxis(apart, -1, 0)) * 10_000).astype(np.int64)
    cost[draw.random(cost.shape) > SUITS] = HIGHEST_COST
    order = np.argsort(cost, axis=1, kind="stable")
    sorted_cost = np.take_along_axis(cost, order, axis=1)
    suited = (sorted_cost < HIGHEST_COST).sum(axis=1)

    def look(number: int, k: int) -> Offers:
        n = min(k, int(suited[number]))
        return Offers(order[number, :n].tolist(), sorted_cost[number, :n].tolist(), k > suited[number])

    least_s = float("inf")
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = assign([HIGHEST_COST] * ORDERS, dict.fromkeys(range(providers), 3), look)
        least_s = min(least_s, time.perf_counter() - begun)
    return f"assignment alone {least_s * 1000:.0f} ms, pairs {found.looked_at}, proven {found.total == found.bound}"


def main() -> None:
    """Build, draw, plan, and tell."""
    catalogue = read_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        database = Database(home.default_database)
        extract = write_osm(home.extracts / "synthetic.osm")
        build_district(database, home, catalogue, Plan(extract=extract, name="样例", sample=True), NOW)
        city = City(database, catalogue, home, lambda: NOW)
        with database.read() as session:
            rows = session.execute(select(ResidentRow.lon, ResidentRow.lat)).all()
        homes = np.array([tuple(row) for row in rows])
        print(f"{ORDERS} orders, {len(city.providers)} providers; together / one by one")
        for seed in range(4):
            needs = needs_of(city, homes, seed)
            print(f"seed {seed}: {timed(city, needs)}; {solved(seed, len(city.providers))}")
        database.close()


if __name__ == "__main__":
    main()
