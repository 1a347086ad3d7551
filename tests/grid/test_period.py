"""Named periods, what they are compared with, and the arithmetic of months."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError
from grid.period import (
    PERIODS,
    STEP,
    Period,
    month_before,
    month_of,
    month_period,
    months_over,
    period_before,
    period_named,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 37, tzinfo=ZONE)  # a Wednesday
OVER = ("2026-02", "2024-02", "2026-03", "2025", "2026-Q1", "2025-12-29..2026-01-04")
NAMES = st.sampled_from((*PERIODS, *OVER))
MOMENTS = st.builds(
    datetime(2026, 4, 1, tzinfo=UTC).__add__, st.timedeltas(timedelta(), timedelta(days=1300))
)


def told(period: Period) -> tuple[str, str]:
    return f"{period.start:%Y-%m-%d %H:%M}", f"{period.end:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("name", "now", "before"),
    [
        ("today", ("2026-11-18 00:00", "2026-11-18 10:37"), ("2026-11-17 00:00", "2026-11-17 10:30")),
        ("7d", ("2026-11-12 00:00", "2026-11-18 10:37"), ("2026-11-05 00:00", "2026-11-11 10:30")),
        ("30d", ("2026-10-20 00:00", "2026-11-18 10:37"), ("2026-09-20 00:00", "2026-10-19 10:30")),
        ("month", ("2026-11-01 00:00", "2026-11-18 10:37"), ("2026-10-01 00:00", "2026-10-18 10:30")),
        ("2026-11", ("2026-11-01 00:00", "2026-11-18 10:37"), ("2026-10-01 00:00", "2026-10-18 10:30")),
        ("last-month", ("2026-10-01 00:00", "2026-11-01 00:00"), ("2026-09-01 00:00", "2026-10-01 00:00")),
        ("2026-03", ("2026-03-01 00:00", "2026-04-01 00:00"), ("2026-02-01 00:00", "2026-03-01 00:00")),
        ("quarter", ("2026-10-01 00:00", "2026-11-18 10:37"), ("2026-07-01 00:00", "2026-08-18 10:30")),
        ("2026-Q4", ("2026-10-01 00:00", "2026-11-18 10:37"), ("2026-07-01 00:00", "2026-08-18 10:30")),
        ("2026-Q1", ("2026-01-01 00:00", "2026-04-01 00:00"), ("2025-10-01 00:00", "2026-01-01 00:00")),
        ("year", ("2026-01-01 00:00", "2026-11-18 10:37"), ("2025-01-01 00:00", "2025-11-18 10:30")),
        ("2026", ("2026-01-01 00:00", "2026-11-18 10:37"), ("2025-01-01 00:00", "2025-11-18 10:30")),
        ("last-year", ("2025-01-01 00:00", "2026-01-01 00:00"), ("2024-01-01 00:00", "2025-01-01 00:00")),
        (
            "2026-03-02..2026-03-08",
            ("2026-03-02 00:00", "2026-03-09 00:00"),
            ("2026-02-23 00:00", "2026-03-02 00:00"),
        ),
        (
            "2026-11-18..2026-11-18",
            ("2026-11-18 00:00", "2026-11-18 10:37"),
            ("2026-11-17 00:00", "2026-11-17 10:30"),
        ),
        (
            "2026-11-16..2026-12-31",
            ("2026-11-16 00:00", "2026-11-18 10:37"),
            ("2026-10-01 00:00", "2026-10-03 10:30"),
        ),
    ],
)
def test_a_name_is_one_period_and_has_one_before_it(
    name: str, now: tuple[str, str], before: tuple[str, str]
) -> None:
    assert told(period_named(name, ZONE, NOW)) == now
    assert told(period_before(name, ZONE, NOW)) == before


@given(NAMES, MOMENTS)
def test_no_period_reaches_into_the_future_and_the_one_before_is_over(name: str, now: datetime) -> None:
    period, before = period_named(name, ZONE, now), period_before(name, ZONE, now)
    assert period.start <= period.end <= now
    assert before.start <= before.end <= period.start
    assert before.start.time() == period.start.time()  # both begin with a day
    if period.end == now:
        assert before.end - before.start <= period.end - period.start
    assert name in (*OVER, "last-month", "last-year") or period.end == now


@given(MOMENTS)
def test_what_runs_is_compared_with_as_much_to_the_quarter_hour(now: datetime) -> None:
    for name in ("today", "7d", "30d"):
        period, before = period_named(name, ZONE, now), period_before(name, ZONE, now)
        less = (period.end - period.start) - (before.end - before.start)
        assert timedelta() <= less < STEP


@pytest.mark.parametrize(
    "name",
    [
        *("2027-01", "2027", "2027-Q1", "2026-11-19..2026-11-20"),  # not begun
        *(
            "fortnight",
            "",
            "2026-",
            "2026-13",
            "2026-Q5",
            "2026-Q4 ",
            "２０２６",
            "1999-12",
            "0000",
            "9999-13",
        ),
        *("2026-02-30..2026-03-02", "2026-03-02..2026-03-01", "2026-03-02..", "2010-01-01..2026-01-01"),
    ],
)
def test_a_period_that_has_not_begun_and_a_word_that_is_none_are_refused(name: str) -> None:
    with pytest.raises(BadFieldError) as refused:
        period_named(name, ZONE, NOW)
    assert refused.value.field == "period"
    with pytest.raises(BadFieldError):
        period_before(name, ZONE, NOW)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    day = Period(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 3, tzinfo=UTC))
    assert (day.holds(day.start), day.holds(day.end), day.holds(None)) == (True, False, False)
    assert day.last_day.isoformat() == "2026-11-02"


@given(st.integers(2001, 2100), st.integers(1, 12), st.integers(-400, 400))
def test_months_count_both_ways(year: int, number: int, count: int) -> None:
    month = f"{year:04d}-{number:02d}"
    assert month_before(month_before(month, count), -count) == month
    assert month_of(month_period(month, ZONE).start, ZONE) == month


def test_months_that_are_over() -> None:
    assert months_over(datetime(2026, 8, 20, tzinfo=UTC), ZONE, NOW) == ["2026-08", "2026-09", "2026-10"]
    assert months_over(NOW, ZONE, NOW) == []
