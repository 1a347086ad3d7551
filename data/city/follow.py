"""Follow what other processes commit: read the events past the last seen one and bring memory up to date.

A change made here is told at once by the door. What a second web process or a command did is found here by its
events, on PostgreSQL as soon as it is committed, and otherwise at the next look.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from psycopg import Connection
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from data.city.city import City
from data.city.coverage import Surveyor
from data.log import LOG
from data.models import EventRow, fact_of
from data.store.chain import CHANNEL
from data.store.done import Done
from data.store.kind import Kind, by_name
from data.store.kinds.orders import ORDER, PROVIDER
from data.store.kinds.people import RESIDENT
from data.store.kinds.places import AREA, CELL, CLOSURE
from data.store.kinds.upkeep import MODULE_SWITCH, RULE_TABLE
from data.store.session import Database
from dispatch.lifecycle import Event

LOOK_EVERY_S = 1.0
SETTLED_S = (
    30.0  # no transaction is open for longer: events of lower numbers than those seen so long ago are in
)
STILL_OPEN = 2000  # so many numbers back an event may still come in when a process starts
NEVER_MOVED = frozenset({"confirmed", "assessed"})


@dataclass(frozen=True, slots=True)
class Mark:
    """What was in the log at a time: all events up to ``floor``, and of later ones those in ``seen``."""

    floor: int
    seen: frozenset[int]


def mark(database: Database) -> Mark:
    """Mark what is in the log; to be asked before memory is read from the same store."""
    with database.read() as session:
        newest = session.scalar(select(func.max(EventRow.id))) or 0
        floor = max(0, newest - STILL_OPEN)
        return Mark(floor, frozenset(session.scalars(select(EventRow.id).where(EventRow.id > floor))))


class Follower:
    """Keeps what a process holds up to date with what others commit.

    Parameters
    ----------
    database : Database
    city : City
    surveyor : Surveyor
    kinds : iterable of Kind
    publish : callable
        Called with each change of a fact that another process made.
    since : Mark
        What memory holds already.
    """

    def __init__(
        self,
        database: Database,
        city: City,
        surveyor: Surveyor,
        kinds: Iterable[Kind[Any]],
        publish: Callable[[Done[Any]], None],
        since: Mark,
    ) -> None:
        self._database, self._city, self._surveyor = database, city, surveyor
        self._kinds = by_name(kinds)
        self._publish = publish
        self._lock = threading.Lock()
        self._own: set[tuple[str, str, int]] = set()
        self._loads_moved = False
        self._fresh_at_s = monotonic()
        self._floor = since.floor
        self._seen = dict.fromkeys(since.seen, self._fresh_at_s)  # by number, when it was read

    @property
    def lag_s(self) -> float:
        """Seconds since memory was last known to be up to date."""
        return monotonic() - self._fresh_at_s

    def note(self, done: Done[Any]) -> None:
        """Note what this process did itself, so that its events are not taken for another's."""
        key = done.kind.key_of(done.fact)
        with self._lock:
            self._own.update((done.kind.name, key, seq) for seq in done.numbers)

    def look(self) -> int:
        """Read what was committed since the last look, and follow it.

        Returns
        -------
        int
            How many events of other processes there were.
        """
        begun_s = monotonic()
        with self._database.read() as session:
            rows = [r for r in self._unread(session) if not self._is_own(r)]
            touched = {(r.kind, r.aggregate): r for r in rows}
            names = {kind for kind, _ in touched}
            if names & {PROVIDER.name, ORDER.name} or self._loads_moved:
                self._city.read_providers(session)
            # An order of this process may still be on its way to memory; loads are read once more with the next look.
            self._loads_moved = ORDER.name in names
            if RULE_TABLE.name in names:
                self._city.rules.follow(session)
            if MODULE_SWITCH.name in names:
                self._city.read_switches(session)
            if CLOSURE.name in names:
                self._city.read_closures(session, {no for kind, no in touched if kind == CLOSURE.name})
            if names & {AREA.name, CELL.name}:
                self._city.read_ground(session)
            if any(r.kind == RESIDENT.name and r.name not in NEVER_MOVED for r in rows):
                self._surveyor.forget_homes()
            for row in touched.values():
                self._tell(session, row)
        self._fresh_at_s = begun_s
        return len(rows)

    def _unread(self, session: Session) -> list[EventRow]:
        """Read new events. Numbers are drawn before the commit, so lower ones may show later than higher ones."""
        now_s = monotonic()
        query = select(EventRow).where(EventRow.id > self._floor).order_by(EventRow.id)
        rows = [row for row in session.scalars(query) if row.id not in self._seen]
        self._seen |= {row.id: now_s for row in rows}
        settled = [number for number, at_s in self._seen.items() if now_s - at_s > SETTLED_S]
        if settled:
            self._floor = max(settled)
            self._seen = {number: at_s for number, at_s in self._seen.items() if number > self._floor}
        return rows

    def _is_own(self, row: EventRow) -> bool:
        with self._lock:
            key = (row.kind, row.aggregate, row.seq)
            if key in self._own:
                self._own.discard(key)
                return True
        return False

    def _tell(self, session: Session, row: EventRow) -> None:
        kind = self._kinds.get(row.kind)
        if kind is None or not kind.live:
            return
        found = session.execute(select(kind.table).where(kind.table.c[kind.key] == row.aggregate)).first()
        if found is not None:
            told = Event(name=row.name, at=row.at, by=row.by, role=row.role)
            self._publish(Done(kind=kind, after=fact_of(kind.fact, found), events=(told,)))


class FollowerThread(threading.Thread):
    """Looks again and again: when PostgreSQL tells of a commit, and at least once a second."""

    def __init__(self, follower: Follower, database: Database) -> None:
        super().__init__(name="follower", daemon=True)
        self._follower, self._database = follower, database
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Follow until stopped; while the database cannot be reached the lag grows and shows."""
        while not self._stop_asked.is_set():
            try:
                if self._database.is_sqlite:
                    self._follower.look()
                    self._stop_asked.wait(LOOK_EVERY_S)
                else:
                    self._listen()
            except (SQLAlchemyError, OSError) as error:
                LOG.warning("following failed; it goes on", error=type(error).__name__)
                self._stop_asked.wait(LOOK_EVERY_S)

    def _listen(self) -> None:
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            if not isinstance(driver, Connection):
                raise TypeError("PostgreSQL is reached through psycopg")
            driver.execute(f"LISTEN {CHANNEL}")
            while not self._stop_asked.is_set():
                self._follower.look()
                for _ in driver.notifies(timeout=LOOK_EVERY_S, stop_after=1):
                    pass
            driver.execute(f"UNLISTEN {CHANNEL}")

    def stop(self) -> None:
        """Stop after the look in hand."""
        self._stop_asked.set()
        self.join(timeout=10)
