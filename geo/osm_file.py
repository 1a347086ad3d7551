"""One pass over an OSM file: its ways, areas and places as plain records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import osmium
import shapely

from geo.errors import BadExtractError
from geo.osm_tags import PLACE_KEYS, Permit, Tags, is_green, is_place, is_water, line_kind, permit

Progress = Callable[[str, float], None]

SUFFIXES = (".osm", ".osm.gz", ".osm.pbf")
_AREA_KEYS = ("building", "natural", "landuse", "leisure", "waterway", "boundary", *PLACE_KEYS)
_KEYS = ("highway", "railway", "route", *_AREA_KEYS)
_WAY_TAGS = ("highway", "maxspeed", "name")
_MIN_POINTS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the map with the positions of its nodes, and who may pass."""

    osm_id: int
    nodes: tuple[int, ...]
    lonlat: tuple[tuple[float, float], ...]
    tags: dict[str, str]
    permit: Permit


@dataclass(frozen=True, slots=True)
class Spot:
    """A node or area that somebody goes to."""

    osm_id: str
    lon: float
    lat: float
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Patch:
    """A polygon with its tags."""

    osm_id: str
    polygon: shapely.Geometry
    tags: dict[str, str]


@dataclass(slots=True)
class Records:
    """What was found in a file."""

    streets: list[Way] = field(default_factory=list)
    lines: list[Way] = field(default_factory=list)
    ferries: list[Way] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    buildings: list[Patch] = field(default_factory=list)
    water: list[Patch] = field(default_factory=list)
    green: list[Patch] = field(default_factory=list)
    boundaries: list[Patch] = field(default_factory=list)


def read_records(path: Path) -> Records:
    """Read ways, areas and places of an OSM file.

    Parameters
    ----------
    path : Path
        A file ending in ``.osm``, ``.osm.gz`` or ``.osm.pbf``.

    Returns
    -------
    Records
        Ways with fewer than two located nodes and areas that do not close are left out.

    Raises
    ------
    BadExtractError
        When the file is missing, truncated or no OSM data.
    """
    if not path.is_file():
        raise BadExtractError(f"{path} does not exist; give a file ending in {', '.join(SUFFIXES)}")
    if not path.name.endswith(SUFFIXES):
        raise BadExtractError(f"{path.name} is no OSM extract; allowed endings are {', '.join(SUFFIXES)}")
    records = Records()
    wkb = osmium.geom.WKBFactory()
    try:
        areas = osmium.filter.KeyFilter(*_AREA_KEYS)
        objects = osmium.FileProcessor(str(path)).with_areas(areas)
        for item in objects.with_filter(osmium.filter.KeyFilter(*_KEYS)):
            if isinstance(item, osmium.osm.Node):
                _take_node(records, item)
            elif isinstance(item, osmium.osm.Way):
                _take_way(records, item)
            elif isinstance(item, osmium.osm.Area):
                _take_area(records, item, wkb)
    except RuntimeError as error:
        message = f"{path.name} cannot be read: {error}; it is truncated or no OSM data"
        raise BadExtractError(f"{message}; export it again as {', '.join(SUFFIXES)}") from error
    if not records.streets:
        message = f"{path.name} holds no streets anybody may use (ways with a highway tag)"
        raise BadExtractError(f"{message}; export an area with its roads")
    return records


def _take_node(records: Records, node: osmium.osm.Node) -> None:
    tags = dict(node.tags)
    if is_place(tags):
        records.spots.append(Spot(f"n{node.id}", node.lon, node.lat, tags))


def _take_way(records: Records, way: osmium.osm.Way) -> None:
    tags = dict(way.tags)
    kind = line_kind(tags)
    is_ferry = tags.get("route") == "ferry"
    if kind is None and not is_ferry:
        return
    placed = [(node.ref, (node.lon, node.lat)) for node in way.nodes if node.location.valid()]
    if len(placed) < _MIN_POINTS:
        return
    nodes, lonlat = zip(*placed, strict=True)
    record = Way(way.id, nodes, lonlat, tags, permit(tags))
    if is_ferry:
        records.ferries.append(record)
    elif "highway" not in tags:
        records.lines.append(record)
    elif record.permit.forward or record.permit.backward:
        records.streets.append(record)


def _take_area(records: Records, area: osmium.osm.Area, wkb: osmium.geom.WKBFactory) -> None:
    tags = dict(area.tags)
    lists = _lists(records, tags)
    place = is_place(tags)
    if not lists and not place:
        return
    try:
        polygon = shapely.from_wkb(wkb.create_multipolygon(area))
    except RuntimeError:  # rings that do not close; the extract cuts through the area
        return
    osm_id = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    for patches in lists:
        patches.append(Patch(osm_id, polygon, tags))
    if place:
        inside = shapely.point_on_surface(polygon)
        records.spots.append(Spot(osm_id, inside.x, inside.y, tags))


def _lists(records: Records, tags: Tags) -> list[list[Patch]]:
    """Choose the lists an area belongs to."""
    lists = []
    if tags.get("building", "no") != "no":
        lists.append(records.buildings)
    if is_water(tags):
        lists.append(records.water)
    if is_green(tags):
        lists.append(records.green)
    if tags.get("boundary") == "administrative":
        lists.append(records.boundaries)
    return lists


def write_streets(ways: list[Way], path: Path) -> None:
    """Write the streets alone as OSM XML, each with its permits in the tags `forward` and `backward`."""
    where = {ref: place for way in ways for ref, place in zip(way.nodes, way.lonlat, strict=True)}
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n')
        for ref, (lon, lat) in where.items():
            file.write(f'<node id="{ref}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>\n')
        for way in ways:
            tags = {key: way.tags[key] for key in _WAY_TAGS if key in way.tags}
            tags |= {"forward": str(way.permit.forward), "backward": str(way.permit.backward)}
            file.write(f'<way id="{way.osm_id}" version="1">')
            file.writelines(f'<nd ref="{ref}"/>' for ref in way.nodes)
            file.writelines(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
            file.write("</way>\n")
        file.write("</osm>\n")
