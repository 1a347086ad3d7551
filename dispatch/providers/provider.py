"""Providers: merchants, stations, clinics, workers and volunteers that carry out service items."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Event, Lifecycle
from dispatch.providers.hours import ALWAYS, check_hours
from dispatch.providers.licence import Licence
from geo.place import LonLat

TAKING_ORDERS = frozenset({"trial", "active", "warned"})
LARGEST_CAPACITY = 500
DEAREST_FEN = 100_000_00
LONGEST_TRAVEL_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider as the register knows it now.

    ``hours`` is OpenStreetMap opening-hours syntax. ``service_areas`` are area-code prefixes, empty for anywhere.
    ``prices_fen`` maps item code to price; an item not listed costs the reference price. ``rating`` is 0-5.
    ``load`` counts open orders, ``capacity`` how many may be open at once, ``recent_orders`` those of 30 days.
    ``credit_code`` is that of the entity whose shop it is, empty where nobody told. ``women`` tells whether it can send a
    woman, ``dialects`` what those it sends speak besides Mandarin. ``joined_on`` is the day of admission, None when nobody
    knows; ``verified_at`` when somebody last found all of this right, None for never.
    """

    id: int
    no: str
    name: str
    categories: tuple[str, ...]
    place: LonLat
    state: str = "active"
    address: str = ""
    phone: str = ""
    hours: str = ALWAYS
    service_areas: tuple[str, ...] = ()
    area: str = ""
    capacity: int = 3
    load: int = 0
    recent_orders: int = 0
    rating: float = 4.5
    rating_count: int = 0
    prices_fen: Mapping[str, int] = field(default_factory=dict)
    licences: tuple[Licence, ...] = ()
    max_travel_min: int | None = None
    joined_on: date | None = None
    credit_code: str = ""
    women: bool = False
    dialects: tuple[str, ...] = ()
    verified_at: datetime | None = None


def serves(provider: Provider, area: str) -> bool:
    """Tell whether the provider's service areas cover an area or cell code."""
    return not provider.service_areas or area.startswith(provider.service_areas)


def check_provider(provider: Provider, categories: Collection[str], items: Collection[str]) -> Provider:
    """Return a provider of whom all that the register holds can be.

    Parameters
    ----------
    provider : Provider
    categories, items : collection of str
        Codes that are offered.

    Raises
    ------
    BadFieldError
        For an empty name or list of categories, a category or item that is not offered, hours that cannot be read, a
        capacity, price or longest way out of bounds.
    """
    if not provider.name.strip():
        raise BadFieldError("name", provider.name, "this field must not be empty")
    offered = "categories are " + ", ".join(sorted(categories))
    if not provider.categories:
        raise BadFieldError("categories", "", "name at least one; " + offered)
    if odd := [code for code in provider.categories if code not in categories]:
        raise BadFieldError("categories", odd[0], offered)
    if odd := [code for code in provider.prices_fen if code not in items]:
        raise BadFieldError("prices_fen", odd[0], "prices are by codes of service items")
    if odd := [code for code, fen in provider.prices_fen.items() if not 0 <= fen <= DEAREST_FEN]:
        raise BadFieldError("prices_fen", odd[0], f"a price of 0 to {DEAREST_FEN} fen")
    if provider.max_travel_min is not None and not 1 <= provider.max_travel_min <= LONGEST_TRAVEL_MIN:
        raise BadFieldError("max_travel_min", provider.max_travel_min, f"1 to {LONGEST_TRAVEL_MIN} minutes")
    check_hours(provider.hours)
    _check_capacity(provider.capacity)
    return provider


def _check_capacity(capacity: object) -> None:
    if isinstance(capacity, bool) or not isinstance(capacity, int) or not 0 <= capacity <= LARGEST_CAPACITY:
        raise BadFieldError("capacity", capacity, f"0 to {LARGEST_CAPACITY} orders at once")


def act(
    provider: Provider, action: Action, lifecycle: Lifecycle, now: datetime
) -> tuple[Provider, tuple[Event, ...]]:
    """Decide one action on a provider: admission, warning, leaving, other hours or capacity.

    Parameters
    ----------
    provider : Provider
    action : Action
    lifecycle : Lifecycle
    now : datetime
        In the district's zone, whose day is that of joining.

    Returns
    -------
    tuple of (Provider, tuple of Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        As the lifecycle table says; the provider is unchanged then.
    """
    move = lifecycle.move(provider.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of a provider action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    changed = replace(provider, state=lifecycle.target(provider.state, move))
    for effect in move.effects:
        changed = EFFECTS[effect](changed, action.fields, now)
    payload = {"from": provider.state, "to": changed.state} | dict(action.fields)
    return changed, (
        Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload),
    )


def _adjust(provider: Provider, fields: Mapping[str, Any], _now: datetime) -> Provider:
    hours, capacity = fields.get("hours", provider.hours), fields.get("capacity", provider.capacity)
    if hours == provider.hours and capacity == provider.capacity:
        raise BadFieldError("hours", hours, "give hours or a capacity other than the present ones")
    _check_capacity(capacity)
    return replace(provider, hours=check_hours(str(hours)), capacity=capacity)


def _join(provider: Provider, _fields: Mapping[str, Any], now: datetime) -> Provider:
    return replace(provider, joined_on=now.date())


def _confirm(provider: Provider, _fields: Mapping[str, Any], now: datetime) -> Provider:
    return replace(provider, verified_at=now)


EFFECTS: Mapping[str, Callable[[Provider, Mapping[str, Any], datetime], Provider]] = {
    "adjust": _adjust,
    "confirm": _confirm,
    "join": _join,
}
FIELDS = frozenset(["hours", "capacity", "reason", "note"])
