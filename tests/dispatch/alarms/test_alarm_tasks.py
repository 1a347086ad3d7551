"""Tasks of those who go, and who is asked to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alarm_centre import CLOCK, agent, at
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.alarms import task as tasks
from dispatch.alarms.responder import REASONS, Question, Responder, askable, rank
from dispatch.alarms.rules import AlarmRules
from dispatch.alarms.task import Task
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat

WANG = Actor(user="wang", role="worker")
HERE = LonLat(120.17, 30.24)


def offered(person: str = "wang") -> Task:
    return tasks.offer(f"A1-{person}", "A1", (person, "community", "go"), timedelta(seconds=60), at(90))


def act(rules: AlarmRules, task: Task, name: str, by: Actor, seconds: float, **fields: object) -> Task:
    return tasks.act(task, Action(name=name, by=by, fields=fields), rules.task_lifecycle, at(seconds))[0]


def test_the_way_of_a_task(rules: AlarmRules) -> None:
    task = offered()
    assert tasks.unanswered_at(task) == at(150)
    task = act(rules, task, "accept", WANG, 100)
    assert (task.answered_at, tasks.unanswered_at(task)) == (at(100), None)
    task = act(rules, task, "depart", WANG, 110)
    task = act(rules, task, "position", WANG, 200, lon=120.18, lat=30.25)
    assert (task.place, task.placed_at) == (LonLat(120.18, 30.25), at(200))
    task = act(rules, task, "arrive", WANG, 400)
    task = act(rules, task, "finish", WANG, 900)
    assert (task.state, task.arrived_at, task.ended_at, task.place) == ("done", at(400), at(900), None)


def test_a_position_is_no_part_of_the_history(rules: AlarmRules) -> None:
    task = act(rules, act(rules, offered(), "accept", WANG, 100), "depart", WANG, 110)
    action = Action(name="position", by=WANG, fields={"lon": 120.18, "lat": 30.25})
    _, events = tasks.act(task, action, rules.task_lifecycle, at(200))
    assert not {"lon", "lat"} & set(events[0].payload)


def test_nobody_answers_for_another_but_the_desk(rules: AlarmRules) -> None:
    with pytest.raises(WrongRoleError, match="is wang's"):
        act(rules, offered(), "accept", replace(WANG, user="zhou"), 100)
    assert act(rules, offered(), "accept", agent("anna"), 100).state == "accepted"
    assert act(rules, offered(), "lapse", CLOCK, 150).state == "unanswered"


def test_declining_needs_a_reason(rules: AlarmRules) -> None:
    with pytest.raises(BadFieldError, match="reason"):
        act(rules, offered(), "decline", WANG, 100)
    assert act(rules, offered(), "decline", WANG, 100, reason="far away").reason == "far away"
    with pytest.raises(NotPossibleError):
        act(rules, act(rules, offered(), "lapse", CLOCK, 150), "accept", WANG, 151)
    with pytest.raises(BadFieldError, match="fields of a task action"):
        act(rules, offered(), "accept", WANG, 100, colour="red")


def test_several_go_at_once_and_a_door_needs_two(rules: AlarmRules) -> None:
    wang, zhou = offered(), offered("zhou")
    assert tasks.missing([wang, zhou], 2) == 2
    wang = act(rules, wang, "accept", WANG, 100)
    assert tasks.missing([wang, zhou], 2) == 1
    zhou = act(
        rules,
        act(rules, zhou, "accept", replace(WANG, user="zhou"), 101),
        "arrive",
        replace(WANG, user="zhou"),
        300,
    )
    assert [t.person for t in tasks.going([wang, zhou])] == ["wang", "zhou"]
    assert tasks.missing([wang, zhou], 2) == tasks.missing([wang, zhou], 1) == 0
    wang = act(rules, wang, "give_up", WANG, 310, reason="no boat")
    assert tasks.missing([wang, zhou], 2) == 1


QUESTION = Question(
    alarm="A1", place=HERE, at=at(90), skills=frozenset({"first_aid"}), declined=frozenset({"no"})
)


def responder(person: str, **more: object) -> Responder:
    return Responder(person=person, post="worker", place=HERE, skills=frozenset({"first_aid"}), **more)  # type: ignore[arg-type]


def test_the_nearest_by_road_goes_first_and_everybody_else_has_a_reason() -> None:
    everybody = [
        responder("far"),
        responder("near"),
        responder("keys", has_key=True),
        responder("off", on_duty=False),
        responder("no"),
        responder("busy", tasks=1),
        replace(responder("lay"), skills=frozenset()),
        responder("lost", place_at=at(90 - 601)),
        responder("isle"),
        responder("away"),
    ]
    ways = {r.person: (300.0, 0.0) for r in everybody} | {"far": (900.0, 600.0), "away": (3601.0, 0.0)}
    del ways["isle"]
    found = rank(everybody, QUESTION, ways)
    assert [p.responder.person for p in found.proposals] == ["keys", "near", "far"]
    assert found.proposals[2].ferry_s == 600
    assert found.refused == {
        "off": "off_duty",
        "no": "declined",
        "busy": "busy",
        "lay": "no_skill",
        "lost": "old_position",
        "isle": "no_way",
        "away": "too_far",
    }
    assert set(found.refused.values()) == set(REASONS)
    assert {r.person for r in askable(everybody, QUESTION)} == {"far", "near", "keys", "isle", "away"}
    assert rank([], QUESTION, {}).proposals == ()


@settings(deadline=None)
@given(ways=st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 7200), max_size=6))
def test_everybody_is_proposed_or_refused_once_and_in_order(ways: dict[str, float]) -> None:
    everybody = [responder(name, place_at=at(60)) for name in "abcdef"]
    found = rank(everybody, QUESTION, {k: (v, 0.0) for k, v in ways.items()})
    proposed = [p.responder.person for p in found.proposals]
    assert sorted([*proposed, *found.refused]) == list("abcdef")
    times = [p.travel_s for p in found.proposals]
    assert times == sorted(times)
    assert all(p.position_age_s == 30 for p in found.proposals)
