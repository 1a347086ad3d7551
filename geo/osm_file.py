"""One pass over an OSM file: its ways, areas, places, barriers and turn restrictions as plain records."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely

from geo.osm_order import unreadable
from geo.osm_tags import PLACE_KEYS, Tags, is_green, is_place, is_rail, is_wall, is_water, line_kind

Progress = Callable[[str, float], None]

_AREA_KEYS = ("building", "natural", "landuse", "leisure", "waterway", "boundary", *PLACE_KEYS)
_TURN_KEYS = ("restriction", "restriction:motorcar", "restriction:conditional")
_KEYS = ("highway", "railway", "route", "barrier", *_TURN_KEYS, *_AREA_KEYS)
_MIN_POINTS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the map with the positions of its nodes; one of several where the file lacks nodes between."""

    osm_id: int
    nodes: tuple[int, ...]
    lonlat: tuple[tuple[float, float], ...]
    tags: dict[str, str]


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


@dataclass(frozen=True, slots=True)
class TurnRule:
    """A turn restriction as drawn: members by role, ways and nodes apart."""

    osm_id: int
    tags: dict[str, str]
    origins: tuple[int, ...]
    targets: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]


@dataclass(slots=True)
class Records:
    """What was found in a file.

    Attributes
    ----------
    streets : list of Way
        All lines with a highway tag, also those that nobody may use.
    lines : list of Way
        Rails and waters of the map.
    walls : list of Way
        Lines nobody walks across: walls, fences.
    barriers : dict of int to dict
        Tags of the barriers on nodes.
    gaps : Counter of int
        How many pieces each street lost because its nodes are not in the file.
    broken : list of str
        Areas whose rings do not close, such as "w12".
    """

    streets: list[Way] = field(default_factory=list)
    lines: list[Way] = field(default_factory=list)
    walls: list[Way] = field(default_factory=list)
    ferries: list[Way] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    buildings: list[Patch] = field(default_factory=list)
    water: list[Patch] = field(default_factory=list)
    green: list[Patch] = field(default_factory=list)
    settled: list[Patch] = field(default_factory=list)
    boundaries: list[Patch] = field(default_factory=list)
    barriers: dict[int, dict[str, str]] = field(default_factory=dict)
    turns: list[TurnRule] = field(default_factory=list)
    gaps: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def read_records(path: Path) -> Records:
    """Read ways, areas, places, barriers and turn restrictions of an OSM file.

    Parameters
    ----------
    path : Path
        A file in order, see `geo.osm_order.in_order`.

    Returns
    -------
    Records
        Ways are cut where the file lacks their nodes; pieces with fewer than two nodes and areas that do not
        close are counted and left out.

    Raises
    ------
    BadExtractError
        When the file is truncated or no OSM data.
    """
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
            elif isinstance(item, osmium.osm.Relation):
                _take_turn(records, item)
    except RuntimeError as error:
        raise unreadable(path, error) from error
    return records


def _take_node(records: Records, node: osmium.osm.Node) -> None:
    tags = dict(node.tags)
    if "barrier" in tags:
        records.barriers[node.id] = tags
    if is_place(tags) and node.location.valid():
        records.spots.append(Spot(f"n{node.id}", node.lon, node.lat, tags))


def _take_way(records: Records, way: osmium.osm.Way) -> None:
    tags = dict(way.tags)
    chosen = _list_of(records, tags)
    if chosen is None:
        return
    if "highway" in tags and (lost := _pieces_lost(way)):
        records.gaps[way.id] += lost
    for run in _runs(way):
        nodes, lonlat = zip(*run, strict=True)
        chosen.append(Way(way.id, nodes, lonlat, tags))


def _list_of(records: Records, tags: Tags) -> list[Way] | None:
    """Choose the list that a line belongs to."""
    if tags.get("route") == "ferry":
        return records.ferries
    if "highway" in tags:
        return records.streets
    if line_kind(tags) is not None:
        return records.lines
    return records.walls if is_wall(tags) or is_rail(tags) else None


def _runs(way: osmium.osm.Way) -> Iterator[list[tuple[int, tuple[float, float]]]]:
    """Give the stretches of a way whose nodes are in the file, repeated nodes once."""
    run: list[tuple[int, tuple[float, float]]] = []
    for node in way.nodes:
        if node.location.valid():
            if not run or run[-1][0] != node.ref:
                run.append((node.ref, (node.lon, node.lat)))
            continue
        if len(run) >= _MIN_POINTS:
            yield run
        run = []
    if len(run) >= _MIN_POINTS:
        yield run


def _pieces_lost(way: osmium.osm.Way) -> int:
    """Count the stretches of a way whose nodes are not in the file."""
    missing = [not node.location.valid() for node in way.nodes]
    return sum(gone and not before for gone, before in zip(missing, [False, *missing[:-1]], strict=True))


def _take_area(records: Records, area: osmium.osm.Area, wkb: osmium.geom.WKBFactory) -> None:
    tags = dict(area.tags)
    lists = _lists(records, tags)
    place = is_place(tags)
    if not lists and not place:
        return
    osm_id = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    try:
        polygon = shapely.from_wkb(wkb.create_multipolygon(area))
    except RuntimeError:  # rings that do not close; the extract cuts through the area
        records.broken.append(osm_id)
        return
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
    if tags.get("landuse") == "residential":
        lists.append(records.settled)
    if tags.get("boundary") == "administrative":
        lists.append(records.boundaries)
    return lists


def _take_turn(records: Records, relation: osmium.osm.Relation) -> None:
    tags = dict(relation.tags)
    if tags.get("type", "restriction") != "restriction":
        return
    roles: dict[tuple[str, str], list[int]] = {}
    for member in relation.members:
        roles.setdefault((member.role, member.type), []).append(member.ref)

    def members(role: str, kind: str) -> tuple[int, ...]:
        return tuple(roles.get((role, kind), ()))

    rule = TurnRule(
        relation.id, tags, members("from", "w"), members("to", "w"), members("via", "n"), members("via", "w")
    )
    records.turns.append(rule)
