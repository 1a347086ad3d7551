"""Rows of outside files, whatever the format: maps, workbooks, text; under our names, in WGS-84, each fault with its row."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from data.errors import BadFileError
from data.files import maps
from data.files.grounding import DEGREES, Ground, grounded, why_nowhere
from data.files.headings import LOOKED_AT, Headings, Wanted, completed, find_headings
from data.files.maps import finite, read_layer
from data.files.sheets import Grid, Line, text_grid, workbook_grid
from data.files.values import tidy
from data.rules.file_columns import FileForm
from data.store.chain import canonical
from dispatch.errors import BadFieldError

TEXTS = (".csv", ".txt", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm")
FORMATS = (*maps.FORMATS, *TEXTS, *WORKBOOKS)
BATCH = 2000
CUT = (".shp", ".zip")
"""Formats that may hold only the beginning of a name."""
OLD_WORKBOOKS = (".xls", ".et", ".ods", ".numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row: its number in the file (a table's first line is 1, features of a map count from 1), values, geometry.

    ``values`` has our names where the column is one of ours; a column that the file does not have is not in it.
    ``fault`` says why the row cannot be taken, empty where it can.
    """

    number: int
    values: Mapping[str, str]
    geometry: BaseGeometry | None = None
    fault: str = ""

    @property
    def hash(self) -> str:
        """Tell rows of equal content."""
        shape = self.geometry.wkb_hex if self.geometry is not None else ""
        return hashlib.sha256((canonical(self.values) + shape).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How to read a file: our columns, the sheet or layer, the encoding of text, and where its positions are."""

    form: FileForm = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str = ""
    encoding: str = ""
    ground: Ground = DEGREES
    timed: bool = False
    """Whether times are written in a form of the user's own, and so left as they stand."""


def read_rows(path: Path, how: Reader | None = None) -> Iterator[TableRow]:
    """Read a file row by row.

    Raises
    ------
    BadFileError
        When the format is unknown or the file damaged, no row of headings is found, or there are several layers.
    """
    how = how or Reader()
    how.ground.check()
    suffix = path.suffix.lower()
    wanted = Wanted(form=how.form, columns=how.columns)
    if not path.is_file() and not (path.is_dir() and suffix == ".gdb"):
        raise BadFileError(f"{path} does not exist")
    if suffix in maps.FORMATS:
        rows = _of_map(path, wanted, how)
    elif suffix in TEXTS:
        rows = _of_grid(text_grid(path, wanted, how.encoding), wanted, how)
    elif suffix in WORKBOOKS:
        rows = _of_grid(workbook_grid(path, wanted, how.layer), wanted, how)
    elif suffix in OLD_WORKBOOKS:
        raise BadFileError(f"{path.name} is of an older or another program; save it there as .xlsx or .csv")
    else:
        raise BadFileError(f"{path.name}: formats read are {', '.join(FORMATS)}")
    return _settled(rows, how)


def _of_map(path: Path, wanted: Wanted, how: Reader) -> Iterator[TableRow]:
    layer = read_layer(path, how.layer, how.encoding)
    shapes = grounded([feature.shape for feature in layer.features], layer.crs, how.ground)
    names = list(dict.fromkeys(name for feature in layer.features for name in feature.values))
    if layer.features:
        told = [completed(name, wanted) for name in names] if path.suffix.lower() in CUT else names
        ours = dict(zip(names, find_headings([told], wanted, path.name).names, strict=True))
    for feature, shape in zip(layer.features, shapes, strict=True):
        values = {ours[name]: value for name, value in feature.values.items() if ours[name]}
        fault = feature.fault or _nowhere(shape, how.ground)
        yield TableRow(number=feature.number, values=values, geometry=shape, fault=fault)


def _nowhere(shape: BaseGeometry | None, ground: Ground) -> str:
    corner = finite(shape) if shape is not None else None
    return f"geometry: {why_nowhere(*corner, ground)}" if corner is not None else ""


def _of_grid(grid: Grid, wanted: Wanted, how: Reader) -> Iterator[TableRow]:
    top = list(islice(grid.lines, LOOKED_AT))
    headings = find_headings([line.cells for line in top], wanted, grid.name)
    rows = (line for line in chain(top[headings.last + 1 :], grid.lines) if any(line.cells))
    while batch := list(islice(rows, BATCH)):
        yield from _with_wkt([_row(line, headings) for line in batch], how)


def _row(line: Line, headings: Headings) -> TableRow:
    names = headings.names
    values = {name: line.cells[at] if at < len(line.cells) else "" for at, name in enumerate(names) if name}
    fault = next((f"{names[at]}: {why}" for at, why in line.faults if at < len(names) and names[at]), "")
    beyond = [cell for cell in line.cells[len(names) :] if cell]
    if beyond:
        fault = fault or (
            f"{len(line.cells)} cells under {len(names)} headings; put text that holds the separator into quotes"
        )
    return TableRow(number=line.number, values=values, fault=fault)


def _with_wkt(rows: Sequence[TableRow], how: Reader) -> list[TableRow]:
    """Read the borders that a table holds as well-known text."""
    told = [row.values.get("wkt", "") for row in rows]
    if not any(told):
        return list(rows)
    shapes: list[BaseGeometry | None] = []
    faults: list[str] = []
    for text in told:
        try:
            shapes.append(
                shapely.from_wkt(text.partition(";")[2] if text.upper().startswith("SRID=") else text)
                if text
                else None
            )
            faults.append("")
        except ShapelyError:
            shapes.append(None)
            faults.append("wkt: this is no shape as well-known text, such as POLYGON ((120.1 30.2, ...))")
    placed = grounded(shapes, "", how.ground)
    return [
        TableRow(
            number=row.number,
            values={name: value for name, value in row.values.items() if name != "wkt"},
            geometry=shape,
            fault=row.fault or fault or _nowhere(shape, how.ground),
        )
        for row, shape, fault in zip(rows, placed, faults, strict=True)
    ]


def _settled(rows: Iterator[TableRow], how: Reader) -> Iterator[TableRow]:
    """Bring every value to the form of its column."""
    types = {column.name: column.type for column in how.form}
    for row in rows:
        values, fault = dict(row.values), row.fault
        for name, value in row.values.items():
            if how.timed and types.get(name) in ("day", "time"):
                continue
            try:
                values[name] = tidy(types.get(name, "text"), name, value)
            except BadFieldError as error:
                fault = fault or str(error)
        yield TableRow(number=row.number, values=values, geometry=row.geometry, fault=fault)
