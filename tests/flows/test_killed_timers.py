"""Kill the timers in the middle of their work: started again, they take every point once, as if never stopped."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.settings import Settings
from api.timers import run_overdue
from api.world import open_world
from data.desk.tickets import NewTicket
from data.models import EntryRow, EventRow, TicketRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.session import Database
from data.store.verify import verify
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.tickets.ticket import Report
from tests.conftest import NOW, Postgres, opened

LATER = NOW + timedelta(days=12)
KILLS = (15, 70)
TICKETS = 40
CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from api.settings import Settings
from api.timers import run_overdue
from api.world import open_world
home, database, now = sys.argv[1:]
at = datetime.fromisoformat(now)
world = open_world(Settings(home=Path(home), database=database), lambda: at)
run_overdue(world, at)
"""
WORKER = Actor(user="w001001", role="worker")


@dataclass
class Pair:
    """Two databases with the same tickets: one whose timers are killed, one whose timers run through."""

    killed: str
    whole: str


@pytest.fixture(params=["sqlite", "postgis"])
def pair(request: pytest.FixtureRequest, home: Home, tmp_path: Path) -> Iterator[Pair]:
    if request.param == "sqlite":
        fill(home, home.default_database)
        other = tmp_path / "whole.sqlite"
        for suffix in ("", "-wal", "-shm"):
            path = home.folder / f"jinlin.sqlite{suffix}"
            if path.exists():
                shutil.copy(path, f"{other}{suffix}")
        yield Pair(killed=home.default_database, whole=f"sqlite:///{other}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    names = [f"kill{os.getpid()}{i}" for i in (1, 2)]
    killed = server.make(names[0], "filled")
    fill(home, killed)
    yield Pair(killed=killed, whole=server.make(names[1], names[0]))
    for name in names:
        server.drop(name)


def fill(home: Home, url: str) -> None:
    """File tickets of several kinds, some with stages and some with departments whistled to the spot."""
    with opened(home, url) as site:
        spot = site.inside()
        place = LonLat(spot["lon"], spot["lat"])
        cell = site.world.city.locate(place).cell
        for n in range(TICKETS):
            category = ("E0102", "P0101", "E2115", "P0105")[n % 4]
            new = Report(no="", category=category, place=place, cell=cell, channel="worker")
            no = site.world.desk.start(NewTicket(report=new), WORKER, site.clock()).fact.no
            if n % 5 == 0:
                fields = {"department": "DP26", "reason": "come"}
                site.world.desk.act(
                    TICKET, no, Action(name="whistle", by=WORKER, fields=fields), site.clock()
                )


Line = tuple[str, str, str, int, int, datetime, str]


def ledger(url: str) -> list[Line]:
    database = Database(url)
    try:
        with database.read() as session:
            assert verify(session, KINDS) == []
            rows = session.scalars(select(EntryRow))
            return sorted((r.unit, r.subject, r.kind, r.step, r.points_centi, r.at, r.evidence) for r in rows)
    finally:
        database.close()


def ticks(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).where(EventRow.name == "tick")) or 0)


def run_timers(home: Home, url: str, *, until_ticks: int | None) -> None:
    """Run the timers in a process of their own; kill it once so many ticks were written."""
    command = [sys.executable, "-c", CHILD, str(home.folder), url, LATER.isoformat()]
    child = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    database = Database(url)
    try:
        deadline = time.monotonic() + 120
        while until_ticks is not None and ticks(database) < until_ticks:
            assert child.poll() is None, "the timers ended before they were killed"
            assert time.monotonic() < deadline, "the timers did not get that far in two minutes"
            threading.Event().wait(0.01)
        if until_ticks is not None:
            child.send_signal(signal.SIGKILL)
            assert child.wait(timeout=20) == -signal.SIGKILL
        else:
            assert child.wait(timeout=120) == 0
    finally:
        child.kill()
        child.wait(timeout=20)
        database.close()


def test_no_deduction_is_missed_or_doubled(home: Home, pair: Pair) -> None:
    world = open_world(Settings(home=home.folder, database=pair.whole), lambda: LATER)
    run_overdue(world, LATER)
    world.database.close()
    whole = ledger(pair.whole)
    for count in KILLS:
        run_timers(home, pair.killed, until_ticks=count)
    halfway = ledger(pair.killed)  # whatever was written is whole and true
    assert set(halfway) < set(whole)
    run_timers(home, pair.killed, until_ticks=None)
    assert ledger(pair.killed) == whole
    assert {line[2] for line in whole} == {"overdue", "response_missed", "stage_late", "whistle_late"}
    database = Database(pair.killed)
    with database.read() as session:
        left = session.scalar(select(func.count()).select_from(TicketRow).where(TicketRow.tick_at <= LATER))
    database.close()
    assert left == 0
