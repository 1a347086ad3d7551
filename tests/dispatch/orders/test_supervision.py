"""Clocks of an order: when they turn, who is told, each rung once and with the time it was due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import DispatchError
from dispatch.orders.order import OPEN_STATES, Order
from dispatch.orders.supervision import Clock, Rung, Supervision, next_rung_at, supervised, wait_of
from geo.place import LonLat

ORDERS = read_catalogue().orders
RULES = ORDERS.supervision
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
PLACED = Order(no="S1", item="X", state="placed", channel="phone", created_at=NOW, place=LonLat(120, 30))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("changes", "step", "red_s"),
    [
        ({}, "contact", 180),
        ({"state": "located", "declined_by": (7,)}, "contact", 180),
        ({"promised_from": at(3600)}, "contact", 3780),
        ({"state": "contacted", "contacted_at": at(100)}, "accept", 400),
        ({"state": "accepted", "accepted_at": at(200)}, "call_back", 800),
        ({"state": "called_back", "accepted_at": at(0)}, "depart", 3600),
        (
            {"state": "called_back", "accepted_at": at(0), "arrive_due_at": at(1800), "travel_s": 600.0},
            "depart",
            1200,
        ),
        ({"state": "on_the_way", "departed_at": at(0), "arrive_due_at": at(1800)}, "arrive", 1800),
        ({"state": "on_the_way", "departed_at": at(0), "wanted_at": at(5000)}, "arrive", 12200),
        ({"state": "arrived", "arrived_at": at(0), "complete_due_at": at(9000)}, "complete", 9000),
        ({"state": "failed_visit", "failed_at": at(50)}, "decide", 1850),
        ({"state": "done", "done_at": at(0)}, "settle", 86400),
        ({"state": "settled", "ended_at": at(0)}, "feedback", 259200),
    ],
)
def test_when_each_step_is_late(changes: dict, step: str, red_s: float) -> None:
    wait = wait_of(replace(PLACED, **changes), RULES)
    assert wait is not None
    assert (wait.step, wait.red_at) == (step, at(red_s))
    assert wait.since <= wait.amber_at <= wait.red_at
    assert [wait.lamp(when) for when in (wait.red_at, wait.amber_at)] == ["red", "amber"]


def test_every_open_state_is_supervised_and_a_rated_order_is_not() -> None:
    assert set(OPEN_STATES) <= set(RULES.states)
    assert wait_of(replace(PLACED, state="settled", ended_at=NOW, rating=4), RULES) is None
    assert wait_of(replace(PLACED, state="cancelled", ended_at=NOW), RULES) is None


def test_the_ladder_goes_from_the_desk_to_shift_leader_and_station() -> None:
    order, told = PLACED, []
    while (due := next_rung_at(order, RULES)) is not None:
        order, events = supervised(order, RULES, due)
        told += [(e.at - NOW, e.payload["rung"], e.payload["tell"]) for e in events]
    assert told == [
        (timedelta(seconds=118.8), "amber", ["dispatcher"]),
        (timedelta(seconds=180), "red", ["dispatcher", "shift_leader"]),
        (timedelta(seconds=1080), "station", ["shift_leader", "station"]),
    ]


@given(looks=st.lists(st.floats(0, 2000), max_size=12))
def test_however_often_the_clock_looks_each_rung_fires_once_with_the_time_it_was_due(
    looks: list[float],
) -> None:
    order, events = PLACED, []
    for seconds in [*sorted(looks), 5000]:
        order, more = supervised(order, RULES, at(seconds))
        events += more
    assert [e.payload["rung"] for e in events] == ["amber", "red", "station"]
    assert [e.at for e in events] == [at(118.8), at(180), at(1080)]
    assert supervised(order, RULES, at(9999)) == (order, ())


def test_the_next_shop_has_its_own_turn() -> None:
    late, _ = supervised(replace(PLACED, state="contacted", contacted_at=NOW), RULES, at(5000))
    assert next_rung_at(late, RULES) is None
    other = replace(late, contacted_at=at(6000), declined_by=(7,))
    assert next_rung_at(other, RULES) == at(6150)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Clock(
            step="x", name_zh="x", states=("placed",), since="born_at", amber_share=0.5, red=timedelta(1)
        ),
        lambda: Clock(
            step="x", name_zh="x", states=("placed",), since="done_at", amber_share=0, red=timedelta(1)
        ),
        lambda: Rung(code="x", at="red", after=timedelta(0), tell=("mayor",)),
        lambda: Supervision(clocks=RULES.clocks + RULES.clocks[:1], ladder=RULES.ladder),
        lambda: Supervision(clocks=RULES.clocks, ladder=RULES.ladder + RULES.ladder[:1]),
    ],
)
def test_rules_that_cannot_hold_are_refused(wrong: object) -> None:
    with pytest.raises(DispatchError):
        wrong()  # type: ignore[operator]
