"""Periods of time and the arithmetic of months, in the district's zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.errors import BadFieldError

EARLIEST_YEAR = 2000
PERIODS = ("today", "7d", "30d", "month", "last-month", "quarter", "year", "last-year")
"""Periods with a name; the others are months, quarters, years and stretches of days, see `period_named`."""
DAYS = re.compile(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2})\.\.(2[0-9]{3}-[0-9]{2}-[0-9]{2})")
CALENDAR = re.compile(r"(2[0-9]{3})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")
LONGEST_DAYS = 3660
"""Days of the longest stretch, ten years: also of an error that nobody meant."""
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
    return f"{_months_on(date.fromisoformat(f'{month}-01'), -count):%Y-%m}"


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
        One of `PERIODS`, a month such as ``2026-11``, a quarter such as ``2026-Q4``, a year such as ``2026``, or two days
        such as ``2026-03-02..2026-05-15``, both included. ``7d`` and ``30d`` are whole days, the present one among them.
    zone : ZoneInfo
        The district's zone; days begin there.
    now : datetime

    Raises
    ------
    BadFieldError
        When it is no such name or lies before the year 2000, has not begun, or is longer than `LONGEST_DAYS`.
    """
    first, end, _ = _days_of(name, now.astimezone(zone).date())
    start, end_at = (datetime.combine(day, time(0), zone) for day in (first, end))
    return Period(start=start, end=min(end_at, now.astimezone(zone)))


def period_before(name: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return what a named period is compared with: as many days, or the month, quarter or year before.

    A period that still runs is compared with as much of the earlier one as has passed of it.

    Raises
    ------
    BadFieldError
        See `period_named`.
    """
    first, end, earlier = _days_of(name, now.astimezone(zone).date())
    start, over, before = (datetime.combine(day, time(0), zone) for day in (first, end, earlier))
    if over <= now:
        return Period(start=before, end=start)
    return Period(start=before, end=min(start, _stepped(before, before + (now.astimezone(zone) - start))))


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


def _days_of(name: str, today: date) -> tuple[date, date, date]:
    """Return the first day of a named period, the day after its last, and the first of the period it is compared with."""
    first, end, earlier = _span(name, today)
    if first > today:
        raise BadFieldError("period", name, "the period has not begun; give one that has")
    return first, end, earlier


def _span(name: str, today: date) -> tuple[date, date, date]:
    if days := {"today": 1, "7d": 7, "30d": 30}.get(name, 0):
        return _stretch(today - timedelta(days=days - 1), today)
    if days_told := DAYS.fullmatch(name):
        try:
            first, last = (date.fromisoformat(day) for day in days_told.groups())
        except ValueError:
            raise _unknown(name) from None
        if not timedelta() <= last - first < timedelta(days=LONGEST_DAYS):
            raise BadFieldError("period", name, f"two days in their order, at most {LONGEST_DAYS} days")
        return _stretch(first, last)
    month, year = date(today.year, today.month, 1), date(today.year, 1, 1)
    named = {
        "month": (month, 1),
        "last-month": (_months_on(month, -1), 1),
        "quarter": (_months_on(year, (today.month - 1) // 3 * 3), 3),
        "year": (year, 12),
        "last-year": (_months_on(year, -12), 12),
    }
    first, months = named.get(name) or _calendar(name)
    return first, _months_on(first, months), _months_on(first, -months)


def _stretch(first: date, last: date) -> tuple[date, date, date]:
    end = last + timedelta(days=1)
    return first, end, first - (end - first)


def _calendar(name: str) -> tuple[date, int]:
    """Return the first day and the number of months of a month, quarter or year."""
    told = CALENDAR.fullmatch(name)
    if told is None:
        raise _unknown(name)
    year, quarter, month = (int(part) if part else 0 for part in told.groups())
    if quarter:
        return date(year, 3 * quarter - 2, 1), 3
    return date(year, month or 1, 1), 1 if month else 12


def _months_on(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _unknown(name: str) -> BadFieldError:
    return BadFieldError(
        "period",
        name,
        f"one of {', '.join(PERIODS)}, or from the year {EARLIEST_YEAR} on such as 2026, 2026-Q4, 2026-11, 2026-03-02..2026-05-15",
    )


def _stepped(start: datetime, end: datetime) -> datetime:
    return start + (end - start) // STEP * STEP


def months_over(begun: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """List the months that ended between two times and that the first is not later than, the oldest first."""
    month, months = month_before(month_of(now, zone)), []
    while month_period(month, zone).end > begun:
        months.append(month)
        month = month_before(month)
    return months[::-1]
