"""Questions: asked, answered, asked again, rated."""

from datetime import datetime

import pytest

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from dispatch.questions import Asking, Question, act, ask

NOW = datetime.fromisoformat("2026-11-18T10:30+08:00")  # a Wednesday
DESK, RESIDENT = Actor(user="d", role="dispatcher"), Actor(user="r", role="resident")


def asked(catalogue: Catalogue, by: Actor = RESIDENT, **more: str) -> Question:
    new = Asking(**{"text": "几点开门", "channel": "web", "area": "330102"} | more)
    question, _ = ask("Z1", new, by, catalogue.intake.questions, catalogue.rulebook.worktime, NOW)
    return question


def test_an_answer_at_once_closes_it_and_the_log_holds_no_words(catalogue: Catalogue) -> None:
    new = Asking(text="几点开门", channel="phone", area="330102", answer="八点")
    question, events = ask("Z1", new, DESK, catalogue.intake.questions, catalogue.rulebook.worktime, NOW)
    assert (question.state, question.answer, question.answered_by, question.version) == (
        "answered",
        "八点",
        "d",
        1,
    )
    assert [event.name for event in events] == ["asked", "answer"]
    assert not any("几点" in str(event.payload) or "八点" in str(event.payload) for event in events)
    assert question.due_at.isoformat() == "2026-11-19T10:30:00+08:00"


def test_it_is_answered_rated_and_asked_again(catalogue: Catalogue) -> None:
    cycle, question = catalogue.intake.questions.lifecycle, asked(catalogue)
    with pytest.raises(WrongRoleError):
        act(question, Action(name="answer", by=RESIDENT, fields={"note": "八点"}), cycle, NOW)
    with pytest.raises(BadFieldError):
        act(question, Action(name="answer", by=DESK, fields={"note": "  "}), cycle, NOW)
    answered, _ = act(question, Action(name="answer", by=DESK, fields={"note": "八点"}), cycle, NOW)
    with pytest.raises(NotPossibleError):
        act(answered, Action(name="answer", by=DESK, fields={"note": "九点"}), cycle, NOW)
    rated, told = act(answered, Action(name="rate", by=RESIDENT, fields={"rating": 4}), cycle, NOW)
    assert (rated.rating, told.payload["rating"]) == (4, 4)
    again, _ = act(rated, Action(name="ask_again", by=RESIDENT, fields={"note": "周日呢"}), cycle, NOW)
    assert (again.state, again.answer, again.rating) == ("open", "", None)
    assert again.text == "几点开门\n周日呢"


@pytest.mark.parametrize("more", [{"text": " "}, {"channel": "smoke"}, {"text": "问" * 4001}])
def test_what_cannot_be_asked(catalogue: Catalogue, more: dict[str, str]) -> None:
    with pytest.raises(BadFieldError):
        asked(catalogue, **more)


def test_a_resident_cannot_answer_their_own_question(catalogue: Catalogue) -> None:
    with pytest.raises(WrongRoleError):
        asked(catalogue, answer="八点")
