"""Committed deadlines that explain themselves.

A deadline is a limit on one of four clocks, run from a start over the district's work time; every stretch, counted
or not, is told. A deadline that reaches a year whose holidays are not published is provisional.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from dispatch.worktime import Clock, Limit, Segment, WorkTime, moment_at

Lamp = Literal["green", "yellow", "orange", "red"]
YELLOW_LEFT, ORANGE_LEFT = 0.5, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline with its explanation and the times at which its lamp changes; all times in the district's zone."""

    start_at: datetime
    due_at: datetime
    limit: Limit
    segments: tuple[Segment, ...]
    yellow_at: datetime
    orange_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One promise within a ticket: guard, repair, restore."""

    name: str
    limit: Limit


def due(start: datetime, limit: Limit, worktime: WorkTime) -> Due:
    """Compute a deadline.

    Parameters
    ----------
    start : datetime
        Aware.
    limit : Limit
    worktime : WorkTime

    Returns
    -------
    Due

    Raises
    ------
    BadWorkTimeError
        When the start has no offset.
    """
    segments = worktime.run(start, limit)
    end = segments[-1].end
    return Due(
        start_at=segments[0].start,
        due_at=end,
        limit=limit,
        segments=tuple(segments),
        yellow_at=moment_at(segments, 1 - YELLOW_LEFT),
        orange_at=moment_at(segments, 1 - ORANGE_LEFT),
        provisional=_provisional(segments, limit, worktime),
    )


def left_s(limit: Limit, now: datetime, due_at: datetime, worktime: WorkTime) -> int:
    """Return the seconds left of a deadline on the kind of clock of its limit, at least a minute.

    Parameters
    ----------
    limit : Limit
        Its clock decides: working seconds for the working clocks, plain seconds for the others.
    now, due_at : datetime
        Aware.
    worktime : WorkTime
        Shifts and holidays.

    Returns
    -------
    int
        At least 60, also when the deadline has passed.
    """
    if limit.clock in ("urgent_hour", "natural_day"):
        return max(60, int((due_at - now).total_seconds()))
    return max(60, worktime.work_seconds(now, due_at))


def clock_left(limit: Limit, seconds: int) -> Limit:
    """Return what was left of a limit, as `left_s` told it, as a limit of hours; at least a minute."""
    clock: Clock = "urgent_hour" if limit.clock in ("urgent_hour", "natural_day") else "work_hour"
    return Limit(amount=Decimal(f"{max(60, seconds) / 3600:.6f}"), clock=clock)


def _provisional(segments: list[Segment], limit: Limit, worktime: WorkTime) -> bool:
    if limit.clock not in ("work_hour", "work_day"):
        return False
    first, last = segments[0].start.year, segments[-1].end.year
    return any(
        not worktime.is_published(segments[0].start.date().replace(year=y, day=1))
        for y in range(first, last + 1)
    )


def lamp(now: datetime, yellow_at: datetime, orange_at: datetime, due_at: datetime) -> Lamp:
    """Return the colour of the clock: green above half of the time left, orange below a fifth, red when overdue.

    Parameters
    ----------
    now : datetime
        Aware, as all of them.
    yellow_at, orange_at : datetime
        From when half, and a fifth, of the time is left.
    due_at : datetime
        The deadline; it is kept up to and including this instant.

    Returns
    -------
    Lamp
    """
    if now > due_at:
        return "red"
    if now >= orange_at:
        return "orange"
    return "yellow" if now >= yellow_at else "green"


def explanation(found: Due) -> list[dict[str, object]]:
    """Tell a deadline stretch by stretch as plain values: ``from``, ``to``, ``counted_s``, ``why``."""
    return [
        {
            "from": s.start.isoformat(),
            "to": s.end.isoformat(),
            "counted_s": s.counted_s,
            "why": s.why,
        }
        for s in found.segments
    ]


def overdue_workdays(due_at: datetime, until: datetime, worktime: WorkTime) -> list[datetime]:
    """List the times at which a further working day has passed since a deadline, up to a time.

    The n-th is the deadline of ``n work_day`` that started when the first one ended; empty while none has passed.
    """
    passed: list[datetime] = []
    days = 1
    while True:
        at = worktime.run(due_at, Limit.parse(f"{days} work_day"))[-1].end
        if at > until:
            return passed
        passed.append(at)
        days += 1
