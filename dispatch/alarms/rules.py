"""The rules of alarms: every table of the catalogue about them, proven together, and a person's own plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.alarms.cause import BUILT_IN, INACTIVITY, INACTIVITY_NIGHT, Cause, Closing, Hours
from dispatch.alarms.countdown import CountdownRule
from dispatch.alarms.device import ALARMING, KEYS, DeviceKind
from dispatch.alarms.ladder import Ladder
from dispatch.errors import BadFieldError, DispatchError
from dispatch.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """What is different for one person: limits in seconds and ladders by cause; ``alone`` when nobody else lives there.

    ``away_until`` is told by people, such as a journey or a stay in hospital: no silence is an alarm until then.
    """

    limits_s: Mapping[str, int] = field(default_factory=dict)
    ladders: Mapping[str, str] = field(default_factory=dict)
    alone: bool = True
    away_until: datetime | None = None


NO_PLAN = OwnPlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTimes:
    """Times of the desk and of messages.

    ``join`` is how long after a press another one belongs to it; ``idle`` how long an alarm may be held without
    anything done, ``idle_helped`` when somebody goes, is there or has it; ``too_late`` after how long a step is told to nobody any more. ``settle`` is how long a countdown
    that is over when its late message comes waits for what else is on its way; ``stale`` how old a message may be to
    raise an alarm; ``clock_error`` how far a device's clock may be ahead; ``repeat`` within what time a message of
    the same number without a time of its own is a repeat.
    """

    join: timedelta
    idle: timedelta
    idle_helped: timedelta
    tries: int
    too_late: timedelta
    visit: timedelta
    settle: timedelta
    stale: timedelta
    clock_error: timedelta
    repeat: timedelta
    day_silence: timedelta
    night_silence: timedelta
    night: Hours
    silent_device: timedelta
    battery_low: int
    claim: timedelta
    accept: timedelta
    warn: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRules:
    """Everything alarms are judged by.

    Raises
    ------
    DispatchError
        When a table has a hole: a ladder that is not there, a cause that nothing raises, an alarm message that raises
        nothing.
    """

    version: str
    zone: ZoneInfo
    lifecycle: Lifecycle
    task_lifecycle: Lifecycle
    causes: Mapping[str, Cause]
    ladders: Mapping[str, Ladder]
    closings: Mapping[str, Closing]
    countdowns: tuple[CountdownRule, ...]
    devices: Mapping[str, DeviceKind]
    times: AlarmTimes
    requeued: str = "requeued"

    def __post_init__(self) -> None:
        wanted = {self.requeued: "the queue"}
        for cause in self.causes.values():
            named = (cause.ladder, *(ladder for _, ladder in cause.at_hours))
            wanted |= dict.fromkeys(named, f"cause {cause.code}")
        for ladder, whose in wanted.items():
            if ladder not in self.ladders:
                raise DispatchError(f"{whose} wants ladder {ladder!r}, which is not there")
        for rule in self.countdowns:
            self._check_countdown(rule)
        self._check_messages()

    def _check_messages(self) -> None:
        said: dict[str, str] = {}
        for cause in self.causes.values():
            for message in cause.raised_by:
                if message in said:
                    raise DispatchError(f"{message} raises {said[message]} and {cause.code}")
                said[message] = cause.code
        counted = {rule.cause for rule in self.countdowns}
        for cause in self.causes.values():
            if not cause.raised_by and cause.code not in counted | BUILT_IN:
                raise DispatchError(f"nothing raises cause {cause.code}")
        if lost := sorted(BUILT_IN - set(self.causes)):
            raise DispatchError(f"cause {lost[0]} is missing")
        wanted = {f"press:{key}" for key in KEYS} | (ALARMING - {"press"})
        raising = set(said) | {rule.starts for rule in self.countdowns}
        if lost := sorted(wanted - raising):
            raise DispatchError(f"the message {lost[0]} raises nothing")
        if odd := sorted(set(said) - wanted):
            raise DispatchError(f"{said[odd[0]]}: {odd[0]!r} is no message that raises alarms at once")

    def _check_countdown(self, rule: CountdownRule) -> None:
        if rule.cause not in self.causes:
            raise DispatchError(f"countdown {rule.cause!r} is no cause")
        kind = self.devices.get(rule.device)
        if kind is None or not {rule.starts, rule.ends} <= kind.messages:
            raise DispatchError(
                f"countdown {rule.cause}: {rule.device} does not send {rule.starts} and {rule.ends}"
            )

    def cause(self, code: str) -> Cause:
        """Find a cause.

        Raises
        ------
        BadFieldError
        """
        found = self.causes.get(code)
        if found is None:
            raise BadFieldError("cause", code, "causes are " + ", ".join(self.causes))
        return found

    def ladder(self, code: str, at: datetime, own: OwnPlan = NO_PLAN) -> Ladder:
        """Return the ladder for a cause: the person's own, else that of the hour, else the usual one.

        A ladder of the person's own that is no longer in the table is passed over: no alarm is lost for it.

        Raises
        ------
        BadFieldError
            For a cause that is not in the catalogue.
        """
        cause = self.cause(code)
        clock = at.astimezone(self.zone).time()
        usual = next((ladder for hours, ladder in cause.at_hours if hours.holds(clock)), cause.ladder)
        return self.ladders.get(own.ladders.get(code, usual)) or self.ladders[usual]

    def check_plan(self, own: OwnPlan) -> None:
        """Let through a person's own plan that these tables can keep; asked when a plan is written.

        Raises
        ------
        BadFieldError
            Naming the cause, ladder or time at fault.
        """
        for code, ladder in own.ladders.items():
            self.cause(code)
            if ladder not in self.ladders:
                raise BadFieldError("ladders", ladder, "ladders are " + ", ".join(self.ladders))
        for code, own_s in own.limits_s.items():
            rules = [rule for rule in self.countdowns if rule.cause == code]
            for rule in rules:
                rule.check(own_s)
            if not rules and (code not in (INACTIVITY, INACTIVITY_NIGHT) or own_s <= 0):
                raise BadFieldError("limits_s", code, "limits are for causes that count down, more than 0 s")

    def kind(self, code: str) -> DeviceKind:
        """Return a kind of device; one that the table lost says nothing but what may be about a life."""
        return self.devices.get(code) or DeviceKind(code=code, name_zh=code, name_en=code)

    def raised_by(self, said: str) -> Cause | None:
        """Return the cause that a message raises at once, None for none; ``said`` is as in `Cause.raised_by`."""
        return next((c for c in self.causes.values() if said in c.raised_by), None)

    def asked_by(self, item: str) -> Cause | None:
        """Return the cause that asking for an item of the service catalogue means, None for a service."""
        return next((c for c in self.causes.values() if item in c.items), None)
