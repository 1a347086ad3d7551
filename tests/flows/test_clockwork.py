"""Timers go on: past a row that cannot be read, past a timer that fails, past a clock that was set."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import make_app
from api.clockwork import Timer, run_due
from api.settings import Settings
from api.timers import TIMERS, run_overdue
from api.world import World, open_world
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import NOW, HandClock, Site

LATER = timedelta(days=12)


@dataclass
class Steady:
    """A clock that only the test moves on."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Run:
    """A timer that counts, and fails when told so."""

    runs: list[datetime] = field(default_factory=list)
    fails: bool = False

    def __call__(self, world: World, now: datetime) -> int:
        del world
        self.runs.append(now)
        if self.fails:
            raise RuntimeError("it failed")
        return 1


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def site(home: Home, database_url: str, steady: Steady) -> Iterator[Site]:
    clock = HandClock(NOW)
    settings = Settings(
        home=home.folder, database=database_url, timers=False, follow=False, sign_in_per_minute=1000
    )
    world = open_world(settings, clock, steady)
    with TestClient(make_app(world)) as client:
        yield Site(world, client, clock)


def report(site: Site) -> str:
    place = site.inside()
    body = {"category": "E0102", "channel": "phone", **place}
    return str(site.post("dispatcher", "/api/v1/tickets", 201, **body)["no"])


def test_one_row_that_cannot_be_read_stops_no_other(site: Site, steady: Steady) -> None:
    numbers = [report(site) for _ in range(3)]
    for no in numbers:
        site.act("dispatcher", "ticket", no, "accept")
    broken = numbers[0]
    spoil = text("UPDATE tickets SET parts = :junk WHERE no = :no")
    junk = '{"no": "list"}'
    site.world.database.write(lambda s: s.execute(spoil, {"junk": junk, "no": broken}))
    later = site.clock.turn(days=12)
    assert run_overdue(site.world, later) > 0
    state = site.world.timers["overdue"]
    assert set(state.aside) == {broken}
    assert (state.failures, state.aside[broken].tries) == (1, 1)
    assert run_overdue(site.world, later) == 0  # the others are done, and this one is left alone for now
    assert state.aside[broken].tries == 1
    site.world.database.write(lambda s: s.execute(spoil, {"junk": "[]", "no": broken}))
    steady.now_s += 61
    assert run_overdue(site.world, later) > 0
    assert state.aside == {}
    with site.world.database.read() as session:
        assert [f for f in verify(session, KINDS) if f.aggregate not in numbers] == []


def test_a_timer_that_fails_stops_no_other(site: Site) -> None:
    bad, good = Run(fails=True), Run()
    timers = [Timer(name=n, period=timedelta(seconds=5), run=r) for n, r in (("bad", bad), ("good", good))]
    run_due(site.world, timers, NOW)
    assert (len(bad.runs), len(good.runs)) == (1, 1)
    assert site.world.timers["bad"].failures == 1
    assert site.get(None, "/healthz")["status"] == "degraded"


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(minutes=-1), timedelta(0)])
def test_a_clock_that_was_put_back_stops_nothing_that_does_not_charge(
    site: Site, steady: Steady, jump: timedelta
) -> None:
    plain = Run()
    timers = [Timer(name="plain", period=timedelta(seconds=5), run=plain)]
    run_due(site.world, timers, NOW)
    steady.now_s += 6
    run_due(site.world, timers, NOW + timedelta(seconds=6) + jump)
    assert len(plain.runs) == 2
    run_due(site.world, timers, NOW + timedelta(hours=5))
    assert len(plain.runs) == 2  # the period has not passed, whatever the wall clock says


@pytest.mark.parametrize("jump", [timedelta(days=30), timedelta(hours=-5)])
def test_a_jump_of_the_clock_asks_a_person_before_it_charges(
    site: Site, steady: Steady, jump: timedelta
) -> None:
    charging = Run()
    timers = [Timer(name="overdue", period=timedelta(seconds=5), run=charging, charges=True)]
    report(site)
    run_due(site.world, timers, NOW)
    steady.now_s += 6
    run_due(site.world, timers, NOW + timedelta(seconds=6) + jump)
    assert len(charging.runs) == 1
    told = site.get(None, "/healthz")
    assert told["status"] == "degraded"
    assert "the clock jumped" in told["timers"]["overdue"]["held"]
    steady.now_s += 6
    run_due(site.world, timers, NOW + timedelta(seconds=12) + jump)
    assert len(charging.runs) == 1  # it waits, even though the clock runs evenly again
    assert site.call("dispatcher", "POST", "/api/v1/timers/overdue/release").status_code == 403
    assert site.post("admin", "/api/v1/timers/overdue/release")["held"] is False
    steady.now_s += 6
    run_due(site.world, timers, NOW + timedelta(seconds=18) + jump)
    assert len(charging.runs) == 2
    again = site.call("admin", "POST", "/api/v1/timers/overdue/release")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("start", "held"), [(timedelta(minutes=5), False), (timedelta(hours=73), True), (-LATER, True)]
)
def test_a_process_that_starts_compares_its_clock_with_the_log(
    site: Site,
    start: timedelta,
    held: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    charging = Run()
    timers = [Timer(name="overdue", period=timedelta(seconds=5), run=charging, charges=True)]
    report(site)
    city = site.world.city
    city.district = replace(city.district, sample=False)  # a rehearsed district may sleep as long as it likes
    run_due(site.world, timers, NOW + start)
    assert bool(site.world.timers["overdue"].held) is held
    assert len(charging.runs) == (0 if held else 1)


def test_what_charges_is_declared() -> None:
    assert {timer.name for timer in TIMERS if timer.charges} == {"overdue", "appeals"}
