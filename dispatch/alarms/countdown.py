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
        """Return how long it may last, by the person's own plan where that says so, within what the table allows."""
        own = self.after if own_s is None else timedelta(seconds=own_s)
        return min(max(own, self.least), self.most)

    def check(self, own_s: int) -> None:
        """Let through what a person's own plan may say.

        Raises
        ------
        BadFieldError
            When the time is outside what the table allows.
        """
        if not self.least <= timedelta(seconds=own_s) <= self.most:
            least_s, most_s = self.least.total_seconds(), self.most.total_seconds()
            raise BadFieldError("limits_s", own_s, f"{self.cause} may be {least_s:.0f} to {most_s:.0f} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """One stay or state of one device; ``since`` is when it began, ``due_at`` when it becomes an alarm.

    ``alarm`` is the alarm it raised, empty before. ``starts`` are all starts heard of while it lasts, the earliest is
    ``since``: an exit between them was lost or is still on its way, or the sensor repeats itself. The first start
    counts, since a false alarm costs a call and a missed one may cost a life.
    """

    device: str
    resident: str
    cause: str
    since: datetime
    due_at: datetime
    limit_s: int
    starts: tuple[datetime, ...] = ()
    alarm: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def open(self) -> bool:
        """Whether the stay lasts as far as anybody knows."""
        return self.ended_at is None

    @property
    def again(self) -> int:
        """How often it was started again while it lasted."""
        return max(0, len(self.starts) - 1)


def begun(rule: CountdownRule, who: tuple[str, str], at: datetime, limit: timedelta) -> Countdown:
    """Begin a countdown.

    Parameters
    ----------
    rule : CountdownRule
    who : tuple of (str, str)
        Numbers of device and resident.
    at : datetime
        Aware; when it began.
    limit : timedelta
        It is due exactly so long after.

    Returns
    -------
    Countdown
    """
    return Countdown(
        device=who[0],
        resident=who[1],
        cause=rule.cause,
        since=at,
        due_at=at + limit,
        limit_s=int(limit.total_seconds()),
        starts=(at,),
    )


def settled(countdown: Countdown, received_at: datetime, settle: timedelta) -> Countdown:
    """Let a countdown that is over when it is heard of wait for messages still on their way."""
    if countdown.alarm or countdown.due_at > received_at:
        return countdown
    return replace(countdown, due_at=received_at + settle)


def started_again(countdown: Countdown, at: datetime) -> Countdown:
    """Note a further start while it lasts; one from before its beginning, come late, is its beginning."""
    starts = tuple(sorted({*countdown.starts, at}))
    if at >= countdown.since:
        return replace(countdown, starts=starts)
    due_at = min(countdown.due_at, at + timedelta(seconds=countdown.limit_s))
    return replace(countdown, starts=starts, since=at, due_at=due_at)


def ended(countdown: Countdown, at: datetime, by: str) -> tuple[Countdown, ...]:
    """End a countdown.

    Parameters
    ----------
    countdown : Countdown
    at : datetime
    by : str
        One of `ENDED_BY`.

    Returns
    -------
    tuple of Countdown
        The ended one, and the next when a start from after ``at`` was heard of before this end; empty when it was
        ended already or began after ``at``, so that a late end changes nothing.
    """
    if not countdown.open or at < countdown.since:
        return ()
    over = replace(countdown, ended_at=at, ended_by=by, starts=tuple(s for s in countdown.starts if s <= at))
    later = tuple(s for s in countdown.starts if s > at)
    if not later:
        return (over,)
    due_at = later[0] + timedelta(seconds=countdown.limit_s)
    following = replace(countdown, since=later[0], due_at=due_at, starts=later, alarm="")
    return (over, following)


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
