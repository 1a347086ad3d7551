"""Providers: merchants, stations, clinics, workers and volunteers that carry out service items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from opening_hours import OpeningHours, validate

from dispatch.errors import BadFieldError
from geo.place import LonLat

TAKING_ORDERS = frozenset({"trial", "active", "warned"})
ALWAYS = "24/7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider as the register knows it now.

    ``hours`` is OpenStreetMap opening-hours syntax. ``service_areas`` are area-code prefixes, empty for anywhere.
    ``prices_fen`` maps item code to price; an item not listed costs the reference price. ``rating`` is 0-5.
    ``load`` counts open orders, ``capacity`` how many may be open at once, ``recent_orders`` those of 30 days.
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
    licences: tuple[str, ...] = ()
    max_travel_min: int | None = None


@lru_cache(maxsize=4096)
def _parsed(hours: str) -> OpeningHours:
    return OpeningHours(hours)


def check_hours(hours: str) -> str:
    """Return the text when it is opening-hours syntax.

    Raises
    ------
    BadFieldError
        When it cannot be read.
    """
    if not validate(hours):
        allowed = "write opening hours such as 'Mo-Su 08:00-20:00' or '24/7'"
        raise BadFieldError("hours", hours, allowed)
    return hours


def is_open(hours: str, at: datetime) -> bool:
    """Tell whether the hours cover a local time; ``24/7`` always does."""
    return hours == ALWAYS or bool(_parsed(hours).is_open(at.replace(tzinfo=None)))


def opens_next(hours: str, at: datetime) -> datetime | None:
    """Give the next time the hours begin after a local time, or None when they never do again."""
    if hours == ALWAYS:
        return None
    when = _parsed(hours).next_change(at.replace(tzinfo=None))
    return None if when is None else when.replace(tzinfo=at.tzinfo)


def serves(provider: Provider, area: str) -> bool:
    """Tell whether the provider's service areas cover an area or cell code."""
    return not provider.service_areas or area.startswith(provider.service_areas)
