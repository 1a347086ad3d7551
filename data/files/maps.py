"""Features out of map files: GeoJSON, GeoPackage, Shapefile, KML, FileGDB, DXF and their kin."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from data.errors import BadFileError
from data.files.values import lost_digits, narrow, plain

DAMAGED_MAP = (
    DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ShapelyError,
    ValueError, OSError, KeyError, TypeError, OverflowError, RecursionError, AttributeError, BadZipFile, IndexError,
)  # fmt: skip
JSON = (".geojson", ".json")
BY_GDAL = (".gpkg", ".shp", ".kml", ".kmz", ".gdb", ".dxf", ".fgb", ".gml", ".tab", ".mif")
FORMATS = (*JSON, *BY_GDAL, ".zip")
LARGEST_UNPACKED = 4_000_000_000  # bytes
GB = "gb18030"
BYTES = "latin1"  # one character a byte, whichever it is; GDAL recodes nothing of this name
HEAD = 20_000  # bytes of a drawing in which its version stands
SINCE_2007 = b"AC1021"
SOME = 5000  # values of a column that are tried
CODE_PAGES = {
    "936": GB,
    "gbk": GB,
    "gb2312": GB,
    "cp936": GB,
    "ansi936": GB,
    "65001": "utf-8",
    "utf8": "utf-8",
    "950": "big5",
}
DBASE_CHINESE = 0x4D
"""What byte 29 of a .dbf says for code page 936."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature as the file tells it; ``fault`` says why its shape cannot be read, empty where it can."""

    number: int
    values: Mapping[str, str]
    shape: BaseGeometry | None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """The features of one layer and its coordinate system as the file names it, empty for none."""

    name: str
    crs: str
    features: Sequence[Feature]


def read_layer(path: Path, layer: str = "", encoding: str = "") -> MapLayer:
    """Read a layer of a map file: the one named, or the only one.

    Raises
    ------
    BadFileError
        When it cannot be read, has no such layer, or several.
    """
    try:
        if path.suffix.lower() in JSON:
            return _geojson(path)
        with _unpacked(path) as inner:
            return _by_gdal(inner, path.name, layer, encoding)
    except DAMAGED_MAP as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(f"{path.name} cannot be read as a map file: {error}") from None


def _geojson(path: Path) -> MapLayer:
    """Read GeoJSON feature by feature: what a feature does not name stays apart from what it leaves empty."""
    text = path.read_bytes().decode("utf-8-sig")
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        told = {
            "type": "FeatureCollection",
            "features": [json.loads(line.strip("\x1e")) for line in text.splitlines() if line.strip()],
        }
    kind = told.get("type")
    listed = told["features"] if kind == "FeatureCollection" else [told] if kind == "Feature" else None
    if not isinstance(listed, list):
        raise BadFileError(f"{path.name} is no GeoJSON of features")
    crs = ((told.get("crs") or {}).get("properties") or {}).get("name", "")
    features = [_feature(number, each) for number, each in enumerate(listed, 1)]
    return MapLayer(name=path.stem, crs="" if "CRS84" in str(crs) else str(crs), features=features)


def _feature(number: int, told: Mapping[str, Any]) -> Feature:
    properties = told.get("properties") or {}
    values = {
        str(k): json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else plain(v)
        for k, v in properties.items()
    }
    if "id" in told and not isinstance(told["id"], dict):
        values.setdefault("id", plain(told["id"]))
    lost = [str(k) for k, v in properties.items() if isinstance(v, float) and lost_digits(v)]
    shape, fault = _shape(told.get("geometry"))
    return Feature(number=number, values=values, shape=shape, fault=fault or _lost(lost))


def _lost(names: Sequence[str]) -> str:
    return (
        f"{names[0]}: a number of more than 15 digits, of which some are lost; store it as text"
        if names
        else ""
    )


def _shape(told: Any) -> tuple[BaseGeometry | None, str]:  # noqa: ANN401 - any value of a file
    """Read a geometry; a ring that does not end where it began is closed."""
    if told is None:
        return None, ""
    try:
        if told.get("type") in ("Polygon", "MultiPolygon"):
            told = told | {"coordinates": _closed(told["coordinates"])}
        return shapely.geometry.shape(told), ""
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, ShapelyError) as error:
        return None, f"geometry: {error}"


