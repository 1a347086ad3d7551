"""Polygons from files; apart from what is done with them because the libraries that read files are slow to load."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import BadShapeError
from geo.shapes import Polygons, as_array, repair

SUFFIXES = (".geojson", ".json", ".gpkg", ".csv")
_WKT_COLUMNS = ("wkt", "geometry", "geom", "the_geom", "shape")
_WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeFile:
    """Polygons of a file with their columns.

    Attributes
    ----------
    polygon : ndarray of shapely polygons and multipolygons, shape (rows,)
        Degrees, WGS-84, valid.
    columns : tuple of dict, length rows
        The other columns of each row; missing values are None.
    row : ndarray of int64, shape (rows,)
        Row in the file, counted from 1.
    repaired : tuple of int
        Rows whose shape had to be repaired.
    refused : tuple of (int, str)
        Rows left out, and why.
    """

    polygon: Polygons
    columns: tuple[dict[str, Any], ...]
    row: NDArray[np.int64]
    repaired: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def read_shapes(path: Path | str, *, layer: str | None = None) -> ShapeFile:
    """Read polygons from GeoJSON, GeoPackage, or CSV with a column of well-known text.

    Parameters
    ----------
    path : Path or str
        Ending in ``.geojson``, ``.json``, ``.gpkg`` or ``.csv`` (UTF-8, WGS-84).
    layer : str, optional
        Layer of a GeoPackage; the first when not given.

    Returns
    -------
    ShapeFile
        Rows without a usable polygon are listed in `refused`; a file without rows gives none.

    Raises
    ------
    BadShapeError
        When the file is missing, of another kind, damaged, or a CSV without a column of shapes.
    """
    path = Path(path)
    if not path.is_file():
        raise BadShapeError(f"{path} does not exist; give a file ending in {', '.join(SUFFIXES)}")
    if path.suffix.lower() not in SUFFIXES:
        raise BadShapeError(f"{path.name} cannot be read; allowed endings are {', '.join(SUFFIXES)}")
    table, shapes = _from_csv(path) if path.suffix.lower() == ".csv" else _from_layers(path, layer)
    table = table.astype(object).where(table.notna(), None)
    columns = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    polygons, kept, repaired, refused = [], [], [], []
    for position, shape in enumerate(shapes):
        try:
            fixed = repair(shape)
        except BadShapeError as error:
            refused.append((position + 1, str(error)))
            continue
        if fixed is not shape:
            repaired.append(position + 1)
        kept.append(position)
        polygons.append(fixed)
    return ShapeFile(
        polygon=as_array(polygons),
        columns=tuple(columns[position] for position in kept),
        row=np.array(kept, np.int64) + 1,
        repaired=tuple(repaired),
        refused=tuple(refused),
    )


def _from_layers(path: Path, layer: str | None) -> tuple[pd.DataFrame, list[shapely.Geometry | None]]:
    try:
        frame = geopandas.read_file(path, layer=layer)
    except (RuntimeError, ValueError) as error:  # pyogrio's errors are RuntimeErrors
        raise BadShapeError(
            f"{path.name} cannot be read: {error}; it is damaged or of another kind"
        ) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise BadShapeError(f"{path.name} holds no shapes; a layer with polygons is needed")
    if frame.crs is not None and frame.crs != _WGS84:
        frame = frame.to_crs(_WGS84)
    return pd.DataFrame(frame.drop(columns=frame.geometry.name)), list(frame.geometry)


def _from_csv(path: Path) -> tuple[pd.DataFrame, list[shapely.Geometry | None]]:
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        raise BadShapeError(f"{path.name} is no CSV in UTF-8: {error}") from error
    column = next((name for name in table.columns if str(name).strip().lower() in _WKT_COLUMNS), None)
    if column is None:
        raise BadShapeError(f"{path.name} has no column of shapes; name it one of {', '.join(_WKT_COLUMNS)}")
    texts = [text if isinstance(text, str) else None for text in table[column]]
    shapes = shapely.from_wkt(np.array(texts, object), on_invalid="ignore")
    return table.drop(columns=column), list(shapes)
