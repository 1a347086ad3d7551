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

import pytest
from sqlalchemy import func, select

from api.app import make_app
from api.settings import Settings
from api.world import open_world
from data.models import TicketRow
from data.store.home import Home
from tests.conftest import NOW, HandClock, Site
from tests.contract import CheckedClient

WAIT_S = 1.0
REPORTS = 60  # more than there are threads


@pytest.fixture
def impatient(home: Home) -> Iterator[Site]:
    clock = HandClock(NOW)
    settings = Settings(
        home=home.folder,
        timers=False,
        write_wait_s=WAIT_S,
        sign_in_per_minute=1000,
        public_posts_per_minute=1000,
    )
    world = open_world(settings, clock)
    with CheckedClient(make_app(world)) as client:
        yield Site(world, client, clock)


@contextmanager
def somebody_writing(home: Home) -> Iterator[None]:
    other = sqlite3.connect(home.folder / "jinlin.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def test_reports_wait_once_and_reading_goes_on(impatient: Site, home: Home) -> None:
    body = {"category": "E0102", "channel": "phone"} | impatient.inside()
    impatient.get("dispatcher", "/api/v1/tickets")  # the interface file is read once, not by every thread

    def report(_: int) -> tuple[int, str, str, float]:
        begun = monotonic()
        answer = impatient.call("dispatcher", "POST", "/api/v1/tickets", json=body)
        detail = answer.json().get("detail", "")
        return answer.status_code, answer.headers.get("retry-after", ""), detail, monotonic() - begun

    def read(_: int) -> float:
        begun = monotonic()
        impatient.get("dispatcher", "/api/v1/tickets")
        return monotonic() - begun

    with ThreadPoolExecutor(REPORTS + 4) as pool:
        with somebody_writing(home):
            reports = [pool.submit(report, n) for n in range(REPORTS)]
            reads = list(pool.map(read, range(20)))
            told = [each.result() for each in reports]
        assert {(status, retry) for status, retry, _, _ in told} == {(503, "5")}
        assert all("nothing was changed, try again" in detail for _, _, detail, _ in told)
        assert max(waited for *_, waited in told) < 2 * WAIT_S + 2.0
        assert max(reads) < WAIT_S
        assert [status for status, *_ in pool.map(report, range(REPORTS))] == [201] * REPORTS
    with impatient.world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(TicketRow)) == REPORTS


def test_an_import_beside_the_server_holds_no_report_up(
    sqlite_site: Site, home: Home, tmp_path: Path
) -> None:
    place = sqlite_site.inside()
    file = tmp_path / "residents.csv"
    rows = [f"N{n:06d},张三,13800001234,{place['lon']},{place['lat']}" for n in range(400)]
    file.write_text("no,name,phone,lon,lat\n" + "\n".join(rows), encoding="utf-8")
    body = {"category": "E0102", "channel": "phone"} | place
    sqlite_site.post(
        "dispatcher", "/api/v1/tickets", 201, **body
    )  # what a first request prepares is not timed
    command = [str(Path(sys.executable).parent / "jinlin"), "import", "residents", str(file)]
    importing = subprocess.Popen(
        command,
        env={**os.environ, "JINLIN_HOME": str(home.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    waited = []
    while importing.poll() is None:
        begun = monotonic()
        sqlite_site.post("dispatcher", "/api/v1/tickets", 201, **body)
        waited.append(monotonic() - begun)
        sleep(0.05)
    told, _ = importing.communicate()
    assert importing.returncode == 0
    assert b'"new": 400' in told
    assert max(waited) < 1.0
