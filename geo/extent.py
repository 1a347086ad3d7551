"""The built-up extent of an extract that names no boundary: dense streets, without roads leading away."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.place import LocalPlane

_SQUARE_M = 400.0
_FEWEST = 4
"""Street nodes in a square that make it part of the extent."""
_CLOSE_M = 700.0
_OPEN_M = 500.0


def extent(lonlat: NDArray[np.float64]) -> shapely.Geometry:
    """Outline where streets are dense.

    Squares of 400 m with street nodes are joined, hollows between them filled, tongues narrower than
    a kilometre (roads leading out of the extract) cut off, and the largest part kept.

    Parameters
    ----------
    lonlat : ndarray of float64, shape (nodes, 2)
        Nodes of streets in degrees; at least one.

    Returns
    -------
    shapely polygon
        Degrees, without holes.
    """
    plane = LocalPlane(*(float(value) for value in np.median(lonlat, axis=0)))
    xy = np.column_stack(plane.to_xy(lonlat[:, 0], lonlat[:, 1]))
    squares, count = np.unique(np.floor(xy / _SQUARE_M).astype(np.int64), axis=0, return_counts=True)
    chosen = squares[count >= _FEWEST] if (count >= _FEWEST).any() else squares
    low = chosen * _SQUARE_M
    boxes = shapely.box(low[:, 0], low[:, 1], low[:, 0] + _SQUARE_M, low[:, 1] + _SQUARE_M)
    closed = shapely.union_all(boxes).buffer(_CLOSE_M).buffer(-_CLOSE_M + 50.0)
    opened = closed.buffer(-_OPEN_M).buffer(_OPEN_M)
    parts = shapely.get_parts(closed if opened.is_empty else opened)
    largest = parts[int(shapely.area(parts).argmax())]
    outline = shapely.Polygon(largest.exterior).simplify(20.0)
    return shapely.transform(outline, lambda flat: np.column_stack(plane.to_lonlat(flat[:, 0], flat[:, 1])))
