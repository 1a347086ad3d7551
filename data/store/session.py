"""Databases: SQLite in one file, or PostgreSQL with PostGIS; how to read, how to write, how to retry."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from data.errors import NotSetUpError
from data.models import DistrictRow
from data.store.upgrade import expect_current, upgrade

BUSY_TIMEOUT_MS = 5000
MAPPED_BYTES = 1 << 31  # what is read from the file lies in the page cache once, without a call for each page
TRIES = 3
_RETRY_STATES = frozenset({"40001", "40P01"})  # serialisation failure, deadlock
T = TypeVar("T")


class Database:
    """One database and the rules of writing to it.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql://user@host/name``.

    Raises
    ------
    NotSetUpError
        When the address is of neither kind.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer at a time; queueing here is fair and quicker than its busy polling.
        self._one_writer = threading.Lock() if self.is_sqlite else None
        self._batch = threading.local()
        self._queue_lock = threading.Lock()
        self._queue: list[tuple[Callable[[Session], Any], Future[Any]]] = []

    def create(self) -> None:
        """Make or upgrade the tables; on PostgreSQL the PostGIS extension too."""
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
            upgrade(connection)

    def expect_current(self) -> None:
        """Make sure that the tables are those of this version, without changing them.

        Raises
        ------
        NotSetUpError
        """
        with self.engine.connect() as connection:
            expect_current(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading."""
        with Session(self.engine) as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Run work in one write transaction; commit when it returns, roll back when it raises.

        On SQLite, works that wait for the writer share one commit and so one flush to disk; each keeps its own
        savepoint, and none returns before the flush. On PostgreSQL a serialisation failure or deadlock is retried,
        three times in all.
        """
        batch: Session | None = getattr(self._batch, "session", None)
        if batch is not None:
            return work(batch)
        if self._one_writer is not None:
            return self._write_in_turn(work)
        for attempt in range(1, TRIES + 1):
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except OperationalError as error:
                if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in _RETRY_STATES:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Put all writes of this thread into one transaction, for long runs that nobody waits for piece by piece."""
        with self._one_writer or nullcontext(), self._writing() as session:
            self._batch.session = session
            try:
                yield
            finally:
                self._batch.session = None

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        engine = self.engine.execution_options(write=True) if self.is_sqlite else self.engine
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _write_in_turn(self, work: Callable[[Session], T]) -> T:
        """Queue up; whoever gets the writer's lock carries out everything that is waiting."""
        mine: Future[T] = Future()
        with self._queue_lock:
            self._queue.append((work, mine))
        with self._one_writer or nullcontext():
            if not mine.done():
                with self._queue_lock:
                    waiting, self._queue = self._queue, []
                self._write_together(waiting)
        return mine.result()

    def _write_together(self, waiting: list[tuple[Callable[[Session], Any], Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any]] = []
        try:
            with self._writing() as session:
                for work, future in waiting:
                    try:
                        with session.begin_nested():
                            results.append((future, work(session)))
                    except Exception as error:  # noqa: BLE001 - handed to the thread that asked
                        future.set_exception(error)
        except BaseException as error:
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
            raise
        for future, result in results:
            future.set_result(result)

    def district(self) -> DistrictRow:
        """Give the district of this database.

        Raises
        ------
        NotSetUpError
            When there is none yet.
        """
        with self.read() as session:
            found = session.scalar(select(DistrictRow).order_by(DistrictRow.id).limit(1))
        if found is None:
            raise NotSetUpError(
                "this database holds no district yet; run 'jinlin demo' or 'jinlin district build'"
            )
        return found

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise NotSetUpError(
            f"database {url!r} is no address; write sqlite:///path or postgresql://..."
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, pool_size=8, max_overflow=40
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend in ("postgresql", "postgres"):
        driven = parsed.set(drivername="postgresql+psycopg")
        return create_engine(driven, pool_size=8, max_overflow=40, pool_pre_ping=True)
    raise NotSetUpError(f"database {backend!r} is not supported; use sqlite or postgresql")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"mmap_size={MAPPED_BYTES}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
