"""What is answered of the indicators."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from grid.area import Level
from grid.figures.indicators import Change, Direction, Group, Standing, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance(Answer):
    """Where a value comes from: how many records count, by what filter, how many were left out and why."""

    rows: int
    filter: str
    filter_zh: str
    left_out: int
    left_out_why: str
    asked: int | None
    register_as_of_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertical(Answer):
    """The change to the month before and to the same month of the year before."""

    month: Change
    year: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorAnswer(Answer):
    """An indicator: its value, null with ``why`` when there is none; where it comes from; among siblings; over time."""

    id: str
    name: str
    name_en: str
    group: Group
    use: Use
    unit: str
    direction: Direction
    value: float | None
    normalised: float | None
    normaliser: str
    few: bool
    why: str
    why_zh: str
    why_en: str
    provenance: Provenance
    horizontal: Standing
    vertical: Vertical


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPanel(Answer):
    """All indicators of an area and month; ``frozen_at`` is null while the month can still change."""

    month: str
    area: str
    area_name: str
    level: Level
    siblings: tuple[str, ...]
    start: datetime
    end: datetime
    as_of: datetime
    frozen_at: datetime | None
    rules: str
    items: tuple[IndicatorAnswer, ...]
