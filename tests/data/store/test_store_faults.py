"""SQLite fails in the middle of writing: what was acknowledged is there, what was not is not, no number twice."""

import os
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from data.desk.door import Desk
from data.desk.tickets import NewTicket
from data.errors import BusyError, TransactionLostError
from data.models import CounterRow, TicketRow
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify
from dispatch.lifecycle import Actor
from geo.place import LonLat
from grid.tickets.ticket import Report
from tests.conftest import NOW

ROUNDS = int(os.environ.get("JINLIN_TRIAL_ROUNDS", "60"))
AT_ONCE = 6
STEPS_OF_A_BATCH = 12_000
"""Instructions of SQLite's machine that a batch of six reports takes, roughly."""
DISPATCHER = Actor(user="d", role="dispatcher")


def driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def interrupt(driver: sqlite3.Connection, draw: Random) -> None:
    """Let SQLite be interrupted at any instruction of the batch; a write is then rolled back whole."""
    left = [draw.randrange(STEPS_OF_A_BATCH // 10)]

    def count() -> int:
        left[0] -= 1
        return int(left[0] == 0)

    driver.set_progress_handler(count, 10)


def no_room_for_pages(driver: sqlite3.Connection, draw: Random) -> None:
    """Let the database be full after a few more pages."""
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count={pages + draw.randrange(3)}")


def restore(driver: sqlite3.Connection) -> None:
    driver.set_progress_handler(None, 0)
    driver.execute(f"PRAGMA max_page_count={1 << 30}")


@contextmanager
def failing(
    database: Database, fault: Callable[[sqlite3.Connection, Random], None], draw: Random
) -> Iterator[None]:
    """Let most write transactions meet a fault somewhere after their beginning."""

    def begun(connection: Connection) -> None:
        restore(driver_of(connection))
        if connection.get_execution_options().get("write") and draw.random() < 0.8:
            fault(driver_of(connection), draw)

    event.listen(database.engine, "begin", begun)
    yield
    event.remove(database.engine, "begin", begun)
    database.engine.dispose()


def report(desk: Desk, name: str) -> tuple[str, str] | None:
    """File a report; its number and words when it was acknowledged."""
    new = Report(
        no="",
        category="E0102",
        place=LonLat(120.005, 30.005),
        cell="330102001001001",
        channel="phone",
        description=name + "长" * 300,  # fills pages
    )
    try:
        return str(desk.start(NewTicket(report=new), DISPATCHER, NOW).fact.no), new.description
    except (DBAPIError, BusyError, TransactionLostError):
        return None


def in_rounds(desk: Desk, rounds: int) -> tuple[dict[str, str], int]:
    told: list[tuple[str, str] | None] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(rounds):
            told += pool.map(lambda n: report(desk, n), [f"{number}-{n} " for n in range(AT_ONCE)])
    acknowledged = [each for each in told if each is not None]
    assert len(dict(acknowledged)) == len(acknowledged), "a number was given twice"
    return dict(acknowledged), len(told) - len(acknowledged)


def expect_kept(database: Database, acknowledged: dict[str, str]) -> None:
    with database.read() as session:
        kept = dict(session.execute(select(TicketRow.no, TicketRow.description)).all())
        assert kept == acknowledged
        assert verify(session, KINDS) == []
    assert sorted(kept) == [f"T330102-261118-{n:05d}" for n in range(1, len(kept) + 1)]


@pytest.mark.parametrize("fault", [interrupt, no_room_for_pages])
def test_a_fault_at_any_step_of_a_batch_loses_nothing_acknowledged(
    desk: Desk, fault: Callable[[sqlite3.Connection, Random], None]
) -> None:
    with failing(desk.database, fault, Random(20)):
        acknowledged, failed = in_rounds(desk, ROUNDS)
    assert acknowledged
    assert failed >= ROUNDS / 10
    expect_kept(desk.database, acknowledged)


def test_a_disk_that_is_full_when_committing_loses_nothing_acknowledged(desk: Desk, tmp_path: Path) -> None:
    """The log of the database may not grow any more: real writes fail, those of the commit among them."""
    draw, log = Random(21), tmp_path / "small.sqlite-wal"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    acknowledged: dict[str, str] = {}
    failures = 0
    try:
        for _ in range(max(1, ROUNDS // 6)):
            most = (log.stat().st_size if log.exists() else 0) + draw.randrange(80_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
            told, failed = in_rounds(desk, 3)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            acknowledged |= told
            failures += failed
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failures
    expect_kept(desk.database, acknowledged)


def fails(session: Session) -> None:
    """Interrupt a write and hide that from the writer, as a work that heeds only its own rows would."""
    driver = driver_of(session.connection())
    driver.set_progress_handler(lambda: 1, 1)
    with pytest.raises(DBAPIError, match="interrupted"):
        session.execute(insert(CounterRow).values(series="hidden", last=1))
    restore(driver)
    session.execute(insert(CounterRow).values(series="half", last=1))


def test_a_work_that_hides_a_lost_transaction_is_not_told_done(small: Database) -> None:
    with pytest.raises(TransactionLostError, match="nothing was changed"):
        small.write(fails)
    with small.read() as session:
        assert list(session.scalars(select(CounterRow.series))) == []


def test_a_lost_transaction_in_a_long_run_keeps_nothing_of_its_batch(small: Database) -> None:
    def long_run() -> None:
        with small.batch():
            small.write(lambda session: session.execute(insert(CounterRow).values(series="first", last=1)))
            small.write(fails)

    with pytest.raises(TransactionLostError):
        long_run()
    with small.read() as session:
        assert list(session.scalars(select(CounterRow.series))) == []


@contextmanager
def somebody_writing(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.usefixtures("small")
def test_many_who_wait_for_a_writer_elsewhere_wait_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite'}", wait_s=0.5)

    def write(number: int) -> float:
        begun = monotonic()
        with pytest.raises(BusyError, match="try again"):
            database.write(
                lambda session: session.execute(insert(CounterRow).values(series=str(number), last=1))
            )
        return monotonic() - begun

    with somebody_writing(tmp_path / "small.sqlite"), ThreadPoolExecutor(30) as pool:
        waited = list(pool.map(write, range(30)))
    assert max(waited) < 1.0
    database.write(lambda session: session.execute(text("SELECT 1")))  # the next one has its turn
    database.close()


@pytest.mark.usefixtures("small")
def test_a_long_run_in_this_process_lets_the_others_wait_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite'}", wait_s=0.3)
    done = threading.Event()

    def hold() -> None:
        with database.batch():
            done.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    begun = monotonic()
    with pytest.raises(BusyError, match=r"others kept writing for 0\.3 s"):
        database.write(lambda session: session.execute(text("SELECT 1")))
    assert monotonic() - begun < 1.0
    done.set()
    holder.join()
    database.close()
