"""Service orders: what one is, and the words of its life."""

from dataclasses import dataclass
from datetime import datetime

from geo.place import LonLat

CHANNELS = ("phone", "button", "web", "wechat", "counter", "kiosk", "worker")
SPOKEN = frozenset({"phone", "counter"})
OF_STATIONS = frozenset({"counter", "kiosk", "worker"})
"""Channels by which the stations of an area order; the levels above them are informed of what goes past them."""
AGENTS = frozenset({"dispatcher", "admin"})
OF_ALARMS = frozenset({"take", "ring_back"})
OF_RULES = frozenset({"recall"})
UNMET_CAUSES = (
    "no_provider",
    "all_closed",
    "all_full",
    "too_far",
    "too_dear",
    "all_declined",
    "no_licence",
    "outside_district",
)
ON_THE_JOB = frozenset({"accepted", "called_back", "on_the_way", "arrived", "failed_visit"})
"""States in which a provider is on its way or at work, and may know whom it goes to."""
FLAGS = (
    "far",
    "no_position",
    "early",
    "too_soon",
    "shut",
    "no_call_back",
    "too_quick",
    "photo_used",
    "by_desk",
    "overruled",
    "passed_over",
)
"""What people look at in an order, in the order of its steps.

Checked in far from where the service is done, or without a position; there long before the wanted time, or sooner than
the way takes; taken for a shop that was shut; set out before the resident was told; done at once; with a photo that
proved another case; told step by step by the desk alone; sent elsewhere by the desk than the rule says; sent by the desk
to another one than whom the search proposes first.
"""
HOWS = ("phone", "in_person", "online", "paper")
"""How somebody consented to a price."""
WHO = ("self", "spouse", "child", "neighbour", "worker", "other")
"""Who consented for whom the order is; no name, which is kept with the contact."""
OPEN_STATES = (
    "placed", "located", "contacted", "accepted", "called_back", "on_the_way", "arrived", "failed_visit",
)  # fmt: skip
VISIT_CAUSES = ("nobody_home", "refused_entry", "not_found")
"""Why a visit failed: nobody was there, the provider was not let in or sent away, the door was not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One service order as it stands now. Personal data stays with the resident or the contact, by number.

    ``agent`` is who at the desk took it first, at ``agent_accept_at``; empty for nobody yet, None for an order of the
    time before that was kept. ``callback_at`` is when the resident was first rung back.

    ``quoted_fen`` is the price as published when the provider was asked, ``consent_fen`` a higher one somebody agreed to:
    ``consent_by`` whom, ``consent_how`` how, ``consented_at`` when. ``stood_in`` are those of the desk who told steps in
    the provider's place; ``check_in_m`` is how far from the place of the service the provider checked in, None for
    without a position. ``rated_by`` is ``resident``, or ``phone`` for a rating that the desk heard, with the
    ``reference`` of the recording; empty for none, and for ratings of before that was kept.

    ``promised_from`` is when the promise begins where nobody could come at once, ``failed_at`` when the last of so many
    failed ``visits`` was told, ``told`` which rungs of the supervision have fired.

    ``party`` is the department or office that has it, ``deputy`` who has it next when that one declines or does not
    answer, ``parties_before`` those that did; ``route_mode``, ``route_rule`` and ``route_why`` are what the rules said of
    it, see `dispatch.orders.routing`; empty for orders of before. ``informed`` are the areas told of an order that went
    past them.

    ``offers`` counts the providers whom the rules asked by themselves, and ``offer_at`` is when they ask the next one, or
    asked the one that has it; None where the desk chooses. See `dispatch.orders.offers`. ``wishes`` are what the resident
    said of whoever comes, see `dispatch.matching.wishes`.
    """

    no: str
    item: str
    state: str
    channel: str
    created_at: datetime
    place: LonLat
    place_quality: str = "pointed"
    cell: str = ""
    area: str = ""
    resident: str = ""
    provider: int | None = None
    declined_by: tuple[int, ...] = ()
    wanted_at: datetime | None = None
    ack_due_at: datetime | None = None
    arrive_due_at: datetime | None = None
    complete_due_at: datetime | None = None
    contacted_at: datetime | None = None
    accepted_at: datetime | None = None
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    ended_at: datetime | None = None
    travel_s: float | None = None
    price_fen: int | None = None
    max_price_fen: int | None = None
    note: str = ""
    evidence: tuple[str, ...] = ()
    rating: int | None = None
    cause: str = ""
    agent: str | None = ""
    agent_accept_at: datetime | None = None
    callback_at: datetime | None = None
    departed_at: datetime | None = None
    quoted_fen: int | None = None
    consent_fen: int | None = None
    consent_by: str = ""
    consent_how: str = ""
    consented_at: datetime | None = None
    check_in_m: float | None = None
    stood_in: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    rated_at: datetime | None = None
    rated_by: str = ""
    reference: str = ""
    promised_from: datetime | None = None
    failed_at: datetime | None = None
    visits: int = 0
    told: tuple[str, ...] = ()
    party: str = ""
    deputy: str = ""
    parties_before: tuple[str, ...] = ()
    route_mode: str = ""
    route_rule: str = ""
    route_why: str = ""
    informed: tuple[str, ...] = ()
    offers: int = 0
    offer_at: datetime | None = None
    wishes: tuple[str, ...] = ()
    version: int = 1


def ceiling_fen(order: Order) -> int | None:
    """Return the most that may be charged: what was agreed to, else the lower of published price and wish; None for none."""
    if order.consent_fen is not None:
        return order.consent_fen
    return min((fen for fen in (order.quoted_fen, order.max_price_fen) if fen is not None), default=None)


def is_by_rules(order: Order) -> bool:
    """Tell whether an order is with whom the rules gave it, a party or a provider, or about to be."""
    return order.party != "" or order.offer_at is not None
