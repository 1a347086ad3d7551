"""What is answered about what lies within some minutes of a place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.geojson import MultiLineString, MultiPolygon
from dispatch.item import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class RingProperties(Answer):
    """Minutes by road, kilometres of street within them, and the residents who live there."""

    minutes: float
    street_km: float
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFeature(Answer):
    """What lies within some minutes: an area along the streets, or the very stretches of them."""

    type: Literal["Feature"]
    geometry: MultiPolygon | MultiLineString
    properties: RingProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class IsochroneAnswer(Answer):
    """What lies within each of the minutes, the shortest first; each holds the one before."""

    type: Literal["FeatureCollection"]
    features: tuple[RingFeature, ...]
    profile: Profile
    at: datetime
