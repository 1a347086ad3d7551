"""What is answered about applications to become a provider."""

from dataclasses import dataclass
from datetime import date, datetime

from api.answers.answer import Answer, Sometimes
from api.answers.move import MoveAnswer


@dataclass(frozen=True, kw_only=True)
class LicenceShown(Answer):
    """A licence as everybody may see it; ``counts`` tells whether it is checked, in force and not over today.

    ``photo`` is told to those who check it, empty for none.
    """

    kind: str
    kind_name: str
    number: str
    authority: str
    until: date | None
    suspended: bool
    counts: bool
    photo: Sometimes[str]


@dataclass(frozen=True, kw_only=True)
class LackShown(Answer):
    """A licence that is lacking for a trade, and why."""

    category: str
    kind: str
    kind_name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ApplicationAnswer(Answer):
    """An application to its applicant and to those who decide; ``checks`` counts who found its documents right.

    ``checked_by`` and ``decided_by`` are told to those who decide; ``key`` is told once, to the applicant.
    """

    no: str
    name: str
    categories: tuple[str, ...]
    lon: float
    lat: float
    area: str
    area_name: str
    address: str
    phone: str
    contact: str
    made_at: datetime
    state: str
    state_name: str
    hours: str
    capacity: int
    documents: tuple[LicenceShown, ...]
    lacking: tuple[LackShown, ...]
    checks: int
    note: str
    decided_at: datetime | None
    reason: str
    provider: str
    actions: tuple[MoveAnswer, ...]
    checked_by: Sometimes[tuple[str, ...]]
    decided_by: Sometimes[str]
    key: Sometimes[str]


@dataclass(frozen=True, kw_only=True)
class ApplicationPage(Answer):
    """One page of applications; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[ApplicationAnswer, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class LicenceKindAnswer(Answer):
    """A kind of licence, and who usually grants it."""

    code: str
    name_zh: str
    name_en: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class TradeAnswer(Answer):
    """A trade, its services, and the licences that each of them needs."""

    category: str
    services: tuple[str, ...]
    licences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CriteriaAnswer(Answer):
    """What every application is decided by: ``checkers`` people check, ``trial_orders`` of a new provider are watched."""

    trades: tuple[TradeAnswer, ...]
    licences: tuple[LicenceKindAnswer, ...]
    checkers: int
    trial_orders: int
