"""The timetable gives to the microsecond what the work time gives by walking its stretches."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.worktime import Limit
from grid.timetable import Timetable

CHINESE = read_catalogue().rulebook.worktime
GERMAN = replace(CHINESE, zone=ZoneInfo("Europe/Berlin"), shifts=((time(8), time(12)), (time(12), time(17))))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.builds(BEGIN.__add__, st.timedeltas(timedelta(), timedelta(days=420)))
LIMITS = st.builds(
    Limit,
    amount=st.decimals("0.1", 90, places=1, allow_nan=False, allow_infinity=False),
    clock=st.sampled_from(["urgent_hour", "work_hour", "work_day", "natural_day"]),
)


@pytest.mark.parametrize("work", [CHINESE, GERMAN], ids=["Shanghai", "Berlin"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_it_agrees_with_the_walk(work: object, data: st.DataObject) -> None:
    table = Timetable(work)
    for _ in range(3):
        start = data.draw(MOMENTS)
        end = start + data.draw(st.timedeltas(timedelta(days=-1), timedelta(days=120)))
        assert table.work_seconds(start, end) == work.work_seconds(start, end)
        limit = data.draw(LIMITS)
        walked = work.run(start, limit)[-1].end.astimezone(UTC)  # aware times in a repeated hour equal none
        assert table.due_at(start, limit) == walked


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-11-18T10:30", "4 work_hour", "2026-11-18T16:30"),  # Wed: 1.5 h to noon, 2.5 h from 14:00
        ("2026-11-18T14:00", "4 work_hour", "2026-11-18T18:00"),  # Wed: ends exactly with the shift and stays
        ("2026-11-18T12:00", "1 work_hour", "2026-11-18T15:00"),  # Wed: starts as the shift ends
        ("2026-02-13T17:00", "9 work_hour", "2026-02-14T18:00"),  # Fri; Sat 14th is a swapped workday
    ],
)
def test_ends_of_shifts(start: str, limit: str, end: str) -> None:
    at = datetime.fromisoformat(start + "+08:00")
    found = Timetable(CHINESE).due_at(at, Limit.parse(limit))
    assert found == datetime.fromisoformat(end + "+08:00")
    assert Timetable(CHINESE).work_seconds(at, found) == float(limit.split(maxsplit=1)[0]) * 3600
