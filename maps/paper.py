"""A map on paper: areas in their classes as one SVG, without tiles, scripts or anything from elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from shapely.geometry.base import BaseGeometry

from maps.facts import CellShape
from maps.style import CELL_EDGE, IDLE, amount_colour

WIDTH = 1000.0
PAD = 8.0
SIZE = 20
UNKNOWN = "#e8eaec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Which part of the world fills the sheet: west, south, east and north in degrees; equal in both directions at its middle."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, shapes: Iterable[BaseGeometry]) -> "Frame":
        """Frame some shapes, of which there is at least one."""
        boxes = [shape.bounds for shape in shapes]
        west, south = (min(box[i] for box in boxes) for i in (0, 1))
        east, north = (max(box[i] for box in boxes) for i in (2, 3))
        return cls(west=west, south=south, east=east, north=north)

    @property
    def _squeeze(self) -> float:
        return cos(radians((self.south + self.north) / 2))

    @property
    def _scale(self) -> float:
        return (WIDTH - 2 * PAD) / max((self.east - self.west) * self._squeeze, 1e-9)

    @property
    def height(self) -> float:
        """Height of the sheet, in the units that its width is 1000 of."""
        return (self.north - self.south) * self._scale + 2 * PAD

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Place a point, x to the right and y down."""
        x = PAD + (lon - self.west) * self._squeeze * self._scale
        return x, PAD + (self.north - lat) * self._scale


def area_map(
    areas: Sequence[CellShape],
    outlines: Sequence[CellShape],
    edges: tuple[float, ...],
    font: str,
) -> str:
    """Draw areas coloured by amount, the outlines of others over them with their names.

    Parameters
    ----------
    areas : sequence of CellShape
        At least one; those without a value are grey.
    outlines : sequence of CellShape
        Drawn as lines and named at a point inside; may be empty.
    edges : tuple of float
        Inner edges of the classes, see `amount_edges`.
    font : str
        Family of the names.

    Returns
    -------
    str
        SVG, 1000 units wide; the same for the same input.
    """
    frame = Frame.around(area.shape for area in (*areas, *outlines))
    drawn = [
        f'<path d="{_path(area.shape, frame)}" fill="{_colour(area.value, edges)}" stroke="#fff" stroke-width="0.8"/>'
        for area in areas
    ]
    drawn += [
        f'<path d="{_path(line.shape, frame)}" fill="none" stroke="{CELL_EDGE}" stroke-width="2"/>'
        for line in outlines
    ]
    drawn += [_name(line, frame, font) for line in outlines if line.name]
    height = frame.height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="{height:.1f}" viewBox="0 0 1000 {height:.1f}">'
    return "".join((head, *drawn, "</svg>"))


def _colour(value: float | None, edges: tuple[float, ...]) -> str:
    return UNKNOWN if value is None else amount_colour(value, edges)


def _name(area: CellShape, frame: Frame, font: str) -> str:
    point = area.shape.representative_point()
    x, y = frame.at(point.x, point.y)
    half = sum(SIZE if sign > "\u2e80" else 0.6 * SIZE for sign in area.name) / 2
    x = min(max(x, half + PAD), WIDTH - half - PAD)
    said = f'x="{x:.1f}" y="{y:.1f}" font-family="{escape(font)}" font-size="{SIZE}" text-anchor="middle"'
    text = escape(area.name)
    return f'<text {said} stroke="#fff" stroke-width="5" stroke-linejoin="round">{text}</text><text {said} fill="{IDLE}">{text}</text>'


def _path(shape: BaseGeometry, frame: Frame) -> str:
    """Write the rings of a polygon, or of each of many."""
    parts = []
    for polygon in getattr(shape, "geoms", [shape]):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [frame.at(lon, lat) for lon, lat in ring.coords]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(parts)
