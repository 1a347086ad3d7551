"""What is answered to family and neighbours who were asked to go, by a link."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from api.answers.move import MoveAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Answer):
    """The link of a task, to be sent to who was asked."""

    task: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperTask(Answer):
    """The task, and what can be said of it."""

    no: str
    state: str
    state_name: str
    accept_by_at: datetime
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperAlarm(Answer):
    """What a helper is told of the alarm."""

    cause_name: str
    state: str
    state_name: str
    community_name: str
    raised_at: datetime
    lon: float | None
    lat: float | None
    drill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperPerson(Answer):
    """Whom a helper goes to."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helping(Answer):
    """A task to whoever has its link; person and way in once they said yes and while they go."""

    task: HelperTask
    alarm: HelperAlarm
    person: HelperPerson | None
    access: str
