"""What a message leads to: an alarm, a countdown, its end, a line on a timeline, a repair; each case has its answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.alarms.cause import UNBOUND
from dispatch.alarms.countdown import Countdown, CountdownRule, begun, ended, settled, started_again
from dispatch.alarms.device import ALARMING, AlarmDevice, heard
from dispatch.alarms.message import Message
from dispatch.alarms.rules import NO_PLAN, AlarmRules, OwnPlan
from dispatch.errors import BadFieldError

ANSWERS = (
    "raised",
    "started",
    "ended",
    "cleared",
    "noted",
    "tested",
    "repeated",
    "retained",
    "stale",
    "superseded",
    "unbound",
)
"""All answers a sender can get.

An alarm is raised, or an open one pressed again; a countdown began; it ended; an open alarm was told that the device
is well again; the message is on the timeline; it was a test; it came before; a broker repeated an old state; it is
too old to raise anything; something newer had come; no such device is registered, and the desk was told.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when a message comes.

    ``twin`` is the message of the same device and number that came before. ``countdowns`` are the open ones of the
    person's home; ``ends`` the newest end of each cause at this device.
    """

    device: AlarmDevice | None
    twin: Message | None = None
    countdowns: tuple[Countdown, ...] = ()
    ends: tuple[tuple[str, datetime], ...] = ()
    own: OwnPlan = NO_PLAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a message leads to.

    ``answer`` is one of `ANSWERS`; ``at`` when it counts as said. ``cause`` is of the alarm to raise, or to join
    where one is open, empty for none. ``countdowns`` are those begun or changed. ``clears`` are causes whose open
    alarm of this device is told that all is well again.
    """

    answer: str
    at: datetime
    device: AlarmDevice | None = None
    cause: str = ""
    countdowns: tuple[Countdown, ...] = ()
    clears: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def hear(message: Message, known: Known, rules: AlarmRules) -> Heard:
    """Decide what a message leads to.

    Parameters
    ----------
    message : Message
    known : Known
    rules : AlarmRules

    Returns
    -------
    Heard

    Raises
    ------
    BadFieldError
        When a device of this kind does not send such a message, and it is none that may be about a life.
    """
    at, faults = _when(message, rules)
    device = known.device
    if known.twin is not None and _is_repeat(message, known.twin, rules):
        return Heard(answer="repeated", at=at, device=device)
    if device is None or device.removed_at is not None:
        about_a_life = message.kind in ALARMING and not message.retained and not message.test
        cause = UNBOUND if about_a_life else ""
        return Heard(answer=UNBOUND, at=at, cause=cause, faults=faults)
    if known.twin is not None:
        faults = (*faults, "number_used_twice")
    kind = rules.kind(device.kind)
    if not kind.sends(message.kind) and message.kind not in ALARMING:
        sent = ", ".join(sorted(kind.messages)) or "no message but test, heartbeat and battery"
        raise BadFieldError("kind", message.kind, f"a device of kind {device.kind} sends {sent}")
    spoken = _noted(device, message, at, rules)
    if "clock_wrong" in faults:
        spoken = replace(spoken, clock_wrong_at=message.received_at)
    if message.retained:
        return Heard(answer="retained", at=at, device=spoken, faults=faults)
    told = _decided(message, at, replace(known, device=spoken), rules)
    return replace(told, faults=(*faults, *told.faults))


def _decided(message: Message, at: datetime, known: Known, rules: AlarmRules) -> Heard:
    device = known.device
    if message.kind == "test" or message.test:
        return Heard(answer="tested", at=at, device=device)
    cause = rules.raised_by(message.said)
    rule = _rule_of(message, known, rules)
    begins = cause is not None or (rule is not None and message.kind == rule.starts)
    if begins and message.received_at - at > rules.times.stale:
        return Heard(answer="stale", at=at, device=device)
    others = _elsewhere(message, at, known, rules)
    if cause is not None:
        return Heard(answer="raised", at=at, device=device, cause=cause.code, countdowns=others)
    if rule is not None:
        return (
            _started(rule, message, at, known, rules) if begins else _ended(rule, message, at, known, rules)
        )
    if message.kind == "cancel":
        clears = [c for c in rules.causes.values() if message.of in c.raised_by or not message.of]
        return Heard(
            answer="cleared", at=at, device=device, clears=tuple(c.code for c in clears if c.raised_by)
        )
    return Heard(answer="noted", at=at, device=device, countdowns=others)


