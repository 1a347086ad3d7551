"""Questions: somebody wants to know something; an answer closes it, and no provider goes anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from dispatch.worktime import Limit, WorkTime

EFFECTS = frozenset({"answer", "open", "rate"})
FIELDS = frozenset({"note", "rating"})
CHANNELS = ("phone", "button", "web", "wechat", "counter", "kiosk", "worker")
LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRules:
    """Within what time a question is answered, and what can happen to one."""

    limit: Limit
    lifecycle: Lifecycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question; ``area`` is the cell it is about, or the area whose people answer it.

    ``asked_by`` is the account that wrote it down, ``resident`` who asked where the register knows them. Without an
    answer yet, ``answered_at`` is None. ``rating`` is in stars, None while nobody said how good the answer was.
    """

    no: str
    state: str
    channel: str
    text: str
    area: str
    asked_at: datetime
    due_at: datetime
    asked_by: str
    resident: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    rating: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What somebody asks, through which door; an ``answer`` that is known at once closes it."""

    text: str
    channel: str
    area: str
    resident: str = ""
    answer: str = ""


def ask(
    no: str, new: Asking, by: Actor, rules: QuestionRules, worktime: WorkTime, now: datetime
) -> tuple[Question, tuple[Event, ...]]:
    """Return a new question and what the log is told: that it was asked, never what.

    Parameters
    ----------
    no : str
    new : Asking
    by : Actor
    rules : QuestionRules
    worktime : WorkTime
        The limit runs in it.
    now : datetime
        Aware.

    Returns
    -------
    (Question, tuple of Event)

    Raises
    ------
    BadFieldError
        Without words, with too many, or through a door that there is not.
    WrongRoleError
        When an answer is given by somebody who may not answer.
    """
    if not new.text.strip() or len(new.text) > LONGEST:
        raise BadFieldError("text", new.text[:40], f"say what is asked, in 1 to {LONGEST} signs")
    if new.channel not in CHANNELS:
        raise BadFieldError("channel", new.channel, "channels are " + ", ".join(CHANNELS))
    asked = Question(
        no=no,
        state=rules.lifecycle.initial,
        channel=new.channel,
        text=new.text.strip(),
        area=new.area,
        asked_at=now,
        due_at=worktime.run(now, rules.limit)[-1].end,
        asked_by=by.user,
        resident=new.resident,
    )
    payload = {"channel": new.channel, "area": new.area, "due_at": asked.due_at.isoformat()}
    told = Event(name="asked", at=now, by=by.user, role=by.role, payload=payload)
    if not new.answer.strip():
        return asked, (told,)
    answered, event = act(
        asked, Action(name="answer", by=by, fields={"note": new.answer}), rules.lifecycle, now
    )
    return replace(answered, version=1), (told, event)


def act(question: Question, action: Action, lifecycle: Lifecycle, now: datetime) -> tuple[Question, Event]:
    """Decide one action on a question: answer it, ask again, rate the answer.

    Parameters
    ----------
    question : Question
    action : Action
    lifecycle : Lifecycle
    now : datetime
        Aware.

    Returns
    -------
    (Question, Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The question is unchanged then.
    """
    move = lifecycle.move(question.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(odd[0], action.fields[odd[0]], f"fields are {', '.join(sorted(FIELDS))}")
    after = replace(question, state=lifecycle.target(question.state, move), version=question.version + 1)
    payload: dict[str, Any] = {"from": question.state, "to": after.state}
    for effect in move.effects:
        after = _after(after, effect, action.fields, action.by, now)
    if "rate" in move.effects:
        payload["rating"] = after.rating
    return after, Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)


def _after(question: Question, effect: str, fields: Mapping[str, Any], by: Actor, now: datetime) -> Question:
    """Return the question after one effect."""
    said = str(fields.get("note", "")).strip()
    if effect == "rate":
        return replace(question, rating=int(fields["rating"]))
    if not said or len(said) > LONGEST:
        raise BadFieldError("note", said[:40], f"say it in 1 to {LONGEST} signs")
    if effect == "open":
        text = f"{question.text}\n{said}"
        return replace(question, text=text, answer="", answered_at=None, answered_by="", rating=None)
    return replace(question, answer=said, answered_at=now, answered_by=by.user)
