"""What is answered about residents: their records, relations, marks, history, businesses."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.answers.answer import Answer, Sometimes
from api.answers.person import ContactAnswer, PersonAnswer
from data.registers.businesses import Business
from data.registers.people import PersonEvent, Said
from dispatch.alarms.care import Kin
from dispatch.particulars import Particulars, Phone, Tag
from dispatch.resident import Resident


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentAnswer(Answer, Resident):
    """A resident, masked."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentPage(Answer):
    """One page of residents; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[ResidentAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticularsAnswer(Answer, Particulars):
    """What is known besides, masked; empty where nothing was told or the role does not see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAnswer(Answer, Tag):
    """A mark with its source and days; ``held`` tells whether it holds today."""

    name: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationAnswer(Answer, Kin):
    """Somebody who stands to a resident in a relation, masked, in the order of call."""

    relation_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationList(Answer):
    """Who stands to a resident in a relation, also who once did."""

    items: tuple[RelationAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentDetail(ResidentAnswer):
    """A resident with all that the role sees; ``withheld`` names the fields that others see."""

    minor: bool
    cell_name: str
    particulars: ParticularsAnswer
    told_tags: tuple[TagAnswer, ...]
    relations: tuple[RelationAnswer, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentRevealed(Answer):
    """A resident unmasked; who looked is kept. ``identity`` only when it was asked for."""

    no: str
    name: str
    phone: str
    address: str
    other_names: tuple[str, ...]
    phones: tuple[Phone, ...]
    born_on: date | None
    identity: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAnswer(Answer, Said):
    """What was said of a field; the value masked, and null where the role does not see the field."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentHistory(Answer):
    """What happened to the records of a resident, and what was said of each field, the latest first."""

    events: tuple[PersonEvent, ...]
    said: tuple[SaidAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAnswer(Answer, Business):
    """One alarm, order, ticket, question or visit; ``page`` leads to it, empty where the role has no page for it."""

    at: datetime
    state_name: str
    what_name: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTimeline(Answer):
    """All businesses of a person that the role sees, the latest first."""

    items: tuple[BusinessAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KinOf(Answer):
    """Somebody whose number it is, and the resident they stand to in a relation; both masked."""

    relation: RelationAnswer
    resident: PersonAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAnswer(Answer):
    """Who has a number, masked, and everything that was done for it; ``phone`` as it is kept."""

    phone: str
    residents: tuple[PersonAnswer, ...]
    kin: tuple[KinOf, ...]
    contacts: tuple[ContactAnswer, ...]
    timeline: tuple[BusinessAnswer, ...]
