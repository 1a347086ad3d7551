"""What is answered to whoever has the number of a report or order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from api.answers.answer import Answer, Sometimes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStep(Answer):
    """One thing that happened, with what the public may know of it where the step tells it."""

    name: str
    at: datetime
    role: str
    department: Sometimes[str]
    due_at: Sometimes[datetime]
    to: Sometimes[str]
    cause: Sometimes[str]
    stage: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Answer):
    """The ticket that a report was merged into."""

    no: str
    state: str
    state_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWord(Answer):
    """One thing said; ``message`` and ``about`` instead of ``text`` when the system said it."""

    at: datetime
    role: str
    text: str
    question: bool
    message: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedTicket(Answer):
    """A report to whoever has its number; dialogue and rating to its reporter alone.

    ``opened`` says whether the asker showed that it is theirs. Until then the steps of a matter between people are empty,
    and what it is about is left out.
    """

    no: str
    kind: Literal["ticket"]
    opened: bool
    waiting: bool
    merged_into: Merged | None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str
    promised_at: datetime
    department_name: Sometimes[str]
    category_name: Sometimes[str]
    dialogue: Sometimes[tuple[PublicWord, ...]]
    rating: Sometimes[int | None]
    solved: Sometimes[bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedOrder(Answer):
    """An order to whoever has its number; ``arrive_due_at`` is null where no time was promised.

    What was ordered and the steps are told to who ordered alone (``opened``).

    ``rating`` is told to who ordered alone, null before it was rated.
    """

    no: str
    kind: Literal["order"]
    opened: bool
    waiting: bool
    merged_into: None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str
    item_name: Sometimes[str]
    arrive_due_at: datetime | None
    rating: Sometimes[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedAlarm(Answer):
    """An alarm to whoever has its number: its state."""

    no: str
    kind: Literal["alarm"]
    opened: bool
    waiting: bool
    merged_into: None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedQuestion(Answer):
    """A question to whoever has its number; what was asked and answered to who asked alone."""

    no: str
    kind: Literal["question"]
    opened: bool
    waiting: bool
    merged_into: None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str
    due_at: datetime
    text: Sometimes[str]
    answer: Sometimes[str]
    rating: Sometimes[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSession(Answer):
    """A session at a counter to whoever has its number; the numbers of its items and how many papers are lacking to who came alone."""

    no: str
    kind: Literal["counter_session"]
    opened: bool
    waiting: bool
    merged_into: None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str
    opened_at: datetime
    items: Sometimes[tuple[str, ...]]
    lacking: Sometimes[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedMatter(Answer):
    """A matter to whoever has its number; what it is, its present stage, its steps and its end to the applicant alone."""

    no: str
    kind: Literal["matter"]
    opened: bool
    waiting: bool
    merged_into: None
    steps: tuple[PublicStep, ...]
    state: str
    state_name: str
    due_at: datetime
    matter_name: Sometimes[str]
    stage_name: Sometimes[str]
    end_name: Sometimes[str]


Followed: TypeAlias = (
    FollowedTicket | FollowedOrder | FollowedAlarm | FollowedQuestion | FollowedSession | FollowedMatter
)
