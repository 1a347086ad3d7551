"""What is answered to outside lines: their cases, and what they were handed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.person import ContactAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswer(Answer):
    """A case of a line as its ticket stands; ``state_name`` is the line's own word."""

    number: str
    no: str
    state: str
    state_name: str
    category: str
    cell: str
    department: str
    department_name: str
    due_at: datetime
    closed_at: datetime | None
    nature: str
    rating: int | None
    solved: bool | None
    evidence: tuple[str, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer(Answer):
    """What was answered to a case: ``number`` is the line's, ``own`` ours, ``state`` the line's word."""

    number: str
    own: str
    state: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    step: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail(CaseAnswer):
    """A case with everything that was answered, the oldest first."""

    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases(Answer):
    """The cases that changed; ``next_since`` is the time to ask from next."""

    items: tuple[CaseAnswer, ...]
    next_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseActed(Answer):
    """How a case stands after what the line said."""

    number: str
    no: str
    state: str
    state_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCase(Answer):
    """A ticket as the case that a line is handed, in the line's words."""

    number: str
    category: str
    nature: str
    content: str
    address: str
    lon: float
    lat: float
    datum: Literal["wgs84"]
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCaseDetail(HandedCase):
    """A case with whom to call; null when the line does not hold it, may not know, or nobody said."""

    contact: ContactAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedAnswer(Answer):
    """A ticket that a line was handed, and how the hand-over stands."""

    case: HandedCase
    category_name: str
    task: str
    photos: tuple[str, ...]
    handed_at: datetime
    due_at: datetime
    answer_by: datetime | None
    state: str
    own: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedDetail(HandedAnswer):
    """A ticket that a line was handed, with whom to call while the line holds it."""

    case: HandedCaseDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed(Answer):
    """What a line holds, or what of it changed; ``next_since`` is the time to ask from next."""

    items: tuple[HandedAnswer, ...]
    next_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(HandedAnswer):
    """What came of an answer; ``changed`` is false for one that was said before."""

    ticket_state: str
    changed: bool
