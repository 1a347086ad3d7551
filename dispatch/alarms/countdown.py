"""Stays and states that become an alarm when they last: in the toilet, out of bed, a door left open, a fall not undone.

A countdown is a fact with a due time, so that a restart keeps every timer. It ends with the message that undoes it;
after it has raised an alarm that message is only told to the alarm, which a person closes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.alarms.cause import Hours
from dispatch.errors import BadFieldError, DispatchError

ENDED_BY = ("undone", "elsewhere", "closed", "removed")
"""The message that undoes it; a sign of life elsewhere in the home, so that the exit was lost; a person closed the
alarm it raised; the device was taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountdownRule:
    """What counts down: it starts with one kind of message of one kind of device and ends with another.

    ``hours`` limit when it starts. ``elsewhere`` lets a sign of life from another device of the same home end it.

    Raises
    ------
    DispatchError
        When the usual time is outside what a person's own plan may say.
    """

    cause: str
    device: str
    starts: str
    ends: str
    after: timedelta
    least: timedelta
    most: timedelta
    hours: Hours | None = None
    elsewhere: bool = False

    def __post_init__(self) -> None:
        if not timedelta(0) < self.least <= self.after <= self.most:
            raise DispatchError(f"countdown {self.cause}: after_s has to lie within least_s and most_s")
        if self.starts == self.ends:
            raise DispatchError(f"countdown {self.cause}: it cannot start and end with {self.starts}")

    def limit(self, own_s: int | None) -> timedelta:
        """Give how long it may last, by the person's own plan where that says so.

        Raises
        ------
        BadFieldError
            When the person's own time is outside what the catalogue allows.
        """
        if own_s is None:
            return self.after
        if not self.least <= timedelta(seconds=own_s) <= self.most:
            allowed = (
                f"{self.cause} may be {self.least.total_seconds():.0f} to {self.most.total_seconds():.0f} s"
            )
            raise BadFieldError("limits_s", own_s, allowed)
        return timedelta(seconds=own_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """One stay or state of one device; ``since`` is when it began, ``due_at`` when it becomes an alarm.

    ``alarm`` is the alarm it raised, empty before. ``again`` counts further starts while it lasted: an exit between
    them was lost or the sensor repeats itself; the first start counts, since a false alarm costs a call and a missed
    one may cost a life.
    """

    device: str
    resident: str
    cause: str
    since: datetime
    due_at: datetime
    alarm: str = ""
    again: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def open(self) -> bool:
        """Whether the stay lasts as far as anybody knows."""
        return self.ended_at is None


def begun(
    rule: CountdownRule,
    who: tuple[str, str],
    at: datetime,
    received_at: datetime,
    times: tuple[timedelta, timedelta],
) -> Countdown:
    """Begin a countdown.

    Parameters
    ----------
    rule : CountdownRule
    who : (str, str)
        Device and resident.
    at, received_at : datetime
        When it began, and when that was heard of.
    times : (timedelta, timedelta)
        How long it may last, and how long one that is over on arrival waits for messages still on their way.

    Returns
    -------
    Countdown
        Due exactly the limit after ``at``.
    """
    limit, settle = times
    due_at = at + limit
    if due_at <= received_at:
        due_at = received_at + settle
    return Countdown(device=who[0], resident=who[1], cause=rule.cause, since=at, due_at=due_at)


def started_again(countdown: Countdown) -> Countdown:
    """Note a further start while it lasts."""
    return replace(countdown, again=countdown.again + 1)


def ended(countdown: Countdown, at: datetime, by: str) -> Countdown:
    """End a countdown; an end before its start, come late, changes nothing, nor does a second end."""
    if not countdown.open or at < countdown.since:
        return countdown
    return replace(countdown, ended_at=at, ended_by=by)


def is_due(countdown: Countdown, now: datetime) -> bool:
    """Tell whether it becomes an alarm: at its due time, not a moment before."""
    return countdown.open and not countdown.alarm and now >= countdown.due_at


def raised(countdown: Countdown, alarm: str) -> Countdown:
    """Note the alarm it raised; the stay itself goes on until it ends."""
    return replace(countdown, alarm=alarm)


def moved(countdown: Countdown, by: timedelta) -> Countdown:
    """Move what still waits by as much as the clock of the server was moved."""
    if not countdown.open or countdown.alarm:
        return countdown
    return replace(countdown, due_at=countdown.due_at + by)
