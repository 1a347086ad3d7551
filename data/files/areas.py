"""Areas and cells from files."""

from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select

from data.desk.cells import PutArea, PutCell, overlap
from data.files.fields import IMPORTER, SAME_DEG, Desks, Fields, Taken, believed, known, past_time
from data.files.grounding import why_far
from data.models import AreaRow, CellRow
from data.store.kinds.places import AREA, CELL
from dispatch.errors import BadFieldError
from geo.errors import BadShapeError
from geo.place import Box, LocalPlane
from geo.shapes import repair
from grid.area import LEVELS, Area, Cell, CodeScheme

FAR_M = 2_000.0
"""A cell so far from its community, or an area from the one above it, is in the wrong place; survey errors are metres."""


def area_key(fields: Fields) -> str:
    """Return what names an area: its code, else its name."""
    return fields.text("code") or fields.text("name", needed=True)


def _border(fields: Fields, before: BaseGeometry | None) -> BaseGeometry:
    """Return the border that a row tells, the known one where it tells none."""
    shape = fields.row.geometry
    if shape is None and before is not None:
        return before
    if shape is not None and shape.geom_type == "LineString" and shape.is_closed and len(shape.coords) > 3:
        shape = shapely.Polygon(shape.coords)
    try:
        found = repair(shape)
    except BadShapeError as error:
        raise BadFieldError("geometry", shape.geom_type if shape is not None else "", str(error)) from None
    return before if before is not None and found.equals_exact(before, SAME_DEG, normalize=True) else found


def _expect_near(shape: BaseGeometry, above: BaseGeometry | None, code: str) -> None:
    """Make sure that a shape lies at or beside the area that it belongs to.

    Raises
    ------
    BadFieldError
        Telling how far away it is, and the likely reason.
    """
    if above is None or above.intersects(shape):
        return
    at, wanted = shape.representative_point(), above.representative_point()
    plane = LocalPlane((at.x + wanted.x) / 2, (at.y + wanted.y) / 2)
    to_plane = lambda xy: _columns(plane, xy)  # noqa: E731 - shapely takes a function of one array
    apart_m = shapely.distance(shapely.transform(shape, to_plane), shapely.transform(above, to_plane))
    if apart_m > FAR_M:
        why = why_far(at.x, at.y, Box(*above.bounds)) or "check its code, its coordinate system and its datum"
        raise BadFieldError(
            "geometry",
            f"{at.x:.5f}, {at.y:.5f}",
            f"it lies {apart_m / 1000:.0f} km from {code}, to which it belongs; {why}",
        )


def _columns(plane: LocalPlane, xy: Any) -> Any:  # noqa: ANN401 - arrays as shapely gives and takes them
    return shapely.get_coordinates(shapely.points(*plane.to_xy(xy[:, 0], xy[:, 1])))


def take_area(fields: Fields, desks: Desks, target: str) -> Taken:
    """Keep what a row tells of an area.

    Raises
    ------
    BadFieldError, BadCodeError
    """
    scheme = desks.catalogue.rulebook.scheme
    code = target or _area_code(fields, desks)
    before = known(desks, AREA, code)
    level = fields.text("level") or (before.level if before else desks.reading.level)
    if level not in LEVELS:
        raise BadFieldError("level", level, "levels are " + ", ".join(LEVELS))
    parent = _parent(fields, desks, code, before)
    drawn = _shape_of(desks, AreaRow, code)
    shape = _border(fields, drawn)
    _expect_near(shape, _shape_of(desks, AreaRow, parent), parent)
    name = before.name if before and not fields.told("name") else fields.text("name", needed=True)
    area = Area(code=code, name=name, level=level, parent=parent)
    _check_place_in_tree(desks, area, scheme)
    others = select(AreaRow.code, AreaRow.shape).where(AreaRow.level == level)
    note = overlap(desks.session.execute(others), code, shape)
    done = desks.desk.start(PutArea(area=area, shape=shape), IMPORTER, desks.now)
    return Taken(key=code, done=done, note=note, earlier={"shape": drawn})


def _area_code(fields: Fields, desks: Desks) -> str:
    """Return the code of an area, filled up with zeros; a number under the parent only where the file has none of ours.

    Raises
    ------
    BadCodeError
        For a code of another length or shape: none is made up in its place.
    """
    scheme, given, parent = desks.catalogue.rulebook.scheme, fields.text("code"), desks.reading.parent
    county, street, _, _ = scheme.ends
    if given.isdigit() and len(given) in (county - 2, county, street):
        return scheme.check_area(given.ljust(scheme.ends[2], "0"))
    if parent and len(given) < county:
        return _next_code(desks, fields.text("level") or desks.reading.level, parent)
    if not given:
        allowed = "give codes of our shape in the file, or the parent under which to number"
        raise BadFieldError("code", "", allowed)
    return scheme.check_area(given)


