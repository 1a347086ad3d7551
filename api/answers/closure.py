"""What is answered about closures of streets."""

from dataclasses import dataclass

from api.answers.answer import Answer, Sometimes
from api.answers.geojson import MultiLineString
from api.answers.move import MoveAnswer
from dispatch.closures import Closure


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureAnswer(Answer, Closure):
    """A closure: whether it holds now, the streets it means as lines, and what the asker may do with it.

    ``made_by`` is told to those who oversee the district.
    """

    made_by: Sometimes[str]
    lon: float
    lat: float
    state_name: str
    holds: bool
    lines: MultiLineString
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosurePage(Answer):
    """One page of closures; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[ClosureAnswer, ...]
    next: str | None
