"""Kinds of what comes in beside reports and orders: questions, words that were not understood, telephone calls."""

from data.models import CallRow, HeardRow, QuestionRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, OneOf, Same, Scope, Within
from dispatch.calls import Call
from dispatch.questions import Question
from dispatch.sayings import Heard

QUESTION = Kind(
    name="question",
    fact=Question,
    row=QuestionRow,
    letter="Z",
    lifecycle="question_lifecycle",
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker"), OneOf((Within("area"), Same("asked_by", "user"))))
        | dict.fromkeys(("department", "provider"), Same("asked_by", "user"))
        | {"resident": OneOf((Same("resident", "resident"), Same("asked_by", "user")))}
    ),
    salted=True,
    live=("state", "area"),
    told=True,
    public=("state", "due_at"),
)

HEARD = Kind(
    name="heard_word",
    fact=Heard,
    row=HeardRow,
    letter="Y",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker"), Always())),
)

CALL = Kind(
    name="call",
    fact=Call,
    row=CallRow,
    letter="H",
    scope=Scope(
        dict.fromkeys(("dispatcher", "leader", "admin"), Within("area"))
        | {"device": Same("exchange", "user")}
    ),
    salted=True,
    live=("state", "area", "called", "agent", "call_back"),
)
