"""Lines that nobody walks across between a door and its street: water, railways, walls."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.place import LocalPlane

Lines = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Bars:
    """Lines in degrees, one after the other.

    Attributes
    ----------
    first : ndarray of int64, shape (lines + 1,)
        The points of line i are ``first[i] .. first[i + 1] - 1``, two or more.
    lon, lat : ndarray of float64, shape (points,)
    is_wall : ndarray of bool, shape (lines,)
        A wall may have a door that the map does not show, so it is crossed where there is no other way;
        water and railways never are.
    """

    first: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    is_wall: NDArray[np.bool_]

    @classmethod
    def of(cls, hard: Lines, walls: Lines) -> Self:
        """Collect lines and outlines of polygons, in degrees."""
        lines = [line for kind in (hard, walls) for line in shapely.get_parts(_outlines(kind))]
        hard_count = len(shapely.get_parts(_outlines(hard)))
        points = shapely.get_coordinates(lines)
        first = np.append(0, np.cumsum(shapely.get_num_coordinates(lines))).astype(np.int64)
        return cls(first, points[:, 0], points[:, 1], np.arange(len(lines)) >= hard_count)

    def __len__(self) -> int:
        return len(self.is_wall)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Name every array, for a file."""
        return {"first": self.first, "lon": self.lon, "lat": self.lat, "is_wall": self.is_wall}

    def on(self, plane: LocalPlane) -> "FlatBars":
        """Lay the lines out on a plane in metres."""
        x, y = plane.to_xy(self.lon, self.lat)
        owner = np.repeat(np.arange(len(self)), np.diff(self.first))
        lines = (
            shapely.linestrings(np.column_stack((x, y)), indices=owner) if len(self) else np.empty(0, object)
        )
        return FlatBars(lines, self.is_wall)


def _outlines(shapes: Lines) -> Lines:
    """Lines as they are, rings of polygons."""
    shapes = np.asarray(shapes, object)
    outlines: Lines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    return outlines


@dataclass(frozen=True, eq=False)
class FlatBars:
    """Bars in metres, to ask."""

    lines: Lines
    is_wall: NDArray[np.bool_]

    @cached_property
    def _tree(self) -> Any:  # noqa: ANN401 - shapely has no types
        return shapely.STRtree(self.lines)

    def crossed(self, walks: Lines) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell which straight walks cross something hard, and which cross a wall, both of shape (walks,).

        Walks are cut short a little at the street, for banks and kerbs are drawn on each other.
        """
        hard, wall = np.zeros((2, len(walks)), bool)
        if len(self.lines):
            walk, bar = self._tree.query(walks, predicate="intersects")
            hard[walk[~self.is_wall[bar]]] = True
            wall[walk[self.is_wall[bar]]] = True
        return hard, wall


NO_BARS = Bars(np.zeros(1, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, bool))
"""Nothing in the way."""
