"""Grids of numbers to small pictures with a palette."""

import base64
from io import BytesIO
from math import asinh, degrees, radians, sinh, tan

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geo.place import Box
from maps.style import MINUTE_COLOURS, minute_class

CLEAR = len(MINUTE_COLOURS)


def mercator_rows(rows: int, box: Box) -> NDArray[np.intp]:
    """Which row of an even-latitude grid to show at each row of a picture in Web Mercator, north first."""
    top, bottom = asinh(tan(radians(box.north))), asinh(tan(radians(box.south)))
    middles = top + (np.arange(rows) + 0.5) / rows * (bottom - top)
    lat = np.array([degrees(np.arctan(sinh(y))) for y in middles])
    at = np.floor((box.north - lat) / (box.north - box.south) * rows)
    return np.clip(at, 0, rows - 1).astype(np.intp)


def coverage_png(minutes: NDArray[np.floating], box: Box) -> bytes:
    """Picture of travel minutes in the classes of `maps.style.MINUTE_COLOURS`.

    Parameters
    ----------
    minutes : ndarray of float, shape (rows, columns)
        North first; NaN stays clear.
    box : Box
        Edges of the grid, for the projection.

    Returns
    -------
    bytes
        A PNG with a palette, same shape.
    """
    shown = minutes[mercator_rows(minutes.shape[0], box)]
    classes = np.where(np.isnan(shown), CLEAR, minute_class(shown)).astype(np.uint8)
    picture = Image.frombytes("P", (classes.shape[1], classes.shape[0]), classes.tobytes())
    colours = (*MINUTE_COLOURS, "#ffffff")
    picture.putpalette([int(colour[i : i + 2], 16) for colour in colours for i in (1, 3, 5)])
    out = BytesIO()
    picture.save(out, "PNG", transparency=CLEAR)
    return out.getvalue()


def data_address(png: bytes) -> str:
    """Write a picture as a ``data:`` address inside the document."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
