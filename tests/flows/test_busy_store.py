"""Somebody else keeps writing to the SQLite file: reports are told so once and in time, and reading goes on."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select

from api.app import make_app
from api.settings import Settings
from api.world import open_world
from data.models import ResidentRow, TicketRow
from data.store.home import Home
from tests.conftest import NOW, HandClock, Site
from tests.contract import CheckedClient

WAIT_S = 1.0
LONG_S = 120.0
REPORTS = 60  # more than there are threads


@contextmanager
def waiting_at_most(seconds: float, home: Home) -> Iterator[Site]:
    clock = HandClock(NOW)
    settings = Settings(
        home=home.folder,
        timers=False,
        write_wait_s=seconds,
        sign_in_per_minute=1000,
        public_posts_per_minute=1000,
    )
    world = open_world(settings, clock)
    with CheckedClient(make_app(world)) as client:
        site = Site(world, client, clock)
        site.get("dispatcher", "/api/v1/tickets")  # the interface file is read once, not by every thread
        yield site


@contextmanager
def somebody_writing(home: Home) -> Iterator[None]:
    other = sqlite3.connect(home.folder / "jinlin.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def test_reports_wait_once_and_are_told_so(home: Home) -> None:
    with waiting_at_most(WAIT_S, home) as site, ThreadPoolExecutor(REPORTS) as pool:
        body = {"category": "E0102", "channel": "phone"} | site.inside()

        def report(_: int) -> tuple[int, str, str, float]:
            begun = monotonic()
            answer = site.call("dispatcher", "POST", "/api/v1/tickets", json=body)
            detail = answer.json().get("detail", "")
            return answer.status_code, answer.headers.get("retry-after", ""), detail, monotonic() - begun

        with somebody_writing(home):
            told = list(pool.map(report, range(REPORTS)))
        assert {(status, retry) for status, retry, _, _ in told} == {(503, "5")}
        assert all("nothing was changed, try again" in detail for _, _, detail, _ in told)
        assert max(waited for *_, waited in told) < 2 * WAIT_S + 2.0
        assert [report(n)[0] for n in range(REPORTS)] == [201] * REPORTS  # sent again, as they were told
        with site.world.database.read() as session:
            assert session.scalar(select(func.count()).select_from(TicketRow)) == REPORTS


def test_reading_goes_on_while_every_report_waits(home: Home) -> None:
    with waiting_at_most(LONG_S, home) as site, ThreadPoolExecutor(REPORTS) as pool:
        body = {"category": "E0102", "channel": "phone"} | site.inside()

        def report(_: int) -> int:
            return int(site.call("dispatcher", "POST", "/api/v1/tickets", json=body).status_code)

        with somebody_writing(home):
            reports = [pool.submit(report, n) for n in range(REPORTS)]
            for _ in range(20):
                site.get("dispatcher", "/api/v1/tickets")
            assert not any(each.done() for each in reports)
        assert [each.result() for each in reports] == [201] * REPORTS


def test_an_import_beside_the_server_holds_no_report_up(
    sqlite_site: Site, home: Home, tmp_path: Path
) -> None:
    """Reports are taken between its slices: each of them finds more of the file kept, and not all or nothing."""
    place = sqlite_site.inside()
    file = tmp_path / "residents.csv"
    rows = [f"N{n:06d},张三,13800001234,{place['lon']},{place['lat']}" for n in range(400)]
    file.write_text("no,name,phone,lon,lat\n" + "\n".join(rows), encoding="utf-8")
    body = {"category": "E0102", "channel": "phone"} | place
    command = [str(Path(sys.executable).parent / "jinlin"), "import", "residents", str(file)]
    importing = subprocess.Popen(
        command,
        env={**os.environ, "JINLIN_HOME": str(home.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    kept = select(func.count()).where(ResidentRow.no.startswith("N"))
    found = set()
    while importing.poll() is None:
        sqlite_site.post("dispatcher", "/api/v1/tickets", 201, **body)
        with sqlite_site.world.database.read() as session:
            found.add(session.scalar(kept))
        sleep(0.02)
    told, _ = importing.communicate()
    assert importing.returncode == 0
    assert b'"new": 400' in told
    assert found - {0, 400}
