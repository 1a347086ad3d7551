"""What is answered about needs that volunteers claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.order import CandidateAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNeed(Answer):
    """A need as everybody sees it: what, in which community, when, how many places; ``lon`` and ``lat`` are the community's."""

    no: str
    item: str
    item_name: str
    community: str
    community_name: str
    lon: float
    lat: float
    starts_at: datetime
    minutes: int
    places: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNeeds(Answer):
    """The needs that have a free place, the soonest first."""

    items: tuple[PublishedNeed, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer(Answer):
    """A place that a volunteer took; ``minutes`` are those the receiver confirmed."""

    provider: int
    provider_name: str
    at: datetime
    state: Literal["claimed", "given_up", "confirmed", "absent"]
    minutes: int
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDetail(Answer):
    """A need for those whom it concerns: with its place and claims. Volunteers see their own claim alone."""

    no: str
    item: str
    item_name: str
    community: str
    community_name: str
    lon: float
    lat: float
    starts_at: datetime
    minutes: int
    places: int
    free: int
    state: Literal["open", "withdrawn"]
    resident: str
    note: str
    asked_at: datetime
    filled_at: datetime | None
    claims: tuple[ClaimAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedList(Answer):
    """Needs of one's scope that are not over for more than a month, the soonest first."""

    items: tuple[NeedDetail, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedCandidates(Answer):
    """Volunteers who could come, of least cost first, with every factor; ``unmet_cause`` where there is none."""

    need: str
    items: tuple[CandidateAnswer, ...]
    unmet_cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFigures(Answer):
    """How needs asked in a period found volunteers.

    ``share`` are those filled of all that were not withdrawn, ``median_s`` the time until the last place was taken; null
    where there is nothing to count. ``unmatched`` have a free place and wait longer than ``limit_h``, or have begun.
    """

    since: datetime
    until: datetime
    needs: int
    filled: int
    share: float | None
    median_s: float | None
    limit_h: float
    unmatched: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursAnswer(Answer):
    """The confirmed minutes of a volunteer."""

    provider: int
    provider_name: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursAccount(Answer):
    """The hours of volunteers, the most first; volunteers see their own."""

    items: tuple[HoursAnswer, ...]
