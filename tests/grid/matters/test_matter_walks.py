"""Any walk through any of our matters keeps what a matter promises, and ends where its table says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from grid.matters.acts import Desk, act, begin, possible, used_s
from grid.matters.definition import MatterKind
from grid.matters.fact import RUNNING, Matter
from grid.matters.form import check_answers, schema_of
from tests.conftest import rules

START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
KINDS = [table.kind for table in rules().matters.tables]
WORKER = Actor(user="w", role="worker")
SAMPLES: dict[str, Any] = {"text": "甲", "number": 3, "day": "2026-11-01", "yes_no": True}


def desk(kind: MatterKind, now: datetime = START) -> Desk:
    return Desk(kind=kind, worktime=rules().rulebook.worktime, now=now)


def fill(kind: MatterKind, pick: Any) -> dict[str, Any]:
    """Answer a form as its conditions ask."""
    answers: dict[str, Any] = {}
    for one in kind.fields:
        if not one.known and (one.when is None or one.when.holds(answers)):
            choices = list(one.choices)
            answers[one.name] = pick(choices) if choices else SAMPLES[one.type]
    return answers


def begun(kind: MatterKind, answers: dict[str, Any]) -> Matter:
    papers = tuple(need.code for need in kind.papers)
    blank = Matter(no="G1", kind=kind.code, version=kind.version, definition="", applicant="R1", area="a",
                   begun_by="", begun_at=START, answers=answers, papers=papers, state="", stage="", due_at=START,
                   parts=())  # fmt: skip
    return begin(desk(kind), blank, WORKER)[0]


def party(department: str) -> Actor:
    return Actor(user="d", role="department", department=department) if department else WORKER


def _refusal(kind: MatterKind, matter: Matter, action: str, fields: dict[str, Any]) -> str:
    """Tell why an action that is offered is refused for now, empty when it is not."""
    if action == "finish" and any(not part.lead for part in matter.open_parts):
        return "joint parts"
    first = matter.stage == kind.stages[0].code
    return "no stage was before" if fields.get("to") == "previous" and first else ""


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_walk_ends_on_an_end_of_its_table(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    matter = begun(kind, fill(kind, lambda choices: data.draw(st.sampled_from(choices))))
    now, promised = START, matter.due_at
    for step in range(60):
        if matter.state not in RUNNING:
            break
        now += timedelta(hours=data.draw(st.integers(0, 30)))
        actors = [party(part.department) for part in matter.open_parts] + [WORKER]
        by = data.draw(st.sampled_from(actors))
        names = [
            name for name in possible(matter, by) if name != "withdraw" and (step < 25 or name != "give_back")
        ]
        if not names:
            continue
        action = data.draw(st.sampled_from(names))
        fields: dict[str, Any] = {"reason": "材料不全"}
        if action == "finish":
            stage = kind.stage(matter.stage)
            outcome = data.draw(st.sampled_from([one.code for one in stage.outcomes]))
            fields = {"outcome": outcome, "proofs": dict.fromkeys(stage.proofs, "见卷宗")}
        elif action == "give_back":
            fields["to"] = data.draw(st.sampled_from(["previous", "applicant"]))
        before = matter
        refusal = _refusal(kind, matter, action, fields)
        if refusal:
            with pytest.raises((NotPossibleError, BadFieldError), match=refusal):
                act(desk(kind, now), matter, Action(name=action, by=by, fields=fields))
            continue
        matter, event = act(desk(kind, now), matter, Action(name=action, by=by, fields=fields))
        assert event.name
        if before.state == "waiting":
            assert matter.due_at > now
            promised = matter.due_at
        assert matter.due_at == promised
        leads = [part for part in matter.open_parts if part.lead]
        assert [part.stage for part in leads] == ([matter.stage] if matter.state in RUNNING else [])
    if matter.state == "closed":
        assert kind.end(matter.end) is not None
        assert set(used_s(matter, rules().rulebook.worktime, now)) <= {one.code for one in kind.stages}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_shares_of_the_stages_are_the_promise(kind: MatterKind) -> None:
    matter = begun(kind, fill(kind, lambda choices: choices[0]))
    at = START
    while matter.state == "running":
        lead = next(part for part in matter.open_parts if part.lead)
        at = lead.due_at  # each takes all it may
        for part in matter.open_parts:
            by = party(part.department)
            matter, _ = act(desk(kind, at), matter, Action(name="receive", by=by))
            if not part.lead:
                matter, _ = act(desk(kind, at), matter, Action(name="finish_part", by=by))
        stage = kind.stage(lead.stage)
        fields = {"outcome": stage.outcomes[0].code, "proofs": dict.fromkeys(stage.proofs, "有")}
        by = party(lead.department)
        matter, _ = act(desk(kind, at), matter, Action(name="finish", by=by, fields=fields))
    worktime = rules().rulebook.worktime
    whole = worktime.work_seconds(START, matter.due_at)
    assert abs(sum(used_s(matter, worktime, at).values()) - whole) <= len(kind.stages)
    assert abs(worktime.work_seconds(START, at) - whole) <= len(kind.stages)


def kind_of(code: str) -> MatterKind:
    return next(kind for kind in KINDS if kind.code == code)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"cause": "fire"}, "answers.members"),
        ({"cause": "flood", "members": 3}, "answers.cause"),
        ({"cause": "fire", "members": -1}, "answers.members"),
        ({"cause": "fire", "members": True}, "answers.members"),
        ({"cause": "other", "members": 3}, "answers.cause_told"),
        ({"cause": "fire", "members": 3, "spent_yuan": 5}, "answers.spent_yuan"),
        ({"cause": "fire", "members": 3, "applicant": "张三"}, "answers.applicant"),
        ({"cause": "fire", "members": 3, "colour": "red"}, "answers.colour"),
    ],
)
def test_a_form_names_the_field_that_is_wrong(answers: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFieldError) as refused:
        check_answers(kind_of("MC02"), answers)
    assert refused.value.field == field


def test_papers_are_asked_where_their_condition_holds() -> None:
    kind, ill = kind_of("MC02"), {"cause": "illness", "members": 3, "spent_yuan": 900}
    with pytest.raises(BadFieldError, match="doctor_order is needed"):
        begin(desk(kind), replace(begun(kind, ill), papers=("id_card", "household_book")), WORKER)
    fire = {"cause": "fire", "members": 3}
    assert begin(desk(kind), replace(begun(kind, fire), papers=("id_card", "household_book")), WORKER)


def test_only_the_party_of_a_stage_acts_and_it_signs_first() -> None:
    kind = kind_of("MC02")
    matter = begun(kind, {"cause": "fire", "members": 3})
    civil = Actor(user="d", role="department", department="DP02")
    with pytest.raises(WrongRoleError, match="now with community"):
        act(desk(kind), matter, Action(name="receive", by=civil))
    with pytest.raises(NotPossibleError, match="received first"):
        act(desk(kind), matter, Action(name="finish", by=WORKER, fields={"outcome": "agreed"}))
    matter, _ = act(desk(kind), matter, Action(name="receive", by=WORKER))
    with pytest.raises(BadFieldError, match="does not end without it"):
        act(desk(kind), matter, Action(name="finish", by=WORKER, fields={"outcome": "agreed"}))
    with pytest.raises(NotPossibleError, match="possible are"):
        act(desk(kind), matter, Action(name="add", by=WORKER))


def test_a_matter_that_waits_for_the_applicant_keeps_the_time_that_was_left() -> None:
    kind = kind_of("MC02")
    matter = begun(kind, {"cause": "fire", "members": 3})
    matter, _ = act(desk(kind), matter, Action(name="receive", by=WORKER))
    fields = {"to": "applicant", "reason": "缺少户口簿原件"}
    waits, _ = act(desk(kind), matter, Action(name="give_back", by=WORKER, fields=fields))
    late = matter.due_at + timedelta(days=9)
    assert (waits.state, waits.is_late(late), matter.is_late(late)) == ("waiting", False, True)
    told = {"answers": {"members": 4}}
    after, _ = act(desk(kind, late), waits, Action(name="add", by=WORKER, fields=told))
    assert (after.state, after.answers["members"], after.answers["cause"]) == ("running", 4, "fire")
    worktime = rules().rulebook.worktime
    left = worktime.work_seconds(START, matter.due_at)
    assert abs(worktime.work_seconds(late, after.due_at) - left) <= 1


def test_the_schema_tells_the_form_with_its_conditions() -> None:
    schema = schema_of(kind_of("MC02"))
    assert schema["required"] == ["cause", "members"]
    assert set(schema["properties"]) == {
        "cause",
        "cause_told",
        "members",
        "spent_yuan",
    }  # what is known is not asked
    told = {"properties": {"cause": {"enum": ["other"]}}, "required": ["cause"]}
    assert {
        "if": told,
        "then": {"required": ["cause_told"]},
        "else": {"properties": {"cause_told": False}},
    } in schema["allOf"]
