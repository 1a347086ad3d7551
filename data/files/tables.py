"""Rows of outside files, whatever the format: GeoJSON, GeoPackage, CSV, Excel."""

import csv
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pyogrio
import shapely
from openpyxl.utils.exceptions import InvalidFileException
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj.exceptions import ProjError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from data.errors import BadFileError
from data.store.chain import canonical

DAMAGED_WORKBOOK = (
    InvalidFileException, BadZipFile, zlib.error, SyntaxError, OSError, EOFError, NotImplementedError,
    KeyError, IndexError, ValueError, TypeError, AttributeError,
)  # fmt: skip
"""What the reader of workbooks raises on damaged ones: of the archive, of the XML in it, of what it misses there."""
DAMAGED_MAP = (
    DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ShapelyError, ProjError,
    ValueError, OSError, KeyError, TypeError, OverflowError,
)  # fmt: skip
FORMATS = (".geojson", ".json", ".gpkg", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row: its number in the file (the header is row 1, GeoJSON counts features from 1), values, geometry."""

    number: int
    values: Mapping[str, str]
    geometry: BaseGeometry | None = None

    @property
    def hash(self) -> str:
        """Tell rows of equal content."""
        shape = self.geometry.wkb_hex if self.geometry is not None else ""
        return hashlib.sha256((canonical(self.values) + shape).encode()).hexdigest()


def read_rows(path: Path) -> Iterator[TableRow]:
    """Read a file row by row.

    Raises
    ------
    BadFileError
        When the format is unknown or the file damaged.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise BadFileError(f"{path} does not exist")
    if suffix in (".geojson", ".json", ".gpkg"):
        yield from _features(path)
    elif suffix == ".csv":
        yield from _csv(path)
    elif suffix == ".xlsx":
        yield from _excel(path)
    else:
        raise BadFileError(f"{path.name}: formats read are {', '.join(FORMATS)}")


def _features(path: Path) -> Iterator[TableRow]:
    try:
        frame = pyogrio.read_dataframe(path)
        if frame.crs is not None:
            frame = frame.to_crs(4326)
    except DAMAGED_MAP as error:
        raise BadFileError(f"{path.name} cannot be read as a map file: {error}") from None
    shapes = frame.geometry.to_numpy() if "geometry" in frame else [None] * len(frame)
    plain = frame.drop(columns="geometry", errors="ignore")
    for number, (record, shape) in enumerate(zip(plain.to_dict("records"), shapes, strict=True), 1):
        values = {str(k): _text(v) for k, v in record.items()}
        yield TableRow(
            number=number, values=values, geometry=shape if isinstance(shape, shapely.Geometry) else None
        )


def _csv(path: Path) -> Iterator[TableRow]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = path.read_text(encoding="gb18030")
        except UnicodeDecodeError:
            raise BadFileError(f"{path.name} is neither UTF-8 nor GB 18030 text") from None
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        for record in reader:
            values = {
                str(k).strip(): (v or "").strip() for k, v in record.items() if isinstance(v, str | None)
            }
            yield TableRow(number=reader.line_num, values=values)
    except csv.Error as error:
        raise BadFileError(f"{path.name} line {reader.line_num}: {error}") from None


def _excel(path: Path) -> Iterator[TableRow]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except DAMAGED_WORKBOOK as error:
        raise BadFileError(f"{path.name} is no Excel workbook: {error}") from None
    try:
        if not book.worksheets:
            raise BadFileError(f"{path.name} has no sheet")
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [_text(cell) for cell in next(rows, ())]
        for number, cells in enumerate(rows, 2):
            values = {name: _text(cell) for name, cell in zip(header, cells, strict=False) if name}
            if any(values.values()):
                yield TableRow(number=number, values=values)
    except DAMAGED_WORKBOOK as error:
        raise BadFileError(f"{path.name} is damaged: {error}") from None
    finally:
        book.close()


def _text(value: Any) -> str:  # noqa: ANN401 - any cell
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN is unequal to itself
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
