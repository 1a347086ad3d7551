"""Ladders to the second: cases A1 to A8, A11, A15 and A16 of telecare practice, and what each cause does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alarm_centre import CLOCK, EMERGENCY, Centre, agent, at, day_duty, people, posts

from dispatch.alarms import alarm as alarms
from dispatch.alarms.duty import without_channel
from dispatch.alarms.ladder import plain, rung_of
from dispatch.alarms.rules import AlarmRules, OwnPlan
from dispatch.errors import NotPossibleError


@pytest.fixture
def centre(rules: AlarmRules) -> Centre:
    return Centre(rules=rules)


def test_an_alarm_that_nobody_takes_goes_up_the_whole_ladder_to_the_second(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(400))
    assert posts(centre.steps()) == EMERGENCY
    assert all(late == 0 for _, _, late in centre.steps())
    assert centre.next_at() is None


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        ("toilet_stay", {"ring:agent:1": 0, "contacts:family:1": 0, "community:community:1": 0}),  # together
        ("smoke", {"ring:agent:1": 0, "brigade:fire:1": 0}),  # 119 at once
        ("gas", {"ring:agent:1": 0, "brigade:fire:1": 0}),
        ("emergency_key", {"ring:agent:1": 0}),
        ("life_key", {"ring:agent:1": 0}),
        ("unbound", {"ring:agent:1": 0}),
    ],
)
def test_what_each_cause_does_at_once(centre: Centre, cause: str, wanted: dict[str, int]) -> None:
    centre.press(at(0), cause)
    assert posts(centre.steps()) == wanted


def test_a1_a_crash_of_five_seconds_skips_and_repeats_nothing(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(80))
    centre.run(at(85), at(100))  # the process was gone from 10:01:20 to 10:01:25
    told = [row for row in centre.steps() if row[1] == at(90)]
    assert [(late, code) for code, _, late in told] == [
        (0, "contacts:family:1"),
        (0, "community:community:1"),
        (0, "community:responder:1"),
    ]
    assert len(centre.sent) == len({key for key, _, _ in centre.sent}) == len(centre.rows)


def test_a2_after_seven_minutes_down_all_steps_follow_at_once_and_say_how_late(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(80))
    centre.tick(at(420))
    late = {code: late for code, _, late in centre.steps() if late}
    assert late["contacts:family:1"] == 330
    assert late["street:street:1"] == 240
    assert posts(centre.steps()) == EMERGENCY  # each with the time it was due, none left out
    assert centre.tick(at(421)).version == centre.tick(at(422)).version


def test_a3_two_processes_make_the_same_rows(rules: AlarmRules) -> None:
    one, two = Centre(rules=rules), Centre(rules=rules)
    one.press(at(0))
    two.press(at(0))
    one.run(at(0), at(200))
    two.tick(at(200))
    assert one.rows.keys() == two.rows.keys()  # so a unique key lets one of them through


def test_a5_a_message_that_is_not_needed_any_more_never_leaves(centre: Centre) -> None:
    centre.press(at(0))
    centre.send(at(0))
    centre.do("take", agent("anna"), at(12))
    centre.run(at(13), at(40))
    assert [key[1] for key, _, _ in centre.sent] == ["ring:agent:1"]
    assert centre.next_at() == at(60)


def test_a5_also_when_the_row_was_written_but_not_yet_sent(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(0))
    centre.send(at(0))
    assert centre.sent == []
    assert {row.state for row in centre.rows.values()} == {"needless"}


def test_a6_an_alarm_left_lying_goes_back_with_its_whole_age(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(12))
    assert centre.run(at(13), at(311)).state == "taken"
    back = centre.tick(at(312))
    assert (back.state, back.agent, back.agents, back.raised_at) == ("raised", "", ("anna",), at(0))
    assert back.queued_at == at(312)
    told = posts(centre.steps())
    assert told["lead:shift_leader:1/2"] == told["lead:agent:1/2"] == 312
    again = centre.do("take", agent("ben"), at(320))
    assert (again.agent, again.agents, again.taken_at) == ("ben", ("anna", "ben"), at(12))


def test_a6_work_on_the_alarm_keeps_it(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(12))
    centre.do("need", agent("anna"), at(200))
    assert centre.run(at(201), at(499)).state == "in_need"
    assert centre.tick(at(500)).state == "raised"


def test_a6_while_somebody_goes_the_agent_may_wait_longer(centre: Centre) -> None:
    worker = replace(agent("wang"), role="worker")
    centre.press(at(0))
    centre.do("take", agent("anna"), at(12))
    centre.do("arrive", worker, at(100), person="wang")
    assert centre.run(at(101), at(1899), 60).agent == "anna"
    back = centre.tick(at(1900))
    assert (back.state, back.agent) == ("attended", "")
    assert posts(centre.steps())["lead:shift_leader:1/2"] == 1900
    assert centre.do("take", agent("ben"), at(1910)).agent == "ben"
    with pytest.raises(NotPossibleError, match="is with ben"):
        centre.do("take", agent("anna"), at(1911))


def test_who_holds_two_posts_is_told_once(centre: Centre) -> None:
    centre.duty = day_duty() | {"responder": people("wang", "zhou")}
    centre.press(at(0))
    centre.run(at(0), at(90))
    told = [row.person for row in centre.rows.values() if row.rung.startswith("community")]
    assert told == ["wang", "zhou"]


def test_a_drill_never_calls_120(centre: Centre) -> None:
    centre.press(at(0), drill=True)
    centre.run(at(0), at(400))
    told = posts(centre.steps())
    assert "street:street:1" in told
    assert not {"rescue:rescue:1", "door:police:1"} & set(told)


def test_a7_with_nobody_on_duty_nothing_waits(centre: Centre) -> None:
    centre.duty = {k: v for k, v in day_duty().items() if k not in ("agent", "shift_leader", "holder")}
    centre.press(at(0))
    told = posts(centre.steps())
    assert told == {"contacts:family:1": 0, "community:community:1": 0, "community:responder:1": 0}
    gaps = [e.payload["step"] for e in centre.events if e.name == "step" and e.payload["ended"] == "nobody"]
    assert gaps == ["ring:agent:1", "ring_next:agent:1", "ring_leader:shift_leader:1"]
    centre.run(at(1), at(200))
    later = posts(centre.steps())
    assert later["contacts:family:2"] == 30  # the second contact comes his turn after the first
    assert later["street:street:1"] == 180  # those told have their time


def test_a7_with_nobody_at_all_the_last_steps_come_at_once(centre: Centre) -> None:
    centre.duty = {"rescue": people("120")}
    centre.press(at(0))
    assert posts(centre.steps()) == {"rescue:rescue:1": 0}


def test_a7_an_empty_desk_is_not_hidden_by_others_who_were_told(centre: Centre) -> None:
    centre.duty = {k: v for k, v in day_duty().items() if k != "agent"}
    centre.press(at(0), "smoke")
    assert posts(centre.steps()) == {"brigade:fire:1": 0, "ring_leader:shift_leader:1": 0}


def test_a7_one_agent_alone_has_his_time_before_the_leader(centre: Centre) -> None:
    centre.duty = day_duty() | {"agent": people("anna")}
    centre.press(at(0))
    centre.run(at(1), at(20))
    assert posts(centre.steps()) == {"ring:agent:1": 0, "ring_leader:shift_leader:1": 15}


def test_a8_who_is_rung_is_on_duty_when_the_step_fires(centre: Centre) -> None:
    centre.press(at(0))
    centre.duty = day_duty() | {"agent": people("nora", "omar"), "shift_leader": people("nils")}
    centre.run(at(1), at(40))
    assert [row.person for row in centre.rows.values()] == ["anna", "nora", "nils"]


def test_a8_the_day_agent_keeps_the_call_over_the_change_of_shifts(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    centre.duty = day_duty() | {
        "agent": people("nora"),
        "shift_leader": people("nils"),
        "holder": people("anna"),
    }
    centre.run(at(6), at(61))
    assert ("call_back:holder:1", "anna") in {(row.rung, row.person) for row in centre.rows.values()}
    assert centre.open.agent == "anna"


def test_a11_without_a_channel_somebody_on_duty_counts_as_nobody(centre: Centre) -> None:
    centre.duty = day_duty() | {"agent": people("anna", channels=()) + people("ben")}
    centre.press(at(0))
    assert [row.person for row in centre.rows.values()] == ["ben"]
    assert without_channel(centre.duty) == (("agent", "anna"),)


def test_a15_a_running_alarm_keeps_its_plan(centre: Centre, rules: AlarmRules) -> None:
    centre.press(at(0))
    centre.run(at(0), at(45))
    desk = rules.ladders["desk"]
    centre.rules = replace(rules, ladders=rules.ladders | {"emergency": replace(desk, code="emergency")})
    centre.run(at(46), at(400))
    assert posts(centre.steps()) == EMERGENCY


@pytest.mark.parametrize("back_s", [90, 3600])
def test_a15_a_clock_set_back_repeats_and_stalls_nothing(centre: Centre, back_s: int) -> None:
    centre.press(at(0))
    centre.run(at(0), at(45))
    centre.run(at(45 - back_s), at(400 - back_s))
    assert sorted(code for code, _, _ in centre.steps()) == sorted(EMERGENCY)
    sent = {key[1]: when for key, when, _ in centre.sent}
    elapsed_s = (sent["contacts:family:1"] - at(-back_s)).total_seconds()
    assert (
        90 <= elapsed_s <= 105
    )  # late by at most what lay between the last step, at 30 s, and the change at 45 s


@pytest.mark.parametrize("by_s", [-3600, -90, 3600])
def test_a15_a_server_that_knows_how_far_the_clock_moved_is_exact(centre: Centre, by_s: int) -> None:
    centre.press(at(0))
    centre.run(at(0), at(45))
    centre.set_clock(at(45 + by_s), by_s)
    centre.run(at(46 + by_s), at(400 + by_s))
    sent = {key[1]: (when - at(by_s)).total_seconds() for key, when, _ in centre.sent}
    later = {code: s for code, s in EMERGENCY.items() if s > 45}
    assert {code: s for code, s in sent.items() if code in later} == later
    assert sorted(code for code, _, _ in centre.steps()) == sorted(EMERGENCY)


def test_a15_a_clock_set_forward_an_hour_carries_out_each_step_once(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(45))
    centre.run(at(45 + 3600), at(60 + 3600))
    assert sorted(code for code, _, _ in centre.steps()) == sorted(EMERGENCY)


def test_a16_an_alarm_left_open_for_months_rings_nobody(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(12))
    rows, later = len(centre.rows), at(0) + timedelta(days=120)
    alarm = centre.tick(later)
    assert len(centre.rows) == rows
    assert centre.next_at() is None
    assert alarms.left_open((alarm,), later) == (alarm,)
    ended = {e.payload["ended"] for e in centre.events if e.name == "step" and e.at > at(15)}
    assert ended == {"too_late"}


def test_who_cannot_be_reached_is_followed_at_once_by_the_next(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(95))
    centre.do("unreached", CLOCK, at(96), person="son")
    assert posts(centre.steps())["contacts:family:2"] == 96


def test_when_all_who_were_told_decline_the_street_is_called_at_once(centre: Centre) -> None:
    centre.duty = day_duty() | {"family": people("son"), "responder": people("zhou")}
    centre.press(at(0))
    centre.run(at(0), at(95))
    for number, person in enumerate(("son", "wang", "zhou")):
        centre.do("decline", agent("anna"), at(100 + number), person=person)
    told = posts(centre.steps())
    assert told["street:street:1"] == told["rescue:rescue:1"] == 102


def test_two_calls_without_an_answer_do_not_wait_for_the_ninety_seconds(centre: Centre) -> None:
    centre.press(at(0))
    centre.do("take", agent("anna"), at(5))
    centre.do("no_answer", agent("anna"), at(20))
    assert "contacts:family:1" not in posts(centre.steps())
    centre.do("no_answer", agent("anna"), at(35))
    told = posts(centre.steps())
    assert told["contacts:family:1"] == told["community:community:1"] == told["community:responder:1"] == 35


def test_a_person_has_a_ladder_of_their_own(centre: Centre) -> None:
    centre.press(at(0), own=OwnPlan(ladders={"emergency_key": "together"}))
    assert "contacts:family:1" in posts(centre.steps())


def test_an_alarm_is_not_lost_for_a_ladder_that_is_gone(centre: Centre) -> None:
    assert centre.press(at(0), own=OwnPlan(ladders={"emergency_key": "none"})).ladder == "emergency"


@pytest.mark.parametrize(
    ("hour", "ladder"), [(21, "look"), (22, "look_night"), (5, "look_night"), (6, "look")]
)
def test_a_ladder_may_differ_by_the_hour(rules: AlarmRules, hour: int, ladder: str) -> None:
    assert rules.ladder("water", at(0).replace(hour=hour)).code == ladder


def test_a_plan_is_kept_as_json_without_loss(centre: Centre) -> None:
    centre.press(at(0))
    centre.run(at(0), at(100))
    assert tuple(rung_of(plain(rung)) for rung in centre.open.plan) == centre.open.plan
