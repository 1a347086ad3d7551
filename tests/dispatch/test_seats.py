"""Seats by Erlang C, against published tables and examples; calls by the hour."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.calls import Call, CallEvent, CallRules, begin, hear
from dispatch.seats import (
    by_hour,
    chance_to_wait,
    count,
    days_between,
    plan_seats,
    seats_needed,
    share_in_time,
)

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 18, 10, 0, tzinfo=CHINA)
RULES = CallRules(numbers={}, answer_s=15, share=0.95, wrap_s=30)


@pytest.mark.parametrize(
    ("load", "seats", "chance"),
    [
        (0.5, 1, 0.5),  # one server: the load itself
        (1, 2, 1 / 3),
        (2, 3, 4 / 9),
        (5, 6, 0.5875),  # tables of Erlang C
        (10, 11, 0.6821),
        (10, 14, 0.1741),  # the example of 100 calls of 3 minutes in half an hour
        (100, 110, 0.2375),
        (0, 3, 0),
        (4, 4, 1),
    ],
)
def test_the_chance_to_wait_is_that_of_the_tables(load: float, seats: int, chance: float) -> None:
    assert chance_to_wait(load, seats) == pytest.approx(chance, abs=5e-4)


@pytest.mark.parametrize(
    ("seats", "share"),
    [(11, 0.3896), (12, 0.6402), (13, 0.7956), (14, 0.8884)],  # 200 calls an hour of 180 s, within 20 s
)
def test_shares_are_those_of_the_published_example(seats: int, share: float) -> None:
    assert share_in_time(200, 180, seats, 20) == pytest.approx(share, abs=2e-3)


def test_seats_are_the_least_that_reach_the_share() -> None:
    assert seats_needed(200, 180, 20, 0.8) == 14
    assert seats_needed(0, 180, 15, 0.95) == 0
    assert seats_needed(1, 180, 15, 0.95) == 1
    assert seats_needed(2, 180, 15, 0.95) == 2  # one seat would be busy one time in ten
    for share in (0, 1):
        with pytest.raises(ValueError, match="between"):
            seats_needed(10, 180, 15, share)
    with pytest.raises(ValueError, match="1000"):
        seats_needed(1e6, 180, 15, 0.95)


@given(st.floats(0.1, 600), st.floats(20, 900), st.floats(1, 60), st.floats(0.5, 0.99))
def test_one_seat_less_is_too_few(calls: float, handle_s: float, limit_s: float, share: float) -> None:
    seats = seats_needed(calls, handle_s, limit_s, share)
    assert share_in_time(calls, handle_s, seats, limit_s) >= share
    assert share_in_time(calls, handle_s, seats - 1, limit_s) < share


def a_call(hour: int, wait_s: float, talk_s: float | None) -> Call:
    at = AT.replace(hour=hour)
    new = Call(no="", exchange="", key="", called="", caller="", area="", state="", told=(), offered_at=at)
    call = begin(new, CallEvent(id="1", name="offered", at=at), AT)
    over = at + timedelta(seconds=wait_s)
    if talk_s is None:
        return hear(call, CallEvent(id="2", name="abandoned", at=over), AT)[0]
    call, _ = hear(call, CallEvent(id="2", name="answered", at=over), AT)
    return hear(call, CallEvent(id="3", name="ended", at=over + timedelta(seconds=talk_s)), AT)[0]


def test_calls_are_counted_by_the_hour_of_the_district() -> None:
    calls = [a_call(9, 15, 100), a_call(9, 16, 200), a_call(9, 40, None), a_call(8, 1, 60)]
    rows = by_hour(calls, CHINA, RULES)
    nine = rows[9]
    assert (len(rows), nine.offered, nine.answered, nine.in_time, nine.abandoned) == (24, 3, 2, 1, 1)
    assert (nine.wait_s, nine.handle_s) == (15.5, 180)  # with 30 s after each call
    assert rows[3] == replace(rows[3], offered=0, wait_s=0.0, handle_s=0.0)
    assert count([], RULES).offered == 0


def test_seats_follow_from_the_log() -> None:
    calls = [a_call(9, 5, 150)] * 400 + [a_call(8, 40, None)] * 2
    plan = plan_seats(calls, 2, CHINA, RULES)
    assert (plan[9].calls_per_hour, plan[9].load_erlang) == (200, 10)
    assert (plan[9].seats, plan[3].seats) == (seats_needed(200, 180, 15, 0.95), 0)
    assert plan[9].share >= 0.95
    assert (plan[8].handle_s, plan[8].seats) == (180, 1)  # nobody talked: as long as usual
    assert [row.seats for row in plan_seats([], 1, CHINA, RULES)] == [0] * 24


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (AT, AT + timedelta(hours=1), 1),
        (AT.replace(hour=0), AT.replace(hour=0) + timedelta(days=7), 7),
        (AT, AT + timedelta(days=1), 2),
        (AT, AT, 1),
    ],
)
def test_days_of_a_period(since: datetime, until: datetime, days: int) -> None:
    assert days_between(since, until, CHINA) == days
