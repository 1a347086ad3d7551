"""What is answered about sessions at counters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from api.answers.answer import Answer, Sometimes
from api.answers.intake import IntakeCheck
from api.answers.move import MoveAnswer
from api.answers.person import ContactAnswer
from dispatch.counter import HeldState, PaperState, Wanted
from grid.deadlines import Lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterItemAnswer(Answer):
    """An item of a session: what it became, who answers for it, until when; ``due_at`` is null where nothing is promised."""

    kind: Wanted
    no: str
    code: str
    name: str
    name_en: str
    department_name: str
    state: str
    state_name: str
    due_at: datetime | None
    lamp: Lamp
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPaperAnswer(Answer):
    """How it stands with a paper; ``until`` is the day by which a promised one comes, null for any other."""

    paper: str
    state: PaperState
    until: date | None
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPaperAnswer(Answer):
    """A line of the hand-over list; ``settled_at`` is null while the paper is held."""

    paper: str
    pieces: int
    taken_by: str
    taken_at: datetime
    due_on: date
    state: HeldState
    given_to: str
    settled_by: str
    settled_at: datetime | None
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSessionAnswer(Answer):
    """A session as of now.

    ``late`` counts items past their promise and papers past their day. ``person`` and ``came`` are masked, null where
    nobody was named and in the answer to a new session. ``settled_at`` is null while a paper is lacking or held.
    ``follow_key`` is told once, in the answer to a new session; it opens the session and each of its items.
    """

    no: str
    state: str
    state_name: str
    station: str
    area: str
    area_name: str
    clerk: str
    opened_at: datetime
    resident: str
    relation: str
    agent: str
    proxied: bool
    consents: tuple[str, ...]
    consent_how: Literal["spoken", "signed"]
    items: tuple[CounterItemAnswer, ...]
    papers: tuple[CounterPaperAnswer, ...]
    held: tuple[HeldPaperAnswer, ...]
    late: int
    person: ContactAnswer | None
    came: ContactAnswer | None
    settled_at: datetime | None
    settled_why: str
    version: int
    actions: tuple[MoveAnswer, ...]
    follow_key: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSessions(Answer):
    """Sessions of one's scope, the latest first; ``left_off`` is how many more there are."""

    items: tuple[CounterSessionAnswer, ...]
    left_off: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededPaper(Answer):
    """A paper that items of a session need; ``of`` are their positions, from 0; ``sample`` tells that the rule is invented."""

    code: str
    name: str
    name_en: str
    of: tuple[int, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterCheck(Answer):
    """What a session would become, before anything is kept: each item as intake tells it, and the papers needed, each once."""

    items: tuple[IntakeCheck, ...]
    papers: tuple[NeededPaper, ...]
