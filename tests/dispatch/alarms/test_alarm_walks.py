"""Random lives of alarms against a plain model of the ladders, with timers that stop and start at any instant."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alarm_centre import CLOCK, DEVICE, Centre, agent, at, day_duty, people, posts, read
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.files import FOLDER
from dispatch.alarms.ladder import Ladder
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Actor

SHIPPED = read(FOLDER)
PATIENT = replace(
    SHIPPED, times=replace(SHIPPED.times, idle=timedelta(days=1), idle_helped=timedelta(days=1), tries=99)
)
MANY = day_duty() | {
    "agent": people("anna", "ben", "cara"),
    "holder": people("anna"),
    "family": people(*(f"f{i}" for i in range(9))),
    "community": people(*(f"c{i}" for i in range(9))),
    "responder": people(*(f"r{i}" for i in range(9))),
}
ANNA, WANG = agent("anna"), Actor(user="wang", role="worker")
ACTS: dict[str, tuple[Actor, dict[str, Any], tuple[str, ...]]] = {
    "take": (ANNA, {}, ("taken",)),
    "well": (ANNA, {}, ("answered",)),
    "need": (ANNA, {}, ("answered",)),
    "no_answer": (ANNA, {}, ()),
    "accept": (WANG, {"person": "wang"}, ("accepted",)),
    "arrive": (WANG, {"person": "wang"}, ("accepted", "arrived")),
    "seen": (WANG, {}, ("answered",)),
    "hand_over": (ANNA, {"service": "120"}, ("handed_over",)),
    "clear": (DEVICE, {}, ()),
    "note": (ANNA, {"note": "…"}, ()),
}
LAST_S = 1300


def wanted(ladder: Ladder, since: dict[str, float], closed_s: float) -> dict[str, float]:
    """The plain model: a step is told at its time unless something had made it needless before."""
    told = {}
    for step in ladder.steps:
        for post in step.tell:
            for turn in range(step.most):
                due = step.after.total_seconds() + turn * step.turn.total_seconds()
                holds = {word for word, when in since.items() if when < due}
                held = post != "holder" or "taken" in holds
                if due <= closed_s and held and not holds & set(step.until):
                    told[f"{step.code}:{post}:{turn + 1}"] = due
    return told


@pytest.mark.parametrize("cause", sorted(SHIPPED.causes))
@settings(max_examples=30, deadline=None)
@given(
    acts=st.lists(st.tuples(st.integers(0, LAST_S), st.sampled_from(sorted(ACTS))), max_size=8),
    ticks=st.lists(st.integers(0, LAST_S), max_size=30),
)
def test_every_ladder_does_what_its_table_says(
    cause: str, acts: list[tuple[int, str]], ticks: list[int]
) -> None:
    centre = Centre(rules=PATIENT, duty=MANY)
    centre.press(at(0), cause)
    since: dict[str, float] = {}
    for seconds, name in sorted([*acts, *((tick, "") for tick in ticks), (LAST_S, "")]):
        if not name:
            centre.tick(at(seconds))
            continue
        by, fields, words = ACTS[name]
        try:
            centre.do(name, by, at(seconds), **fields)
        except NotPossibleError:
            continue
        for word in words:
            since.setdefault(word, seconds)
    ladder = PATIENT.ladder(cause, at(0))
    assert posts(centre.steps()) == wanted(ladder, since, LAST_S)
    assert len(centre.steps()) == len({code for code, _, _ in centre.steps()})
    waits = centre.next_at()
    assert waits is None or waits > at(LAST_S)


@pytest.mark.parametrize("cause", sorted(SHIPPED.causes))
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_it_is_the_same_whenever_the_timers_ran(cause: str, data: st.DataObject) -> None:
    """Two centres live the same alarm; one's timers run every second, the other's are killed again and again."""
    acts = data.draw(st.lists(st.tuples(st.integers(0, 900), st.sampled_from(sorted(ACTS))), max_size=6))
    alive = set(data.draw(st.lists(st.integers(0, 900), max_size=10)))
    steady, shaken = Centre(rules=SHIPPED, duty=day_duty()), Centre(rules=SHIPPED, duty=day_duty())
    for centre in (steady, shaken):
        centre.press(at(0), cause)
    for seconds in range(901):
        for centre in (steady, shaken):
            if centre is steady or seconds in alive or seconds == 900:
                centre.tick(at(seconds))
            for when, name in acts:
                if when == seconds:
                    by, fields, _ = ACTS[name]
                    with suppress(NotPossibleError):
                        centre.do(name, by, at(seconds), **fields)
    assert [e.payload.get("step") for e in steady.events] == [e.payload.get("step") for e in shaken.events]
    assert [(e.name, e.at) for e in steady.events] == [(e.name, e.at) for e in shaken.events]
    assert steady.rows.keys() == shaken.rows.keys()
    assert steady.open.state == shaken.open.state


ROLES = ("dispatcher", "admin", "worker", "resident", "device", "clock", "provider")


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_whatever_people_do_an_alarm_stays_sound(data: st.DataObject) -> None:
    cause = data.draw(st.sampled_from(sorted(SHIPPED.causes)))
    missing = data.draw(st.sets(st.sampled_from(sorted(day_duty()))))
    centre = Centre(rules=SHIPPED, duty={k: v for k, v in day_duty().items() if k not in missing})
    centre.press(at(0), cause)
    now = 0.0
    for _ in range(data.draw(st.integers(1, 25))):
        now += data.draw(st.sampled_from([0, 1, 14, 30, 61, 299, 4000, -100, 90_000]))
        before = centre.open
        role = data.draw(st.sampled_from(ROLES))
        moves = [
            m.action
            for m in SHIPPED.lifecycle.possible(before.state, role)
            if m.action not in ("step", "lapse")
        ]
        if not moves:
            centre.tick(at(now))
            continue
        name = data.draw(st.sampled_from(moves))
        fields: dict[str, Any] = {
            need: {
                "person": data.draw(st.sampled_from(["son", "wang", "zhou", "anna"])),
                "service": "120",
                "people": ["wang", "zhou"],
                "closing": data.draw(st.sampled_from(sorted(SHIPPED.closings))),
            }.get(need, "…")
            for need in SHIPPED.lifecycle.moves[before.state][name].needs
        }
        try:
            after = centre.do(name, Actor(user="x", role=role), at(now), **fields)
        except (NotPossibleError, WrongRoleError, BadFieldError):
            assert centre.open == before
            continue
        assert after.version == before.version + 1
        assert after.raised_at == at(0)
        assert after.state in SHIPPED.lifecycle.states
        assert (after.closed_at is None) == (after.state != "closed")
        if after.state == "closed":
            assert after.closed_by
            assert centre.next_at() is None
            break
        due = centre.next_at()
        assert due is None or due > at(now) - timedelta(seconds=2)
    codes = [e.payload["step"] for e in centre.events if e.name == "step" and e.payload["step"] != "lapse"]
    assert len(codes) == len(set(codes))


def test_a_closed_alarm_tells_nobody_any_more() -> None:
    centre = Centre(rules=SHIPPED)
    centre.press(at(0))
    centre.do("take", ANNA, at(5))
    centre.do("need", ANNA, at(10))
    centre.do("close", ANNA, at(20), closing="helped")
    rows = dict(centre.rows)
    centre.run(at(21), at(500))
    assert centre.rows.keys() == rows.keys()
    with pytest.raises(NotPossibleError):
        centre.do("unreached", CLOCK, at(501), person="son")
