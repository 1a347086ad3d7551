"""What is answered about tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.answers.answer import Answer
from api.answers.move import MoveAnswer
from data.queries.tickets import CellCount, Step
from grid.deadlines import Lamp
from grid.tickets.dialogue import Word
from grid.tickets.duplicates import LikeCase
from grid.tickets.fact import Handover, Part, StageClock, Ticket
from grid.tickets.holders import Holding
from grid.tickets.verification import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch(Answer):
    """One stretch of the time until a deadline: how many of its seconds count, and why."""

    start: Annotated[datetime, Field(alias="from")]
    end: Annotated[datetime, Field(alias="to")]
    counted_s: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAnswer(Answer, StageClock):
    """A stage of a ticket; ``pressing`` is the one whose deadline comes next."""

    name_zh: str
    lamp: Lamp
    pressing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDetail(StageAnswer):
    """A stage of a ticket and how its deadline was counted."""

    explanation: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswer(Answer, Part):
    """What another department has to do."""

    department_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfReporter(Answer):
    """What the reporter is told of another department's part: whose it is, until when, and whether it is done."""

    department: str
    department_name: str
    due_at: datetime | None
    done_at: datetime | None
    kind: None
    task: None
    asked_by: None
    asked_at: None
    late: None
    released: None
    note: None
    evidence: None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAnswer(Answer, Handover):
    """A hand-over to an outside line."""

    line_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingAnswer(Answer, Holding):
    """One stretch of a ticket in one hand."""

    holder_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswer(Answer, Ticket):
    """A ticket as of now: names beside codes, its lamp, the seconds left, what the asker may do with it."""

    lon: float
    lat: float
    lamp: Lamp
    left_s: int
    next_due_at: datetime
    stages: tuple[StageAnswer, ...]
    parts: tuple[PartAnswer | PartOfReporter, ...]  # type: ignore[assignment]
    handovers: tuple[HandoverAnswer, ...]
    holder_name: str
    answers_name: str
    category_name: str
    class_name: str
    nature_name: str
    department_name: str
    state_name: str
    community: str
    community_name: str
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAnswer(TicketAnswer):
    """A new ticket: why that department, how its deadline was counted, and the key of the reporter's dialogue."""

    why: str
    explanation: tuple[Stretch, ...]
    follow_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDetail(TicketAnswer):
    """A ticket with everything that happened to it."""

    stages: tuple[StageDetail, ...]
    timeline: tuple[Step, ...]
    explanation: tuple[Stretch, ...]
    why: str
    closing_condition: str
    closing_zh: str
    cell_name: str
    border_names: tuple[str, ...]
    holdings: tuple[HoldingAnswer, ...]
    cell_chosen_by: str
    dialogue: tuple[Word, ...]
    repeats: tuple[str, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage(Answer):
    """One page of tickets; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[TicketAnswer, ...]
    next: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCount(Answer):
    """How many tickets a list would hold."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCounts(Answer):
    """Tickets by cell."""

    items: tuple[CellCount, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeCases(Answer):
    """Tickets that may be the same thing, the nearest first."""

    items: tuple[LikeCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineAnswer(Answer):
    """The deadlines of a ticket and how they were counted."""

    no: str
    limit: str
    promised_at: datetime
    response_due_at: datetime
    due_at: datetime
    provisional: bool
    rules: str
    explanation: tuple[Stretch, ...]
    stages: tuple[StageDetail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerChoices(Answer):
    """The grid workers who could look at a place, the best first."""

    items: tuple[Choice, ...]
