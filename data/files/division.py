"""A division given by files: communities and cells as the city drew them; what stands above is joined from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from data.errors import BadFileError
from data.files.grounding import DEGREES, Ground
from data.files.tables import Reader, TableRow, read_rows
from data.rules.file_columns import FileForm
from geo.errors import BadShapeError
from geo.partition import Division, DrawnArea, DrawnCell
from geo.shapes import repair
from grid.area import CodeScheme
from grid.errors import BadCodeError


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionFiles:
    """The two files of a division, and how they are read."""

    areas: Path
    cells: Path
    forms: Mapping[str, FileForm]
    ground: Ground = DEGREES
    layers: Mapping[str, str] = field(default_factory=dict)

    def rows(self, kind: str) -> Iterator[TableRow]:
        """Read the file of ``areas`` or ``cells``.

        Raises
        ------
        BadFileError
            Naming file and row of the first that cannot be read.
        """
        path = self.areas if kind == "areas" else self.cells
        reader = Reader(form=self.forms[kind], layer=self.layers.get(kind, ""), ground=self.ground)
        for row in read_rows(path, reader):
            if row.fault:
                raise BadFileError(f"{path.name} row {row.number}: {row.fault}")
            yield row


def division_from_files(files: DivisionFiles, county: str, name: str, scheme: CodeScheme) -> Division:
    """Read communities and cells, and join streets, district and city from them.

    Parameters
    ----------
    files : DivisionFiles
        Areas are polygons with ``code`` (12 digits) and ``name``; rows of ``level`` street give the streets their names.
        Cells are polygons with ``code`` (15 digits), and optionally ``name`` and ``households``.
    county : str
        Digits that all codes begin with.
    name : str
        Name of the district.
    scheme : CodeScheme

    Returns
    -------
    Division

    Raises
    ------
    BadFileError
        Naming file and row: a code of the wrong shape or county, one that stands twice, a cell without its community, no polygon.
    """
    areas, cells = files.areas, files.cells
    names: dict[str, str] = {}
    communities: list[DrawnArea] = []
    seen: dict[str, int] = {}
    for row in files.rows("areas"):
        code = _code(areas, row, county, scheme.check_area, seen)
        names[code] = row.values.get("name") or code
        if row.values.get("level", "community") == "community":
            parent = scheme.street_of(code)
            shape = _polygon(areas, row)
            communities.append(
                DrawnArea(code=code, name=names[code], level="community", parent=parent, polygon=shape)
            )
    known = {area.code for area in communities}
    drawn: list[DrawnCell] = []
    for row in files.rows("cells"):
        code = _code(cells, row, county, scheme.check_cell, seen)
        community = scheme.community_of(code)
        if community not in known:
            raise BadFileError(
                f"{cells.name} row {row.number}: {code} belongs to {community}, not in {areas.name}"
            )
        households = row.values.get("households", "")
        drawn.append(
            DrawnCell(
                code=code,
                name=row.values.get("name") or code,
                community=community,
                households=int(households) if households.isdigit() else 0,
                polygon=_polygon(cells, row),
            )
        )
    if not communities or not drawn:
        raise BadFileError(f"{areas.name} and {cells.name} have to hold at least one community and one cell")
    above = _above(communities, county, name, scheme, names)
    return Division(areas=(*above, *communities), cells=tuple(drawn), estimated=False)


def _above(
    communities: Iterable[DrawnArea], county: str, name: str, scheme: CodeScheme, names: dict[str, str]
) -> list[DrawnArea]:
    """Join the streets, the district and the city."""
    by_street: dict[str, list[BaseGeometry]] = {}
    for area in communities:
        by_street.setdefault(area.parent, []).append(area.polygon)
    whole = shapely.union_all([shape for shapes in by_street.values() for shape in shapes])
    digits = sum(scheme.widths[:3])
    city, district = county[:4].ljust(digits, "0"), county.ljust(digits, "0")
    streets = [
        DrawnArea(
            code=c, name=names.get(c, c), level="street", parent=district, polygon=shapely.union_all(shapes)
        )
        for c, shapes in sorted(by_street.items())
    ]
    return [
        DrawnArea(code=city, name=names.get(city, city), level="city", parent="", polygon=whole),
        DrawnArea(code=district, name=name, level="district", parent=city, polygon=whole),
        *streets,
    ]


def _code(path: Path, row: TableRow, county: str, check: Callable[[str], str], seen: dict[str, int]) -> str:
    code = row.values.get("code", "")
    try:
        check(code)
    except BadCodeError as error:
        raise BadFileError(f"{path.name} row {row.number}: {error}") from None
    if not code.startswith(county):
        raise BadFileError(
            f"{path.name} row {row.number}: code {code} does not begin with the county's {county}"
        )
    if (earlier := seen.setdefault(code, row.number)) != row.number:
        raise BadFileError(f"{path.name} row {row.number}: code {code} stands in row {earlier} too")
    return code


def _polygon(path: Path, row: TableRow) -> BaseGeometry:
    try:
        return repair(row.geometry)
    except BadShapeError as error:
        raise BadFileError(f"{path.name} row {row.number}: {error}") from None
