"""Kill the server in the middle of alarms and of presses: no step is skipped, nobody is told twice, nothing is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.alarm_timers import run_alarms
from api.settings import Settings
from api.world import open_world
from data.desk.alarms import RaiseAlarm
from data.desk.messages import HearMessage
from data.models import AlarmRow, ClockRow, EventRow, MessageRow, NoticeRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify
from dispatch.alarms.alarm import Cry
from dispatch.alarms.message import message_of
from dispatch.lifecycle import Actor
from tests.conftest import NOW, Postgres, opened

ALARMS = 12
LATER = NOW + timedelta(seconds=400)
KILLS = (6, 20, 40)
GATEWAY = Actor(user="gateway", role="device")
STEPS = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from api.alarm_timers import run_alarms
from api.settings import Settings
from api.world import open_world
home, database, start, end = sys.argv[1:]
at, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
begun = at
world = open_world(
    Settings(home=Path(home), database=database), lambda: at, lambda: (at - begun).total_seconds()
)
while at < last:
    at += timedelta(seconds=5)
    run_alarms(world, at)
"""
PRESSES = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from api.settings import Settings
from api.world import open_world
from data.desk.messages import HearMessage
from dispatch.alarms.message import message_of
from dispatch.lifecycle import Actor
home, database, now = sys.argv[1:]
at = datetime.fromisoformat(now)
world = open_world(Settings(home=Path(home), database=database), lambda: at)
for n in range(10_000):
    body = {"id": f"m{n}", "kind": "press", "key": "emergency", "at": at.isoformat()}
    new = HearMessage(message=message_of(f"K{n % 40}", body, at))
    done = world.desk.start(new, Actor(user="gateway", role="device"), at)
    print(n, done.row["alarm"], flush=True)
"""


@pytest.fixture(params=["sqlite", "postgis"])
def url(request: pytest.FixtureRequest, home: Home) -> Iterator[str]:
    if request.param == "sqlite":
        yield home.default_database
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"killalarm{os.getpid()}"
    yield server.make(name, "filled")
    server.drop(name)


def raise_some(home: Home, url: str) -> None:
    """Raise alarms of several people and causes, at the same moment."""
    with opened(home, url) as site:
        spot = site.inside()
        causes = ("emergency_key", "toilet_stay", "gas", "water")
        for n in range(ALARMS):
            site.post(
                "dispatcher", "/api/v1/alarms", 201, cause=causes[n % 4], resident=f"R{n + 1:06d}", **spot
            )


def notices(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(NoticeRow)) or 0)


def looked_at(database: Database) -> datetime:
    """Give when the server last looked at its clock."""
    with database.read() as session:
        return session.scalar(select(ClockRow.wall)) or NOW


def killed_after(child: subprocess.Popen[str], done: object) -> None:
    assert callable(done)
    deadline = time.monotonic() + 120
    try:
        while not done():
            assert child.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline, "it did not get that far in two minutes"
            threading.Event().wait(0.01)
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=20) == -signal.SIGKILL
    finally:
        child.kill()
        child.wait(timeout=20)


def child_of(code: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


def test_no_step_is_skipped_and_nobody_is_told_twice(home: Home, url: str) -> None:
    raise_some(home, url)
    database = Database(url)
    first = notices(database)
    for more in KILLS:
        begun = looked_at(database).isoformat()  # started again, the clock stands where it was left
        with child_of(STEPS, str(home.folder), url, begun, LATER.isoformat()) as child:
            killed_after(child, lambda wanted=first + more: notices(database) >= wanted)
    with opened(home, url) as site:
        site.clock.now = LATER
        for _ in range(130):  # the longest ladder takes a quarter of an hour
            site.clock.turn(seconds=5)
            run_alarms(site.world, site.clock())
    with database.read() as session:
        assert verify(session, KINDS) == []
        keys = session.execute(
            select(NoticeRow.alarm, NoticeRow.rung, NoticeRow.person, NoticeRow.channel)
        ).all()
        assert len(keys) == len(set(keys))
        for alarm in session.scalars(select(AlarmRow)):
            told = session.scalars(
                select(EventRow.payload).where(
                    EventRow.kind == "alarm", EventRow.aggregate == alarm.no, EventRow.name == "step"
                )
            )
            said = [text for text in told if '"ended":"needless"' not in text]
            fired = [rung["code"] for rung in alarm.plan if rung["ended"] not in ("", "needless")]
            assert len(said) == len(fired) == len(set(fired)), alarm.no
            assert all(rung["ended"] for rung in alarm.plan), "a step was left behind"
        assert session.scalar(select(func.count()).select_from(AlarmRow)) == ALARMS
    database.close()


def test_every_press_that_was_answered_is_kept(home: Home, url: str) -> None:
    told: dict[int, str] = {}
    for wanted in (7, 30, 55):
        with child_of(PRESSES, str(home.folder), url, NOW.isoformat()) as child:
            assert child.stdout is not None
            for line in child.stdout:
                number, alarm = line.split()
                assert told.setdefault(int(number), alarm) == alarm  # sent again it is the same alarm
                if int(number) >= wanted:
                    break
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=20)
    world = open_world(Settings(home=home.folder, database=url), lambda: NOW)
    with world.database.read() as session:
        kept = {row.number: row.alarm for row in session.scalars(select(MessageRow))}
        assert {f"m{n}": alarm for n, alarm in told.items()}.items() <= kept.items()
        open_now = session.scalars(select(AlarmRow.device)).all()
        assert len(open_now) == len(set(open_now))
        assert verify(session, KINDS) == []
    again = message_of("K0", {"id": "m0", "kind": "press", "key": "emergency", "at": NOW.isoformat()}, NOW)
    assert world.desk.start(HearMessage(message=again), GATEWAY, NOW).row["answer"] == "repeated"
    world.desk.start(RaiseAlarm(cry=Cry(no="", cause="gas", at=NOW, device="K0")), GATEWAY, NOW)
    world.database.close()
