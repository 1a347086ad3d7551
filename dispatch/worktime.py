"""Working hours, holidays and swapped workdays; the four clocks that deadlines run on.

``urgent_hour`` and ``natural_day`` run without a break. ``work_hour`` runs inside the shifts of working days.
``work_day`` means, by setting, the same clock time on the n-th working day after the start (``same_clock``) or
n times the working day's length (``hours``).
Source: practice collected in the domain notes; the length of shifts differs by city and is a setting.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from dispatch.errors import BadFieldError, BadWorkTimeError

Clock = Literal["urgent_hour", "work_hour", "work_day", "natural_day"]
CLOCKS: tuple[Clock, ...] = ("urgent_hour", "work_hour", "work_day", "natural_day")
WorkdayMeans = Literal["same_clock", "hours"]
_LONGEST = {"urgent_hour": 24 * 366, "work_hour": 8 * 366, "work_day": 366, "natural_day": 366}
_SCAN_DAYS = 4000
_DAYS_KEPT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A length on one of the four clocks, such as ``2 work_day`` or ``1.5 work_hour``."""

    amount: Decimal
    clock: Clock

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read ``<number> <clock>``.

        Raises
        ------
        BadFieldError
            When the number or the clock cannot be read, is not positive or beyond one year.
        """
        allowed = "write a positive number and a clock, such as '4 work_hour'; clocks are " + ", ".join(
            CLOCKS
        )
        parts = text.split() if isinstance(text, str) else []
        if len(parts) != 2:
            raise BadFieldError("limit", text, allowed)
        for clock in CLOCKS:
            if parts[1] == clock:
                break
        else:
            raise BadFieldError("limit", text, allowed)
        try:
            amount = Decimal(parts[0])
        except InvalidOperation:
            raise BadFieldError("limit", text, allowed) from None
        if not amount.is_finite() or not 0 < amount <= _LONGEST[clock]:
            raise BadFieldError("limit", text, allowed + f", at most {_LONGEST[clock]} {clock}")
        return cls(amount=amount, clock=clock)

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.clock}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of time and whether it counted; the explanation of a deadline is a list of these."""

    start: datetime
    end: datetime
    counted_s: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """The published holidays and swapped workdays of one year."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str = ""

    def __post_init__(self) -> None:
        for day in self.holidays | self.workdays:
            if day.year != self.year:
                raise BadWorkTimeError(f"calendar {self.year} lists {day}, a day of another year")
        if both := self.holidays & self.workdays:
            raise BadWorkTimeError(
                f"calendar {self.year}: {min(both)} is holiday and swapped workday at once"
            )
        for day in self.workdays:
            if day.weekday() < 5:
                raise BadWorkTimeError(f"calendar {self.year}: swapped workday {day} is no weekend day")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTime:
    """Zone, shifts and calendar of a district.

    Raises
    ------
    BadWorkTimeError
        When shifts are empty, reversed or overlapping.
    """

    zone: ZoneInfo
    shifts: tuple[tuple[time, time], ...]
    years: tuple[CalendarYear, ...] = ()
    workday_means: WorkdayMeans = "same_clock"
    _days: dict[date, tuple[Segment, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not self.shifts:
            raise BadWorkTimeError("work time has no shift; give at least one, such as 08:00-12:00")
        for start, end in self.shifts:
            if start >= end:
                raise BadWorkTimeError(f"shift {start:%H:%M}-{end:%H:%M} ends before it starts")
        for (_, end), (start, _) in pairwise(self.shifts):
            if start < end:
                raise BadWorkTimeError(f"shift starting {start:%H:%M} overlaps the one ending {end:%H:%M}")

    @property
    def day_s(self) -> int:
        """Working seconds of one full working day."""
        return sum(_seconds(end) - _seconds(start) for start, end in self.shifts)

    @property
    def holidays(self) -> frozenset[date]:
        """Public holidays of all published years."""
        return frozenset(day for year in self.years for day in year.holidays)

    def day_kind(self, day: date) -> str:
        """One of ``workday``, ``swapped workday``, ``weekend``, ``holiday``."""
        for year in self.years:
            if year.year == day.year:
                if day in year.holidays:
                    return "holiday"
                if day in year.workdays:
                    return "swapped workday"
        return "weekend" if day.weekday() >= 5 else "workday"

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on this day."""
        return self.day_kind(day) in ("workday", "swapped workday")

    def is_published(self, day: date) -> bool:
        """Tell whether the holidays of the day's year are known."""
        return any(year.year == day.year for year in self.years)

    def local(self, at: datetime) -> datetime:
        """Convert to the district's zone.

        Raises
        ------
        BadWorkTimeError
            When the time carries no offset.
        """
        if at.tzinfo is None:
            raise BadWorkTimeError(f"time {at.isoformat()} has no offset; write one, such as +08:00")
        return at.astimezone(self.zone)

    def run(self, start: datetime, limit: Limit) -> list[Segment]:
        """Let a limit run from a start and tell every stretch, counted or not.

        Parameters
        ----------
        start : datetime
            Aware.
        limit : Limit

        Returns
        -------
        list of Segment
            In order and without gaps from ``start`` to the deadline, which is the end of the last one; times are
            in the district's zone.
        """
        at = self.local(start)
        if limit.clock == "urgent_hour":
            return [_straight(at, limit.amount * 3600, "runs day and night")]
        if limit.clock == "natural_day":
            return [_straight(at, limit.amount * 86400, "natural days")]
        if limit.clock == "work_hour":
            return self._count_hours(at, int(limit.amount * 3600))
        if self.workday_means == "hours" or limit.amount != int(limit.amount):
            return self._count_hours(at, int(limit.amount * self.day_s))
        return self._count_days(at, int(limit.amount))

    def work_seconds(self, start: datetime, end: datetime) -> int:
        """Working seconds between two times; 0 when the end is not after the start."""
        if end <= start:
            return 0
        return sum(s.counted_s for s in self._stretches(self.local(start), until=self.local(end)))

    def _stretches(self, at: datetime, until: datetime | None = None) -> Iterator[Segment]:
        """Yield all stretches from a time on, alternately idle and working, merged by reason within a day."""
        day = at.date()
        for _ in range(_SCAN_DAYS):
            for piece in self._day(day):
                if piece.end <= at:
                    continue
                if until is not None and piece.start >= until:
                    return
                if piece.start >= at and (until is None or piece.end <= until):
                    yield piece
                    continue
                start, end = max(piece.start, at), piece.end if until is None else min(piece.end, until)
                counted = int((end - start).total_seconds()) if piece.counted_s else 0
                yield Segment(start=start, end=end, counted_s=counted, why=piece.why)
            day += timedelta(days=1)
            if until is not None and day > until.date():
                return
        raise BadWorkTimeError(f"no working time found within {_SCAN_DAYS} days of {at.date()}")

    def _day(self, day: date) -> tuple[Segment, ...]:
        """Return the stretches of a whole day; kept, since most deadlines run over the same few weeks."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            known = self._days.setdefault(day, tuple(self._pieces(day)))
        return known

    def _pieces(self, day: date) -> Iterator[Segment]:
        kind = self.day_kind(day)
        shifts = self.shifts if kind in ("workday", "swapped workday") else ()
        cursor = datetime.combine(day, time(0), self.zone)
        for start, end in shifts:
            opens, closes = datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone)
            if cursor < opens:
                yield Segment(start=cursor, end=opens, counted_s=0, why="outside working hours")
            yield Segment(start=opens, end=closes, counted_s=_seconds(end) - _seconds(start), why=kind)
            cursor = closes
        after = datetime.combine(day + timedelta(days=1), time(0), self.zone)
        if cursor < after:
            yield Segment(
                start=cursor, end=after, counted_s=0, why="outside working hours" if shifts else kind
            )

    def _count_hours(self, at: datetime, left_s: int) -> list[Segment]:
        told: list[Segment] = []
        for piece in self._stretches(at):
            if piece.counted_s >= left_s > 0:
                end = _plus(piece.start, left_s)
                told.append(Segment(start=piece.start, end=end, counted_s=left_s, why=piece.why))
                return _merged(told)
            left_s -= piece.counted_s
            told.append(piece)
        return told

    def _count_days(self, at: datetime, days: int) -> list[Segment]:
        """Go to the same clock time on the n-th working day.

        A start outside working hours counts from the next opening; when that is the opening of a day, that day is
        the first of the n, and the deadline is the end of the n-th.
        """
        begin = next(piece.start for piece in self._stretches(at) if piece.counted_s)
        whole_days = begin != at and begin.timetz().replace(tzinfo=None) == self.shifts[0][0]
        day, left = begin.date(), days - whole_days
        while left:
            day += timedelta(days=1)
            left -= self.is_workday(day)
        clock = self.shifts[-1][1] if whole_days else begin.timetz().replace(tzinfo=None)
        due = datetime.combine(day, clock, self.zone)
        return _merged(list(self._stretches(at, until=due)))


def moment_at(segments: list[Segment], fraction: float) -> datetime:
    """Time at which the given fraction of the counted seconds has run; the end when nothing counted.

    Parameters
    ----------
    segments : list of Segment
        Not empty.
    fraction : float
        0 to 1.
    """
    left = fraction * sum(s.counted_s for s in segments)
    for segment in segments:
        if segment.counted_s and segment.counted_s >= left:
            return _plus(segment.start, int(left))
        left -= segment.counted_s
    return segments[-1].end


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _plus(at: datetime, seconds: int) -> datetime:
    """Add elapsed seconds, correct across a change of the zone's offset."""
    return (at.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(at.tzinfo)


def _straight(at: datetime, seconds: Decimal, why: str) -> Segment:
    return Segment(start=at, end=_plus(at, int(seconds)), counted_s=int(seconds), why=why)


def _merged(pieces: list[Segment]) -> list[Segment]:
    """Join neighbouring idle stretches of one reason, so that a long holiday is one line."""
    told: list[Segment] = []
    for piece in pieces:
        last = told[-1] if told else None
        if last and not last.counted_s and not piece.counted_s and last.why == piece.why:
            told[-1] = Segment(start=last.start, end=piece.end, counted_s=0, why=last.why)
        else:
            told.append(piece)
    return told