def _closed(rings: Any) -> Any:  # noqa: ANN401 - nested lists of any depth
    if isinstance(rings[0][0], list | tuple):
        return [_closed(each) for each in rings]
    return rings if rings[0] == rings[-1] else [*rings, rings[0]]


def _by_gdal(path: Path, shown: str, layer: str, encoding: str) -> MapLayer:
    chosen = _choose(path, shown, layer)
    read_by = READERS.get(path.suffix.lower(), _read)
    meta, shapes, columns = read_by(path, chosen, encoding)
    names = [str(name) for name in meta["fields"]]
    read, faults = _from_wkb(shapes, len(columns[0]) if columns else 0)
    dxf = path.suffix.lower() == ".dxf"
    rows = zip(*(column.tolist() for column in columns), strict=True) if columns else ((),) * len(read)
    features = []
    for number, (row, shape, fault) in enumerate(zip(rows, read, faults, strict=True), 1):
        lost = [n for n, v in zip(names, row, strict=True) if isinstance(v, float) and lost_digits(v)]
        values = {n: plain(v) for n, v in zip(names, row, strict=True)}
        features.append(Feature(number=number, values=values, shape=shape, fault=fault or _lost(lost)))
    crs = "" if dxf else meta["crs"] or ""
    return MapLayer(name=chosen, crs=crs, features=_outlines(features) if dxf else features)


def _choose(path: Path, shown: str, layer: str) -> str:
    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    if layer:
        if layer not in [name for name, _ in listed]:
            raise BadFileError(
                f"{shown} has no layer {layer!r}; layers are {', '.join(n for n, _ in listed)}"
            )
        return layer
    mapped = [name for name, kind in listed if kind is not None] or [name for name, _ in listed]
    if not mapped:
        raise BadFileError(f"{shown} has no layer")
    if len(mapped) > 1:
        raise BadFileError(f"{shown} has {len(mapped)} layers: {', '.join(mapped)}; choose one with --layer")
    return mapped[0]


def _read(path: Path, layer: str, encoding: str) -> tuple[dict[str, Any], Any, Sequence[Any]]:
    meta, _, shapes, columns = pyogrio.raw.read(
        path, layer=layer, encoding=encoding or None, datetime_as_string=True
    )
    return meta, shapes, columns


def _read_drawing(path: Path, layer: str, encoding: str) -> tuple[dict[str, Any], Any, Sequence[Any]]:
    """Read a drawing in its encoding: since version 2007 it is UTF-8, whatever code page it names beside."""
    with path.open("rb") as file:
        version = re.search(rb"\$ACADVER\s+1\s+(AC\d{4})", file.read(HEAD))
    utf8 = version is not None and version.group(1) >= SINCE_2007
    if utf8 or encoding:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": encoding or "UTF-8"})
    try:
        return _read(path, layer, "")
    finally:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": None})


def _read_shapefile(path: Path, layer: str, encoding: str) -> tuple[dict[str, Any], Any, Sequence[Any]]:
    """Read a shapefile by its bytes: names of fields are cut off after ten of them, often within a character."""
    meta, shapes, columns = _read(path, layer, BYTES)
    texts = [column for column in columns if column.dtype == object]
    some = [value.encode(BYTES) for column in texts for value in column[:SOME] if isinstance(value, str)]
    chosen = next((each for each in _encodings(path, encoding) if _fits(each, some)), GB)

    def text(value: Any) -> Any:  # noqa: ANN401 - any cell
        return value.encode(BYTES).decode(chosen, "replace") if isinstance(value, str) else value

    names = [str(name).encode(BYTES).decode(chosen, "ignore") for name in meta["fields"]]
    decoded = [
        np.array([*map(text, column)], object) if column.dtype == object else column for column in columns
    ]
    return meta | {"fields": names}, shapes, decoded


READERS = {".shp": _read_shapefile, ".dxf": _read_drawing}


def _fits(encoding: str, values: Sequence[bytes]) -> bool:
    try:
        for value in values:
            value.decode(encoding)
    except UnicodeDecodeError:
        return False
    except LookupError:
        raise BadFileError(f"encoding {encoding!r} is unknown; write such as gb18030, big5, utf-8") from None
    return True


