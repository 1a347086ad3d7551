"""Halls, community stations and health stations: where people go for what is done at a counter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from dispatch.errors import BadFieldError
from dispatch.providers.hours import ALWAYS, check_hours
from geo.place import LonLat

KINDS = ("hall", "station", "health")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One hall or station.

    ``area`` is the cell it stands in, ``hours`` OpenStreetMap opening-hours syntax, ``services`` codes of service items
    that are done at its counters. ``provider_no`` is the number under which it takes orders too, empty where it does not.
    ``closed_on`` is the day it closed for good, None while it is open; ``verified_at`` when somebody last found all of
    this right, None for never.
    """

    no: str
    name: str
    kind: str
    place: LonLat
    area: str
    address: str = ""
    phone: str = ""
    hours: str = ALWAYS
    services: tuple[str, ...] = ()
    provider_no: str = ""
    closed_on: date | None = None
    closed_why: str = ""
    verified_at: datetime | None = None


def check_station(station: Station, items: Collection[str]) -> Station:
    """Return a station of which all that the register holds can be.

    Raises
    ------
    BadFieldError
        For an empty name, a kind that there is not, hours that cannot be read, a service that is not offered.
    """
    if not station.name.strip():
        raise BadFieldError("name", station.name, "this field must not be empty")
    if station.kind not in KINDS:
        raise BadFieldError("kind", station.kind, "kinds are " + ", ".join(KINDS))
    if odd := [code for code in station.services if code not in items]:
        raise BadFieldError("services", odd[0], "services are codes of service items")
    check_hours(station.hours)
    return station
