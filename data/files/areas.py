"""Areas and cells from files."""

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select

from data.desk.cells import PutArea, PutCell
from data.files.fields import IMPORTER, Desks, Fields, past_time
from data.models import AreaRow, CellRow
from dispatch.errors import BadFieldError
from geo.place import LocalPlane
from grid.area import LEVELS, Area, Cell

SLIVER_M2 = 10_000.0


def area_key(fields: Fields) -> str:
    """Return what names an area: its code, else its name."""
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


def take_area(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Keep an area of a file; returns its code and a note."""
    scheme = desks.catalogue.rulebook.scheme
    level = fields.text("level") or desks.reading.level
    if level not in LEVELS:
        raise BadFieldError("level", level, "levels are " + ", ".join(LEVELS))
    shape = _polygon(fields)
    parent = fields.text("parent") or desks.reading.parent
    given = fields.text("code")
    code = target or (given if _is_area(desks, given) else _next_code(desks, level, parent))
    scheme.check_area(code)
    area = Area(code=code, name=fields.text("name", needed=True), level=level, parent=parent)
    note = _overlap_note(desks, AreaRow, code, shape, level=level)
    desks.desk.start(PutArea(area=area, shape=shape), IMPORTER, desks.now)
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


def take_cell(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Keep a cell of a file; returns its code and a note."""
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
    cell = Cell(
        code=code,
        name=fields.text("name") or code,
        community=community,
        households=fields.whole("households", 0),
        worker=fields.text("worker"),
    )
    note = _overlap_note(desks, CellRow, code, shape)
    put = PutCell(cell=cell, shape=shape, verified_at=past_time(fields, desks, "verified_at"))
    desks.desk.start(put, IMPORTER, desks.now)
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
