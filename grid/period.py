"""Periods of time and the arithmetic of months, in the district's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.errors import BadFieldError

EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time [start, end), both aware."""

    start: datetime
    end: datetime

    @property
    def last_day(self) -> date:
        """The day of the last instant, in the zone of ``end``."""
        return (self.end - timedelta(microseconds=1)).date()

    def before(self) -> "Period":
        """Return the period of the same length that ends where this one starts."""
        return Period(start=self.start - (self.end - self.start), end=self.start)


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
    return Period(start=whole.start, end=min(whole.end, now))


def months_over(begun: datetime, zone: ZoneInfo, now: datetime) -> list[str]:
    """List the months that ended between two times and that the first is not later than, the oldest first."""
    month, months = month_before(month_of(now, zone)), []
    while month_period(month, zone).end > begun:
        months.append(month)
        month = month_before(month)
    return months[::-1]
