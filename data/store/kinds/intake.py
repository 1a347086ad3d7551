"""Kinds of what comes in beside reports and orders: questions, and words that were not understood."""

from data.models import HeardRow, QuestionRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, OneOf, Same, Scope, Within
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
