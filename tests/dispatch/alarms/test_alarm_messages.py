"""The message format: what is read, what is refused, and what every kind of message leads to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from alarm_centre import ZONE, at, read
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.files import FOLDER
from dispatch.alarms.countdown import Countdown, is_due, raised
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.hearing import ANSWERS, Heard, Known, hear
from dispatch.alarms.inside import inside_now
from dispatch.alarms.message import message_of
from dispatch.alarms.rules import AlarmRules, OwnPlan
from dispatch.errors import BadFieldError

SHIPPED = read(FOLDER)


def device(kind: str, no: str = "D1", **more: Any) -> AlarmDevice:
    return AlarmDevice(no=no, kind=kind, resident="R1", since=at(-86_400), **more)


def body(kind: str, seconds: float | None = 0, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": f"m{seconds}", "kind": kind} | more
    return told if seconds is None else told | {"at": at(seconds).isoformat()}


def said(
    rules: AlarmRules, known: Known, told: dict[str, Any], received: float = 0, *, retained: bool = False
) -> Heard:
    no = known.device.no if known.device else "D9"
    return hear(message_of(no, told, at(received), retained=retained), known, rules)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "press", "key": "emergency"}, "id"),
        ({"id": "", "kind": "heartbeat"}, "id"),
        ({"id": "x" * 65, "kind": "heartbeat"}, "id"),
        ({"id": "m 1", "kind": "heartbeat"}, "id"),
        ({"id": 7, "kind": "heartbeat"}, "id"),
        ({"id": "m1", "kind": "sos"}, "kind"),
        ({"id": "m1"}, "kind"),
        ({"id": "m1", "kind": "press"}, "key"),
        ({"id": "m1", "kind": "press", "key": "red"}, "key"),
        ({"id": "m1", "kind": "fall", "key": "life"}, "key"),
        ({"id": "m1", "kind": "heartbeat", "at": "2026-11-18T10:00:00"}, "at"),  # no offset
        ({"id": "m1", "kind": "enter", "at": "20261118 10h"}, "at"),
        ({"id": "m1", "kind": "exit", "at": 1_795_141_800_000}, "at"),
        ({"id": "m1", "kind": "battery"}, "battery"),
        ({"id": "m1", "kind": "battery", "battery": 101}, "battery"),
        ({"id": "m1", "kind": "battery", "battery": "80"}, "battery"),
        ({"id": "m1", "kind": "heartbeat", "battery": True}, "battery"),
        ({"id": "m1", "kind": "position", "lon": 120.1}, "lat"),
        ({"id": "m1", "kind": "position", "lon": 220.1, "lat": 30}, "lon"),
        ({"id": "m1", "kind": "position", "lon": float("nan"), "lat": 30}, "lon"),
        ({"id": "m1", "kind": "cancel", "of": "press"}, "of"),
        ({"id": "m1", "kind": "fall", "of": "fall"}, "of"),
        ({"id": "m1", "kind": "heartbeat", "test": "yes"}, "test"),
        ({"id": "m1", "kind": "heartbeat", "v": 2}, "v"),
        ({"id": "m1", "kind": "heartbeat", "imei": "1"}, "imei"),
    ],
)
def test_what_is_not_in_the_format_is_refused_by_field(told: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFieldError) as refused:
        message_of("D1", told, at(0))
    assert refused.value.field == field


@pytest.mark.parametrize("when", ["2026-11-18T10:00:00", "soon", 1_795_141_800, "9999-12-31T23:59:59-23:59"])
@pytest.mark.parametrize("kind", ["press", "fall", "smoke", "gas", "water"])
def test_an_alarm_is_not_lost_for_a_bad_time(kind: str, when: object) -> None:
    told = {"id": "m1", "kind": kind, "at": when} | ({"key": "emergency"} if kind == "press" else {})
    message = message_of("D1", told, at(0))
    assert message.at is None or message.at.tzinfo is not None
    assert message.at is not None or message.faults == ("bad_time",)


@pytest.mark.parametrize(
    ("kind", "told", "cause"),
    [
        ("pendant", body("press", key="emergency"), "emergency_key"),
        ("key_box", body("press", key="emergency"), "emergency_key"),
        ("key_box", body("press", key="community"), "community_key"),
        ("key_box", body("press", key="life"), "life_key"),
        ("app", body("press", key="life", lon=120.17, lat=30.24), "life_key"),
        ("smoke", body("smoke"), "smoke"),
        ("gas", body("gas"), "gas"),
        ("water", body("water"), "water"),
        ("water", body("smoke"), "smoke"),  # not its kind of message, but it may be about a life
    ],
)
def test_what_raises_an_alarm_at_once(rules: AlarmRules, kind: str, told: dict[str, Any], cause: str) -> None:
    heard = said(rules, Known(device=device(kind)), told)
    assert (heard.answer, heard.cause) == ("raised", cause)


@pytest.mark.parametrize(
    ("told", "received", "retained", "answer"),
    [
        (body("press", key="emergency"), 0, False, "raised"),
        (body("press", None, key="emergency"), 0, False, "raised"),
        (body("press", key="emergency"), 7200, False, "raised"),  # two hours in a tunnel: somebody rings back
        (body("press", key="emergency"), 86_401, False, "stale"),
        (body("press", 299, key="emergency"), 0, False, "raised"),  # a clock a little ahead
        (body("press", 86_400, key="emergency"), 0, False, "raised"),  # and one that is wrong
        (body("press", key="emergency"), 0, True, "retained"),
        (body("press", key="emergency", test=True), 0, False, "tested"),
        (body("test"), 0, False, "tested"),
        (body("heartbeat"), 0, False, "noted"),
        (body("battery", battery=4), 0, False, "noted"),
        (body("position", lon=120.17, lat=30.24), 0, False, "noted"),
    ],
)
def test_late_early_and_repeated_messages_have_their_answers(
    rules: AlarmRules, told: dict[str, Any], received: float, retained: object, answer: str
) -> None:
    heard = said(rules, Known(device=device("pendant")), told, received, retained=bool(retained))
    assert heard.answer == answer
    assert bool(heard.cause) == (answer == "raised")
    assert heard.at <= at(received)


def test_a_clock_that_is_ahead_is_a_fault_until_it_is_right_again(rules: AlarmRules) -> None:
    ahead = said(rules, Known(device=device("pendant")), body("heartbeat", 301), 0)
    assert ahead.faults == ("clock_wrong",)
    assert ahead.device is not None
    assert (ahead.device.clock_wrong_at, ahead.device.heard_at) == (at(0), at(0))
    right = said(rules, Known(device=ahead.device), body("heartbeat", 60), 60)
    assert right.device is not None
    assert right.device.clock_wrong_at is None


def test_the_same_message_twice_changes_nothing(rules: AlarmRules) -> None:
    first = message_of("D1", body("press", key="emergency"), at(1))
    known = Known(device=device("pendant"), twin=first)
    for later in (2, 86_000, 900_000):
        heard = said(rules, known, body("press", key="emergency"), later)
        assert (heard.answer, heard.cause) == ("repeated", "")


@pytest.mark.parametrize(
    ("seconds", "received", "answer"),
    [(None, 599, "repeated"), (None, 601, "raised"), (604_800, 604_800, "raised")],
)
def test_a_number_used_again_for_a_new_press_is_a_new_press(
    rules: AlarmRules, seconds: float | None, received: float, answer: str
) -> None:
    told = body("press", seconds, key="emergency") | {"id": "m1"}
    first = message_of("D1", body("press", None, key="emergency") | {"id": "m1"}, at(0))
    heard = said(rules, Known(device=device("pendant"), twin=first), told, received)
    assert heard.answer == answer
    assert heard.faults == (("number_used_twice",) if answer == "raised" else ())


@pytest.mark.parametrize(
    ("kind", "cause"), [("press", "unbound"), ("smoke", "unbound"), ("heartbeat", ""), ("enter", "")]
)
def test_an_unknown_device_is_never_dropped(rules: AlarmRules, kind: str, cause: str) -> None:
    told = body(kind) | ({"key": "emergency"} if kind == "press" else {})
    for known in (Known(device=None), Known(device=device("pendant", removed_at=at(-5)))):
        heard = said(rules, known, told)
        assert (heard.answer, heard.cause) == ("unbound", cause)


def test_a_device_sends_what_its_kind_sends(rules: AlarmRules) -> None:
    with pytest.raises(BadFieldError, match="a device of kind toilet_door sends enter, exit"):
        said(rules, Known(device=device("toilet_door")), body("position", lon=1, lat=2))


@pytest.mark.parametrize("kind", ["pendant", "fall", "app", "toilet_door", "smoke", "motion"])
def test_a_fall_is_heard_from_every_kind_of_device(rules: AlarmRules, kind: str) -> None:
    heard = said(rules, Known(device=device(kind)), body("fall"))
    assert heard.answer == "started"
    assert [(c.cause, c.due_at) for c in heard.countdowns] == [("fall", at(20))]


def test_a_restore_clears_the_alarms_of_that_device_alone(rules: AlarmRules) -> None:
    heard = said(rules, Known(device=device("smoke")), body("cancel", of="smoke"))
    assert (heard.answer, heard.clears) == ("cleared", ("smoke",))
    assert "smoke" in said(rules, Known(device=device("smoke")), body("cancel")).clears


def stay(
    rules: AlarmRules, seconds: float = 0, received: float | None = None, own: OwnPlan | None = None
) -> Countdown:
    known = Known(device=device("toilet_door"), own=own or OwnPlan())
    heard = said(rules, known, body("enter", seconds), seconds if received is None else received)
    assert heard.answer == "started"
    return heard.countdowns[0]


def test_a_stay_is_an_alarm_at_ten_minutes_and_not_a_moment_before(rules: AlarmRules) -> None:
    entered = stay(rules)
    assert not is_due(entered, at(599))
    assert not is_due(entered, at(600) - timedelta(microseconds=1))
    assert is_due(entered, at(600))
    assert not is_due(raised(entered, "A1"), at(900))  # once


def test_an_enter_heard_late_still_counts_from_the_entering(rules: AlarmRules) -> None:
    assert stay(rules, 0, received=30).due_at == at(600)
    assert stay(rules, 0, received=900).due_at == at(905)  # over on arrival: the exit may be right behind


@pytest.mark.parametrize("limit_s", [300, 1200, 3600])
def test_a_person_has_a_time_of_their_own(rules: AlarmRules, limit_s: int) -> None:
    assert stay(rules, own=OwnPlan(limits_s={"toilet_stay": limit_s})).due_at == at(limit_s)


@pytest.mark.parametrize("limit_s", [0, 299, 3601])
def test_that_is_neither_too_short_nor_too_long(rules: AlarmRules, limit_s: int) -> None:
    own = OwnPlan(limits_s={"toilet_stay": limit_s})
    with pytest.raises(BadFieldError, match="may be 300 to 3600 s"):
        rules.check_plan(own)
    assert stay(rules, own=own).due_at in (at(300), at(3600))  # and a stay is counted all the same


@pytest.mark.parametrize(
    "own",
    [
        OwnPlan(ladders={"emergency_key": "none"}),
        OwnPlan(ladders={"boredom": "look"}),
        OwnPlan(limits_s={"smoke": 60}),
        OwnPlan(limits_s={"inactivity": 0}),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_when_it_is_written(rules: AlarmRules, own: OwnPlan) -> None:
    with pytest.raises(BadFieldError):
        rules.check_plan(own)


def test_a_plan_that_can_be_kept_passes(rules: AlarmRules) -> None:
    limits_s = {"toilet_stay": 900, "inactivity": 7200, "fall": 30}
    rules.check_plan(OwnPlan(ladders={"emergency_key": "together"}, limits_s=limits_s))


@pytest.mark.parametrize(
    ("kind", "answer"), [("press", "raised"), ("fall", "started"), ("heartbeat", "noted")]
)
def test_a_device_of_a_kind_the_table_lost_is_heard_all_the_same(
    rules: AlarmRules, kind: str, answer: str
) -> None:
    told = body(kind) | ({"key": "emergency"} if kind == "press" else {})
    assert said(rules, Known(device=device("old_box")), told).answer == answer


def left(
    rules: AlarmRules, running: tuple[Countdown, ...], seconds: float, received: float | None = None
) -> Heard:
    known = Known(device=device("toilet_door"), countdowns=running)
    return said(rules, known, body("exit", seconds), seconds if received is None else received)


def test_coming_out_before_ends_the_stay_and_after_only_tells_the_alarm(rules: AlarmRules) -> None:
    entered = stay(rules)
    before = left(rules, (entered,), 599)
    assert (before.answer, before.clears) == ("ended", ())
    assert not is_due(before.countdowns[0], at(600))
    after = left(rules, (raised(entered, "A1"),), 700)
    assert (after.answer, after.clears) == ("cleared", ("toilet_stay",))
    assert after.countdowns[0].ended_at == at(700)


def test_out_of_order_messages_do_not_lock_anybody_in(rules: AlarmRules) -> None:
    assert left(rules, (stay(rules, 100),), 50, 110).answer == "superseded"  # an old exit, come late
    known = Known(device=device("toilet_door"), ends=(("toilet_stay", at(200)),))
    assert said(rules, known, body("enter", 100), 210).answer == "superseded"  # its exit was here before it
    assert said(rules, known, body("enter", 200), 210).answer == "started"
    assert left(rules, (), 100).answer == "noted"


def test_a_second_enter_keeps_the_first_time(rules: AlarmRules) -> None:
    entered = stay(rules)
    known = Known(device=device("toilet_door"), countdowns=(entered,))
    again = said(rules, known, body("enter", 300), 300).countdowns[0]
    assert (again.since, again.due_at, again.again) == (at(0), at(600), 1)
    earlier = said(rules, known, body("enter", -60), 10).countdowns[0]
    assert (earlier.since, earlier.due_at) == (at(-60), at(540))


@pytest.mark.parametrize(
    ("kind", "told", "alone", "ended_by"),
    [
        ("motion", body("enter", 300), True, "elsewhere"),
        ("door", body("exit", 300), True, "elsewhere"),
        ("key_box", body("press", 300, key="life"), True, "elsewhere"),  # the box hangs in the hall
        ("motion", body("enter", 300), False, ""),  # it may be the other one
        ("motion", body("enter", -5), True, ""),  # before she went in
        ("pendant", body("press", 300, key="emergency"), True, ""),  # worn, so perhaps inside
        ("motion", body("heartbeat", 300), True, ""),
    ],
)
def test_a_lost_exit_is_found_by_a_sign_of_life_elsewhere(
    rules: AlarmRules, kind: str, told: dict[str, Any], alone: object, ended_by: str
) -> None:
    own = OwnPlan(alone=bool(alone))
    known = Known(device=device(kind, "D2"), countdowns=(stay(rules),), own=own)
    heard = said(rules, known, told, 300)
    ends = [c for c in heard.countdowns if c.cause == "toilet_stay"]
    assert [c.ended_by for c in ends] == ([ended_by] if ended_by else [])


def test_the_list_of_those_inside_runs_and_empties(rules: AlarmRules) -> None:
    one, two = stay(rules), replace(stay(rules, 60), device="D3", alarm="A7")
    lines = inside_now((one, two), at(90))
    assert [(line.device, line.inside_s, line.left_s, line.alarm) for line in lines] == [
        ("D3", 30, 0, "A7"),
        ("D1", 90, 510, ""),
    ]
    assert inside_now(left(rules, (one,), 100).countdowns, at(101)) == ()
    assert inside_now((one,), at(90), cause="fall") == ()


@pytest.mark.parametrize(("after_s", "due"), [(None, True), (19.9, False), (25, True)])
def test_a_fall_may_be_taken_back_for_twenty_seconds(
    rules: AlarmRules, after_s: float | None, due: object
) -> None:
    fallen = said(rules, Known(device=device("pendant")), body("fall")).countdowns[0]
    assert fallen.due_at == at(20)
    if after_s is not None:
        running = raised(fallen, "A1") if after_s > 20 else fallen
        known = Known(device=device("pendant"), countdowns=(running,))
        heard = said(rules, known, body("cancel", after_s), after_s)
        assert heard.answer == ("cleared" if after_s > 20 else "ended")
        fallen = heard.countdowns[0] if after_s < 20 else fallen
    assert is_due(fallen, at(20)) is due


@pytest.mark.parametrize(("hour", "answer"), [(23, "started"), (5, "started"), (6, "noted"), (12, "noted")])
def test_out_of_bed_counts_by_night(rules: AlarmRules, hour: int, answer: str) -> None:
    when = datetime(2026, 11, 18, hour, 0, tzinfo=ZONE)
    message = message_of("D1", {"id": "m1", "kind": "exit", "at": when.isoformat()}, when.astimezone(UTC))
    assert hear(message, Known(device=device("bed")), rules).answer == answer


def test_every_answer_is_given_somewhere() -> None:
    assert len(set(ANSWERS)) == len(ANSWERS) == 11


@settings(deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=8, unique_by=lambda m: m[0]),
    order=st.randoms(use_true_random=False),
)
def test_whatever_the_order_of_arrival_the_newest_message_tells_who_is_inside(
    moves: list[tuple[int, bool]], order: Random
) -> None:
    """The plain model: inside if the newest message is an enter, since the first enter after the last exit."""
    arriving = list(moves)
    order.shuffle(arriving)
    running: list[Countdown] = []
    newest_exit: tuple[tuple[str, datetime], ...] = ()
    for received, (seconds, goes_in) in enumerate(arriving):
        known = Known(device=device("toilet_door"), countdowns=tuple(running), ends=newest_exit)
        heard = said(SHIPPED, known, body("enter" if goes_in else "exit", seconds), 3100 + received)
        if heard.countdowns:
            running = [c for c in heard.countdowns if c.open]
        if not goes_in and (not newest_exit or at(seconds) > newest_exit[0][1]):
            newest_exit = (("toilet_stay", at(seconds)),)
    last_exit = max((s for s, goes_in in moves if not goes_in), default=-1)
    enters = [s for s, goes_in in moves if goes_in and s > last_exit]
    assert [(c.since, c.starts) for c in running] == (
        [(at(min(enters)), tuple(at(s) for s in sorted(enters)))] if enters else []
    )
    assert all(c.due_at >= c.since + timedelta(seconds=600) for c in running)
