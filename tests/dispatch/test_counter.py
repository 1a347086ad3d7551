"""Rules of sessions at counters: papers, consents, the hand-over list, and when a session is settled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import Catalogue
from dispatch import counter
from dispatch.counter import CounterRules, CounterSession, HeldPaper, PaperSeen, Taken
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 18)
CLERK = Actor(user="c1", role="dispatcher", area="330102")
AID = Taken(kind="order", no="S1", code="SV-B16")  # needs five papers, two of them shared with SV-E11
ADAPT = Taken(kind="order", no="S2", code="SV-E13")
LAMP = Taken(kind="report", no="T1", code="P0118")  # needs none
ASKED = Taken(kind="question", no="Z1", code="")


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> CounterRules:
    return catalogue.counter


def session(*items: Taken, **more: Any) -> CounterSession:
    told = {"no": "I1", "state": "", "station": "F1", "area": "330102001001001", "clerk": "c1"}
    return CounterSession(**(told | {"opened_at": NOW, "items": items, "consents": ("handle",)} | more))


def held(**more: Any) -> HeldPaper:
    told = {"paper": "id_card", "pieces": 1, "taken_by": "c1", "taken_at": NOW, "due_on": TODAY}
    return HeldPaper(**(told | more))


def all_shown(rules: CounterRules, *items: Taken) -> tuple[PaperSeen, ...]:
    return tuple(PaperSeen(paper=code, state="shown") for code in rules.needed(one.code for one in items))


def do(
    one: CounterSession, rules: CounterRules, name: str, by: Actor = CLERK, **fields: Any
) -> CounterSession:
    return counter.act(one, Action(name=name, by=by, fields=fields), rules, NOW, TODAY)[0]


def test_a_paper_that_two_items_need_is_asked_for_once(rules: CounterRules) -> None:
    both = rules.needed(("SV-B16", "SV-E13"))
    assert both == (
        "id_card",
        "household_book",
        "bank_card",
        "ability_report",
        "income_proof",
        "owner_consent",
    )
    assert rules.needed(("P0118", "")) == ()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"items": ()}, "items"),
        ({"items": (ASKED,) * 21}, "items"),
        ({"papers": ()}, "papers"),  # nothing is told of what the item needs
        ({"papers": (PaperSeen(paper="doctor_order", state="shown"),)}, "papers"),  # no item needs it
        ({"consents": ()}, "consents"),
        ({"consents": ("handle", "anything")}, "consents"),
        ({"relation": "child"}, "consents"),  # somebody acts, and nobody consented to that
        ({"agent": "w1"}, "consents"),
        ({"held": (held(),)}, "consents"),  # papers are taken over, and nobody consented to that
        ({"relation": "boss"}, "relation"),
        ({"consent_how": "thought"}, "consent_how"),
        ({"held": (held(paper="passport"),), "consents": ("handle", "papers")}, "held"),
        ({"held": (held(pieces=0),), "consents": ("handle", "papers")}, "pieces"),
        ({"held": (held(due_on=TODAY - timedelta(days=1)),), "consents": ("handle", "papers")}, "due_on"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(
    rules: CounterRules, told: dict[str, Any], field: str
) -> None:
    whole = {"items": (ADAPT,), "papers": all_shown(rules, ADAPT)} | told
    items = whole.pop("items")
    with pytest.raises(BadFieldError) as refused:
        counter.begin(session(*items, **whole), CLERK, rules, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("state", "until"), [("promised", None), ("promised", TODAY - timedelta(days=1)), ("shown", TODAY)]
)
def test_a_promised_paper_has_a_day_and_no_other_has(
    rules: CounterRules, state: Any, until: date | None
) -> None:
    first, *rest = all_shown(rules, ADAPT)
    papers = (replace(first, state=state, until=until), *rest)
    with pytest.raises(BadFieldError) as refused:
        counter.begin(session(ADAPT, papers=papers), CLERK, rules, TODAY)
    assert refused.value.field == "until"


def test_a_session_without_open_papers_is_settled_at_once_and_the_log_knows_nobody(
    rules: CounterRules,
) -> None:
    told = session(LAMP, ASKED, resident="R000001", relation="child", consents=("handle", "proxy"))
    opened, (event,) = counter.begin(told, CLERK, rules, TODAY)
    assert (opened.state, opened.settled_at, opened.is_proxied) == ("settled", NOW, True)
    assert event.payload["items"] == ["T1", "Z1"]
    assert "R000001" not in str(event.payload)


def test_a_session_is_open_until_each_paper_was_shown_given_back_or_handed_on(rules: CounterRules) -> None:
    first, *rest = all_shown(rules, ADAPT)
    papers = (replace(first, state="promised", until=TODAY), *rest)
    lines = (held(), held(pieces=2), held(paper="bank_card"))
    told = session(ADAPT, papers=papers, held=lines, consents=("handle", "papers"))
    opened, _ = counter.begin(told, CLERK, rules, TODAY)
    assert opened.state == "open"
    assert opened.late_papers(TODAY) == ()
    assert opened.late_papers(TODAY + timedelta(days=1)) == ("id_card", "id_card", "id_card", "bank_card")
    with pytest.raises(NotPossibleError):
        do(opened, rules, "settle", reason="不来了")
    shown = do(opened, rules, "show", paper=first.paper)
    with pytest.raises(BadFieldError):
        do(shown, rules, "show", paper=first.paper)
    back = do(do(shown, rules, "give_back", paper="id_card"), rules, "give_back", paper="id_card", to="儿子")
    assert [line.state for line in back.held] == ["given_back", "given_back", "held"]
    with pytest.raises(BadFieldError):
        do(back, rules, "give_back", paper="id_card")
    done = do(back, rules, "hand_on", paper="bank_card", to="民政局")
    assert (done.state, done.settled_at, done.held[-1].given_to) == ("settled", NOW, "民政局")
    with pytest.raises(NotPossibleError):
        do(done, rules, "show", paper="id_card")


def test_papers_that_will_not_come_are_waited_for_no_longer_with_a_reason(rules: CounterRules) -> None:
    papers = tuple(replace(one, state="missing") for one in all_shown(rules, ADAPT))
    opened, _ = counter.begin(session(ADAPT, papers=papers), CLERK, rules, TODAY)
    with pytest.raises(BadFieldError):
        do(opened, rules, "settle", reason="")
    settled = do(opened, rules, "settle", reason="本人不办了")
    assert (settled.state, settled.settled_why, len(settled.lacking)) == ("settled", "本人不办了", 3)


def test_papers_are_taken_over_with_both_signatures_and_consent(rules: CounterRules) -> None:
    papers = tuple(replace(one, state="missing") for one in all_shown(rules, ADAPT))
    opened, _ = counter.begin(session(ADAPT, papers=papers), CLERK, rules, TODAY)
    for fields in (
        {"signed": False},
        {"signed": True, "due_on": TODAY - timedelta(days=1)},
        {"signed": True},
    ):
        with pytest.raises(BadFieldError):
            do(opened, rules, "take_over", paper="id_card", **({"due_on": TODAY} | fields))
    agreed = replace(opened, consents=("handle", "papers"))
    taken = do(agreed, rules, "take_over", paper="id_card", due_on=TODAY, signed=True, pieces=2)
    assert (taken.held[0].taken_by, taken.held[0].pieces, taken.holding) == ("c1", 2, taken.held)
    with pytest.raises(WrongRoleError):
        do(taken, rules, "give_back", Actor(user="d1", role="department"), paper="id_card")


@given(st.lists(st.sampled_from(["show", "give_back", "hand_on", "take_over", "settle"]), max_size=12))
def test_whatever_is_done_nothing_held_is_ever_forgotten(catalogue: Catalogue, names: list[str]) -> None:
    rules = catalogue.counter
    papers = tuple(replace(one, state="missing") for one in all_shown(rules, ADAPT))
    one, _ = counter.begin(
        session(ADAPT, papers=papers, held=(held(),), consents=("handle", "papers")), CLERK, rules, TODAY
    )
    for name in names:
        paper = one.lacking[0].paper if name == "show" and one.lacking else "id_card"
        fields: dict[str, Any] = {"paper": paper}
        fields |= {"take_over": {"due_on": TODAY, "signed": True}, "hand_on": {"to": "x"}}.get(name, {})
        fields |= {"reason": "x"} if name == "settle" else {}
        before = one
        try:
            one = do(one, rules, name, **fields)
        except (BadFieldError, NotPossibleError):
            assert one is before
            continue
        assert len(one.held) >= len(before.held)
        assert one.version == before.version + 1
        if one.state == "settled":
            assert one.holding == ()
        else:
            assert one.lacking or one.holding
