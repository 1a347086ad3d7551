"""The built-in district: an invented Chinese city district of 540 cells as an OSM file, from a seed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from xml.sax.saxutils import quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from data.sample.blocks import Filled, fill
from data.sample.ground import Ground, Street, lay_out
from data.sample.merchants import Merchant, settle
from data.sample.names import Names
from geo.place import LocalPlane

PLANE = LocalPlane(120.1700, 30.2450)
COUNTY = "330102"
DISTRICT_NAME = "临江区（样例）"
HOUSEHOLDS = 540 * 400
_GRID_M = 0.1
_NOTE = "样例数据"

Tags = dict[str, str]


class _Writer:
    """Collects nodes and ways; equal places share a node."""

    def __init__(self) -> None:
        self._ids: dict[tuple[int, int], int] = {}
        self._tags: dict[int, Tags] = {}
        self._ways: list[tuple[list[int], Tags]] = []

    def node(self, x: float, y: float, tags: Tags | None = None) -> int:
        key = (round(x * 10), round(y * 10))
        number = self._ids.setdefault(key, len(self._ids) + 1)
        if tags:
            self._tags[number] = self._tags.get(number, {}) | tags
        return number

    def way(self, points: NDArray[np.float64], tags: Tags) -> None:
        self._ways.append(([self.node(x, y) for x, y in points], tags))

    def text(self) -> Iterator[str]:
        """Yield the lines of the file."""
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield '<osm version="0.6" generator="jinlin synthetic district, sample data, nothing in it exists">'
        for (x10, y10), number in self._ids.items():
            lon, lat = PLANE.to_lonlat(x10 / 10, y10 / 10)
            head = f'<node id="{number}" version="1" lat="{float(lat):.7f}" lon="{float(lon):.7f}"'
            tags = self._tags.get(number)
            yield f"{head}>{_xml(tags)}</node>" if tags else f"{head}/>"
        for number, (nodes, tags) in enumerate(self._ways, start=1):
            refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
            yield f'<way id="{number}" version="1">{refs}{_xml(tags)}</way>'
        yield "</osm>\n"


def _xml(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def write_osm(path: Path | str, *, seed: int = 7) -> Path:
    """Write the built-in district as OSM XML; the same seed gives the same bytes.

    Parameters
    ----------
    path : Path or str
        Where the file goes, ending in ``.osm``; its folder must exist.
    seed : int
        Which district.

    Returns
    -------
    Path
        The file written, about 216,000 households, 54 communities' worth of blocks, 950 places.
    """
    random = Random(seed)  # noqa: S311 - a sample city keeps no secrets
    names = Names(random)
    ground = lay_out(random, names)
    filled = fill(ground.blocks, random, names, HOUSEHOLDS)
    inner = [street for each in filled for street in each.streets]
    merchants = settle(ground.streets, filled, random, names)
    writer = _Writer()
    _write_boundary(writer, ground)
    _write_streets(writer, [*ground.streets, *inner, _ferry(ground, names)])
    _write_blocks(writer, filled, random)
    _write_merchants(writer, merchants)
    target = Path(path)
    draft = target.with_name(target.name + ".part")
    draft.write_text("\n".join(writer.text()), encoding="utf-8", newline="\n")
    draft.replace(target)
    return target


def _ferry(ground: Ground, names: Names) -> Street:
    tags = {"route": "ferry", "duration": "00:08", "interval": "00:30", "opening_hours": "06:00-21:00"}
    return Street(ground.ferry, "", names.stem() + "轮渡", tags)


def _write_boundary(writer: _Writer, ground: Ground) -> None:
    tags = {
        "boundary": "administrative",
        "admin_level": "6",
        "name": DISTRICT_NAME,
        "ref": COUNTY,
        "note": _NOTE,
    }
    writer.way(_ring(ground.boundary), tags)
    for water, name in ((ground.river, "大江"), (ground.canal, "运河"), (ground.lake, "明镜湖")):
        for part in shapely.get_parts(water.intersection(ground.boundary)):
            for ring in _simple(part):
                writer.way(_ring(ring), {"natural": "water", "name": name})


def _simple(polygon: Polygon) -> Iterable[Polygon]:
    """Cut a polygon with a hole into two without."""
    if not polygon.interiors:
        return [polygon]
    middle = polygon.interiors[0].centroid.x
    west, south, east, north = polygon.bounds
    halves = (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    return [p for half in halves for p in shapely.get_parts(polygon.intersection(half))]


def _ring(polygon: Polygon) -> NDArray[np.float64]:
    return np.asarray(polygon.exterior.coords)


def _write_streets(writer: _Writer, streets: list[Street]) -> None:
    """Cut all lines where they meet, so that crossings share a node, and write each part with its tags."""
    lines = [street.line for street in streets]
    parts = shapely.get_parts(shapely.union_all(lines, grid_size=_GRID_M))
    sources = shapely.STRtree(lines)
    middles = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    rows, owners = sources.query_nearest(middles, all_matches=False)
    owner = np.full(len(parts), -1)
    owner[rows] = owners
    parts, owner = _whole_ferries(parts, owner, streets)
    for part, position in sorted(
        zip(parts, owner, strict=True), key=lambda pair: (int(pair[1]), pair[0].wkb)
    ):
        street = streets[position]
        tags = {"highway": street.highway} if street.highway else {}
        tags |= {"name": street.name} if street.name else {}
        writer.way(_along(part, street.line), tags | street.tags)


def _whole_ferries(
    parts: NDArray[np.object_], owner: NDArray[np.int64], streets: list[Street]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Join the parts of each ferry line again; a boat calls at no crossing."""
    afloat = np.array([not streets[position].highway for position in owner])
    lines = {int(each): shapely.line_merge(shapely.union_all(parts[owner == each])) for each in owner[afloat]}
    joined = np.empty(len(lines), object)
    joined[:] = list(lines.values())
    return np.concatenate((parts[~afloat], joined)), np.concatenate(
        (owner[~afloat], np.array(list(lines), int))
    )


def _along(part: LineString, source: LineString) -> NDArray[np.float64]:
    """Points of a part in the direction its source is drawn, so that one-way streets keep their sense."""
    points = np.asarray(part.coords)
    ends = shapely.line_locate_point(source, shapely.points(points[[0, -1]]))
    return points if ends[0] <= ends[1] else points[::-1]


def _write_blocks(writer: _Writer, filled: list[Filled], random: Random) -> None:
    for each in filled:
        land = each.block.polygon.buffer(-7)
        if each.use == "park" and isinstance(land, Polygon) and not land.is_empty:
            writer.way(_ring(land), {"leisure": "park", "name": each.name})
        elif isinstance(land, Polygon) and each.use in {"school", "hospital"}:
            writer.way(_ring(land), {"amenity": each.use, "name": each.name, "note": _NOTE})
        elif isinstance(land, Polygon) and each.use == "estate":
            writer.way(_ring(land), {"landuse": "residential", "name": each.name})
        for house in each.houses:
            writer.way(_ring(house.outline), house.tags | {"building:levels": str(house.levels)})
        for x, y in each.gates:
            writer.node(x, y, {"barrier": "gate", "access": random.choice(("permissive", "customers"))})


def _write_merchants(writer: _Writer, merchants: list[Merchant]) -> None:
    for merchant in merchants:
        writer.node(merchant.x, merchant.y, merchant.tags)
