"""What runs the timers: periods by a clock that nobody sets, failures set aside, jumps of the wall clock asked about."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from api.world import Aside, TimerState, World
from data.desk.holds import HoldTimer
from data.log import LOG
from data.models import EventRow, HoldRow
from dispatch.errors import DispatchError
from dispatch.lifecycle import Actor

CLOCK = Actor(user="clock", role="clock")
LOCK_KEY = 0x4A4C  # advisory lock: one process at a time runs timers
JUMP = timedelta(minutes=10)
SILENCE = timedelta(hours=72)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60.0, 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One recurring piece of work; ``run`` returns how many things it did.

    One that ``charges`` takes points or money by the time, and is held while the clock is in doubt.
    """

    name: str
    period: timedelta
    run: Callable[[World, datetime], int]
    charges: bool = False


def state_of(world: World, name: str) -> TimerState:
    """Return what a timer did last."""
    return world.timers.setdefault(name, TimerState())


def one_by_one(
    world: World, name: str, items: Iterable[tuple[str, datetime]], act: Callable[[str, datetime], object]
) -> int:
    """Do a timer's work for each of some things; one that fails is set aside for a while and stops no other.

    Parameters
    ----------
    name : str
        Of the timer.
    items : iterable of (str, datetime)
        What names each thing, and the time it was due.
    act : callable

    Returns
    -------
    int
        How many were done.
    """
    state, done = state_of(world, name), 0
    for no, at in items:
        aside = state.aside.get(no)
        if aside is not None and world.elapsed() < aside.until_s:
            continue
        try:
            act(no, at)
        except DispatchError as error:  # somebody decided in between, or the table does not offer it
            LOG.info("left by the clock", timer=name, no=no, reason=str(error))
            _set_aside(world, state, no, str(error))
        except Exception as error:
            LOG.exception("set aside by the clock", timer=name, no=no)
            state.failures += 1
            _set_aside(world, state, no, type(error).__name__)
        else:
            state.aside.pop(no, None)
            done += 1
    return done


def _set_aside(world: World, state: TimerState, no: str, why: str) -> None:
    tries = state.aside[no].tries + 1 if no in state.aside else 1
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (tries - 1))
    state.aside[no] = Aside(why=why, tries=tries, until_s=world.elapsed() + pause_s)


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


def run_due(world: World, timers: Sequence[Timer], now: datetime) -> None:
    """Run every timer whose period has passed; one that fails stops no other."""
    with alone(world, LOCK_KEY) as got:
        if not got:
            return
        doubt = clock_in_doubt(world, now)
        run_timers(world, timers, now, lambda timer: timer.charges and _is_held(world, timer, doubt, now))


def run_timers(
    world: World,
    timers: Sequence[Timer],
    now: datetime,
    held: Callable[[Timer], bool] = lambda _timer: False,
) -> None:
    """Run those of some timers whose period has passed and that are not held."""
    for timer in timers:
        state = state_of(world, timer.name)
        if state.ran_at_s is not None and world.elapsed() - state.ran_at_s < timer.period.total_seconds():
            continue
        if held(timer):
            continue
        begun_s = world.elapsed()
        state.last_run, state.ran_at_s = now, begun_s
        try:
            with world.rules.held():
                state.done += timer.run(world, now)
        except Exception:
            state.failures += 1
            LOG.exception("timer failed; it goes on with the next period", timer=timer.name)
        state.duration_s = world.elapsed() - begun_s


def clock_in_doubt(world: World, now: datetime) -> str:
    """Say why the wall clock may be wrong; empty when nothing speaks against it.

    Between two looks it is held against a clock that nobody sets. At the first look of a process it is held against
    the newest event: a clock behind the log is wrong, and after long silence a person is to say that it is right.
    """
    before, elapsed_s = world.watch.at, world.elapsed()
    jump = timedelta()
    if before is not None:
        jump = (now - before) - timedelta(seconds=elapsed_s - world.watch.elapsed_s)
    first = before is None
    world.watch.at, world.watch.elapsed_s = now, elapsed_s
    if abs(jump) > JUMP:
        LOG.warning("the clock jumped", seconds=jump.total_seconds())
        return f"the clock jumped by {jump.total_seconds():+.0f} s at {now.isoformat(timespec='seconds')}"
    if not first or world.city.district.sample:  # invented people may sleep for weeks
        return ""
    with world.database.read() as session:
        newest = session.scalar(select(func.max(EventRow.at)))
    if newest is None:
        return ""
    if now < newest - JUMP:
        return f"the clock says {now.isoformat(timespec='seconds')}, the newest event {newest.isoformat(timespec='seconds')}"
    if now - newest > SILENCE:
        hours = (now - newest).total_seconds() / 3600
        return f"nothing happened for {hours:.0f} h before {now.isoformat(timespec='seconds')}"
    return ""


def _is_held(world: World, timer: Timer, doubt: str, now: datetime) -> bool:
    """Tell whether a timer waits for a person; with a new doubt it is held from now on."""
    if doubt:
        world.desk.start(HoldTimer(name=timer.name, why=doubt), CLOCK, now)
    with world.database.read() as session:
        held = session.scalar(select(HoldRow.why).where(HoldRow.name == timer.name, HoldRow.held))
    state_of(world, timer.name).held = held or ""
    return held is not None


class Ticker(threading.Thread):
    """Does one piece of work in the background, again and again, until stopped.

    Parameters
    ----------
    world : World
    name : str
        Name of the thread, and of the state that counts its failures.
    work : callable
        Called with the world and the time.
    period_s : float, optional
        By default that of the settings.
    """

    def __init__(
        self,
        world: World,
        name: str,
        work: Callable[[World, datetime], None],
        period_s: float | None = None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._world = world
        self._work = work
        self._period_s = world.settings.timer_period_s if period_s is None else period_s
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Run until stopped; a failure is logged and tried again in the next period."""
        while not self._stop_asked.wait(self._period_s):
            state = state_of(self._world, self.name)
            begun_s = self._world.elapsed()
            try:
                self._work(self._world, self._world.clock())
                state.last_run, state.ran_at_s = self._world.clock(), self._world.elapsed()
                state.duration_s = state.ran_at_s - begun_s
            except Exception:
                state.failures += 1
                LOG.exception("background work failed; it goes on with the next period", work=self.name)

    def stop(self) -> None:
        """Stop after the piece of work in hand."""
        self._stop_asked.set()
        self.join(timeout=10)
