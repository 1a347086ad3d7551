"""SQLite: how a connection is prepared, and the one writer that carries out waiting works with one flush.

On a full disk, an input/output error, missing memory or an interrupt SQLite may roll back the whole transaction by
itself. What is executed after that would be committed statement by statement, and the commit at the end would succeed
without having anything to commit. Every statement and every commit therefore asks first whether the transaction stands.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from data.errors import BusyError, TransactionLostError

WAIT_S = 5.0
"""How long a write waits in all: for its turn in this process and for writers of other processes."""
LONG_WAIT_S = 60.0
"""How long a long run, such as an import, waits for writers of other processes."""
AGAIN_S = 0.02
MAPPED_BYTES = 1 << 31  # what is read from the file lies in the page cache once, without a call for each page
LOST = "the database rolled the whole transaction back by itself; nothing was changed, try again"
MS = 1000
T = TypeVar("T")


def sqlite_engine(url: URL) -> Engine:
    """Make an engine whose write transactions begin with the writer's lock and never outlive a silent rollback."""
    engine = create_engine(
        url, connect_args={"timeout": WAIT_S}, pool_size=8, max_overflow=40, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _expect_transaction)
    event.listen(engine, "commit", _expect_transaction)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    _log_ahead(cursor)
    for pragma in (
        "synchronous=FULL",
        f"mmap_size={MAPPED_BYTES}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver, write = _driver(connection), options.get("write", False)
    try:
        if write:
            driver.execute(f"PRAGMA busy_timeout={int(options.get('wait_s', WAIT_S) * MS)}")
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    except sqlite3.OperationalError as error:
        if _primary(error) == sqlite3.SQLITE_BUSY:
            raise BusyError(
                "another process keeps writing to the database; nothing was changed, try again"
            ) from None
        raise OperationalError("BEGIN", {}, error) from error


def _expect_transaction(connection: Connection, *_: object) -> None:
    if not _driver(connection).in_transaction:
        raise TransactionLostError(LOST)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]  # pysqlite's own
    return driver


def _log_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch to a log of writes; of several that open a new file at once SQLite refuses some without waiting."""
    until = monotonic() + WAIT_S
    while cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if _primary(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(AGAIN_S)
        else:
            return


def _primary(error: sqlite3.Error) -> int:
    """Return the primary result code of an error, without what extends it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_full(error: BaseException | None) -> bool:
    """Tell whether an error of the driver says that the disk is full."""
    return isinstance(error, sqlite3.Error) and _primary(error) == sqlite3.SQLITE_FULL


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A work that waits for the writer, and where its result is awaited."""

    work: Callable[[Session], Any]
    future: Future[Any] = field(default_factory=Future)


class SharedWriter:
    """The one writer of a process: whoever gets its turn carries out everything that waits, in one transaction.

    Parameters
    ----------
    engine : Engine
        As `sqlite_engine` makes it.
    wait_s : float
        How long a work waits in all before `BusyError`.
    """

    def __init__(self, engine: Engine, wait_s: float = WAIT_S) -> None:
        self._engine = engine
        self._wait_s = wait_s
        # Queueing here is fair and quicker than SQLite's busy polling.
        self._turn = threading.Lock()
        self._queue_lock = threading.Lock()
        self._queue: list[Waiting] = []

    def write(self, work: Callable[[Session], T]) -> T:
        """Carry out a work together with others that wait; return when it is on disk.

        Raises
        ------
        BusyError
            When its turn did not come in time, because of a writer in this process or another.
        """
        mine = Waiting(work)
        until = monotonic() + self._wait_s
        with self._queue_lock:
            self._queue.append(mine)
        if self._turn.acquire(timeout=self._wait_s):
            try:
                if not mine.future.done():
                    self._carry_out(self._all_waiting(), max(0.0, until - monotonic()))
            finally:
                self._turn.release()
        elif self._withdraw(mine):
            raise BusyError(f"others kept writing for {self._wait_s:g} s; nothing was changed, try again")
        result: T = mine.future.result()
        return result

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """Hold the turn for one long transaction."""
        with self._turn, self._transaction(LONG_WAIT_S) as session:
            yield session

    @contextmanager
    def _transaction(self, wait_s: float) -> Iterator[Session]:
        engine = self._engine.execution_options(write=True, wait_s=wait_s)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            session.connection()  # begin here, so that the wait for other processes is one for all works
            yield session

    def _all_waiting(self) -> list[Waiting]:
        with self._queue_lock:
            waiting, self._queue = self._queue, []
        return waiting

    def _withdraw(self, mine: Waiting) -> bool:
        """Take a work out of the queue; False when somebody is carrying it out already."""
        with self._queue_lock:
            if mine not in self._queue:
                return False
            self._queue.remove(mine)
        return True

    def _carry_out(self, waiting: list[Waiting], wait_s: float) -> None:
        """Carry out works together; when the transaction is lost under them, those without an error run anew, each alone."""
        try:
            self._together(waiting, wait_s)
        except TransactionLostError:
            for each in waiting:
                if not each.future.done():
                    self._carry_out([each], self._wait_s)
        except BaseException as error:
            for each in waiting:
                if not each.future.done():
                    each.future.set_exception(error)
            if not isinstance(error, Exception):
                raise

    def _together(self, waiting: list[Waiting], wait_s: float) -> None:
        results: list[tuple[Waiting, Any]] = []
        with self._transaction(wait_s) as session:
            connection = session.connection()
            for each in waiting:
                try:
                    with session.begin_nested():
                        results.append((each, each.work(session)))
                except Exception as error:
                    each.future.set_exception(_first(error))
                    if _ends_transaction(error):
                        raise TransactionLostError(LOST) from error
                    _expect_transaction(connection)
        for each, result in results:
            each.future.set_result(result)


def _ends_transaction(error: Exception) -> bool:
    """Tell whether more than one work may be affected: by any error of the store except a broken rule of a table."""
    return isinstance(error, DBAPIError | TransactionLostError) and not isinstance(error, IntegrityError)


def _first(error: BaseException) -> BaseException:
    """Return the error by which a transaction was lost, instead of the loss that was noticed after it."""
    while isinstance(error, TransactionLostError) and error.__context__ is not None:
        error = error.__context__
    return error
