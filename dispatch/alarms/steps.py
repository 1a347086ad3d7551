"""How a ladder runs: which step or lapse comes next, and what it does when its time has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.alarms.duty import IN_A_DRILL, OUTSIDE, Duty, Person, next_in_line
from dispatch.alarms.fact import AT_DESK, Alarm, met, nobody_left
from dispatch.alarms.ladder import (
    DESK,
    Rung,
    due_together,
    fired,
    hurried,
    needed,
    next_due_at,
    next_needed,
    plan_of,
    retired,
    shifted,
)
from dispatch.alarms.notice import Notice, first_notice
from dispatch.alarms.rules import AlarmRules
from dispatch.lifecycle import Action, Actor, Event

CLOCK = Actor(user="clock", role="clock")
SLACK = timedelta(seconds=2)
"""Two servers' clocks may differ by as much without one having been set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An alarm on its way through what is due: events and notices so far."""

    alarm: Alarm
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()


def next_step_at(alarm: Alarm, rules: AlarmRules) -> datetime | None:
    """Return when the clock has to look at the alarm next; None when nothing waits.

    Timers find alarms by this time. After a restart it says the same as before.
    """
    if alarm.closed_at is not None:
        return None
    due = (next_due_at(alarm.plan, met(alarm)), idle_at(alarm, rules))
    return min((at for at in due if at is not None), default=None)


def idle_at(alarm: Alarm, rules: AlarmRules) -> datetime | None:
    """Return when an alarm goes back to the queue because its agent does nothing; None where that cannot be."""
    lapses = any(move.action == "lapse" for move in rules.lifecycle.possible(alarm.state, "clock"))
    if not lapses or alarm.acted_at is None or not alarm.agent:
        return None
    helped = bool(alarm.accepted_by or alarm.arrived_by or alarm.handed_to)
    return alarm.acted_at + (rules.times.idle_helped if helped else rules.times.idle)


def advanced(alarm: Alarm, rules: AlarmRules, duty: Duty, now: datetime) -> Run:
    """Carry out everything due up to now.

    Steps are judged by the time they were due and told to those on duty now. When the clock was set back behind what
    is already told of the alarm, what waits moves with it, so that it comes neither twice nor an hour late.

    Parameters
    ----------
    alarm : Alarm
    rules : AlarmRules
    duty : Duty
    now : datetime
        Aware.

    Returns
    -------
    Run
    """
    run = Run(alarm=alarm)
    if alarm.closed_at is None and now < alarm.told_at - SLACK:
        run = clock_moved(run, now - alarm.told_at, now)
    while (at := next_step_at(run.alarm, rules)) is not None and at <= now:
        idle = idle_at(run.alarm, rules)
        if idle == at and now - at < rules.times.too_late:
            run = _lapsed(run, rules, at)
        elif idle == at:
            run = _forgotten(run, at)
        else:
            run = _fired(run, rules, duty, at, now)
    return run


def clock_moved(run: Run, by: timedelta, now: datetime) -> Run:
    """Move what waits by as much as the clock of the server was moved."""
    alarm = run.alarm
    acted_at = alarm.acted_at + by if alarm.acted_at else None
    moved = replace(
        alarm, plan=shifted(alarm.plan, by), acted_at=acted_at, told_at=now, version=alarm.version + 1
    )
    told = Event(
        name="clock_moved", at=now, by=CLOCK.user, role=CLOCK.role, payload={"by_s": by.total_seconds()}
    )
    return replace(run, alarm=moved, events=(*run.events, told))


def _lapsed(run: Run, rules: AlarmRules, at: datetime) -> Run:
    """Put an alarm that its agent held without doing anything back into the queue, with its whole age."""
    alarm = run.alarm
    move = rules.lifecycle.move(alarm.state, Action(name="lapse", by=CLOCK))
    again = plan_of(rules.ladders[rules.requeued], at, mark=f"/{alarm.round + 1}")
    after = replace(
        alarm,
        state=rules.lifecycle.target(alarm.state, move),
        queued_at=at,
        agent="",
        round=alarm.round + 1,
        told=tuple(who for who in alarm.told if not who.startswith(("agent:", "shift_leader:"))),
        plan=tuple(sorted((*retired(alarm.plan, at, desk_only=True), *again), key=lambda rung: rung.due_at)),
        told_at=max(alarm.told_at, at),
        version=alarm.version + 1,
    )
    payload = {"from": alarm.state, "to": after.state, "agent": alarm.agent}
    told = Event(name="lapse", at=at, by=CLOCK.user, role=CLOCK.role, payload=payload)
    return replace(run, alarm=after, events=(*run.events, told))


