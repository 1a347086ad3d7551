"""Check that cells tile their areas: no gap, no overlap, in one piece, of the right size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import shapely

from geo.shapes import SMALLEST_M2, area_m2, as_array, gaps, overlaps

Kind = Literal["gap", "overlap", "torn", "invalid", "size", "outside", "orphan", "double"]


class HasArea(Protocol):
    """An area with a polygon in degrees."""

    @property
    def code(self) -> str:
        """Digits."""
        ...

    @property
    def level(self) -> str:
        """One of city, district, street, community."""
        ...

    @property
    def parent(self) -> str:
        """Code of the area above; empty for the topmost."""
        ...

    @property
    def polygon(self) -> shapely.Geometry:
        """Degrees."""
        ...


class HasCell(Protocol):
    """A cell with a polygon in degrees."""

    @property
    def code(self) -> str:
        """Digits."""
        ...

    @property
    def community(self) -> str:
        """Code of the community."""
        ...

    @property
    def households(self) -> int:
        """How many live there."""
        ...

    @property
    def polygon(self) -> shapely.Geometry:
        """Degrees."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a tiling; `amount` is square metres, or households for "size"."""

    kind: Kind
    codes: tuple[str, ...]
    amount: float
    message: str


def check_tiling(
    areas: Sequence[HasArea],
    cells: Sequence[HasCell],
    *,
    households: tuple[int, int] = (300, 500),
    smallest_m2: float = SMALLEST_M2,
) -> list[Finding]:
    """Check cells against each other and against the communities and the district above them.

    Parameters
    ----------
    areas : sequence of areas
        Any levels; communities and the topmost area are used. Empty leaves only checks between cells.
    cells : sequence of cells
        Empty gives one gap for each topmost area.
    households : (int, int)
        Least and most of a cell.
    smallest_m2 : float
        Smaller gaps and overlaps are rounding.

    Returns
    -------
    list of Finding
        Empty when all is well; otherwise single cells first, then pairs, then gaps.
    """
    findings = [finding for cell in cells for finding in _alone(cell, households)]
    findings += _codes(areas, cells)
    sound = [cell for cell in cells if not cell.polygon.is_empty and cell.polygon.is_valid]
    polygons = as_array([cell.polygon for cell in sound])
    for each in overlaps(polygons, smallest_m2=smallest_m2):
        codes = (sound[each.first].code, sound[each.second].code)
        text = f"cells {codes[0]} and {codes[1]} both claim {each.area_m2:.1f} m2"
        findings.append(Finding(kind="overlap", codes=codes, amount=each.area_m2, message=text))
    communities = {area.code: area.polygon for area in areas if area.level == "community"}
    findings += _outside(sound, communities, smallest_m2)
    for top in _topmost(areas):
        for gap in gaps(polygons, top.polygon, smallest_m2=smallest_m2):
            middle = shapely.point_on_surface(gap.shape)
            where = f"around lon {middle.x:.5f}, lat {middle.y:.5f}"
            text = f"{gap.area_m2:.1f} m2 of {top.code} {where} belong to no cell"
            findings.append(Finding(kind="gap", codes=(top.code,), amount=gap.area_m2, message=text))
    return findings


def _alone(cell: HasCell, households: tuple[int, int]) -> list[Finding]:
    """Check one cell for itself."""
    least, most = households
    codes, found = (cell.code,), []
    if cell.polygon.is_empty or not cell.polygon.is_valid:
        reason = (
            "is empty" if cell.polygon.is_empty else f"is invalid: {shapely.is_valid_reason(cell.polygon)}"
        )
        found.append(
            Finding(kind="invalid", codes=codes, amount=0.0, message=f"the shape of {cell.code} {reason}")
        )
    elif cell.polygon.geom_type == "MultiPolygon":
        parts = len(cell.polygon.geoms)
        areas = sorted(area_m2(as_array(list(cell.polygon.geoms))))
        text = f"cell {cell.code} lies in {parts} pieces"
        found.append(Finding(kind="torn", codes=codes, amount=float(sum(areas[:-1])), message=text))
    if not least <= cell.households <= most:
        text = f"cell {cell.code} has {cell.households} households; wanted are {least} to {most}"
        found.append(Finding(kind="size", codes=codes, amount=float(cell.households), message=text))
    return found


def _codes(areas: Sequence[HasArea], cells: Sequence[HasCell]) -> list[Finding]:
    """Find codes given twice, and cells whose community is not among the areas."""
    found: list[Finding] = []
    seen: set[str] = set()
    known = {area.code for area in areas}
    for code in [*(area.code for area in areas), *(cell.code for cell in cells)]:
        if code in seen:
            found.append(Finding(kind="double", codes=(code,), amount=0.0, message=f"{code} is given twice"))
        seen.add(code)
    for cell in cells:
        if known and cell.community not in known:
            text = f"cell {cell.code} names the community {cell.community!r}, which is not there"
            found.append(Finding(kind="orphan", codes=(cell.code,), amount=0.0, message=text))
    return found


def _outside(
    cells: Sequence[HasCell], communities: Mapping[str, shapely.Geometry], smallest_m2: float
) -> list[Finding]:
    """Find cells that reach out of their community."""
    placed = [cell for cell in cells if cell.community in communities]
    if not placed:
        return []
    homes = as_array([communities[cell.community] for cell in placed])
    beyond = area_m2(shapely.difference(as_array([cell.polygon for cell in placed]), homes))
    return [
        Finding(
            kind="outside",
            codes=(cell.code, cell.community),
            amount=float(amount),
            message=f"{amount:.1f} m2 of cell {cell.code} lie outside its community {cell.community}",
        )
        for cell, amount in zip(placed, beyond, strict=True)
        if amount > smallest_m2
    ]


def _topmost(areas: Sequence[HasArea]) -> list[HasArea]:
    """List districts; without any, the areas that have no parent among the others."""
    districts = [area for area in areas if area.level == "district"]
    known = {area.code for area in areas}
    return districts or [area for area in areas if area.parent not in known]
