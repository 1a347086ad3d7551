"""What is answered about orders, their candidates and ways."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer, Sometimes
from api.answers.geojson import LineString
from api.answers.halls import PartyAnswer
from api.answers.money import BillAnswer
from api.answers.move import MoveAnswer
from api.answers.person import ContactAnswer
from api.answers.provider import ProviderSummary
from data.queries.tickets import Step
from dispatch.item import Urgency
from dispatch.matching.candidates import Candidate, Refusal
from dispatch.orders.order import Order
from dispatch.orders.supervision import Lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTimes(Answer):
    """How soon an emergency was taken and rung back, in seconds, null for not yet, and whether that is in time."""

    answer_s: int | None
    answer_in_time: bool | None
    answer_due_at: datetime
    call_back_s: int | None
    call_back_in_time: bool | None
    call_back_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswer(Answer, Order):
    """An order as of now: names beside codes, what the asker may do with it; ``alarm`` for an emergency alone.

    ``flags`` is what people look at; ``ceiling_fen`` the most that may be charged, null where no price was published.
    ``route_told`` is why the rules sent it where it is, empty for orders of before.
    """

    lon: float
    lat: float
    item_name: str
    urgency: Urgency
    state_name: str
    community_name: str
    provider_name: str
    provider_phone: str
    ceiling_fen: int | None
    sphere: str
    sphere_name: str
    party_name: str
    deputy_name: str
    route_told: str
    route_told_en: str
    waited_s: int
    alarm: AlarmTimes | None
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetail(OrderAnswer):
    """An order with everything that happened to it; the contact is masked, null for those who may not know it.

    ``handled_by`` is how the party that has it is reached, null where none is registered, and for residents and providers.
    ``bills`` tell who pays what of it, the last one counts; none without money, or for those who may not know.
    """

    timeline: tuple[Step, ...]
    bills: tuple[BillAnswer, ...]
    contact: ContactAnswer | None
    handled_by: PartyAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage(Answer):
    """One page of orders; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[OrderAnswer, ...]
    next: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckOrder(OrderAnswer):
    """An order that waits too long: for which step, since when, and how much over the time."""

    step: str
    step_name: str
    lamp: Lamp
    since: datetime
    red_at: datetime
    age_s: int
    late_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckOrders(Answer):
    """The orders that wait too long, the latest first; ``left_off`` is how many more there are."""

    items: tuple[StuckOrder, ...]
    left_off: int
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class CandidateAnswer(ProviderSummary, Candidate):
    """A suitable provider with every factor of its cost, in minutes."""


@dataclass(frozen=True, kw_only=True)
class RefusalAnswer(ProviderSummary, Refusal):
    """A provider nearby that was not proposed, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates(Answer):
    """The suitable providers of least cost; ``refused`` when it was asked to explain."""

    order: str
    items: tuple[CandidateAnswer, ...]
    unmet_cause: str
    as_of: datetime
    refused: Sometimes[tuple[RefusalAnswer, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayProperties(Answer):
    """How long a way takes and is."""

    travel_s: float
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WayFeature(Answer):
    """A way on the map."""

    type: Literal["Feature"]
    geometry: LineString
    properties: WayProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Answer):
    """The way between a provider and a place."""

    type: Literal["FeatureCollection"]
    features: tuple[WayFeature, ...]
