"""Opening hours as a week of half hours, and days that are named with their year."""

from datetime import date, datetime

import pytest

from api.views.hours import week_lines
from dispatch.providers.hours import is_open, parted, week_of

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("hours", "weekly", "dated"),
    [
        ("24/7", "24/7", ()),
        ("Mo-Fr 08:00-18:00; 2026 Dec 24 off", "Mo-Fr 08:00-18:00", ("2026 Dec 24 off",)),
        ("2026 Dec 24 off", "", ("2026 Dec 24 off",)),
        ('Mo 08:00-10:00 "a; b"; PH off', 'Mo 08:00-10:00 "a; b"; PH off', ()),
    ],
)
def test_days_with_their_year_are_parted_from_the_week(
    hours: str, weekly: str, dated: tuple[str, ...]
) -> None:
    assert parted(hours) == (weekly, dated)


def test_a_week_is_told_by_half_hours() -> None:
    week = week_of("Mo-Th 08:00-12:00,13:30-18:00; Fr 08:00-12:00,22:00-26:00; 2026 Nov 30 off", MONDAY)
    assert [sum(day) for day in week] == [17, 17, 17, 17, 12, 4, 0]
    assert week == week_of("Mo-Th 08:00-12:00,13:30-18:00; Fr 08:00-12:00,22:00-26:00", date(2026, 12, 2))
    assert week_lines(week) == [
        {"first": 0, "last": 3, "spans": ["08:00-12:00", "13:30-18:00"]},
        {"first": 4, "last": 4, "spans": ["08:00-12:00", "22:00-24:00"]},
        {"first": 5, "last": 5, "spans": ["00:00-02:00"]},
        {"first": 6, "last": 6, "spans": []},
    ]


@pytest.mark.parametrize(("hours", "halves"), [("24/7", 48), ("off", 0), ("2026 Nov 30 off", 0)])
def test_a_week_may_be_whole_or_empty(hours: str, halves: int) -> None:
    assert {sum(day) for day in week_of(hours, MONDAY)} == {halves}


def test_a_pause_shuts_for_its_time_alone() -> None:
    hours = "Mo-Su 08:00-18:00; 2026 Nov 30 14:05-15:30 off"
    seen = [is_open(hours, datetime(2026, 11, 30, hour, 30)) for hour in (13, 14, 15)]  # noqa: DTZ001 - local time
    assert seen == [True, False, True]
