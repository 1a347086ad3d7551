"""Residents and providers from files: a column that a file does not have leaves what is known as it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from data.city.cells import Located
from data.desk.providers import PutProvider
from data.desk.residents import PutResident
from data.files.care import ability_of
from data.files.fields import IMPORTER, SAME_DEG, Desks, Fields, Taken, believed, known, past_day, past_time
from data.store.kinds.orders import PROVIDER
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.phone import check_phone
from dispatch.providers.hours import check_hours
from dispatch.providers.provider import LARGEST_CAPACITY, Provider
from dispatch.resident import Resident
from geo.place import LonLat

KINDS = ("permanent", "floating")


def take_resident(fields: Fields, desks: Desks, target: str) -> Taken:
    """Keep what a row tells of a resident.

    Raises
    ------
    BadFieldError, OutsideDistrictError
    """
    no = target or fields.text("no", needed=True)
    before = known(desks, RESIDENT, no)
    given: dict[str, Any] = {} if before else {"address": ""}
    for name in ("address", "household"):
        if fields.told(name):
            given[name] = fields.text(name)
    if fields.told("tags"):
        given["tags"] = fields.words("tags")
    if fields.told("birth_year"):
        given["birth_year"] = _birth_year(fields, desks)
    if fields.told("kind"):
        given["kind"] = _kind(fields)
    if before is None or fields.told("name"):
        given["name"] = fields.text("name", needed=True)
    if before is None or fields.told("phone"):
        given["phone"] = check_phone(fields.text("phone", needed=True))
    located = None
    if before is None or fields.placed:
        located = _place(fields, desks, before, given, "cell")
    given["verified_at"] = past_time(fields, desks, "verified_at")
    believed(desks, no, before, given, before.verified_at if before else None)
    resident = Resident(id=0, no=no, **given) if before is None else replace(before, **given)
    put = PutResident(resident=resident, ability=ability_of(fields, desks))
    done = desks.desk.start(put, IMPORTER, desks.now)
    return Taken(key=no, done=done, note="near a border" if located and located.border_cells else "")


def _place(
    fields: Fields, desks: Desks, before: Resident | Provider | None, given: dict[str, Any], cell: str
) -> Located:
    """Take the position of a row, and the cell it lies in."""
    place = fields.place()
    if before is not None and _same(before.place, place):
        place = before.place
    given["place"] = place
    located = fields.where(desks, given["place"])
    given[cell] = located.cell
    return located


def _same(one: LonLat, other: LonLat) -> bool:
    return abs(one.lon - other.lon) <= SAME_DEG and abs(one.lat - other.lat) <= SAME_DEG


def _birth_year(fields: Fields, desks: Desks) -> int | None:
    year = fields.whole("birth_year", 0) or None
    if year is not None and not 1900 <= year <= desks.now.year:
        raise BadFieldError("birth_year", year, f"a year from 1900 to {desks.now.year}")
    return year


def _kind(fields: Fields) -> str:
    kind = fields.text("kind") or KINDS[0]
    if kind not in KINDS:
        raise BadFieldError("kind", kind, "permanent or floating")
    return kind


def take_provider(fields: Fields, desks: Desks, target: str) -> Taken:
    """Keep what a row tells of a provider.

    Raises
    ------
    BadFieldError, OutsideDistrictError
    """
    no = target or fields.text("no", needed=True)
    before = known(desks, PROVIDER, no)
    given = {name: read(fields) for name, read in PLAIN.items() if fields.told(name)}
    if fields.told("phone"):
        phone = fields.text("phone")
        as_known = before is not None and phone == before.phone  # however an earlier version wrote it
        given["phone"] = phone if as_known or not phone else check_phone(phone)
    if fields.told("joined_on"):
        given["joined_on"] = past_day(fields, desks, "joined_on")
    if before is None or fields.told("name"):
        given["name"] = fields.text("name", needed=True)
    if before is None or fields.told("categories"):
        given["categories"] = _categories(fields, desks)
    if before is None or fields.placed:
        _place(fields, desks, before, given, "area")
    given["verified_at"] = past_time(fields, desks, "verified_at")
    believed(desks, no, before, given, before.verified_at if before else None)
    provider = Provider(id=0, no=no, **given) if before is None else replace(before, **given)
    return Taken(key=no, done=desks.desk.start(PutProvider(provider=provider), IMPORTER, desks.now))


def _categories(fields: Fields, desks: Desks) -> tuple[str, ...]:
    offered = {item.category for item in desks.catalogue.items.values()}
    categories = fields.words("categories")
    for category in categories:
        if category not in offered:
            raise BadFieldError("categories", category, "categories are " + ", ".join(sorted(offered)))
    if not categories:
        raise BadFieldError("categories", "", "name at least one, parted by semicolons")
    return categories


def _capacity(fields: Fields) -> int:
    capacity = fields.whole("capacity", 3)
    if not 0 <= capacity <= LARGEST_CAPACITY:
        raise BadFieldError("capacity", capacity, f"0 to {LARGEST_CAPACITY} orders at once")
    return capacity


PLAIN: Mapping[str, Callable[[Fields], Any]] = {
    "address": lambda fields: fields.text("address"),
    "hours": lambda fields: check_hours(fields.text("hours") or "24/7"),
    "capacity": _capacity,
    "service_areas": lambda fields: fields.words("service_areas"),
    "women": lambda fields: fields.yes("women"),
    "dialects": lambda fields: fields.words("dialects"),
}
"""Columns of a provider that are kept as they are read, whatever was known before."""
