"""What is answered about halls and stations, handling parties, legal persons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.geojson import LineString
from data.registers.halls import Shop
from dispatch.party import Party
from dispatch.providers.entity import Entity
from dispatch.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class StationAnswer(Answer, Station):
    """A hall or station; ``open`` tells whether it is now, ``turns_at`` when that changes, null where it never does."""

    lon: float
    lat: float
    area_name: str
    service_names: tuple[str, ...]
    open: bool
    turns_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPage(Answer):
    """One page of stations; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[StationAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearStation(StationAnswer):
    """A station with the way there on foot; ``is_by_road`` false where no way was found and the minutes are guessed."""

    walk_min: int
    is_by_road: bool
    way: LineString | None
    length_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearStations(Answer):
    """The stations nearest to a place, nearest first."""

    items: tuple[NearStation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAnswer(Answer, Party):
    """A handling party; ``open`` tells whether somebody is there now."""

    department_name: str
    department_kind: str
    area_name: str
    item_names: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPage(Answer):
    """One page of handling parties; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[PartyAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityAnswer(Answer, Entity):
    """A legal person or sole trader with the providers of the same code."""

    lon: float
    lat: float
    area_name: str
    kind: Literal["legal_person", "sole_trader"]
    providers: tuple[Shop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage(Answer):
    """One page of entities; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[EntityAnswer, ...]
    next: str | None
