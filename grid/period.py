"""Periods of time and the arithmetic of months, in the district's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.errors import BadFieldError

EARLIEST_YEAR = 2000
PERIODS = ("today", "7d", "30d", "month", "last-month")
"""Periods with a name; the others are months such as ``2026-11``."""
STEP = timedelta(minutes=15)
"""An earlier stretch ends at a full quarter of an hour, so that what was read of it can be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time [start, end), both aware."""

    start: datetime
    end: datetime

    @property
    def last_day(self) -> date:
        """The day of the last instant, in the zone of ``end``."""
        return (self.end - timedelta(microseconds=1)).date()

    def holds(self, at: datetime | None) -> bool:
        """Tell whether a time lies in the period; None lies in none."""
        return at is not None and self.start <= at < self.end


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """Return the month of a time in a zone, such as ``2026-11``."""
    return f"{at.astimezone(zone):%Y-%m}"


def month_before(month: str, count: int = 1) -> str:
    """Return the month that lies ``count`` months before another; negative counts go forward."""
    first = date.fromisoformat(f"{month}-01")
    months = first.year * 12 + first.month - 1 - count
    return f"{date(months // 12, months % 12 + 1, 1):%Y-%m}"


def month_period(month: str, zone: ZoneInfo) -> Period:
    """Return a month as the period from its first instant to that of the next, in a zone.

    Raises
    ------
    BadFieldError
        When the text is no month such as ``2026-11``, or lies before the year 2000.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        raise BadFieldError("month", month, "write a month such as 2026-11") from None
    if first.year < EARLIEST_YEAR:
        raise BadFieldError("month", month, f"months from {EARLIEST_YEAR} on")
    return Period(
        start=datetime.combine(first, time(0), zone), end=datetime.combine(following, time(0), zone)
    )


def month_so_far(month: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return a month cut off at the present: whole when it is over.

    Raises
    ------
    BadFieldError
        When the text is no month, or the month has not begun.
    """
    whole = month_period(month, zone)
    if whole.start > now:
        raise BadFieldError("month", month, "the month has not begun; give this one or an earlier one")
    return Period(start=whole.start, end=min(whole.end, now.astimezone(zone)))


def period_named(name: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return a period by its name, up to the present where it still runs.

    Parameters
    ----------
    name : str
        One of `PERIODS`, or a month such as ``2026-11``. ``7d`` and ``30d`` are whole days, the present one among them.
    zone : ZoneInfo
        The district's zone; days and months begin there.
    now : datetime

    Raises
    ------
    BadFieldError
        When it is no such name, or a month that has not begun.
    """
    if days := _days(name):
        first = now.astimezone(zone).date() - timedelta(days=days - 1)
        return Period(start=datetime.combine(first, time(0), zone), end=now.astimezone(zone))
    return month_so_far(_month_named(name, zone, now), zone, now)


def period_before(name: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return what a named period is compared with: the same stretch, as many days or one month earlier.

    A period that still runs is compared with as much of the earlier one as has passed of it.

    Raises
    ------
    BadFieldError
        See `period_named`.
    """
    if days := _days(name):
        period = period_named(name, zone, now)
        start = datetime.combine(period.start.date() - timedelta(days=days), time(0), zone)
        return Period(start=start, end=_stepped(start, start + (period.end - period.start)))
    return month_earlier(_month_named(name, zone, now), 1, zone, now)


def month_earlier(month: str, count: int, zone: ZoneInfo, now: datetime) -> Period:
    """Return the same stretch of the month that lies some months before another.

    Parameters
    ----------
    month : str
        Such as 2026-11.
    count : int
        How many months earlier.
    zone : ZoneInfo
        Where months begin at midnight.
    now : datetime
        Aware; decides whether the month still runs.

    Returns
    -------
    Period
        Whole for a month that is over, as long as the running one has lasted otherwise.

    Raises
    ------
    BadFieldError
        See `month_so_far`.
    """
    period, earlier = month_so_far(month, zone, now), month_period(month_before(month, count), zone)
    if period == month_period(month, zone):
        return earlier
    end = _stepped(earlier.start, earlier.start + (period.end - period.start))
    return Period(start=earlier.start, end=min(earlier.end, end))


def _days(name: str) -> int:
    return {"today": 1, "7d": 7, "30d": 30}.get(name, 0)


def _month_named(name: str, zone: ZoneInfo, now: datetime) -> str:
    this = month_of(now, zone)
    return {"month": this, "last-month": month_before(this)}.get(name, name)


def _stepped(start: datetime, end: datetime) -> datetime:
    return start + (end - start) // STEP * STEP


def months_over(begun: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """List the months that ended between two times and that the first is not later than, the oldest first."""
    month, months = month_before(month_of(now, zone)), []
    while month_period(month, zone).end > begun:
        months.append(month)
        month = month_before(month)
    return months[::-1]
