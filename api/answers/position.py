"""What is answered about positions of people on shift."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from dispatch.positions import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionVerdict(Answer):
    """What became of one position: ``taken`` moves somebody, ``older`` and ``rough`` are kept in the track alone."""

    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionsTaken(Answer):
    """What became of the positions, in the order sent; the next may come after ``every_s``."""

    items: tuple[PositionVerdict, ...]
    every_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswer(Answer):
    """Whether one lets one's position be used, and since when one says so; ``on_shift`` whether it would be taken now."""

    given: bool
    changed_at: datetime | None
    on_shift: bool
    every_s: int
    kept_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePosition(Answer):
    """Where somebody on shift was last; no longer ``fresh`` it is not used for choosing who goes."""

    user: str
    name: str
    role: str
    area: str
    lon: float
    lat: float
    at: datetime
    age_s: int
    accuracy_m: float
    fresh: bool
    distance_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePositions(Answer):
    """The people on shift who let their position be used; ``distance_m`` only where it was asked who is near a place.

    A position is fresh for ``fresh_s`` and shown for ``shown_s``.
    """

    items: tuple[LivePosition, ...]
    fresh_s: int
    shown_s: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPoint(Answer):
    """One position of a track; ``at`` is the phone's time."""

    lon: float
    lat: float
    at: datetime
    accuracy_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackAnswer(Answer):
    """The kept positions of somebody, the earliest first."""

    user: str
    items: tuple[TrackPoint, ...]
