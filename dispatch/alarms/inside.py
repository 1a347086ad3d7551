"""Who is inside now, and for how long: the live list of toilet stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch.alarms.countdown import Countdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """One line of the list. ``left_s`` is the time to the alarm, 0 once it was raised; ``alarm`` is its number."""

    device: str
    resident: str
    cause: str
    since: datetime
    inside_s: int
    left_s: int
    alarm: str
    again: int


def inside_now(countdowns: Iterable[Countdown], now: datetime, cause: str = "") -> tuple[Inside, ...]:
    """List the stays that last, nearest to its alarm first; those with an alarm stand on top, the oldest first.

    Parameters
    ----------
    countdowns : iterable of Countdown
    now : datetime
    cause : str, optional
        Only of this cause.

    Returns
    -------
    tuple of Inside
        Empty when nobody is inside.
    """
    lines = [
        Inside(
            device=c.device,
            resident=c.resident,
            cause=c.cause,
            since=c.since,
            inside_s=max(0, int((now - c.since).total_seconds())),
            left_s=0 if c.alarm else max(0, int((c.due_at - now).total_seconds())),
            alarm=c.alarm,
            again=c.again,
        )
        for c in countdowns
        if c.open and (not cause or c.cause == cause)
    ]
    return tuple(sorted(lines, key=lambda line: (not line.alarm, line.left_s, line.since, line.device)))
