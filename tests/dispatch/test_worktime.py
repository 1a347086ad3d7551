"""Working time: one case a row, with weekday and reason."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, BadWorkTimeError
from dispatch.worktime import CalendarYear, Limit, WorkTime, moment_at

WORK = read_catalogue().rulebook.worktime
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-11-18T10:30", "4 work_hour", "2026-11-18T16:30"),  # Wed: 1.5 h to noon, 2.5 h from 14:00
        ("2026-11-18T14:00", "4 work_hour", "2026-11-18T18:00"),  # Wed: ends exactly with the shift and stays
        ("2026-11-18T12:30", "1 work_hour", "2026-11-18T15:00"),  # Wed: starts in the noon pause
        ("2026-11-20T17:00", "2 work_hour", "2026-11-23T09:00"),  # Fri over the weekend
        ("2026-11-21T10:00", "1 work_hour", "2026-11-23T09:00"),  # Sat: nothing counts before Monday
        (
            "2026-02-13T16:00",
            "2 work_day",
            "2026-02-24T16:00",
        ),  # Fri; Sat 14th is a swapped workday, then Spring Festival
        (
            "2026-09-30T17:30",
            "8 work_hour",
            "2026-10-08T17:30",
        ),  # Wed 0.5 h, then Thu 8 October, after the holiday
        ("2026-11-18T10:30", "1 work_day", "2026-11-19T10:30"),  # Wed: same clock on Thursday
        ("2026-11-20T10:30", "1 work_day", "2026-11-23T10:30"),  # Fri: same clock on Monday
        ("2026-11-21T10:30", "1 work_day", "2026-11-23T18:00"),  # Sat: Monday is the one day, to its end
        ("2026-11-20T19:00", "1 work_day", "2026-11-23T18:00"),  # Fri evening: likewise
        ("2026-11-18T12:30", "1 work_day", "2026-11-19T14:00"),  # Wed noon: the clock really starts at 14:00
        ("2026-11-18T18:00", "2 work_day", "2026-11-20T18:00"),  # Wed at closing: Thursday and Friday whole
        ("2026-11-20T22:00", "3 urgent_hour", "2026-11-21T01:00"),  # Fri night: runs on
        ("2026-02-16T09:00", "2 natural_day", "2026-02-18T09:00"),  # holiday: natural days run on
        ("2026-09-18T17:00", "2 work_hour", "2026-09-20T09:00"),  # Fri; Sunday 20th is a swapped workday
        ("2026-11-18T10:00", "1.5 work_hour", "2026-11-18T11:30"),  # Wed: halves count
    ],
)
def test_deadlines(start: str, limit: str, end: str) -> None:
    found = WORK.run(datetime.fromisoformat(start + "+08:00"), Limit.parse(limit))
    assert found[-1].end.isoformat(timespec="minutes") == end + "+08:00"


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_agrees_with_the_published_calendar(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert WORK.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "work_day",
        "two work_day",
        "0 work_day",
        "-1 work_hour",
        "nan work_hour",
        "2 days",
        "1e9 work_day",
        "2 work_day extra",
        "inf urgent_hour",
    ],
)
def test_unreadable_limits_are_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(BadFieldError, match="clocks are urgent_hour") as caught:
        Limit.parse(text)
    assert caught.value.field == "limit"


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(BadWorkTimeError, match="has no offset"):
        WORK.run(datetime(2026, 11, 18, 10), Limit.parse("1 work_hour"))  # noqa: DTZ001 - the point of the test


instants = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
limits = st.builds(
    lambda n, clock: Limit.parse(f"{n} {clock}"),
    st.integers(1, 40),
    st.sampled_from(["urgent_hour", "work_hour", "work_day", "natural_day"]),
)


@given(start=instants, limit=limits)
def test_the_explanation_is_whole_and_adds_up(start: datetime, limit: Limit) -> None:
    told = WORK.run(start, limit)
    assert told[0].start == start
    assert all(a.end == b.start for a, b in pairwise(told))
    counted = sum(s.counted_s for s in told)
    assert counted <= (told[-1].end - start).total_seconds()
    if limit.clock == "work_hour":
        assert counted == int(limit.amount) * 3600
        assert WORK.work_seconds(start, told[-1].end) == counted
    if limit.clock == "work_day":
        assert abs(counted - int(limit.amount) * WORK.day_s) <= WORK.day_s
    if limit.clock in ("work_hour", "work_day"):
        assert WORK.is_workday(told[-1].end.date())


@given(start=instants, limit=limits, later=st.integers(0, 100_000))
def test_who_starts_later_is_due_no_earlier(start: datetime, limit: Limit, later: int) -> None:
    second = WORK.run(start + timedelta(seconds=later), limit)[-1].end
    assert second >= WORK.run(start, limit)[-1].end


@given(start=instants, limit=limits, fraction=st.floats(0, 1))
def test_moments_lie_within_and_rise(start: datetime, limit: Limit, fraction: float) -> None:
    told = WORK.run(start, limit)
    at = moment_at(told, fraction)
    assert told[0].start <= at <= told[-1].end
    assert moment_at(told, 1.0) <= told[-1].end
    assert moment_at(told, fraction / 2) <= at


@pytest.mark.parametrize("shifts", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18)))])
def test_impossible_shifts_are_refused(shifts: tuple) -> None:
    with pytest.raises(BadWorkTimeError):
        WorkTime(zone=BEIJING, shifts=shifts)


def test_a_day_cannot_be_holiday_and_workday() -> None:
    day = date(2026, 2, 14)
    with pytest.raises(BadWorkTimeError, match="at once"):
        CalendarYear(year=2026, holidays=frozenset({day}), workdays=frozenset({day}))
