"""Causes of alarms: what raises them, their queue, their ladder by hour; and what an alarm can turn out to be."""

from dataclasses import dataclass
from datetime import time

from dispatch.errors import DispatchError

QUEUES = ("emergency", "community", "life")
UNBOUND = "unbound"
INACTIVITY = "inactivity"
INACTIVITY_NIGHT = "inactivity_night"
BUILT_IN = frozenset({UNBOUND, INACTIVITY, INACTIVITY_NIGHT})
"""Causes that the program raises of itself: a device nobody knows, and the silence of a home by day and by night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A part of the day, across midnight when it ends before it starts; the end is outside."""

    start: time
    end: time

    def holds(self, clock: time) -> bool:
        """Tell whether a time of day is inside."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an alarm is raised.

    ``raised_by`` are messages that raise it at once, such as ``press:emergency`` or ``smoke``; others are raised by a
    countdown or by silence. ``items`` are codes of the service catalogue that mean it when somebody asks for them.
    ``at_hours`` are ladders for parts of the day, the first that holds is taken.
    """

    code: str
    name_zh: str
    name_en: str
    queue: str
    ladder: str
    raised_by: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    at_hours: tuple[tuple[Hours, str], ...] = ()

    def __post_init__(self) -> None:
        if self.queue not in QUEUES:
            raise DispatchError(f"cause {self.code}: queue {self.queue!r} is none of {', '.join(QUEUES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What an alarm turned out to be.

    ``wants`` has to hold before it is said: that the person was ``met``, by voice or in person, that the alarm was
    ``handed_over``, or nothing. ``counts`` in the figures of how soon alarms are answered; ``visit`` within a day.
    """

    code: str
    name_zh: str
    name_en: str
    wants: str = ""
    counts: bool = True
    visit: bool = False

    def __post_init__(self) -> None:
        if self.wants not in ("", "met", "handed_over"):
            raise DispatchError(
                f"closing {self.code}: wants is met, handed_over or nothing, not {self.wants!r}"
            )
