"""Alarms: from the press to the closing. Pure: alarm, action, rules, people on duty and time in; what follows out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.alarms import steps
from dispatch.alarms.duty import Duty
from dispatch.alarms.effects import EFFECTS, FIELDS, Case
from dispatch.alarms.fact import Alarm, met
from dispatch.alarms.ladder import plan_of
from dispatch.alarms.notice import Notice
from dispatch.alarms.rules import NO_PLAN, AlarmRules, OwnPlan
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor, Event, Move
from geo.place import LonLat

__all__ = [
    "Alarm",
    "AlarmOutcome",
    "Cry",
    "act",
    "advance",
    "joins",
    "left_open",
    "met",
    "possible",
    "raise_alarm",
    "set_clock",
]

QUIET = frozenset({"device", "clock"})
"""Roles whose acts are not those of a person who deals with the alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cry:
    """What raises an alarm; ``at`` is when its ladder starts, ``said_at`` what the device says of the time."""

    no: str
    cause: str
    at: datetime
    said_at: datetime | None = None
    resident: str = ""
    device: str = ""
    place: LonLat | None = None
    cell: str = ""
    area: str = ""
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOutcome:
    """What a decision leads to: the next alarm, what happened, whom to tell."""

    alarm: Alarm
    events: tuple[Event, ...]
    notices: tuple[Notice, ...] = ()


def raise_alarm(
    cry: Cry, by: Actor, rules: AlarmRules, duty: Duty, now: datetime, own: OwnPlan = NO_PLAN
) -> AlarmOutcome:
    """Raise an alarm and carry out the steps that are due at once.

    Parameters
    ----------
    cry : Cry
        ``at`` may lie before ``now``: a stay became too long while the server stood still.
    by : Actor
    rules : AlarmRules
    duty : Duty
    now : datetime
        Aware.
    own : OwnPlan, optional
        The person's own ladders.

    Returns
    -------
    AlarmOutcome

    Raises
    ------
    BadFieldError
        For a cause that is not in the catalogue.
    """
    ladder = rules.ladder(cry.cause, cry.at, own)
    alarm = Alarm(
        no=cry.no,
        cause=cry.cause,
        queue=rules.cause(cry.cause).queue,
        state=rules.lifecycle.initial,
        raised_at=cry.at,
        queued_at=cry.at,
        said_at=cry.said_at,
        pressed_at=cry.said_at or cry.at,
        told_at=cry.at,
        resident=cry.resident,
        device=cry.device,
        place=cry.place,
        cell=cry.cell,
        area=cry.area,
        drill=cry.drill,
        ladder=ladder.code,
        plan=plan_of(ladder, cry.at),
        rules=rules.version,
    )
    payload = {
        "cause": cry.cause,
        "device": cry.device,
        "ladder": ladder.code,
        "said_at": cry.said_at.isoformat() if cry.said_at else None,
        "drill": cry.drill,
    }
    told = Event(name="raised", at=cry.at, by=by.user, role=by.role, payload=payload)
    begun = advance(alarm, rules, duty, now)
    return replace(begun, alarm=replace(begun.alarm, version=1), events=(told, *begun.events))


def advance(alarm: Alarm, rules: AlarmRules, duty: Duty, now: datetime) -> AlarmOutcome:
    """Carry out everything that is due, in order of time, each with the time it was due; nothing twice.

    Parameters
    ----------
    alarm : Alarm
    rules : AlarmRules
    duty : Duty
        Who is on duty, and by what channels they are reached.
    now : datetime
        Aware.

    Returns
    -------
    AlarmOutcome
        The alarm unchanged and no events when nothing is due.
    """
    run = steps.advanced(alarm, rules, duty, now)
    return AlarmOutcome(alarm=run.alarm, events=run.events, notices=run.notices)


def set_clock(alarm: Alarm, by: timedelta, now: datetime) -> AlarmOutcome:
    """Move what waits by as much as the server's clock was set; see `clock.moved_by`. A closed alarm is left alone."""
    if alarm.closed_at is not None or not by:
        return AlarmOutcome(alarm=alarm, events=())
    run = steps.clock_moved(steps.Run(alarm=alarm), by, now)
    return AlarmOutcome(alarm=run.alarm, events=run.events)


def act(alarm: Alarm, action: Action, rules: AlarmRules, duty: Duty, now: datetime) -> AlarmOutcome:
    """Decide one action on an alarm.

    What the clock had to say before that time is said first, so that no step is missed while the timers stood still.

    Parameters
    ----------
    alarm : Alarm
    action : Action
        Fields as the lifecycle table needs them; unknown fields are refused.
    rules : AlarmRules
    duty : Duty
        Who can be told now, for the steps this leads to.
    now : datetime
        Aware.

    Returns
    -------
    AlarmOutcome

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The alarm is unchanged then.
    """
    before = advance(alarm, rules, duty, now)
    was = before.alarm
    move = rules.lifecycle.move(was.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of an alarm action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    after = replace(
        was,
        state=rules.lifecycle.target(was.state, move),
        acted_at=was.acted_at if action.by.role in QUIET else now,
        told_at=max(was.told_at, now),
        version=was.version + 1,
    )
    case = Case(alarm=after, was=was, action=action, rules=rules, now=now)
    for effect in move.effects:
        case = EFFECTS[effect](case)
    payload: dict[str, Any] = (
        {"from": was.state, "to": case.alarm.state} | _plain(action.fields) | dict(case.told)
    )
    event = Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)
    follows = advance(case.alarm, rules, duty, now)
    return AlarmOutcome(
        alarm=replace(follows.alarm, version=alarm.version + 1),
        events=(*before.events, event, *follows.events),
        notices=(*before.notices, *follows.notices),
    )


def possible(alarm: Alarm, rules: AlarmRules, role: str) -> tuple[Move, ...]:
    """List what a role can do with an alarm now."""
    return rules.lifecycle.possible(alarm.state, role)


def joins(alarm: Alarm, cry: Cry, join: timedelta) -> bool:
    """Tell whether a cry belongs to an alarm there is, instead of raising another.

    It does while an alarm of the same cause and person, or device where no person is known, is open, however long
    ago it was raised; and when it was pressed within ``join`` of the last press and before that alarm was closed,
    and only came late.
    """
    same = (
        alarm.resident == cry.resident if cry.resident else not alarm.resident and alarm.device == cry.device
    )
    if not same or alarm.cause != cry.cause or alarm.drill != cry.drill:
        return False
    if alarm.closed_at is None:
        return True
    pressed_at = cry.said_at or cry.at
    return pressed_at <= alarm.closed_at and abs(pressed_at - alarm.pressed_at) <= join


def left_open(
    alarms: tuple[Alarm, ...], now: datetime, longer_than: timedelta = timedelta(days=1)
) -> tuple[Alarm, ...]:
    """List alarms that nobody closed for long, oldest first, for the daily list; nobody is rung for them."""
    old = (a for a in alarms if a.closed_at is None and now - a.raised_at >= longer_than)
    return tuple(sorted(old, key=lambda a: a.raised_at))


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, (tuple, list)) else v for k, v in fields.items() if v is not None}
