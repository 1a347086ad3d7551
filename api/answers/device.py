"""What is answered about safety devices."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from api.answers.person import PersonAnswer
from data.queries.alarms import OpenRepair
from data.registers.devices import Coverage
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.inside import Inside


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswer(Answer, AlarmDevice):
    """A safety device in a resident's home; ``live`` tells whether it was heard of lately."""

    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage(Answer):
    """One page of devices; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[DeviceAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTaken(Answer):
    """A message that is on disk: what came of it, the alarm it raised or belongs to, and the time it counts at."""

    id: str
    answer: str
    alarm: str
    at: datetime
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideNow(Answer):
    """Who is inside now, nearest to an alarm first."""

    items: tuple[Inside, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs(Answer):
    """Devices that somebody has to see to; how many devices there are, and how many are live."""

    items: tuple[OpenRepair, ...]
    devices: int
    live: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitledPage(Answer):
    """One page of those who may have a device and have none, masked; and how many are equipped, by community."""

    items: tuple[PersonAnswer, ...]
    next: str | None
    coverage: tuple[Coverage, ...]
