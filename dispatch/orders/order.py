"""Service orders: from the call to the rating. Pure: an order and an action in, the next order and its events out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.item import ServiceItem
from dispatch.lifecycle import Action, Actor, Event, Lifecycle, Move
from geo.place import LonLat

CHANNELS = ("phone", "button", "web", "wechat", "counter", "kiosk", "worker")
SPOKEN = frozenset({"phone", "counter"})
AGENTS = frozenset({"dispatcher", "admin"})
OF_ALARMS = frozenset({"take", "ring_back"})
UNMET_CAUSES = (
    "no_provider",
    "all_closed",
    "all_full",
    "too_far",
    "too_dear",
    "all_declined",
    "outside_district",
)
ON_THE_JOB = frozenset({"accepted", "called_back", "on_the_way", "arrived"})
"""States in which a provider is on its way or at work, and may know whom it goes to."""
OPEN_STATES = ("placed", "located", "contacted", "accepted", "called_back", "on_the_way", "arrived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One service order as it stands now. Personal data stays with the resident or the contact, by number.

    ``agent`` is who at the desk took it first, at ``agent_accept_at``; empty for nobody yet, None for an order of the
    time before that was kept. ``callback_at`` is when the resident was first rung back.
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
    version: int = 1


def place_order(
    order: Order, item: ServiceItem, action: Action, now: datetime
) -> tuple[Order, tuple[Event, ...]]:
    """Put the promised times on a new order and tell that it was placed; who takes a call has taken the order.

    The promise runs from the wanted time of an appointment, else from now, and does not wait for anybody.

    Parameters
    ----------
    order : Order
    item : ServiceItem
    action : Action
        Who places it, and how.
    now : datetime
        Aware.

    Returns
    -------
    tuple of (Order, tuple of Event)
    """
    start = max(order.wanted_at or now, now)
    due = {name: start + span for name, span in item.promises().items()}
    placed = replace(
        order,
        created_at=now,
        ack_due_at=now + item.promises()["ack"] if "ack" in due else None,
        arrive_due_at=due.get("arrive"),
        complete_due_at=due.get("complete"),
    )
    if order.channel in SPOKEN:
        placed = _taken(placed, action.by, now)
    payload = {"item": item.code, "channel": order.channel, "cell": order.cell, "lon": order.place.lon}
    payload["lat"] = order.place.lat
    return placed, (Event(name="placed", at=now, by=action.by.user, role=action.by.role, payload=payload),)


def act(order: Order, action: Action, lifecycle: Lifecycle, now: datetime) -> tuple[Order, tuple[Event, ...]]:
    """Decide one action on an order.

    Parameters
    ----------
    order : Order
    action : Action
        Fields as the lifecycle table needs them; unknown fields are refused.
    lifecycle : Lifecycle
    now : datetime
        Aware.

    Returns
    -------
    (Order, tuple of Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        As the table says; the order is unchanged then.
    """
    move = lifecycle.move(order.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(
            odd[0], action.fields[odd[0]], f"fields of an order action are {', '.join(sorted(FIELDS))}"
        )
    changed = replace(order, state=lifecycle.target(order.state, move), version=order.version + 1)
    for effect in move.effects:
        changed = EFFECTS[effect](changed, action.fields, now)
    changed = _taken(changed, action.by, now)
    payload = {"from": order.state, "to": changed.state} | _plain(action.fields)
    return changed, (
        Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload),
    )


def possible(order: Order, lifecycle: Lifecycle, role: str, *, emergency: bool) -> tuple[Move, ...]:
    """List what a role can do with an order now.

    Parameters
    ----------
    order : Order
    lifecycle : Lifecycle
    role : str
    emergency : bool
        Whether it is an alarm; only these are taken, once, and rung back.

    Returns
    -------
    tuple of Move
        Empty for a final state, or a role without a move.
    """
    gone = OF_ALARMS if not emergency else {"take"} if order.agent else frozenset()
    return tuple(m for m in lifecycle.possible(order.state, role) if m.action not in gone)


def _taken(order: Order, by: Actor, now: datetime) -> Order:
    """Note who of the desk was first to do something with an order."""
    if by.role not in AGENTS or order.agent != "":
        return order
    return replace(order, agent=by.user, agent_accept_at=now)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, (tuple, list)) else v for k, v in fields.items() if v is not None}


def _locate(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del now
    place = LonLat(float(fields["lon"]), float(fields["lat"]))
    return replace(order, place=place, cell=str(fields.get("cell", order.cell)), place_quality="pointed")


def _take(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del fields, now
    if order.agent:
        raise NotPossibleError(f"{order.no} was taken by {order.agent} before")
    return order


def _ring_back(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    """Keep the first time the resident was rung back, by the alarm's agent or with the news of who comes."""
    del fields
    return replace(order, callback_at=order.callback_at or now)


def _contact(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    provider = int(fields["provider"])
    if provider in order.declined_by:
        raise BadFieldError(
            "provider", provider, "this provider declined the order; choose another candidate"
        )
    return replace(
        order,
        provider=provider,
        contacted_at=now,
        travel_s=fields.get("travel_s"),
        price_fen=fields.get("price_fen", order.price_fen),
    )


def _accept(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del fields
    return replace(order, accepted_at=now)


def _release(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    """Free the provider who declined or gave up, and remember it so that it is not asked again."""
    del fields, now
    declined = order.declined_by if order.provider is None else (*order.declined_by, order.provider)
    return replace(
        order, provider=None, declined_by=declined, contacted_at=None, accepted_at=None, travel_s=None
    )


def _arrive(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del fields
    return replace(order, arrived_at=now)


def _finish(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    return replace(order, done_at=now, evidence=(*order.evidence, *fields["evidence"]))


def _settle(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    price = fields["price_fen"]
    if not isinstance(price, int) or isinstance(price, bool) or price < 0:
        raise BadFieldError("price_fen", price, "write the amount paid as a whole number of fen, 0 or more")
    if order.max_price_fen is not None and price > order.max_price_fen:
        raise BadFieldError("price_fen", price, f"the resident agreed to at most {order.max_price_fen} fen")
    return replace(order, price_fen=price, ended_at=now)


def _rate(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del now
    rating = fields["rating"]
    if rating not in (1, 2, 3, 4, 5):
        raise BadFieldError("rating", rating, "rate from 1 to 5")
    return replace(order, rating=int(rating))


def _end(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    return replace(order, ended_at=now, cause=str(fields["reason"]), provider=None)


def _unmet(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    if fields["cause"] not in UNMET_CAUSES:
        raise BadFieldError("cause", fields["cause"], "causes are " + ", ".join(UNMET_CAUSES))
    return replace(order, ended_at=now, cause=str(fields["cause"]), provider=None)


def _reopen(order: Order, fields: Mapping[str, Any], now: datetime) -> Order:
    del fields, now
    return replace(order, ended_at=None, cause="")


EFFECTS: Mapping[str, Callable[[Order, Mapping[str, Any], datetime], Order]] = {
    "locate": _locate,
    "take": _take,
    "ring_back": _ring_back,
    "contact": _contact,
    "accept": _accept,
    "release": _release,
    "arrive": _arrive,
    "finish": _finish,
    "settle": _settle,
    "rate": _rate,
    "end": _end,
    "unmet": _unmet,
    "reopen": _reopen,
}
FIELDS = frozenset(
    [
        "lon",
        "lat",
        "cell",
        "provider",
        "travel_s",
        "price_fen",
        "evidence",
        "rating",
        "reason",
        "cause",
        "note",
    ],
)
