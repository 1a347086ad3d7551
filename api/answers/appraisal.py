"""What is answered about the appraisal of a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from api.answers.figures import Definition
from api.answers.move import MoveAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalHead(Answer):
    """How the appraisal of a month stands; times are null for what has not happened yet."""

    month: str
    state: str
    state_name: str
    opened_at: datetime | None
    open_until: datetime | None
    published_at: datetime | None
    ratings: int
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeRow(Answer):
    """The composite of a department; ``rank`` is null below the least number of cases, shares over none."""

    unit: str
    name: str
    rank: int | None
    composite: float
    ledger: float
    parts: Mapping[str, float]
    missing: tuple[str, ...]
    missing_names: str
    deducted: float
    entries: int
    due: int
    on_time: int
    on_time_share: float | None
    low: float
    high: float
    few_cases: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(Answer):
    """How much one part of the composite weighs."""

    part: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalAnswer(AppraisalHead):
    """The composites of a month: as published, else as they would be now."""

    items: tuple[CompositeRow, ...]
    weights: tuple[Weight, ...]
    per_cases: int
    rules: str
    as_of: datetime
    definitions: Mapping[str, Definition]
