"""What is answered about appeals, and the ledger that they are against."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from api.answers.move import MoveAnswer
from api.answers.reason import Evidence
from data.queries.tickets import Step
from grid.scores.appeal import Appeal
from grid.scores.scoring import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAnswer(Answer, Appeal):
    """An appeal; ``late`` once the term of its stage is over."""

    points: float
    kind_name: str
    unit_name: str
    state_name: str
    ended: bool
    late: bool
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDetail(AppealAnswer):
    """An appeal with everything that happened to it."""

    timeline: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeals(Answer):
    """Appeals, the newest first."""

    items: tuple[AppealAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class LineAnswer(Evidence, Entry):
    """An entry of the ledger, the appeal against it, and until when the asker may appeal."""

    id: int
    points: float
    kind_name: str
    appeal: AppealAnswer | None
    reversed: bool
    appeal_until: datetime
    may_appeal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Answer):
    """The entries behind a department's score of a month."""

    month: str
    department: str
    items: tuple[LineAnswer, ...]