def _forgotten(run: Run, at: datetime) -> Run:
    """Leave an alarm that has lain for long to the daily list of open ones; nobody is rung for it."""
    alarm = run.alarm
    told = Event(
        name="step", at=at, by=CLOCK.user, role=CLOCK.role, payload={"step": "lapse", "ended": "too_late"}
    )
    return replace(
        run,
        alarm=replace(alarm, acted_at=None, told_at=max(alarm.told_at, at), version=alarm.version + 1),
        events=(*run.events, told),
    )


def _fired(run: Run, rules: AlarmRules, duty: Duty, at: datetime, now: datetime) -> Run:
    """Carry out all rungs due at one moment."""
    alarm, holds = run.alarm, met(run.alarm)
    bundle = due_together(alarm.plan, at)
    ends: dict[str, str] = {}
    notices: list[Notice] = []
    told = list(alarm.told)
    for rung in bundle:
        person = None
        if not needed(rung, holds) or (alarm.drill and rung.post not in IN_A_DRILL):
            ends[rung.code] = "needless"
        elif now - at > rules.times.too_late:
            ends[rung.code] = "too_late"
        elif (person := _whom(alarm, rung, _reachable(duty, drill=alarm.drill), told)) is None:
            ends[rung.code] = "nobody"
        else:
            ends[rung.code] = "told"
            told.append(f"{rung.post}:{person.key}")
            notices.append(first_notice(alarm.no, rung, person))
    plan = fired(alarm.plan, ends, now)
    for desk in _gaps(bundle, ends):
        codes = next_needed(plan, holds, desk=desk) or next_needed(plan, holds, desk=False)
        plan = hurried(plan, codes, at)
    after = replace(
        alarm, plan=plan, told=tuple(told), told_at=max(alarm.told_at, at), version=alarm.version + 1
    )
    if any(rung.spare and ends[rung.code] == "nobody" for rung in bundle) and nobody_left(after):
        after = replace(after, plan=hurried(plan, next_needed(plan, holds, desk=False), at))
    events = tuple(_event(rung, ends, notices, at, now) for rung in bundle if ends[rung.code] != "needless")
    return Run(alarm=after, events=(*run.events, *events), notices=(*run.notices, *notices))


def _reachable(duty: Duty, *, drill: bool) -> Duty:
    """Give who can be told: in a drill on an open page alone, never by a message or call."""
    if not drill:
        return duty
    return {
        post: tuple(replace(person, channels=("live",)) for person in duty.get(post, ()))
        for post in IN_A_DRILL
    }


def _whom(alarm: Alarm, rung: Rung, duty: Duty, told: list[str]) -> Person | None:
    """Choose who is told: the next of the post who was not yet, of those who go by no other post either.

    The holder and the outside lines may be told again.
    """
    if rung.post == "holder":
        people = [p for post in ("holder", "agent", "shift_leader") for p in duty.get(post, ()) if p.channels]
        return next((p for p in people if p.key == alarm.agent), None)
    if rung.post in OUTSIDE:
        return next_in_line(duty, rung.post, ())
    parts = [who.partition(":") for who in told]
    if rung.post in AT_DESK:
        return next_in_line(duty, rung.post, [key for post, _, key in parts if post == rung.post])
    return next_in_line(duty, rung.post, [key for post, _, key in parts if post not in AT_DESK])


def _gaps(bundle: tuple[Rung, ...], ends: Mapping[str, str]) -> tuple[bool, ...]:
    """Tell whether those due at one moment found nobody: True for the desk, False for the others; then nobody waits."""
    gaps = []
    for desk in (True, False):
        mine = [r for r in bundle if (r.task in DESK) == desk and not r.spare]
        asked = [ends[rung.code] for rung in mine if ends[rung.code] != "needless"]
        if asked and all(end == "nobody" for end in asked):
            gaps.append(desk)
    return tuple(gaps)


def _event(rung: Rung, ends: Mapping[str, str], notices: list[Notice], at: datetime, now: datetime) -> Event:
    payload = {
        "step": rung.code,
        "post": rung.post,
        "task": rung.task,
        "ended": ends[rung.code],
        "told": [notice.person for notice in notices if notice.rung == rung.code],
        "late_s": int((now - at).total_seconds()),
    }
    return Event(name="step", at=at, by=CLOCK.user, role=CLOCK.role, payload=payload)
