"""Databases: SQLite in one file, or PostgreSQL with PostGIS; how to read, how to write, how to retry."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import DatabaseError as DriverError
from time import sleep
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from data.errors import NotSetUpError
from data.models import DistrictRow
from data.store.dumps import copy_before
from data.store.sqlite import LONG_WAIT_S, WAIT_S, SharedWriter, sqlite_engine
from data.store.upgrade import expect_current, revision_of, standing, upgrade

TRIES = 3
UPGRADE_LOCK = 0x4A4D  # advisory lock on PostgreSQL: one at a time makes or upgrades the tables
LONGEST_POLL_S = 0.11  # SQLite asks for a lock that is held every tenth of a second, at first more often
_RETRY_STATES = frozenset({"40001", "40P01"})  # serialisation failure, deadlock
T = TypeVar("T")


class Database:
    """One database and the rules of writing to it.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql://user@host/name``.
    wait_s : float
        How long a write waits in all for other writers of a SQLite file.

    Raises
    ------
    NotSetUpError
        When the address is of neither kind.
    """

    def __init__(self, url: str, wait_s: float = WAIT_S) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._shared = SharedWriter(self.engine, wait_s) if self.is_sqlite else None
        self._batch = threading.local()

    def create(self, copies: Path | None = None) -> None:
        """Make or upgrade the tables; on PostgreSQL the PostGIS extension too.

        Of several that start at once one does it and the others wait. A database of an earlier version is copied
        first.

        Parameters
        ----------
        copies : Path, optional
            Folder of the copy. Without it a SQLite file is copied beside itself, and an earlier version on PostgreSQL
            is refused.

        Raises
        ------
        NotSetUpError
            When the database cannot be opened, is of a later version or of something else.
        BadBackupError
            When the copy cannot be made; nothing is changed then.
        """
        with self._opened() as connection:
            if standing(connection) == "current":
                return
        with self._alone() as connection:
            if standing(connection) == "earlier":
                self._copy(revision_of(connection), copies)
            if not self.is_sqlite:
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
            upgrade(connection)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Begin a transaction in which no other process upgrades or writes."""
        engine = self.engine.execution_options(write=True, wait_s=LONG_WAIT_S)
        with engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            yield connection

    def _copy(self, revision: str, copies: Path | None) -> None:
        """Copy a database before it is upgraded."""
        if self.is_sqlite:
            path = Path(str(self.engine.url.database))
            target = (copies or path.parent) / f"{path.name}.{revision}"
        elif copies is None:
            raise NotSetUpError(
                f"this database is of an earlier version ({revision}); 'jinlin init' copies it and brings it to this one"
            )
        else:
            target = copies / f"{self.engine.url.database}.{revision}"
        copy_before(self.engine.url, target)

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except (DBAPIError, DriverError) as error:
            why = str(getattr(error, "orig", error)).strip().splitlines()
            name = self.engine.url.render_as_string(hide_password=True)
            raise NotSetUpError(
                f"the database {name} cannot be opened: {why[0] if why else error}"
            ) from error

    def expect_current(self) -> None:
        """Make sure that the tables are those of this version, without changing them.

        Raises
        ------
        NotSetUpError
        """
        with self._opened() as connection:
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
        three times in all. A work may therefore run more than once and must leave nothing outside the session.

        Raises
        ------
        BusyError
            When other writers of the SQLite file leave no turn in time.
        """
        batch: Session | None = getattr(self._batch, "session", None)
        if batch is not None:
            return work(batch)
        if self._shared is not None:
            return self._shared.write(work)
        for attempt in range(1, TRIES + 1):
            try:
                with self._transaction() as session:
                    return work(session)
            except OperationalError as error:
                if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in _RETRY_STATES:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    @contextmanager
    def batch(self, *, told_at_once: bool = False) -> Iterator[None]:
        """Put all writes of this thread into one transaction, for long runs that nobody waits for piece by piece.

        Parameters
        ----------
        told_at_once : bool
            Whether what waits for the commit runs before it: for a process that ends with a transaction that fails, and
            whose writes rest on what it holds of those before.
        """
        news: list[Callable[[], None]] = []
        with self._shared.alone() if self._shared else self._transaction() as session:
            self._batch.session, self._batch.news = session, None if told_at_once else news
            try:
                yield
            finally:
                self._batch.session = self._batch.news = None
        for tell in news:
            tell()

    def once_committed(self, tell: Callable[[], None]) -> None:
        """Run something when what this thread has written is committed: at once, or after the batch; never if that fails."""
        news: list[Callable[[], None]] | None = getattr(self._batch, "news", None)
        if news is None:
            tell()
        else:
            news.append(tell)

    def give_way(self) -> None:
        """Leave a SQLite file to other writers, long enough for one that asks for it again and again to find it free."""
        if self.is_sqlite:
            sleep(LONGEST_POLL_S)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def district(self) -> DistrictRow:
        """Return the district of this database.

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
        return sqlite_engine(parsed)
    if backend in ("postgresql", "postgres"):
        driven = parsed.set(drivername="postgresql+psycopg")
        return create_engine(driven, pool_size=8, max_overflow=40, pool_pre_ping=True, hide_parameters=True)
    raise NotSetUpError(f"database {backend!r} is not supported; use sqlite or postgresql")