def _encodings(path: Path, given: str) -> list[str]:
    """Return in which encodings the attributes of a shapefile may be, the likeliest first."""
    if given:
        return [given]
    told = next((p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() == ".cpg"), None)
    if told is not None:
        name = (
            told.read_text(encoding="ascii", errors="ignore")
            .strip()
            .lower()
            .replace("-", "")
            .replace(" ", "")
        )
        return [
            CODE_PAGES.get(name, told.read_text(encoding="ascii", errors="ignore").strip() or "utf-8"),
            GB,
        ]
    table = next((p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() == ".dbf"), None)
    if table is not None:
        with table.open("rb") as file:
            head = file.read(32)
        if len(head) == 32 and head[29] == DBASE_CHINESE:
            return [GB]
    return ["utf-8", GB]


def _from_wkb(raw: Any, count: int) -> tuple[list[BaseGeometry | None], list[str]]:  # noqa: ANN401 - array or None
    if raw is None:
        return [None] * count, [""] * count
    shapes: list[BaseGeometry | None] = []
    faults: list[str] = []
    for each in raw:
        try:
            shapes.append(None if each is None else shapely.from_wkb(each, on_invalid="fix"))
            faults.append(
                "" if each is None or shapes[-1] is not None else "geometry: its shape cannot be read"
            )
        except ShapelyError as error:
            shapes.append(None)
            faults.append(f"geometry: {error}")
    return shapes, faults


def _outlines(features: Sequence[Feature]) -> list[Feature]:
    """Read closed lines of a drawing as outlines; texts inside become ``code`` (the one of digits) and ``name``."""
    texts = [
        (f.shape, f.values.get("Text", "")) for f in features if f.values.get("Text") and f.shape is not None
    ]
    found: list[Feature] = []
    for feature in features:
        polygon = _area_of(feature.shape)
        if polygon is None:
            continue
        inside = [narrow(text) for at, text in texts if polygon.intersects(at)]
        codes = [text for text in inside if text.isdigit()]
        names = [text for text in inside if not text.isdigit()]
        values = {
            "layer": feature.values.get("Layer", ""),
            "code": codes[0] if len(codes) == 1 else "",
            "name": names[0] if len(names) == 1 else "",
        }
        found.append(Feature(number=len(found) + 1, values=values, shape=polygon, fault=feature.fault))
    if not found:
        raise BadFileError(
            "the drawing holds no closed line; outlines have to be closed polylines or hatches"
        )
    return found


def _area_of(shape: BaseGeometry | None) -> BaseGeometry | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    if shape.geom_type == "LineString" and shape.is_closed and len(shape.coords) > 3:
        return shapely.Polygon(shape.coords)
    return None


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Unpack an archive of a Shapefile, FileGDB or other map; anything else is given as it is."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    with TemporaryDirectory(prefix="jinlin-") as folder, ZipFile(path) as archive:
        root = Path(folder)
        if sum(each.file_size for each in archive.infolist()) > LARGEST_UNPACKED:
            raise BadFileError(f"{path.name} unpacks to more than 4 GB; unpack it and give the file inside")
        for each in archive.infolist():
            if not each.flag_bits & 0x800:  # without this flag names are cp437, and in China in truth GBK
                each.filename = _chinese(each.filename)
            archive.extract(each, root)
        inside = [
            p for p in sorted(root.rglob("*")) if p.suffix.lower() in BY_GDAL and not p.name.startswith("._")
        ]
        maps = [p for p in inside if not any(parent.suffix.lower() == ".gdb" for parent in p.parents)]
        if len(maps) != 1:
            raise BadFileError(
                f"{path.name} holds {len(maps)} map files: {', '.join(p.name for p in maps) or 'none'}; give one"
            )
        yield maps[0]


def _chinese(name: str) -> str:
    try:
        return name.encode("cp437").decode(GB)
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def finite(shape: BaseGeometry) -> tuple[float, float] | None:
    """Return a corner of a shape that is no place in degrees, else None."""
    xy = shapely.get_coordinates(shape)
    bad = ~((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))
    if not bad.any():
        return None
    x, y = xy[bad][0]
    return (float(x), float(y)) if math.isfinite(x) else (math.inf, math.inf)
