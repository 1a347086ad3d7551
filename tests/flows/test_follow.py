"""Two processes on one database: what one commits the other knows, without a restart."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
import shapely
from sqlalchemy import select

from api.settings import Settings
from api.world import World, open_world
from data.city.follow import Follower, FollowerThread, mark
from data.desk.cells import PutCell
from data.desk.orders import NewOrder
from data.desk.residents import PutResident
from data.models import fact_of
from data.store.done import Done
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.orders import ORDER, PROVIDER
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from dispatch.resident import Resident
from tests.conftest import NOW, HandClock

ADMIN = Actor(user="admin", role="admin")


@pytest.fixture
def two(home: Home, database_url: str) -> Iterator[tuple[World, World]]:
    settings = Settings(home=home.folder, database=database_url, timers=False, follow=False)
    one, other = (open_world(settings, HandClock(NOW)) for _ in range(2))
    yield one, other
    one.database.close()
    other.database.close()


def first_provider(world: World) -> Any:
    return next(p for _, p in sorted(world.city.providers.items()) if p.state == "active")


def order_of(world: World) -> Order:
    provider = first_provider(world)
    item = next(i for i in world.catalogue.items.values() if i.category in provider.categories)
    return Order(
        no="",
        item=item.code,
        state="placed",
        channel="phone",
        created_at=NOW,
        place=provider.place,
        cell=provider.area,
    )


def test_a_provider_suspended_in_one_is_not_proposed_by_the_other(two: tuple[World, World]) -> None:
    one, other = two
    provider = first_provider(one)
    action = Action(name="suspend", by=ADMIN, fields={"reason": "licence"})
    one.desk.act(PROVIDER, provider.no, action, NOW)
    assert other.city.providers[provider.id].state == "active"
    assert other.follower.look() == 1
    assert other.city.providers[provider.id].state == "suspended"
    order = replace(order_of(one), state="located")
    assert all(c.provider != provider.id for c in other.city.candidates(order, NOW, 20).candidates)
    assert one.follower.look() == 0  # its own change is no news


def test_the_load_of_an_order_taken_elsewhere_counts(two: tuple[World, World]) -> None:
    one, other = two
    provider = first_provider(one)
    order = one.desk.start(NewOrder(order=order_of(one)), ADMIN, NOW).fact
    with one.database.read() as session:
        assert session.scalar(select(ORDER.table.c.id).where(ORDER.table.c.no == order.no))
    for name, fields in (
        ("locate", {"lon": provider.place.lon, "lat": provider.place.lat, "cell": provider.area}),
        ("contact", {"provider": provider.id, "travel_s": 60.0, "price_fen": 100}),
    ):
        one.desk.act(ORDER, order.no, Action(name=name, by=ADMIN, fields=fields), NOW)
    assert other.follower.look() >= 3
    assert other.city.providers[provider.id].load == one.city.providers[provider.id].load
    assert other.city.providers[provider.id].load == provider.load + 1


def test_a_cell_that_was_taken_in_elsewhere_is_found(two: tuple[World, World]) -> None:
    one, other = two
    cell = one.city.cells[min(one.city.cells)]
    renamed = replace(cell, name="新网格")
    shape = one.city.cell_shapes[cell.code]
    one.desk.start(PutCell(cell=renamed, shape=shape), ADMIN, NOW)
    other.follower.look()
    assert other.city.cells[cell.code].name == "新网格"
    assert shapely.equals(other.city.cell_shapes[cell.code], shape)


def test_residents_that_came_in_elsewhere_count_in_coverage(two: tuple[World, World]) -> None:
    one, other = two
    before = int(other.surveyor.homes.people.sum())
    with one.database.read() as session:
        known = fact_of(Resident, session.execute(select(RESIDENT.table).limit(1)).one())
    new = replace(known, id=0, no="R-NEW")
    one.desk.start(PutResident(resident=new), ADMIN, NOW)
    assert int(one.surveyor.homes.people.sum()) == before + 1
    other.follower.look()
    assert int(other.surveyor.homes.people.sum()) == before + 1


def test_open_pages_are_told_what_another_process_did(two: tuple[World, World]) -> None:
    one, other = two
    heard: list[Done[Any]] = []
    since = mark(other.database)
    follower = Follower(other.database, other.city, other.surveyor, KINDS, heard.append, since)
    no = one.desk.start(NewOrder(order=order_of(one)), ADMIN, NOW).fact.no
    assert (follower.look(), follower.look()) == (1, 0)
    assert [(d.kind.name, d.fact.no, d.events[0].name) for d in heard] == [("order", no, "placed")]


def test_an_order_is_not_given_to_a_provider_whom_another_process_suspended(two: tuple[World, World]) -> None:
    """The other has not looked yet, so that only the transaction can know."""
    one, other = two
    provider = first_provider(one)
    order = other.desk.start(NewOrder(order=order_of(other)), ADMIN, NOW).fact
    place = {"lon": provider.place.lon, "lat": provider.place.lat, "cell": provider.area}
    other.desk.act(ORDER, order.no, Action(name="locate", by=ADMIN, fields=place), NOW)
    one.desk.act(PROVIDER, provider.no, Action(name="suspend", by=ADMIN, fields={"reason": "x"}), NOW)
    asked = {"provider": provider.id, "travel_s": 60.0, "price_fen": 100}
    with pytest.raises(BadFieldError, match="suspended"):
        other.desk.act(ORDER, order.no, Action(name="contact", by=ADMIN, fields=asked), NOW)


def test_the_thread_hears_within_a_second_and_tells_its_lag(two: tuple[World, World]) -> None:
    one, other = two
    thread = FollowerThread(other.follower, other.database)
    thread.start()
    provider = first_provider(one)
    one.desk.act(PROVIDER, provider.no, Action(name="suspend", by=ADMIN, fields={"reason": "x"}), NOW)
    pause, city = Event(), other.city
    waited = any(city.providers[provider.id].state == "suspended" or pause.wait(0.1) for _ in range(150))
    thread.stop()
    assert waited
    assert other.follower.lag_s < 10
