"""What is answered to those who run the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerAnswer(Answer):
    """What a timer did last; ``last_run`` is null before the first time.

    ``held`` tells why it waits for a person, empty while it runs; ``aside`` counts the cases it left for one.
    """

    last_run: datetime | None
    duration_s: float
    done: int
    failures: int
    held: str
    aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAnswer(Answer):
    """The line to the broker of devices, since when it stands so; ``why`` tells what is wrong with it.

    ``taken`` and ``refused`` count messages since the start, ``waiting`` those that came and are not on disk;
    ``last_message`` is null before the first. ``offline`` are gateways whose last will came.
    """

    state: Literal["off", "elsewhere", "lost", "connected"]
    since: datetime | None
    why: str
    last_message: datetime | None
    taken: int
    refused: int
    waiting: int
    offline: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Answer):
    """Whether the process can serve; ``lag_s`` is how long ago it last followed what others commit.

    ``degraded`` while something beside taking reports is not done, as ``problems`` tell; ``lagging`` when others'
    changes are not followed. ``catalogue`` is the version of the rules in force; ``rules_since`` when the table of
    responsibility in it was put in force, null for that of the catalogue's folder.
    """

    status: Literal["ok", "degraded", "lagging"]
    lag_s: float
    problems: tuple[str, ...]
    disk_free_bytes: int
    district: str
    catalogue: str
    rules_since: datetime | None
    started_at: datetime
    events: int
    listening: int
    stranded_providers: int
    timers: Mapping[str, TimerAnswer]
    broker: BrokerAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing(Answer):
    """The store does not answer."""

    status: Literal["failing"]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerReleased(Answer):
    """A timer that may go on."""

    name: str
    held: bool
    why: str
