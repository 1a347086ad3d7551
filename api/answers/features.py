"""What OGC API - Features answers.

Source: OGC API - Features - Part 1: Core, 1.0.1 (OGC 17-069r4), clause 7.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.answers.answer import Answer, Sometimes
from api.answers.geojson import Point, Surface
from grid.area import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Answer):
    """Where something else is."""

    href: str
    rel: str
    type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing(Answer):
    """What is offered and where."""

    title: str
    description: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance(Answer):
    """The classes of the standard that hold."""

    classes: Annotated[tuple[str, ...], Field(alias="conformsTo")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpatialExtent(Answer):
    """Boxes: west, south, east, north."""

    bbox: tuple[tuple[float, ...], ...]
    crs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalExtent(Answer):
    """Intervals; null is an open end."""

    interval: tuple[tuple[datetime | None, ...], ...]
    trs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent(Answer):
    """Where, and for dated collections when, features lie."""

    spatial: SpatialExtent
    temporal: Sometimes[TemporalExtent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Answer):
    """One collection of features."""

    id: str
    title: str
    description: str
    item_type: Annotated[Literal["feature"], Field(alias="itemType")]
    crs: tuple[str, ...]
    extent: Extent
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections(Answer):
    """All collections."""

    links: tuple[Link, ...]
    collections: tuple[Collection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaProperties(Answer):
    """A district, street or community."""

    code: str
    name: str
    level: Level
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProperties(Answer):
    """A cell."""

    code: str
    name: str
    community: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProperties(Answer):
    """A provider; its categories are parted by semicolons."""

    no: str
    name: str
    categories: str
    state: str
    hours: str
    address: str
    cell: str
    rating: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketProperties(Answer):
    """A report about public space."""

    no: str
    category: str
    category_name: str
    state: str
    state_name: str
    lamp: str
    urgent: bool
    cell: str
    department: str
    department_name: str
    reported_at: datetime
    due_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureAnswer(Answer):
    """A feature; which properties it has depends on its collection."""

    type: Literal["Feature"]
    id: str
    geometry: Point | Surface
    properties: AreaProperties | CellProperties | ProviderProperties | TicketProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDetail(FeatureAnswer):
    """One feature with links."""

    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage(Answer):
    """One page of features; the link ``next`` goes on."""

    type: Literal["FeatureCollection"]
    features: tuple[FeatureAnswer, ...]
    matched: Annotated[int, Field(alias="numberMatched")]
    returned: Annotated[int, Field(alias="numberReturned")]
    at: Annotated[datetime, Field(alias="timeStamp")]
    links: tuple[Link, ...]
