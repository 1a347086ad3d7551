"""Whom providers reach: against every provider alone, kept until the register changes; demand by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert

from api.demo_accounts import PASSWORD
from data.city.supply import Supplies, Supply
from data.figures.reach import reach_of_cells
from data.models import OrderRow, columns_of, table_of
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.orders.order import Order
from dispatch.providers.provider import serves
from geo.place import LonLat
from grid.figures.facts import People
from grid.period import Period
from tests.conftest import Site
from tests.flows.test_indicators_flow import told

END = datetime(2026, 11, 18, tzinfo=UTC)


def plain_counts(site: Site, code: str) -> tuple[dict[str, int], dict[str, int]]:
    """Count residents by cell with one provider in time, and with two: each provider is asked alone."""
    world = site.world
    surveyor, item = world.surveyor, world.city.item(code)
    supply = world.supplies.now(site.clock())
    limit_min = world.catalogue.reach.limit_min(item)
    assert limit_min is not None
    homes = surveyor.homes
    near = np.zeros(len(homes.people), int)
    for provider in surveyor.suitable(item, supply.at):
        minutes = surveyor.minutes(item, surveyor.sources(item, [provider]), supply.at, surveyor.homes)
        most_min = limit_min if provider.max_travel_min is None else min(limit_min, provider.max_travel_min)
        near += (minutes <= most_min) & [serves(provider, cell) for cell in homes.cell]

    def counted(least: int) -> dict[str, int]:
        return {c: int(homes.people[(homes.cell == c) & (near >= least)].sum()) for c in supply.cells}

    return counted(1), counted(2)


@pytest.mark.parametrize("code", ["SV-E09", "SV-B13", "SV-H10"])
def test_one_and_two_in_time_are_found_as_if_each_were_asked_alone(sqlite_site: Site, code: str) -> None:
    site, city = sqlite_site, sqlite_site.world.city
    category = city.item(code).category
    some = [p for _, p in sorted(city.providers.items()) if category in p.categories]
    # The first serves one street alone, the second goes three minutes at most: both limits are their own.
    for provider, limits in zip(
        some, ({"service_areas": ("330102001",)}, {"max_travel_min": 3}), strict=False
    ):
        city.put_providers([replace(provider, **limits)])
    supply = site.world.supplies.now(site.clock())
    once, twice = plain_counts(site, code)
    assert dict(zip(supply.cells, supply.once[code].tolist(), strict=True)) == once
    assert dict(zip(supply.cells, supply.twice[code].tolist(), strict=True)) == twice


def test_it_is_kept_until_a_provider_changes_and_orders_change_nothing(sqlite_site: Site) -> None:
    site, city = sqlite_site, sqlite_site.world.city
    first = site.world.supplies.now(site.clock())
    site.clock.turn(hours=3)
    assert site.world.supplies.now(site.clock()) is first
    assert (first.at.hour, first.at.date()) == (10, site.clock().date())
    for provider in list(city.providers.values()):
        if "station" in provider.categories:
            city.put_providers([replace(provider, state="suspended")])
    after = site.world.supplies.now(site.clock())
    assert after.once["SV-B13"].sum() == 0
    assert after.once["SV-E05"] is first.once["SV-E05"]
    site.clock.turn(days=3)  # Saturday: the working day before counts
    assert site.world.supplies.now(site.clock()).at.isoweekday() == 5


def test_without_residents_or_providers_nobody_is_reached(sqlite_site: Site) -> None:
    site, city = sqlite_site, sqlite_site.world.city
    for provider in list(city.providers.values()):
        city.put_providers([replace(provider, state="left")])
    supply = Supplies(city, site.world.surveyor).now(site.clock())
    by_workers = {i.code for i in city.catalogue.items.values() if city.catalogue.reach.by_responders(i)}
    reached = {code for code in supply.once if supply.once[code].any() or supply.twice[code].any()}
    assert reached == by_workers


def test_the_indicators_tell_of_it(site: Site) -> None:
    found = told(site)
    assert 0 < found["K16"]["value"] <= 100
    assert 0 < found["K20"]["value"] <= 1
    assert found["K16"]["provenance"]["register_as_of_now"] is True
    assert (found["K14"]["value"], found["K14"]["why"]) == (None, "nothing_counted")
    contact = {"name": "王阿姨", "phone": "13800138000"}
    body = {"item": "SV-E15", "contact": contact} | site.inside()
    site.post(None, "/api/v1/orders", 201, **body)
    site.clock.turn(minutes=1)
    assert told(site)["K14"]["value"] is not None
    site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    for name, code in (("K14", "SV-E15"), ("K16", "SV-E05")):
        page = site.client.get(f"/board/indicators/{name}").text
        assert f"/board/coverage?item={code}" in page


WEST, EAST = "330102001001", "330102001002"


def test_demand_by_hand(tmp_path: Path) -> None:
    """Two communities, three cells: orders where there were any, else residents by the community's rate."""
    catalogue = read_catalogue()
    cells = (f"{WEST}001", f"{WEST}002", f"{EAST}001")
    residents = np.array([100, 50, 80])
    zero, all_of = np.zeros(3, np.int64), residents
    supply = Supply(
        at=END,
        cells=cells,
        residents=residents,
        once=dict.fromkeys(catalogue.reach.core_items, all_of),
        twice={"SV-B01": np.array([50, 50, 80]), "SV-E05": np.array([100, 0, 0]), "SV-B13": zero},
    )
    people = {
        cells[0]: People(permanent=90, floating=10, aged_60=20),
        cells[1]: People(permanent=50, aged_60=5),
        cells[2]: People(permanent=80, aged_60=8),
    }
    orders = [("SV-B01", cells[0])] * 4 + [("SV-E05", cells[1])] * 2 + [("SV-B20", cells[2])]
    database = Database(f"sqlite:///{tmp_path / 'tiny.sqlite'}")
    database.create()
    rows = [
        columns_of(
            Order(
                no=f"S{n}",
                item=item,
                state="settled",
                channel="phone",
                created_at=END - timedelta(days=300),
                place=LonLat(120, 30),
                cell=cell,
            )
        )
        for n, (item, cell) in enumerate(orders)
    ]
    database.write(lambda session: session.execute(insert(table_of(OrderRow)), rows))
    period = Period(start=END - timedelta(days=30), end=END)
    with database.read() as session:
        found = reach_of_cells(session, catalogue, period, people, supply, "")
        west = reach_of_cells(session, catalogue, period, people, supply, WEST)
    database.close()
    # Repairs: 4 in the first cell, half of its people with two near; the second has 50 of the 150 residents of whom
    # the first's 100 ordered 4, so 50 * 4 / 150. Meals are for elders: 2 in the second cell, 20 * 2 / 25 in the first.
    # Advice by telephone promises no arrival. In the east nobody ordered anything else.
    told_of = [{code: tuple(d) for code, d in r.demand.items()} for r in found]
    assert [r.cell for r in found] == list(cells)
    assert told_of == [
        {"SV-B01": pytest.approx((4, 2)), "SV-E05": pytest.approx((1.6, 1.6))},
        {"SV-B01": pytest.approx((4 / 3, 4 / 3)), "SV-E05": pytest.approx((2, 0))},
        {},
    ]
    assert west == found[:2]