def _when(message: Message, rules: AlarmRules) -> tuple[datetime, tuple[str, ...]]:
    """Return when a message counts as said; one from the future counts from its coming, and its clock as wrong."""
    if message.at is None:
        return message.received_at, message.faults
    if message.at > message.received_at + rules.times.clock_error:
        return message.received_at, (*message.faults, "clock_wrong")
    return min(message.at, message.received_at), message.faults


def _is_repeat(message: Message, twin: Message, rules: AlarmRules) -> bool:
    """Tell a repeat from a device that counts its messages from the start again.

    Without a time of its own a message is a repeat only for a while: the same number a week later is a new press.
    """
    if not message.same_as(twin):
        return False
    return message.at is not None or message.received_at - twin.received_at <= rules.times.repeat


def _noted(device: AlarmDevice, message: Message, at: datetime, rules: AlarmRules) -> AlarmDevice:
    kind = rules.kind(device.kind)
    if message.retained:
        return device
    tested = message.kind == "test" or message.test
    active = kind.shows_life(message.kind) and not tested
    spoken = heard(device, at, active=active, tested=tested)
    newest = device.heard_at is None or at >= device.heard_at
    if message.battery is not None and newest:
        spoken = replace(spoken, battery=message.battery)
    if message.at is not None and newest and message.at <= message.received_at + rules.times.clock_error:
        spoken = replace(spoken, clock_wrong_at=None)
    return spoken


def _rule_of(message: Message, known: Known, rules: AlarmRules) -> CountdownRule | None:
    """Find what a message starts or ends; a fall counts down whatever kind of device tells it."""
    kind = known.device.kind if known.device else ""
    own = (r for r in rules.countdowns if r.device == kind and message.kind in (r.starts, r.ends))
    others = (r for r in rules.countdowns if message.kind in ALARMING and message.kind == r.starts)
    return next(own, None) or next(others, None)


def _started(rule: CountdownRule, message: Message, at: datetime, known: Known, rules: AlarmRules) -> Heard:
    device = known.device
    assert device is not None  # `hear` answered for unknown devices
    if rule.hours is not None and not rule.hours.holds(at.astimezone(rules.zone).time()):
        return Heard(answer="noted", at=at, device=device)
    if any(cause == rule.cause and at < end for cause, end in known.ends):
        return Heard(answer="superseded", at=at, device=device)
    running = next((c for c in known.countdowns if c.device == device.no and c.cause == rule.cause), None)
    if running is not None:
        again = _settled(started_again(running, at), message, rules)
        return Heard(answer="noted", at=at, device=device, countdowns=(again,))
    limit = rule.limit(known.own.limits_s.get(rule.cause))
    new = _settled(begun(rule, (device.no, device.resident), at, limit), message, rules)
    others = _elsewhere(message, at, known, rules)
    return Heard(answer="started", at=at, device=device, countdowns=(new, *others))


def _settled(countdown: Countdown, message: Message, rules: AlarmRules) -> Countdown:
    return settled(countdown, message.received_at, rules.times.settle) if countdown.open else countdown


def _ended(rule: CountdownRule, message: Message, at: datetime, known: Known, rules: AlarmRules) -> Heard:
    """End a countdown; one that has raised its alarm tells the alarm, and a person closes that."""
    device = known.device
    own = [c for c in known.countdowns if device and c.device == device.no and c.cause == rule.cause]
    changed = tuple(_settled(c, message, rules) for old in own for c in ended(old, at, "undone"))
    others = _elsewhere(message, at, known, rules)
    if own and not changed:
        return Heard(answer="superseded", at=at, device=device, countdowns=others)
    clears = tuple(c.cause for c in changed if c.alarm and not c.open)
    answer = "cleared" if clears else "ended" if changed else "noted"
    return Heard(answer=answer, at=at, device=device, countdowns=(*changed, *others), clears=clears)


def _elsewhere(message: Message, at: datetime, known: Known, rules: AlarmRules) -> tuple[Countdown, ...]:
    """End stays whose exit was lost: somebody who lives alone was just seen elsewhere in the home.

    One that has raised its alarm is left as it is: a person finds out.
    """
    device = known.device
    if device is None or not known.own.alone or not rules.kind(device.kind).shows_life(message.kind):
        return ()
    lost = {r.cause for r in rules.countdowns if r.elsewhere}
    changed: list[Countdown] = []
    for countdown in known.countdowns:
        if countdown.cause in lost and countdown.device != device.no and not countdown.alarm:
            changed += [_settled(c, message, rules) for c in ended(countdown, at, "elsewhere")]
    return tuple(changed)
