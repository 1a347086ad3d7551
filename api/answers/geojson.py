"""GeoJSON (RFC 7946): the shapes that answers hold. Positions are longitude and latitude in degrees of WGS-84."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers.answer import Answer

Position = Annotated[list[float], Field(min_length=2, max_length=2)]


class GeoJson(JSONResponse):
    """An answer of the media type of GeoJSON."""

    media_type = "application/geo+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Answer):
    """One position."""

    type: Literal["Point"]
    coordinates: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class LineString(Answer):
    """A way."""

    type: Literal["LineString"]
    coordinates: list[Position]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiLineString(Answer):
    """Several ways; empty for none."""

    type: Literal["MultiLineString"]
    coordinates: list[list[Position]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon(Answer):
    """One area: its outer ring, then its holes."""

    type: Literal["Polygon"]
    coordinates: list[list[Position]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiPolygon(Answer):
    """An area of several pieces."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Position]]]


Surface: TypeAlias = Polygon | MultiPolygon
