"""Databases: SQLite in one file, or PostgreSQL with PostGIS; how to read, how to write, how to retry."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from data.errors import NotSetUpError
from data.models import Base, DistrictRow

BUSY_TIMEOUT_MS = 5000
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

    def create(self) -> None:
        """Make all tables that are missing; on PostgreSQL the PostGIS extension too."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        Base.metadata.create_all(self.engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading."""
        with Session(self.engine) as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Run work in one write transaction; commit when it returns, roll back when it raises.

        A serialisation failure or deadlock is retried, three times in all.
        """
        batch: Session | None = getattr(self._batch, "session", None)
        if batch is not None:
            return work(batch)
        for attempt in range(1, TRIES + 1):
            try:
                return self._write_once(work)
            except OperationalError as error:
                if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in _RETRY_STATES:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Put all writes of this thread into one transaction, for long runs that nobody waits for piece by piece."""
        with ExitStack() as stack:
            if self._one_writer is not None:
                stack.enter_context(self._one_writer)
            session = stack.enter_context(Session(self._writing_engine(), expire_on_commit=False))
            stack.enter_context(session.begin())
            self._batch.session = session
            stack.callback(setattr, self._batch, "session", None)
            yield

    def _writing_engine(self) -> Engine:
        return self.engine.execution_options(write=True) if self.is_sqlite else self.engine

    def _write_once(self, work: Callable[[Session], T]) -> T:
        with ExitStack() as stack:
            if self._one_writer is not None:
                stack.enter_context(self._one_writer)
            session = stack.enter_context(Session(self._writing_engine(), expire_on_commit=False))
            stack.enter_context(session.begin())
            return work(session)

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
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
