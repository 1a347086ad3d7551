"""Timers of alarms: each finds its cases by a query and decides them with the time they were due.

All run about every second in a thread of their own, in the order of `ALARM_TIMERS`: what a moved clock shifts comes
before the steps, and what the steps tell is sent in the same turn.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select

from api.clockwork import CLOCK, Timer, alone, run_timers, state_of
from api.world import World
from data.desk.alarm_notices import change, claim, due_notices, follow, lost_notices, silent_notices
from data.desk.alarm_upkeep import (
    end_repairs,
    keep_reading,
    keep_warnings,
    move_countdown,
    open_repairs,
)
from data.desk.alarms import ADVANCE, RaiseAlarm, RaiseCountdown
from data.log import LOG
from data.models import (
    AlarmRow,
    ClockRow,
    CountdownRow,
    DeviceRow,
    RepairRow,
    ResidentRow,
    ShiftWarningRow,
    TaskRow,
    fact_of,
    table_of,
)
from data.registers.duty import own_plan
from data.registers.rota import rota, written_posts
from data.store.kinds.alarms import ALARM, TASK
from dispatch.alarms.alarm import Cry
from dispatch.alarms.clock import Reading, moved_by
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.device import repairs as repairs_of
from dispatch.alarms.inactivity import silent_at
from dispatch.alarms.notice import Notice, answered, cut_off, is_unreached
from dispatch.alarms.shift import warnings_of
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action
from geo.place import LonLat

LOCK_KEY = 0x4A4D  # advisory lock: one process at a time runs the timers of alarms
T = TypeVar("T")
SECOND = timedelta(seconds=1)
RUN = f"{time.time_ns()}"
"""This run of the process: its steady clock counts from its own beginning."""


def run_steps(world: World, now: datetime) -> int:
    """Carry out the steps of every alarm that is due for one."""
    return _each(world, "alarm_steps", _due_alarms(world, now), lambda no: _advance(world, no, now))


def _due_alarms(world: World, now: datetime) -> list[str]:
    query = select(AlarmRow.no).where(AlarmRow.next_step_at <= now).order_by(AlarmRow.next_step_at)
    with world.database.read() as session:
        return list(session.scalars(query))


def _advance(world: World, no: str, now: datetime) -> None:
    world.desk.act(ALARM, no, ADVANCE, now)


def run_countdowns(world: World, now: datetime) -> int:
    """Raise the alarm of every stay that has become too long."""
    waits = CountdownRow.ended_at.is_(None) & (CountdownRow.alarm == "") & (CountdownRow.due_at <= now)
    with world.database.read() as session:
        due = list(session.scalars(select(CountdownRow.id).where(waits).order_by(CountdownRow.due_at)))
    return _each(world, "countdowns", due, lambda row: world.desk.start(RaiseCountdown(row=row), CLOCK, now))


def run_silences(world: World, now: datetime) -> int:
    """Raise the alarm of every home where nobody has moved for too long."""
    return _each(
        world,
        "silences",
        _silent_homes(world, now),
        lambda cry: world.desk.start(RaiseAlarm(cry=cry), CLOCK, now),
    )


def _silent_homes(world: World, now: datetime) -> list[Cry]:
    """List the cries of homes whose last sign of life, or last alarm of silence, is too long ago."""
    rules, causes = world.catalogue.alarms, ("inactivity", "inactivity_night")
    telling = [kind.code for kind in rules.devices.values() if kind.sign_of_life]
    soonest = now - min(rules.times.day_silence, rules.times.night_silence) / 4
    newest = func.max(DeviceRow.active_at, type_=DeviceRow.since.type)
    homes = (
        select(ResidentRow, newest)
        .join(DeviceRow, DeviceRow.resident == ResidentRow.no)
        .where(DeviceRow.kind.in_(telling), DeviceRow.removed_at.is_(None))
        .group_by(ResidentRow.id)
        .having(newest <= soonest)
    )
    found: list[Cry] = []
    with world.database.read() as session:
        for person, last in session.execute(homes).all():
            mine = (AlarmRow.resident == person.no) & AlarmRow.cause.in_(causes) & ~AlarmRow.drill
            known = session.execute(
                select(AlarmRow.closed_at).where(mine).order_by(AlarmRow.id.desc()).limit(1)
            ).first()
            ended = known.closed_at if known is not None else last
            if last is None or ended is None:
                continue
            since = max(last, ended)
            at, cause = silent_at(since, rules, own_plan(session, person.no))
            if at <= now:
                found.append(
                    Cry(
                        no="",
                        cause=cause,
                        at=at,
                        resident=person.no,
                        place=LonLat(person.lon, person.lat),
                        cell=person.cell,
                        area=world.scheme.community_of(person.cell),
                    )
                )
    return found


def run_sending(world: World, now: datetime) -> int:
    """Send the notices that wait; each is claimed before, and answered after, in a transaction of its own."""
    with world.database.read() as session:
        due = due_notices(session, now)
    done = 0
    for each in due:
        taken = claim(world.database, each, now)
        if taken.state != "sending":
            continue
        result = world.lines.send(taken)
        change(world.database, each.row, partial(answered, result=result, now=now))
        done += 1
    return done


def run_cut_off(world: World, now: datetime) -> int:
    """Bring back notices whose sender vanished."""
    wait = world.catalogue.alarms.times.claim
    with world.database.read() as session:
        lost = lost_notices(session, wait, now)
    for each in lost:
        change(world.database, each.row, lambda n: cut_off(n, wait, now))
    return len(lost)


def run_following(world: World, now: datetime) -> int:
    """Go on to the next channel of those who stay silent; tell the alarm of those whom none reached."""
    with world.database.read() as session:
        silent = silent_notices(session, now)
    for each in silent:
        marked = follow(world.database, each.row, now)
        if is_unreached(marked):
            _unreached(world, marked, now)
    return len(silent)


def _unreached(world: World, notice: Notice, now: datetime) -> None:
    action = Action(name="unreached", by=CLOCK, fields={"person": notice.person})
    with suppress(DispatchError):  # the alarm was closed in the meantime
        world.desk.act(ALARM, notice.alarm, action, now)


def run_unanswered(world: World, now: datetime) -> int:
    """Take back the offers that nobody answered."""
    waits = (TaskRow.state == "offered") & (TaskRow.accept_by_at <= now)
    with world.database.read() as session:
        due = list(session.scalars(select(TaskRow.no).where(waits).order_by(TaskRow.accept_by_at)))
    lapse = Action(name="lapse", by=CLOCK)
    return _each(world, "tasks_unanswered", due, lambda no: world.desk.act(TASK, no, lapse, now))


def run_clock(world: World, now: datetime) -> int:
    """Look at the clock; when it was set, move what waits by as much."""
    reading = Reading(wall=now, steady_s=world.elapsed(), run=RUN)
    table = table_of(ClockRow)
    with world.database.read() as session:
        row = session.execute(select(table).order_by(table.c.id).limit(1)).first()
    by = timedelta(0)
    if row is not None:
        by = moved_by(Reading(wall=row.wall, steady_s=row.steady_s, run=row.run), reading)
    if by:
        _move_all(world, by, now)
    keep_reading(world.database, asdict(reading), first=row is None)
    return int(bool(by))


def _move_all(world: World, by: timedelta, now: datetime) -> None:
    LOG.warning("the clock was set", by_s=by.total_seconds())
    with world.database.read() as session:
        open_now = list(session.scalars(select(AlarmRow.no).where(AlarmRow.closed_at.is_(None))))
        waiting = session.execute(
            select(CountdownRow.id, CountdownRow.due_at).where(
                CountdownRow.ended_at.is_(None), CountdownRow.alarm == ""
            )
        ).all()
    moved = Action(name="clock_moved", by=CLOCK, fields={"by_s": by.total_seconds()})
    for no in open_now:
        world.desk.act(ALARM, no, moved, now)
    for row, due_at in waiting:
        move_countdown(world.database, row, due_at, by)


def run_repairs(world: World, now: datetime) -> int:
    """Open a repair for each fault of a device, once; end those that are mended."""
    rules = world.catalogue.alarms
    with world.database.read() as session:
        devices = [fact_of(AlarmDevice, row) for row in session.scalars(select(DeviceRow))]
        known = {
            (row.device, row.fault): row.id
            for row in session.scalars(select(RepairRow).where(RepairRow.ended_at.is_(None)))
        }
    found = {
        repair.key: repair
        for device in devices
        for repair in repairs_of(
            device, rules.kind(device.kind), rules.times.silent_device, rules.times.battery_low, now
        )
    }
    new = [{**asdict(r), "told_at": now, "ended_at": None} for key, r in found.items() if key not in known]
    over = [row for key, row in known.items() if key not in found]
    if new:
        open_repairs(world.database, new)
    if over:
        end_repairs(world.database, over, now)
    return len(new) + len(over)


def run_empty_shifts(world: World, now: datetime) -> int:
    """Warn of shifts that nobody holds, a day and an hour before they begin, each once."""
    warn = world.catalogue.alarms.times.warn
    with world.database.read() as session:
        plan = rota(session, world.zone)
        told = {(r.post, r.start, r.ahead_s) for r in session.scalars(select(ShiftWarningRow))}
    gaps = [g for post in written_posts(plan) for g in plan.gaps(post, now, now + max(warn) + 60 * SECOND)]
    new = [
        {"post": w.post, "start": w.start, "ahead_s": int(w.ahead.total_seconds()), "told_at": now}
        for w in warnings_of(gaps, now, warn)
        if (w.post, w.start, int(w.ahead.total_seconds())) not in told
    ]
    if new:
        keep_warnings(world.database, new)
        for each in new:
            world.live.tell_role(
                ("dispatcher", "leader", "admin"), {"kind": "empty_shift", "post": each["post"]}
            )
    return len(new)


ALARM_TIMERS = (
    Timer(name="clock", period=SECOND, run=run_clock),
    Timer(name="alarm_steps", period=SECOND / 2, run=run_steps),
    Timer(name="countdowns", period=SECOND / 2, run=run_countdowns),
    Timer(name="silences", period=60 * SECOND, run=run_silences),
    Timer(name="tasks_unanswered", period=SECOND, run=run_unanswered),
    Timer(name="notices_cut_off", period=10 * SECOND, run=run_cut_off),
    Timer(name="notices_follow", period=SECOND, run=run_following),
    Timer(name="notices_send", period=SECOND / 2, run=run_sending),
    Timer(name="repairs", period=600 * SECOND, run=run_repairs),
    Timer(name="empty_shifts", period=60 * SECOND, run=run_empty_shifts),
)


def run_alarms(world: World, now: datetime) -> None:
    """Run every timer of alarms whose period has passed."""
    with alone(world, LOCK_KEY) as got:
        if got:
            run_timers(world, ALARM_TIMERS, now)


def _each(world: World, name: str, due: list[T], do: Callable[[T], object]) -> int:
    """Do something for each case; one that fails is logged and waits for the next turn."""
    done = 0
    for one in due:
        try:
            do(one)
            done += 1
        except DispatchError as error:
            state_of(world, name).failures += 1
            LOG.warning("case skipped by the clock", timer=name, case=str(one), error=str(error))
    return done
