"""What is answered about visits to people at home."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer, Sometimes
from grid.home_visits import HomeVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAnswer(Answer, HomeVisit):
    """A visit."""

    finding_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitListed(VisitAnswer):
    """A visit of a list; to whom it was paid is told to those alone who work with the people there."""

    resident: Sometimes[str]
    household: Sometimes[str]
    note: Sometimes[str]
    lon: Sometimes[float | None]
    lat: Sometimes[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPage(Answer):
    """One page of visits; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[VisitListed, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenAnswer(Answer):
    """A special elder whom no visit of the month has found, masked; ``last_at`` is null when none ever did."""

    no: str
    name: str
    address: str
    household: str
    cell: str
    lon: float
    lat: float
    tags: tuple[str, ...]
    disabled: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan(Answer):
    """The visits of a month: how many special elders there are, how many were seen, and who was not."""

    month: str
    special: int
    seen: int
    people: tuple[UnseenAnswer, ...]
