"""Numbers of tickets, orders, appeals, visits and all other kinds with a letter: one series a letter and day.

On SQLite, with its one writer, a number is drawn in the transaction that uses it. On PostgreSQL the counter's row would
then be held until the commit, and all reports of a day would wait for each other; there each process leases a block of
numbers in a short transaction of its own. A leased number that nothing used by the end of its day is told void.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from data.models import CounterRow, NumberLeaseRow, table_of
from data.store.session import Database

BLOCK = 10
COUNTERS, LEASES = map(table_of, (CounterRow, NumberLeaseRow))
COUNT_ON = (
    update(COUNTERS)
    .where(COUNTERS.c.series == bindparam("wanted"))
    .values(last=COUNTERS.c.last + bindparam("step"))
    .returning(COUNTERS.c.last)
)
# Two that begin a series at once are settled by the table's key, and the later waits and counts on.
BEGIN = text(
    "INSERT INTO counters (series, last) VALUES (:series, :step) "
    "ON CONFLICT (series) DO UPDATE SET last = counters.last + :step RETURNING last"
)


class Numbers:
    """Where one process draws its numbers; safe to share between threads.

    Parameters
    ----------
    database : Database
    block : int
        How many numbers are leased at a time on PostgreSQL.
    """

    def __init__(self, database: Database, block: int = BLOCK) -> None:
        self._database, self._block = database, block
        self._lock = threading.Lock()
        self._free: dict[str, deque[int]] = defaultdict(deque)
        self._drawn = threading.local()

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw numbers for one piece of work; those of work that fails are drawn again for the next."""
        self._drawn.numbers = []
        try:
            yield
        except BaseException:
            with self._lock:
                for series, number in reversed(self._drawn.numbers):
                    self._free[series].appendleft(number)
            raise
        finally:
            self._drawn.numbers = []

    def draw(self, session: Session, letter: str, county: str, local: datetime) -> str:
        """Draw the next number of a series.

        Parameters
        ----------
        session : Session
        letter : str
            Of the kind.
        county : str
            Digits that numbers begin with.
        local : datetime
            In the district's zone; its day begins a series.

        Returns
        -------
        str
            Such as ``T330102-261118-00001``.
        """
        series = f"{letter}{county}-{local:%y%m%d}"
        number = _count_on(session, series, 1) if self._database.is_sqlite else self._leased(series)
        return f"{series}-{number:05d}"

    def _leased(self, series: str) -> int:
        with self._lock:
            if not self._free[series]:
                self._free[series].extend(self._lease(series))
            number = self._free[series].popleft()
        self._drawn.numbers.append((series, number))
        return number

    def _lease(self, series: str) -> range:
        with Session(self._database.engine) as session, session.begin():
            last = _count_on(session, series, self._block)
            first = last - self._block + 1
            session.execute(
                insert(LEASES), {"series": series, "first": first, "last": last, "settled": False}
            )
        return range(first, last + 1)


def _count_on(session: Session, series: str, step: int) -> int:
    last = session.execute(COUNT_ON, {"wanted": series, "step": step}).scalar()
    if last is None:
        last = session.execute(BEGIN, {"series": series, "step": step}).scalar_one()
    return int(last)


def open_leases(session: Session, series: str) -> set[int]:
    """Return the numbers of a series that are leased and not settled: they may be used, or told void later."""
    query = select(LEASES.c.first, LEASES.c.last).where(
        LEASES.c.series == series, LEASES.c.settled.is_(False)
    )
    return {number for first, last in session.execute(query) for number in range(first, last + 1)}


def series_to_settle(session: Session, today: date) -> list[str]:
    """List the series of days that are over with numbers that are leased and not settled."""
    found = session.scalars(select(LEASES.c.series).where(LEASES.c.settled.is_(False)).distinct())
    return sorted(series for series in found if series[-6:] < f"{today:%y%m%d}")
