"""What can be taken in from files: areas, cells, residents, providers, tickets, visits, devices."""

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, func, insert, select

from data.files.care import assessment_of, keep_assessment, past_day, past_time, take_device, take_visit
from data.files.intake import Desks, Fields, Kind
from data.files.tickets import take_ticket
from data.models import AreaRow, CellRow, ProviderRow, ResidentRow, columns_of
from data.registers.pinyin import initials
from dispatch.errors import BadFieldError
from dispatch.providers.provider import Provider, check_hours
from dispatch.resident import Resident, check_phone
from geo.place import LocalPlane
from grid.area import LEVELS

SLIVER_M2 = 10_000.0
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


def _area_key(fields: Fields) -> str:
    return fields.text("code") or fields.text("name", needed=True)


def _polygon(fields: Fields) -> BaseGeometry:
    shape = fields.row.geometry
    if shape is None:
        text = fields.text("wkt", needed=True)
        try:
            shape = shapely.from_wkt(text)
        except shapely.errors.ShapelyError:
            raise BadFieldError("wkt", text[:40], "write a polygon as well-known text") from None
    shape = shapely.make_valid(shape)
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon") and p.area > 0]
    if not parts:
        raise BadFieldError("geometry", shape.geom_type, "a polygon with an area is needed")
    return shapely.union_all(parts)


def _overlap_note(
    desks: Desks, table: type[AreaRow] | type[CellRow], code: str, shape: BaseGeometry, **same: str
) -> str:
    """Say which known shape of the same kind a new one overlaps by more than a sliver."""
    plane = LocalPlane(shape.centroid.x, shape.centroid.y)
    per_m2 = plane.scale_m[0] * plane.scale_m[1]
    query = select(table.code, table.shape).where(table.code != code).filter_by(**same)
    for other, known in desks.session.execute(query):
        shared_m2 = known.intersection(shape).area * per_m2 if known.intersects(shape) else 0.0
        if shared_m2 > SLIVER_M2:
            return f"overlaps {other} by {shared_m2:.0f} m2"
    return ""


def _take_area(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    scheme = desks.catalogue.rulebook.scheme
    level = fields.text("level") or desks.reading.level
    if level not in LEVELS:
        raise BadFieldError("level", level, "levels are " + ", ".join(LEVELS))
    shape = _polygon(fields)
    parent = fields.text("parent") or desks.reading.parent
    given = fields.text("code")
    code = target or (given if _is_area(desks, given) else _next_code(desks, level, parent))
    scheme.check_area(code)
    values = {
        "code": code,
        "name": fields.text("name", needed=True),
        "level": level,
        "parent": parent,
        "shape": shape,
    }
    note = _overlap_note(desks, AreaRow, code, shape, level=level)
    desks.session.execute(delete(AreaRow).where(AreaRow.code == code))
    desks.session.execute(insert(AreaRow), [values])
    return code, note


def _is_area(desks: Desks, code: str) -> bool:
    """Tell whether a file's code has our shape; other codes are only keys, and a number under the parent is given."""
    length = sum(desks.catalogue.rulebook.scheme.widths[:3])
    return len(code) == length and code.isdigit()


def _next_code(desks: Desks, level: str, parent: str) -> str:
    if not parent:
        allowed = "give codes of our shape in the file, or the parent under which to number"
        raise BadFieldError("code", "", allowed)
    scheme = desks.catalogue.rulebook.scheme
    prefix = scheme.prefix(parent)
    query = (
        select(func.count())
        .select_from(AreaRow)
        .where(AreaRow.level == level, AreaRow.code.startswith(prefix))
    )
    number = int(desks.session.scalar(query) or 0) + 1
    width = scheme.widths[1] if level == "street" else scheme.widths[2]
    return scheme.check_area(f"{prefix}{number:0{width}d}".ljust(sum(scheme.widths[:3]), "0"))


def _take_cell(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    scheme = desks.catalogue.rulebook.scheme
    shape = _polygon(fields)
    code = target or fields.text("code", needed=True)
    if len(code) != sum(scheme.widths):
        code = _cell_under_area(desks, shape)
    scheme.check_cell(code)
    community = scheme.community_of(code)
    if desks.session.scalar(select(AreaRow.id).where(AreaRow.code == community)) is None:
        raise BadFieldError(
            "code", code, f"its community {community} is not registered; take the areas in first"
        )
    known_at = desks.session.scalar(select(CellRow.verified_at).where(CellRow.code == code))
    values = {
        "code": code,
        "name": fields.text("name") or code,
        "community": community,
        "households": fields.whole("households", 0),
        "worker": fields.text("worker"),
        "verified_at": past_time(fields, desks, "verified_at") or known_at,
        "shape": shape,
    }
    note = _overlap_note(desks, CellRow, code, shape)
    desks.session.execute(delete(CellRow).where(CellRow.code == code))
    desks.session.execute(insert(CellRow), [values])
    return code, note


def _cell_under_area(desks: Desks, shape: BaseGeometry) -> str:
    """Give a number to a cell without a code of our shape, under the community that holds most of it."""
    best, most = "", 0.0
    for code, area in desks.session.execute(
        select(AreaRow.code, AreaRow.shape).where(AreaRow.level == "community")
    ):
        shared = area.intersection(shape).area if area.intersects(shape) else 0.0
        if shared > most:
            best, most = code, shared
    if not best:
        raise BadFieldError("geometry", shape.geom_type, "the cell lies in no registered community")
    known = desks.session.scalar(select(func.count()).select_from(CellRow).where(CellRow.community == best))
    return f"{best}{int(known or 0) + 1:0{desks.catalogue.rulebook.scheme.widths[3]}d}"


def _take_resident(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
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


def _take_provider(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
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


def _by_number(fields: Fields) -> str:
    return fields.text("no", needed=True)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="areas", key=_area_key, take=_take_area),
        Kind(name="cells", key=_area_key, take=_take_cell),
        Kind(name="residents", key=_by_number, take=_take_resident),
        Kind(name="providers", key=_by_number, take=_take_provider),
        Kind(name="tickets", key=_by_number, take=take_ticket),
        Kind(name="visits", key=_by_number, take=take_visit),
        Kind(name="devices", key=_by_number, take=take_device),
    )
}
