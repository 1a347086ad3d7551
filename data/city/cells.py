"""Cells as shapes: in which one a position lies, and which borders are within its error."""

from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.index import ShapeIndex
from geo.place import LonLat
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
        self._scheme = scheme
        self._gps_error_m = gps_error_m
        codes = sorted(shapes)
        self._index = ShapeIndex(codes, [shapes[code] for code in codes])
        self.bounds = shapely.GeometryCollection(list(shapes.values())).bounds

    def locate(self, place: LonLat, accuracy_m: float = 0.0) -> Located:
        """Find the cell of a position and those within its error.

        Where cells overlap, the lowest code wins, so that the answer is always the same; the others count as near.

        Raises
        ------
        OutsideDistrictError
            When no cell holds the position.
        """
        inside = self._index.containing(place.lon, place.lat)[0]
        if not inside:
            if not self._index.ids:
                raise OutsideDistrictError("no cell is registered yet; take the cells in first")
            west, south, east, north = self.bounds
            raise OutsideDistrictError(
                f"lon {place.lon:.6f} lat {place.lat:.6f} lies in no cell; "
                f"the district spans lon {west:.4f} to {east:.4f}, lat {south:.4f} to {north:.4f}"
            )
        error_m = max(accuracy_m, self._gps_error_m)
        near = self._index.within_m(place, error_m)
        border = tuple(code for code, _ in near if code != inside[0])
        return Located(cell=inside[0], community=self._scheme.community_of(inside[0]), border_cells=border)
