"""What is answered about shifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from api.answers.answer import Answer
from dispatch.alarms.shift import Gap, HandOver, Shift, Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAnswer(Answer):
    """A shift that comes again, from and to a time of day such as ``08:00``; ``weekdays`` are 0 for Monday to 6."""

    code: str
    post: str
    start: str
    end: str
    members: tuple[tuple[str, ...], ...]
    first_day: date
    last_day: date | None
    turn_days: int
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapAnswer(Answer, Swap):
    """A swap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAnswer(Answer, HandOver):
    """A note to the next shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaAnswer(Answer):
    """Layers, swaps, the shifts and gaps of the next days, and the swaps whose shift was moved."""

    layers: tuple[LayerAnswer, ...]
    swaps: tuple[SwapAnswer, ...]
    shifts: tuple[Shift, ...]
    gaps: tuple[Gap, ...]
    moved_swaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPost(Answer):
    """Somebody who is on."""

    user: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyAnswer(Answer):
    """An empty shift that is near."""

    post: str
    start: datetime
    ahead_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnNow(Answer):
    """Who is on now, by post, and which empty shifts are near."""

    on: Mapping[str, tuple[OnPost, ...]]
    empty: tuple[EmptyAnswer, ...]
