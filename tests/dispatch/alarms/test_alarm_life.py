"""What people and devices do to an alarm: joining, clearing, answering, going, handing over, closing; cases A13, A14."""

from dataclasses import replace
from typing import Any

import pytest
from alarm_centre import DEVICE, EMERGENCY, Centre, agent, at, posts

from dispatch.alarms import alarm as alarms
from dispatch.alarms.alarm import Cry
from dispatch.alarms.rules import AlarmRules
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError


@pytest.fixture
def centre(rules: AlarmRules) -> Centre:
    return Centre(rules=rules)


def test_an_automatic_answer_is_told_apart(centre: Centre) -> None:
    centre.press(at(0))
    assert centre.do("take", agent("machine"), at(1), how="auto").auto_answered


@pytest.mark.parametrize("seconds", [0, 5, 29, 240])
def test_a13_the_same_button_joins_while_the_alarm_is_open(centre: Centre, seconds: int) -> None:
    alarm = centre.press(at(0))
    cry = Cry(no="A2", cause="emergency_key", at=at(seconds), resident="R1", device="D1")
    assert alarms.joins(alarm, cry, centre.rules.times.join)


def test_a13_four_presses_are_one_alarm_and_one_ladder(centre: Centre) -> None:
    centre.press(at(0))
    for seconds in (5, 29, 240):
        centre.do("press", DEVICE, at(seconds))
    centre.run(at(241), at(400))
    assert centre.open.pressed == 4
    assert [e.payload["pressed"] for e in centre.events if e.name == "press"] == [2, 3, 4]
    assert posts(centre.steps()) == EMERGENCY


@pytest.mark.parametrize(
    ("change", "belongs"),
    [
        ({}, True),
        ({"cause": "fall"}, False),
        ({"resident": "R2"}, False),
        ({"resident": ""}, False),
        ({"device": "D2"}, True),  # the same person's other button
        ({"drill": True}, False),
    ],
)
def test_what_belongs_to_an_open_alarm(centre: Centre, change: dict[str, Any], belongs: object) -> None:
    cry = Cry(no="A2", cause="emergency_key", at=at(3), resident="R1", device="D1")
    assert alarms.joins(centre.press(at(0)), replace(cry, **change), centre.rules.times.join) is belongs


