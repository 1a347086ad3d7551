"""Residents and their contacts: personal data, kept apart from orders and tickets, masked by right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dispatch.errors import BadFieldError
from dispatch.phone import mask_phone
from geo.place import LonLat

END_REASONS = ("died", "moved_away", "wrong")
"""Why a record ends: it is never deleted."""
ResidentKind = Literal["permanent", "floating"]
_NUMERAL = r"[\d０-９一二三四五六七八九十百零〇两]+"
_HOUSE_NUMBER = re.compile(rf"({_NUMERAL}(?:号楼|号院|幢|栋|座|号)).*$")
_DASHED = re.compile(r"(\d)\s*[-－—–#/]\s*\d[\d\s\-－—–#/]*室?\s*$")
_ROOM = re.compile(rf"({_NUMERAL}(?:单元|层|楼|室|房|户)|[A-Za-z]?\d{{3,4}}室?).*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One person of the register; ``verified_at`` is when somebody last found all of this right, None for never.

    ``ended_on`` is the last day on which the record held, None while it holds; ``ended_why`` one of `END_REASONS`.
    """

    id: int
    no: str
    name: str
    phone: str
    address: str
    place: LonLat
    cell: str
    household: str = ""
    birth_year: int | None = None
    kind: ResidentKind = "permanent"
    tags: tuple[str, ...] = ()
    blocked_providers: tuple[int, ...] = ()
    verified_at: datetime | None = None
    ended_on: date | None = None
    ended_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach whoever stands behind an order or a report."""

    name: str
    phone: str
    address: str = ""
    relation: str = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealRules:
    """For what personal data may be looked at unmasked, by code and Chinese name, and how often a day by role."""

    purposes: Mapping[str, str]
    per_day: Mapping[str, int]

    def check(self, purpose: str) -> str:
        """Return a purpose that may be stated.

        Raises
        ------
        BadFieldError
        """
        if purpose not in self.purposes:
            raise BadFieldError("purpose", purpose, "purposes are " + ", ".join(self.purposes))
        return purpose


def mask_name(name: str) -> str:
    """Keep the family name: 张三丰 becomes 张**; empty stays empty."""
    return name[:1] + "*" * (len(name) - 1)


def mask_address(address: str) -> str:
    """Keep the address down to the building: 春晓苑3幢2单元501室 becomes 春晓苑3幢, 文一路12-3-402 becomes 文一路12."""
    if _HOUSE_NUMBER.search(address):
        return _HOUSE_NUMBER.sub(r"\1", address)
    if _DASHED.search(address):
        return _DASHED.sub(r"\1", address)
    return _ROOM.sub("", address)


def masked_resident(resident: Resident) -> Resident:
    """Return the resident as those without the right to more see it."""
    return replace(
        resident,
        name=mask_name(resident.name),
        phone=mask_phone(resident.phone),
        address=mask_address(resident.address),
        birth_year=None,
    )


def masked_contact(contact: Contact) -> Contact:
    """Return the contact as those without the right to more see it."""
    return replace(
        contact,
        name=mask_name(contact.name),
        phone=mask_phone(contact.phone),
        address=mask_address(contact.address),
    )
