"""How soon alarms and calls are answered: cases A17, A18 and A19; and how far a clock was moved."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alarm_centre import Centre, at

from dispatch.alarms import call as calls
from dispatch.alarms.answering import answering
from dispatch.alarms.call import Call
from dispatch.alarms.clock import Reading, moved_by
from dispatch.alarms.fact import Alarm
from dispatch.alarms.rules import AlarmRules
from dispatch.errors import BadFieldError


def waited(rules: AlarmRules, seconds: float | None, closing: str = "safe", **more: object) -> Alarm:
    alarm = Centre(rules=rules).press(at(0))
    taken_at = None if seconds is None else at(seconds)
    return replace(alarm, taken_at=taken_at, closing=closing, **more)  # type: ignore[arg-type]


def test_a17_a_month_is_counted_without_tests_and_automatic_answers(rules: AlarmRules) -> None:
    month = [waited(rules, 60)] * 195 + [
        waited(rules, 61),
        waited(rules, 180),
        waited(rules, 90),
        waited(rules, 120),
    ]
    month += [waited(rules, 200, no="A200")]
    month += [waited(rules, 5, "test")] * 10 + [waited(rules, 1, auto_answered=True)] * 5
    month += [waited(rules, 500, drill=True)]
    found = answering(month, rules.closings)
    assert (found.counted, found.within_60, found.within_180) == (200, 195, 199)
    assert (found.share_60, found.share_180, found.kept) == (0.975, 0.995, True)
    assert (found.late, found.tests, found.auto_answered) == (("A200",), 10, 5)


def test_an_alarm_that_nobody_took_is_late(rules: AlarmRules) -> None:
    found = answering([waited(rules, None, "", no="A9"), waited(rules, 0)], rules.closings)
    assert (found.share_60, found.late, found.kept) == (0.5, ("A9",), False)


def test_without_alarms_there_is_no_share(rules: AlarmRules) -> None:
    found = answering([], rules.closings)
    assert (found.share_60, found.share_180, found.kept) == (None, None, None)


RINGING = Call(id="c1", number="13800138000", resident="R1", offered_at=at(0))


def test_all_seats_ring_and_the_first_answers() -> None:
    call, rung = calls.ring(RINGING, ["two", "one"])
    assert rung == ("one", "two")
    assert calls.ring(call, ["one", "two"]) == (call, ())
    taken = calls.hear_call(call, "answered", at(4), "two")
    assert (taken.state, taken.answered_by, taken.rang_s, taken.seats) == ("answered", "two", 4, ())
    assert calls.hear_call(taken, "answered", at(5), "one") == taken
    assert calls.ring(taken, ["one"]) == (taken, ())
    held = calls.hear_call(taken, "held", at(9))
    assert calls.hear_call(held, "answered", at(12), "two").state == "answered"
    over = calls.hear_call(held, "ended", at(60))
    assert (over.state, over.call_back) == ("ended", False)
    assert calls.hear_call(over, "abandoned", at(61)) == over


def test_a18_a_page_that_was_reloaded_rings_again() -> None:
    call, _ = calls.ring(RINGING, ["one", "two"])
    call, rung = calls.ring(calls.gone(call, "one"), ["one", "two"])
    assert rung == ("one",)
    assert call.state == "offered"


def test_a18_without_a_seat_somebody_has_to_ring_back_at_once() -> None:
    call, _ = calls.ring(RINGING, ["one"])
    call, rung = calls.ring(calls.gone(call, "one"), [])
    assert (rung, call.announced, call.call_back) == ((), True, True)
    call, rung = calls.ring(call, ["one"])  # a seat comes back while the caller still waits
    assert rung == ("one",)
    assert not calls.hear_call(call, "answered", at(20), "one").call_back


def test_a19_a_caller_who_gives_up_is_kept_and_rung_back() -> None:
    call, _ = calls.ring(RINGING, ["one"])
    call = calls.hear_call(call, "ringing", at(1))
    lost = calls.hear_call(call, "abandoned", at(12))
    assert (lost.state, lost.number, lost.resident, lost.rang_s) == ("abandoned", "13800138000", "R1", 12)
    assert lost.call_back
    assert calls.hear_call(lost, "abandoned", at(13)) == lost
    quick = calls.hear_call(replace(RINGING, id="c2"), "answered", at(15), "one")
    slow = calls.hear_call(replace(RINGING, id="c3"), "answered", at(16), "one")
    assert calls.answered_share([lost, quick, slow, RINGING]) == 1 / 3
    assert calls.answered_share([]) is None


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(BadFieldError, match="events are offered"):
        calls.hear_call(RINGING, "parked", at(1))


@pytest.mark.parametrize(
    ("wall_s", "steady_s", "run", "by_s"),
    [
        (1, 1, "a", 0),
        (2.5, 1, "a", 0),  # within what two clocks may differ
        (-3599, 1, "a", -3600),
        (3601, 1, "a", 3600),
        (420, 5, "b", 0),  # a restart after seven minutes
        (-60, 5, "b", -60),  # a restart with the clock set back
    ],
)
def test_how_far_a_clock_was_moved(wall_s: float, steady_s: float, run: str, by_s: float) -> None:
    before = Reading(wall=at(0), steady_s=100, run="a")
    now = Reading(wall=at(wall_s), steady_s=100 + steady_s, run=run)
    assert moved_by(before, now) == timedelta(seconds=by_s)
