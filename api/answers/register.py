"""What is answered about areas, cells, items, and where a position lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer, Sometimes
from api.answers.geojson import Surface
from dispatch.item import ServiceItem
from dispatch.worktime import Clock
from grid.area import Area, Cell
from grid.rulebook import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFeature(Answer):
    """An area with its border."""

    type: Literal["Feature"]
    id: str
    geometry: Surface
    properties: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFeatures(Answer):
    """Areas with their borders."""

    type: Literal["FeatureCollection"]
    features: tuple[AreaFeature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFeature(Answer):
    """A cell with its border."""

    type: Literal["Feature"]
    id: str
    geometry: Surface
    properties: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFeatures(Answer):
    """Cells with their borders."""

    type: Literal["FeatureCollection"]
    features: tuple[CellFeature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFileAnswer(Answer, Cell):
    """The file of a cell: who answers for it, and how much of each kind belongs to it; ``vacant`` while nobody does."""

    people: int
    marked: int
    providers: int
    devices: int
    open_tickets: int
    tickets: int
    visits: int
    worker_name: str
    community_name: str
    vacant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellConfirmed(Answer):
    """When a cell was last found to be registered rightly."""

    code: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Answer):
    """Where a position lies and who answers there; ``why`` and ``rule`` when a category was asked for."""

    cell: str
    community: str
    community_name: str
    border_cells: tuple[str, ...]
    department: str
    department_name: str
    why: Sometimes[str]
    rule: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItems(Answer):
    """What can be ordered."""

    items: tuple[ServiceItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAnswer(Answer):
    """A length on one of the clocks."""

    amount: float
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePromise(Answer):
    """One stage of a kind of issue and the time that it may take."""

    name: str
    limit: LimitAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAnswer(Answer, Category):
    """A kind of issue; its limits are told as text, such as ``2 work_day``."""

    limit: str  # type: ignore[assignment]
    response: str  # type: ignore[assignment]
    stages: tuple[StagePromise, ...]  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCategories(Answer):
    """What can be reported."""

    items: tuple[CategoryAnswer, ...]
