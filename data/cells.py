"""Cells as shapes: in which one a position lies, and which borders are within its error."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.place import LocalPlane, LonLat
from grid.area import CodeScheme
from grid.errors import OutsideDistrictError


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The cell of a position, and the other cells within its error, nearest first."""

    cell: str
    community: str
    border_cells: tuple[str, ...]


class CellMap:
    """An index over the borders of cells.

    Parameters
    ----------
    shapes : Mapping of str to geometry
        By cell code, WGS-84.
    scheme : CodeScheme
    gps_error_m : float
        The least error assumed of any position.
    """

    def __init__(self, shapes: Mapping[str, BaseGeometry], scheme: CodeScheme, gps_error_m: float) -> None:
        self.shapes = shapes
        self._scheme = scheme
        self._gps_error_m = gps_error_m
        self._codes = list(shapes)
        self._tree = shapely.STRtree(list(shapes.values()))
        self.bounds = shapely.total_bounds(list(shapes.values())) if shapes else np.zeros(4)
        west, south, east, north = (float(v) for v in self.bounds)
        self._plane = LocalPlane((west + east) / 2, (south + north) / 2)

    def locate(self, place: LonLat, accuracy_m: float = 0.0) -> Located:
        """Find the cell of a position and those within its error.

        Where cells overlap, the lowest code wins, so that the answer is always the same; the others count as near.

        Raises
        ------
        OutsideDistrictError
            When no cell holds the position.
        """
        point = shapely.Point(place.lon, place.lat)
        inside = sorted(self._codes[i] for i in self._tree.query(point, predicate="intersects"))
        if not inside:
            west, south, east, north = self.bounds
            raise OutsideDistrictError(
                f"lon {place.lon:.6f} lat {place.lat:.6f} lies in no cell; "
                f"the district spans lon {west:.4f} to {east:.4f}, lat {south:.4f} to {north:.4f}"
            )
        error_m = max(accuracy_m, self._gps_error_m)
        near = self._tree.query(point, predicate="dwithin", distance=error_m / min(self._plane.scale_m))
        apart = {self._codes[i]: self._apart_m(point, self._codes[i]) for i in near}
        border = sorted(
            (c for c in apart if c != inside[0] and apart[c] <= error_m), key=lambda c: (apart[c], c)
        )
        return Located(
            cell=inside[0], community=self._scheme.community_of(inside[0]), border_cells=tuple(border)
        )

    def _apart_m(self, point: shapely.Point, cell: str) -> float:
        """Distance from a point to a cell in metres, 0 inside."""
        nearest = shapely.shortest_line(point, self.shapes[cell])
        (lon_a, lat_a), (lon_b, lat_b) = nearest.coords
        (xa, xb), (ya, yb) = self._plane.to_xy([lon_a, lon_b], [lat_a, lat_b])
        return float(np.hypot(xb - xa, yb - ya))
