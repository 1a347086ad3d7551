"""Polygons: repair, measure, and find where a set of them overlaps or leaves gaps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import BadShapeError
from geo.place import EARTH_RADIUS_M, LocalPlane

Polygons = NDArray[np.object_]

SMALLEST_M2 = 0.5
"""Overlaps and gaps below this area are rounding, not findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Land that two polygons of a set both claim."""

    first: int
    second: int
    area_m2: float
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Land that no polygon of a set claims."""

    area_m2: float
    shape: shapely.Geometry


def to_plane(shapes: Any, plane: LocalPlane) -> Any:  # noqa: ANN401 - one shape or an array, as shapely takes
    """Shapes in degrees to metres on the plane; one shape gives one, an array gives an array."""
    return shapely.transform(shapes, lambda xy: np.column_stack(plane.to_xy(xy[:, 0], xy[:, 1])))


def to_degrees(shapes: Any, plane: LocalPlane) -> Any:  # noqa: ANN401 - one shape or an array, as shapely takes
    """Shapes in metres on the plane back to degrees; equal corners stay equal."""
    return shapely.transform(shapes, lambda xy: np.column_stack(plane.to_lonlat(xy[:, 0], xy[:, 1])))


def repair(shape: shapely.Geometry | None) -> shapely.Geometry:
    """Make a polygon valid; a valid one is returned as it is.

    Parameters
    ----------
    shape : shapely geometry or None
        Degrees; lines and points that are left over by the repair are dropped.

    Returns
    -------
    shapely polygon or multipolygon

    Raises
    ------
    BadShapeError
        When there is no shape, no area, or a corner that is no degree.
    """
    if shape is None or shape.is_empty:
        raise BadShapeError("there is no shape; a polygon is needed")
    if shape.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        raise BadShapeError(f"the shape is a {shape.geom_type}; a polygon is needed")
    west, south, east, north = shape.bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise BadShapeError(
            "the shape has corners outside degrees; convert it to WGS-84 longitude and latitude"
        )
    if shape.is_valid and shape.geom_type != "GeometryCollection":
        return shape
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in _polygons(valid) if part.area > 0]
    if not parts:
        raise BadShapeError("the shape has no area; at least three corners not in line are needed")
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _polygons(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Polygons inside any geometry."""
    if shape.geom_type == "Polygon":
        return [shape]
    if shape.geom_type in {"MultiPolygon", "GeometryCollection"}:
        return [polygon for part in shapely.get_parts(shape) for polygon in _polygons(part)]
    return []


def area_m2(polygons: Any) -> NDArray[np.float64]:  # noqa: ANN401 - one shape or an array, as shapely takes
    """Areas in square metres of polygons in degrees.

    Exact on the sphere of `EARTH_RADIUS_M` (Lambert's cylindrical projection keeps areas); against the
    ellipsoid up to 0.4 % off. Shape of the result is that of the input; empty gives empty.
    """
    flat = shapely.transform(
        polygons, lambda xy: np.column_stack((np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))))
    )
    return np.asarray(shapely.area(flat) * EARTH_RADIUS_M**2)


def overlaps(polygons: Polygons, *, smallest_m2: float = SMALLEST_M2) -> list[Overlap]:
    """Find pairs of polygons that claim the same land, in order of their positions.

    Parameters
    ----------
    polygons : ndarray of shapely polygons, shape (polygons,)
        Degrees, valid; empty gives none.
    smallest_m2 : float
        Smaller overlaps are taken as rounding.
    """
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    first = one < other
    one, other = one[first], other[first]
    crossing = ~shapely.touches(polygons[one], polygons[other])
    one, other = one[crossing], other[crossing]
    common = shapely.intersection(polygons[one], polygons[other])
    areas = area_m2(common)
    order = np.lexsort((other, one))
    return [
        Overlap(first=int(one[k]), second=int(other[k]), area_m2=float(areas[k]), shape=common[k])
        for k in order
        if areas[k] > smallest_m2
    ]


def gaps(
    polygons: Polygons, within: shapely.Geometry | None = None, *, smallest_m2: float = SMALLEST_M2
) -> list[Gap]:
    """Find land that no polygon claims, the largest first.

    Parameters
    ----------
    polygons : ndarray of shapely polygons, shape (polygons,)
        Degrees, valid; empty leaves all of `within`.
    within : shapely polygon, optional
        What ought to be covered; without it, holes enclosed by the polygons are found.
    smallest_m2 : float
        Smaller gaps are taken as rounding.
    """
    covered = shapely.union_all(polygons)
    if within is None:
        outlines = [shapely.Polygon(part.exterior) for part in _polygons(covered)]
        within = shapely.union_all(outlines)
    missing = as_array(_polygons(shapely.difference(within, covered)))
    areas = area_m2(missing)
    order = np.argsort(-areas, kind="stable")
    return [Gap(area_m2=float(areas[k]), shape=missing[k]) for k in order if areas[k] > smallest_m2]


def as_array(shapes: list[shapely.Geometry]) -> Polygons:
    """Shapes as an array of objects, whatever their number."""
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array