def _parent(fields: Fields, desks: Desks, code: str, before: Area | None) -> str:
    """Return the code above an area: told, known, or the one that the area's own code begins with."""
    told = fields.text("parent") or (before.parent if before else "") or desks.reading.parent
    return (
        told.ljust(len(code), "0") if told.isdigit() else told or desks.catalogue.rulebook.scheme.above(code)
    )


def _check_place_in_tree(desks: Desks, area: Area, scheme: CodeScheme) -> None:
    """Make sure that level, code and parent of an area fit each other.

    Raises
    ------
    BadFieldError
    """
    if (is_level := scheme.level_of(area.code)) != area.level:
        raise BadFieldError("level", area.level, f"code {area.code} is that of a {is_level}")
    if not area.parent:
        return
    scheme.check_area(area.parent)
    if area.parent != (above := scheme.above(area.code)):
        raise BadFieldError(
            "parent", area.parent, f"code {area.code} belongs to {above or 'nothing above it'}"
        )
    same_level = select(func.count()).where(AreaRow.level == scheme.level_of(area.parent))
    if desks.session.scalar(same_level) and _shape_of(desks, AreaRow, area.parent) is None:
        raise BadFieldError("parent", area.parent, "this area is not registered; take it in first")


def _shape_of(desks: Desks, table: type[AreaRow] | type[CellRow], code: str) -> BaseGeometry | None:
    return desks.session.scalar(select(table.shape).where(table.code == code)) if code else None


def _next_code(desks: Desks, level: str, parent: str) -> str:
    scheme = desks.catalogue.rulebook.scheme
    prefix = scheme.prefix(parent)
    query = (
        select(func.count())
        .select_from(AreaRow)
        .where(AreaRow.level == level, AreaRow.code.startswith(prefix))
    )
    number = int(desks.session.scalar(query) or 0) + 1
    width = scheme.widths[1] if level == "street" else scheme.widths[2]
    return scheme.check_area(f"{prefix}{number:0{width}d}".ljust(scheme.ends[2], "0"))


def take_cell(fields: Fields, desks: Desks, target: str) -> Taken:
    """Keep what a row tells of a cell.

    Raises
    ------
    BadFieldError, BadCodeError
    """
    scheme = desks.catalogue.rulebook.scheme
    code = target or fields.text("code", needed=True)
    numbered = bool(desks.reading.parent) and len(code) < scheme.ends[0]
    if numbered:
        code = _cell_under_area(desks, _border(fields, None))
    scheme.check_cell(code)
    community = scheme.community_of(code)
    above = _shape_of(desks, AreaRow, community)
    if above is None:
        raise BadFieldError(
            "code", code, f"its community {community} is not registered; take the areas in first"
        )
    if (told := fields.text("community")) and told != community:
        raise BadFieldError("community", told, f"cell {code} belongs to {community}")
    before = known(desks, CELL, code)
    drawn = _shape_of(desks, CellRow, code)
    since = desks.session.scalar(select(CellRow.verified_at).where(CellRow.code == code))
    shape = _border(fields, drawn)
    _expect_near(shape, above, community)
    given: dict[str, Any] = {}
    if before is None or fields.told("name"):
        given["name"] = fields.text("name") or code
    if fields.told("households"):
        given["households"] = _households(fields)
    if fields.told("worker"):
        given["worker"] = fields.text("worker")
    given["verified_at"] = past_time(fields, desks, "verified_at")
    believed(desks, code, before, given, since)
    verified_at = given.pop("verified_at")
    cell = replace(before, **given) if before else Cell(code=code, community=community, **given)
    note = overlap(desks.borders.near(desks.session, shape), code, shape)
    done = desks.desk.start(PutCell(cell=cell, shape=shape, verified_at=verified_at), IMPORTER, desks.now)
    return Taken(key=code, done=done, note=note, earlier={"shape": drawn, "verified_at": since})


def _households(fields: Fields) -> int:
    households = fields.whole("households", 0)
    if households < 0:
        raise BadFieldError("households", households, "a number from 0")
    return households


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
