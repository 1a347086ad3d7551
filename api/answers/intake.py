"""What is answered about intake: what was understood, what is known already, what would be promised."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer, LeftOut, Sometimes
from api.answers.move import MoveAnswer
from api.answers.person import ContactAnswer
from dispatch.questions import Question
from dispatch.sayings import Heard, Wanted
from grid.tickets.duplicates import LikeCase


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningAnswer(Answer):
    """What words may mean: ``name`` of the item or category, ``word`` that said so; ``alarm`` when it raises one."""

    wanted: Wanted
    code: str
    name: str
    word: str
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder(Answer):
    """An order of the same item for the same person that is not finished."""

    no: str
    at: datetime
    state_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Answer):
    """A provider that may come, in the order in which they are proposed, and why: minutes by road and price in fen.

    ``arrive_min`` is how long until it is there, waiting included; ``price_fen`` is 0 where no price is published.
    """

    provider_no: str
    name: str
    address: str
    open: bool
    arrive_min: int
    travel_min: int
    wait_min: int
    price_fen: int
    rating: float | None
    rating_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(Answer):
    """What would be promised: who answers where it is known, and until when the matter is begun and done."""

    department_name: str
    answer_by: datetime | None
    arrive_by: datetime | None
    done_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCheck(Answer):
    """An intake as far as it goes, before anything is kept.

    ``lacks`` names the fields that still have to be asked; what is known is not among them. ``resident`` and
    ``contact`` are who was recognised, masked, for those alone who work with people; ``unmet_cause`` why ``offers``
    is empty where a provider would be sent.
    """

    kind: Wanted | None
    code: str
    meanings: tuple[MeaningAnswer, ...]
    lacks: tuple[str, ...]
    resident: str
    contact: ContactAnswer | None
    like: tuple[LikeCase, ...]
    orders: tuple[OpenOrder, ...]
    promise: Promised | None
    offers: tuple[Offer, ...]
    unmet_cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer(Answer, Question):
    """A question with what the asker may do with it; ``follow_key`` is told once, to who asked."""

    state_name: str
    area_name: str
    late: bool
    actions: tuple[MoveAnswer, ...]
    follow_key: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDetail(QuestionAnswer):
    """A question with who asked, masked; null where nobody said."""

    follow_key: LeftOut[str]
    contact: ContactAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage(Answer):
    """One page of questions; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[QuestionAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAnswer(Answer, Heard):
    """A word of callers, with the name of what it means or of what was chosen last."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPage(Answer):
    """One page of words, those heard most first."""

    items: tuple[HeardAnswer, ...]
    next: str | None
