"""Residents and providers from files."""

from data.desk.providers import PutProvider
from data.desk.residents import PutResident
from data.files.care import ability_of
from data.files.fields import IMPORTER, Desks, Fields, past_day, past_time
from dispatch.errors import BadFieldError
from dispatch.phone import check_phone
from dispatch.providers.hours import check_hours
from dispatch.providers.provider import Provider
from dispatch.resident import Resident


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
    put = PutResident(resident=resident, ability=ability_of(fields, desks))
    desks.desk.start(put, IMPORTER, desks.now)
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
    desks.desk.start(PutProvider(provider=provider), IMPORTER, desks.now)
    return no, ""