def test_a_press_after_the_closing_is_a_new_alarm_and_a_late_one_is_not(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    centre.do("well", agent("anna"), at(10))
    alarm = centre.do("close", agent("anna"), at(20), closing="test")
    new = Cry(no="A2", cause="emergency_key", at=at(25), said_at=at(25), resident="R1", device="D1")
    assert not alarms.joins(alarm, new, centre.rules.times.join)
    assert alarms.joins(alarm, replace(new, said_at=at(4)), centre.rules.times.join)
    assert centre.do("press", DEVICE, at(26)).pressed == 2


def test_a14_what_the_device_takes_back_stays_for_a_person(centre: Centre) -> None:
    centre.press(at(0), "smoke")
    centre.do("clear", DEVICE, at(20))
    assert (centre.open.state, centre.open.cleared_at) == ("raised", at(20))
    centre.run(at(20), at(61))
    assert "community:community:1" in posts(centre.steps())


def test_a14_a_restore_of_the_next_day_is_a_line_of_the_timeline(centre: Centre) -> None:
    centre.press(at(0), "smoke")
    centre.do("take", agent("anna"), at(5))
    centre.do("well", agent("anna"), at(40))
    centre.do("close", agent("anna"), at(50), closing="false")
    rows = len(centre.rows)
    assert centre.do("clear", DEVICE, at(86_400)).state == "closed"
    assert centre.events[-1].name == "clear"
    assert len(centre.rows) == rows


def test_somebody_who_goes_stops_the_street_and_who_gives_up_starts_it_again(centre: Centre) -> None:
    worker = replace(agent("wang"), role="worker")
    centre.press(at(0))
    centre.run(at(0), at(95))
    centre.do("accept", worker, at(100), person="wang")
    centre.run(at(101), at(179))
    assert "street:street:1" not in posts(centre.steps())
    centre.run(at(179), at(199))
    centre.do("decline", worker, at(200), person="wang")
    assert posts(centre.steps())["street:street:1"] == 200
    assert centre.next_at() == at(300)


def test_who_answers_and_is_well_is_left_in_peace_and_pressing_again_is_new(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    centre.do("well", agent("anna"), at(30))
    centre.run(at(31), at(100))
    assert posts(centre.steps()) == {"ring:agent:1": 0}
    again = centre.do("press", DEVICE, at(101))
    assert (again.state, again.answered_at, again.agent) == ("taken", None, "anna")
    centre.run(at(102), at(200))
    assert posts(centre.steps())["contacts:family:1/2"] == 191


@pytest.mark.parametrize(
    ("closing", "fields", "said"),
    [
        ("safe", {}, "nobody spoke with the person"),
        ("test", {}, "nobody spoke with the person"),
        ("rescue", {}, "before it was handed over"),
        ("gone", {}, "closings are false"),
    ],
)
def test_only_who_met_the_person_says_that_all_is_well(
    centre: Centre, closing: str, fields: dict[str, str], said: str
) -> None:
    centre.press(at(0))
    before = centre.do("take", agent("anna"), at(5))
    with pytest.raises((NotPossibleError, BadFieldError), match=said):
        centre.do("close", agent("anna"), at(6), closing=closing, **fields)
    assert centre.open == before


def test_at_the_door_is_not_with_the_person(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    centre.do("no_answer", agent("anna"), at(20))
    worker = replace(agent("wang"), role="worker")
    centre.do("arrive", worker, at(100), person="wang")
    with pytest.raises(NotPossibleError, match="nobody spoke with the person"):
        centre.do("close", agent("anna"), at(101), closing="helped")
    with pytest.raises(BadFieldError, match="two persons"):
        centre.do("open_door", worker, at(102), people=["wang", "wang"])
    centre.do("open_door", worker, at(103), people=["wang", "zhou"])
    centre.do("seen", worker, at(110))
    closed = centre.do("close", agent("anna"), at(200), closing="helped")
    assert (closed.closed_by, closed.visit_due_at) == ("anna", at(200 + 86_400))
    assert centre.do("report", agent("anna"), at(300), note="…").report
    assert centre.do("visit", worker, at(4000)).visited_at == at(4000)


def test_an_agent_hands_over_to_120_and_the_contacts_are_told_still(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    with pytest.raises(BadFieldError, match="services are 120"):
        centre.do("hand_over", agent("anna"), at(6), service="911")
    handed = centre.do("hand_over", agent("anna"), at(10), service="120")
    assert (handed.state, handed.handed_to, handed.handed_at) == ("handed_over", ("120",), at(10))
    centre.run(at(11), at(200))
    told = posts(centre.steps())
    assert "contacts:family:1" in told
    assert "rescue:rescue:1" not in told
    assert centre.do("close", agent("anna"), at(900), closing="rescue").visit_due_at


@pytest.mark.parametrize(
    "role", ["resident", "provider", "department", "leader", "clock", "device", "worker"]
)
def test_only_the_desk_takes_and_closes(centre: Centre, role: str) -> None:
    centre.press(at(0))
    with pytest.raises(WrongRoleError):
        centre.do("take", replace(agent("x"), role=role), at(3))


def test_two_agents_cannot_both_take(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(3))
    with pytest.raises(NotPossibleError, match="take is not possible while the alarm is taken"):
        centre.do("take", agent("ben"), at(3))


def test_an_unknown_field_is_refused_and_nothing_changes(centre: Centre) -> None:
    before = centre.press(at(0))
    with pytest.raises(BadFieldError, match="fields of an alarm action are"):
        centre.do("take", agent("anna"), at(3), colour="red")
    assert centre.open == before
