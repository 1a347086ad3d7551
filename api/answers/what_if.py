"""What is answered about what would change if an item were offered elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer, Sometimes
from api.answers.geojson import Surface
from data.city.whatif import Shift


@dataclass(frozen=True, kw_only=True)
class ShiftAnswer(Answer, Shift):
    """What changes for the people of an area."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFeature(Answer):
    """A cell in which something changes."""

    type: Literal["Feature"]
    id: str
    geometry: Surface
    properties: ShiftAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFeatures(Answer):
    """The cells in which something changes, those that lose most first."""

    type: Literal["FeatureCollection"]
    features: tuple[ShiftFeature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAnswer(Answer):
    """What would change in all and by community, and by cell as GeoJSON when it was asked for; no homes."""

    item: str
    item_name: str
    at: datetime
    within_min: float
    district: ShiftAnswer
    communities: tuple[ShiftAnswer, ...]
    cells: Sometimes[ShiftFeatures]
