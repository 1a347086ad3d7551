"""A small alarm centre for tests: the clock in the hand, rows with unique keys, and a plug to pull."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.rules.alarms import read_alarms
from dispatch.alarms import alarm as alarms
from dispatch.alarms import notice as notices
from dispatch.alarms.alarm import Cry
from dispatch.alarms.duty import Duty, Person
from dispatch.alarms.fact import Alarm, met
from dispatch.alarms.notice import Notice
from dispatch.alarms.rules import NO_PLAN, AlarmRules, OwnPlan
from dispatch.alarms.steps import next_step_at
from dispatch.lifecycle import Action, Actor, Event

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
DEVICE = Actor(user="gateway", role="device")
CLOCK = Actor(user="clock", role="clock")

EMERGENCY = {
    "ring:agent:1": 0,
    "ring_next:agent:1": 15,
    "ring_leader:shift_leader:1": 30,
    "contacts:family:1": 90,
    "community:community:1": 90,
    "community:responder:1": 90,
    "contacts:family:2": 120,
    "community:responder:2": 135,
    "street:street:1": 180,
    "rescue:rescue:1": 180,
    "door:police:1": 300,
}
"""Step -> seconds at which it is due, of an emergency that nobody takes."""


def read(folder: Path) -> AlarmRules:
    """Read the rules of alarms of a catalogue."""
    return read_alarms(folder, "v1", ZONE)


def at(seconds: float) -> datetime:
    """Time so many seconds after 10:00:00 of a Wednesday."""
    return T0 + timedelta(seconds=seconds)


def agent(name: str) -> Actor:
    return Actor(user=name, role="dispatcher")


def people(*keys: str, channels: tuple[str, ...] = ("live", "sms", "call")) -> tuple[Person, ...]:
    return tuple(Person(key=key, channels=channels) for key in keys)


def day_duty() -> dict[str, tuple[Person, ...]]:
    return {
        "agent": people("anna", "ben"),
        "shift_leader": people("lee"),
        "holder": people("anna", "ben", "lee"),
        "family": people("son", "daughter", channels=("call", "sms")),
        "community": people("wang"),
        "responder": people("zhou", "qian"),
        "street": people("street", channels=("call", "sms")),
        "rescue": people("120"),
        "fire": people("119"),
        "police": people("110"),
    }


@dataclass
class Centre:
    """What is on disk, as a database would keep it, and the one process that works on it."""

    rules: AlarmRules
    duty: Duty = field(default_factory=day_duty)
    alarm: Alarm | None = None
    events: list[Event] = field(default_factory=list)
    rows: dict[tuple[str, str, str, str], Notice] = field(default_factory=dict)
    sent: list[tuple[tuple[str, str, str, str], datetime, bool]] = field(default_factory=list)

    @property
    def open(self) -> Alarm:
        assert self.alarm is not None
        return self.alarm

    def press(
        self, when: datetime, cause: str = "emergency_key", own: OwnPlan = NO_PLAN, **more: Any
    ) -> Alarm:
        cry = Cry(no="A1", cause=cause, at=when, resident="R1", device="D1", **more)
        return self._keep(alarms.raise_alarm(cry, DEVICE, self.rules, self.duty, when, own))

    def tick(self, now: datetime) -> Alarm:
        self._keep(alarms.advance(self.open, self.rules, self.duty, now))
        self.send(now)
        return self.open

    def run(self, start: datetime, end: datetime, step_s: float = 1) -> Alarm:
        """Let the timer run every second up to and with the end."""
        now = start
        while now <= end:
            self.tick(now)
            now += timedelta(seconds=step_s)
        return self.open

    def do(self, name: str, by: Actor, now: datetime, **fields: Any) -> Alarm:
        action = Action(name=name, by=by, fields=fields)
        return self._keep(alarms.act(self.open, action, self.rules, self.duty, now))

    def set_clock(self, now: datetime, by_s: int) -> Alarm:
        return self._keep(alarms.set_clock(self.open, timedelta(seconds=by_s), now))

    def send(self, now: datetime) -> None:
        """Send what waits; the gateway accepts everything."""
        holds, closed = met(self.open), self.open.closed_at is not None
        for key, row in list(self.rows.items()):
            claimed = notices.claimed(row, holds, now, closed=closed)
            if claimed.state == "sending" and row.state == "due":
                self.sent.append((key, now, claimed.repeat))
                claimed = notices.answered(claimed, "accepted", now)
            self.rows[key] = claimed

    def steps(self) -> list[tuple[str, datetime, int]]:
        """Step, time due, seconds late of every step that told somebody."""
        told = [e for e in self.events if e.name == "step" and e.payload["ended"] == "told"]
        return [(e.payload["step"], e.at, e.payload["late_s"]) for e in told]

    def next_at(self) -> datetime | None:
        return next_step_at(self.open, self.rules)

    def _keep(self, outcome: alarms.AlarmOutcome) -> Alarm:
        self.alarm = outcome.alarm
        self.events += outcome.events
        for row in outcome.notices:
            assert row.key not in self.rows, f"{row.key} was told before"
            self.rows[row.key] = row
        return outcome.alarm


def posts(steps: Iterable[tuple[str, datetime, int]]) -> Mapping[str, float]:
    """Step -> seconds after 10:00:00 at which it was due."""
    return {code: (when - T0).total_seconds() for code, when, _ in steps}
