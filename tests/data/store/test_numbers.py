"""Numbers: none twice, none skipped silently, and on PostgreSQL no report waits for another one's commit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from api.settings import Settings
from api.timers import run_numbers
from api.world import World, open_world
from data.desk.tickets import NewTicket
from data.models import EventRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.numbers import open_leases
from data.store.verify import number_faults, verify, walk
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from geo.place import LonLat
from grid.tickets.ticket import Report
from tests.conftest import NOW, HandClock

WORKER = Actor(user="w1", role="worker")


@pytest.fixture
def world(home: Home, database_url: str) -> Iterator[World]:
    settings = Settings(home=home.folder, database=database_url, timers=False, follow=False)
    made = open_world(settings, HandClock(NOW))
    yield made
    made.database.close()


def report(world: World, **other: object) -> str:
    cell = min(world.city.cells)
    point = world.city.cell_shapes[cell].representative_point()
    new = Report(no="", category="E0102", place=LonLat(point.x, point.y), cell=cell, channel="worker")
    return world.desk.start(NewTicket(report=replace(new, **other)), WORKER, NOW).fact.no


def test_numbers_run_on_and_none_is_drawn_twice(world: World) -> None:
    numbers = [report(world) for _ in range(12)]
    assert [int(no[-5:]) for no in numbers] == list(range(1, 13))
    with ThreadPoolExecutor(8) as pool:
        more = list(pool.map(lambda _: report(world), range(40)))
    assert len({*numbers, *more}) == 52
    assert {int(no[-5:]) for no in more} == set(range(13, 53))


def test_a_number_of_work_that_failed_is_used_by_the_next(world: World) -> None:
    report(world)
    for _ in range(3):
        with pytest.raises(BadFieldError):
            report(world, photos=("no such photo",), nature="no such nature")
    assert int(report(world)[-5:]) == 2


def test_leased_numbers_that_nothing_used_are_told_void(world: World) -> None:
    no = report(world)
    series = no.rpartition("-")[0]
    with world.database.read() as session:
        leased = open_leases(session, series)
        assert verify(session, KINDS) == []
    assert run_numbers(world, NOW) == 0  # the day is not over
    tomorrow = NOW + timedelta(days=1)
    assert run_numbers(world, tomorrow) == (0 if world.database.is_sqlite else 1)
    assert run_numbers(world, tomorrow) == 0
    with world.database.read() as session:
        assert open_leases(session, series) == set()
        assert walk(session).void.get(series, frozenset()) == leased - {1}
        assert verify(session, KINDS) == []


def test_a_ticket_taken_out_whole_leaves_a_number_that_is_neither_used_nor_void(world: World) -> None:
    numbers = [report(world) for _ in range(3)]
    run_numbers(world, NOW + timedelta(days=1))
    for statement in (
        delete(EventRow).where(EventRow.aggregate == numbers[1]),
        delete(TICKET.table).where(TICKET.table.c.no == numbers[1]),
    ):
        world.database.write(lambda session, s=statement: session.execute(s))
    with world.database.read() as session:
        assert session.scalar(select(EventRow.id).where(EventRow.aggregate == numbers[1])) is None
        (fault,) = number_faults(session, TICKET, walk(session).void)
    assert fault.detail == "drawn and not there: 00002 (1 in all)"
