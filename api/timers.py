"""Timers: found by query, carried out through the desk, each with the time a thing was due."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, text

from api.world import TimerState, World
from data.desk.figures import FreezeMonth
from data.desk.numbers import SettleSeries
from data.desk.tickets import RECOMPUTE
from data.figures.appraisals import late_appeals
from data.figures.facts import records_begin
from data.figures.frozen import frozen_months
from data.figures.panel import measure_all
from data.models import TicketRow
from data.queries.tickets import provisional, ticking
from data.store.kinds import APPEAL, TICKET
from data.store.numbers import series_to_settle
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from grid.period import months_over
from grid.tickets.ticket import JUST_AFTER

LOG = structlog.get_logger()
CLOCK = Actor(user="clock", role="clock")
LOCK_KEY = 0x4A4C  # advisory lock: one process at a time runs timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One recurring piece of work; ``run`` returns how many things it did."""

    name: str
    period: timedelta
    run: Callable[[World, datetime], int]


def run_overdue(world: World, now: datetime) -> int:
    """Let the clock speak on every ticket that is due for it, until none is left."""
    done = 0
    failed: set[str] = set()
    while True:
        with world.database.read() as session:
            due = [(no, at) for no, at in ticking(session, now) if no not in failed]
        if not due:
            return done
        for no, at in due:
            try:
                world.desk.act(TICKET, no, Action(name="tick", by=CLOCK), at)
                done += 1
            except DispatchError as error:
                failed.add(no)
                _state(world, "overdue").failures += 1
                LOG.warning("ticket skipped by the clock", ticket=no, error=str(error))


def run_review(world: World, now: datetime) -> int:
    """Take shelved tickets up again on the day of their review."""
    today = world.local(now).date()
    with world.database.read() as session:
        query = select(TicketRow.no).where(TicketRow.state == "shelved", TicketRow.review_on <= today)
        due = list(session.scalars(query))
    for no in due:
        world.desk.act(TICKET, no, Action(name="resume", by=CLOCK), now)
    return len(due)


def run_receipts(world: World, now: datetime) -> int:
    """Forget receipts after their seven days."""
    return world.desk.forget_receipts(now)


def run_calendar(world: World, now: datetime) -> int:
    """Count provisional deadlines again once the catalogue knows the holidays of their years."""
    with world.database.read() as session:
        numbers = provisional(session)
    return sum(world.desk.act(TICKET, no, RECOMPUTE, now).changed for no in numbers)


def run_appeals(world: World, now: datetime) -> int:
    """Take appeals whose first review is late to the second, and tell of second reviews that are late."""
    with world.database.read() as session:
        late = late_appeals(session, world.catalogue.appeals, now)
    done = 0
    for no, deed, due_at in late:
        try:
            world.desk.act(APPEAL, no, Action(name=deed, by=CLOCK), due_at + JUST_AFTER)
            done += 1
        except DispatchError as error:  # somebody decided in between
            LOG.info("appeal left by the clock", appeal=no, reason=str(error))
    return done


def run_figures(world: World, now: datetime) -> int:
    """Freeze the indicators of a month that is over, the oldest first, one month a run."""
    with world.database.read() as session:
        kept = frozen_months(session)
        begun = records_begin(session)
        over = months_over(begun, world.zone, now) if begun else []
        month = next((m for m in over if m not in kept), None)
        found = measure_all(world.sources, session, month, now) if month else {}
    if month is None:
        return 0
    world.desk.start(FreezeMonth(month=month, by_area=found), CLOCK, now)
    return 1


def run_numbers(world: World, now: datetime) -> int:
    """Tell the unused numbers of days that are over void, an hour after midnight at the earliest."""
    with world.database.read() as session:
        series = series_to_settle(session, world.local(now - timedelta(hours=1)).date())
    for each in series:
        world.desk.start(SettleSeries(series=each), CLOCK, now)
    return len(series)


TIMERS = (
    Timer(name="overdue", period=timedelta(seconds=5), run=run_overdue),
    Timer(name="review", period=timedelta(minutes=10), run=run_review),
    Timer(name="appeals", period=timedelta(minutes=5), run=run_appeals),
    Timer(name="calendar", period=timedelta(hours=1), run=run_calendar),
    Timer(name="figures", period=timedelta(minutes=10), run=run_figures),
    Timer(name="numbers", period=timedelta(minutes=30), run=run_numbers),
    Timer(name="receipts", period=timedelta(hours=1), run=run_receipts),
)


def _state(world: World, name: str) -> TimerState:
    return world.timers.setdefault(name, TimerState())


@contextmanager
def alone(world: World, key: int) -> Iterator[bool]:
    """Hold an advisory lock on PostgreSQL; SQLite has one process anyway."""
    if world.database.is_sqlite:
        yield True
        return
    with world.database.engine.connect() as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield got
        finally:
            if got:
                connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def run_due(world: World, now: datetime) -> None:
    """Run every timer whose period has passed."""
    with alone(world, LOCK_KEY) as got:
        for timer in TIMERS if got else ():
            state = _state(world, timer.name)
            if state.last_run is not None and now - state.last_run < timer.period:
                continue
            begun = time.perf_counter()
            state.last_run = now
            state.done += timer.run(world, now)
            state.duration_s = time.perf_counter() - begun


class Ticker(threading.Thread):
    """Does one piece of work in the background, again and again, until stopped.

    Parameters
    ----------
    world : World
    name : str
        Name of the thread, and of the state that counts its failures.
    work : callable
        Called with the world and the time.
    """

    def __init__(self, world: World, name: str, work: Callable[[World, datetime], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._world = world
        self._work = work
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Run until stopped; a failure is logged and tried again in the next period."""
        while not self._stop_asked.wait(self._world.settings.timer_period_s):
            try:
                self._work(self._world, self._world.clock())
            except Exception:
                _state(self._world, self.name).failures += 1
                LOG.exception("background work failed; it goes on with the next period", work=self.name)

    def stop(self) -> None:
        """Stop after the piece of work in hand."""
        self._stop_asked.set()
        self.join(timeout=10)
