"""Residents and providers from files."""

from typing import Any

from sqlalchemy import insert, select

from data.files.care import assessment_of, keep_assessment
from data.files.fields import Desks, Fields, past_day, past_time
from data.models import ProviderRow, ResidentRow, columns_of
from data.registers.pinyin import initials
from dispatch.errors import BadFieldError
from dispatch.providers.hours import check_hours
from dispatch.providers.provider import Provider
from dispatch.resident import Resident, check_phone

LEARNED = frozenset({"joined_on", "verified_at"})
OURS = frozenset(
    [
        "state",
        "load",
        "recent_orders",
        "rating",
        "rating_count",
        "prices_fen",
        "licences",
        "max_travel_min",
        "blocked_providers",
    ]
)
"""What no file tells: it came about here, and a new row for a known number does not take it back."""


def take_resident(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Keep a resident of a file; returns the number and a note."""
    place = fields.place()
    located = desks.cells.locate(place)
    no = target or fields.text("no", needed=True)
    year = fields.whole("birth_year", 0) or None
    if year is not None and not 1900 <= year <= desks.now.year:
        raise BadFieldError("birth_year", year, f"a year from 1900 to {desks.now.year}")
    kind = fields.text("kind") or "permanent"
    if kind not in ("permanent", "floating"):
        raise BadFieldError("kind", kind, "permanent or floating")
    resident = Resident(
        id=0,
        no=no,
        name=fields.text("name", needed=True),
        phone=check_phone(fields.text("phone", needed=True)),
        address=fields.text("address"),
        place=place,
        cell=located.cell,
        household=fields.text("household"),
        birth_year=year,
        kind="floating" if kind == "floating" else "permanent",
        tags=fields.words("tags"),
        verified_at=past_time(fields, desks, "verified_at"),
    )
    assessment = assessment_of(fields, desks, no)
    values = {**_without_id(resident), "initials": initials(resident.name)}
    _replace(desks, ResidentRow, no, values)
    if assessment is not None:
        keep_assessment(desks, assessment)
    return no, "near a border" if located.border_cells else ""


def take_provider(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Keep a provider of a file; returns the number and a note."""
    place = fields.place()
    located = desks.cells.locate(place)
    known = {item.category for item in desks.catalogue.items.values()}
    categories = fields.words("categories")
    for category in categories:
        if category not in known:
            raise BadFieldError("categories", category, "categories are " + ", ".join(sorted(known)))
    if not categories:
        raise BadFieldError("categories", "", "name at least one, parted by semicolons")
    capacity = fields.whole("capacity", 3)
    if not 0 <= capacity <= 500:
        raise BadFieldError("capacity", capacity, "0 to 500 orders at once")
    no = target or fields.text("no", needed=True)
    phone = fields.text("phone")
    provider = Provider(
        id=0,
        no=no,
        name=fields.text("name", needed=True),
        categories=categories,
        place=place,
        address=fields.text("address"),
        phone=check_phone(phone) if phone else "",
        hours=check_hours(fields.text("hours") or "24/7"),
        area=located.cell,
        capacity=capacity,
        service_areas=fields.words("service_areas"),
        joined_on=past_day(fields, desks, "joined_on"),
        verified_at=past_time(fields, desks, "verified_at"),
    )
    _replace(desks, ProviderRow, no, _without_id(provider))
    return no, ""


def _without_id(fact: Resident | Provider) -> dict[str, Any]:
    values = columns_of(fact)
    del values["id"]
    return values


def _replace(
    desks: Desks, table: type[ResidentRow] | type[ProviderRow], no: str, values: dict[str, Any]
) -> None:
    """Store a row by its number; a known one keeps its id, so that what refers to it stays right.

    What came about here stays, and so does when a known one joined and was verified where the file does not tell it.
    """
    row = desks.session.scalar(select(table).where(table.no == no))
    if row is None:
        desks.session.execute(insert(table), [values])
        return
    for name, value in values.items():
        if name not in OURS and (value is not None or name not in LEARNED):
            setattr(row, name, value)
    desks.session.flush()
