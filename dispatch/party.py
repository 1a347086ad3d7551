"""Handling parties: who in a department, mass organisation, charity or company is reached about which services, and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from dispatch.errors import BadFieldError
from dispatch.providers.hours import ALWAYS, check_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One handling party.

    ``department`` is its code in the catalogue, which says of what kind it is; a department may have a party of its own
    in each area. ``area`` is the code of the area or cell it works for. ``contact`` and ``deputy`` are the persons to
    ask for; ``items`` codes of the service items it does. ``closed_on`` is the day it ended, None while it works;
    ``verified_at`` when somebody last found all of this right, None for never.
    """

    no: str
    department: str
    name: str
    area: str
    contact: str = ""
    phone: str = ""
    deputy: str = ""
    deputy_phone: str = ""
    hours: str = ALWAYS
    items: tuple[str, ...] = ()
    closed_on: date | None = None
    closed_why: str = ""
    verified_at: datetime | None = None


def check_party(party: Party, departments: Collection[str], items: Collection[str]) -> Party:
    """Return a party of which all that the register holds can be.

    Raises
    ------
    BadFieldError
        For an empty name, a department or item that the catalogue does not know, hours that cannot be read.
    """
    if not party.name.strip():
        raise BadFieldError("name", party.name, "this field must not be empty")
    if party.department not in departments:
        raise BadFieldError("department", party.department, "departments are " + ", ".join(departments))
    if odd := [code for code in party.items if code not in items]:
        raise BadFieldError("items", odd[0], "items are codes of service items")
    check_hours(party.hours)
    return party
