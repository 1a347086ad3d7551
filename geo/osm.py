"""An OpenStreetMap extract: streets for every profile, places, buildings, water, green, ferries."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.access import AccessTable
from geo.bars import Bars
from geo.build_report import HOME_REACH_M, BuildReport
from geo.errors import BadExtractError
from geo.extent import extent
from geo.osm_file import Patch, Progress, Records, Way, read_records
from geo.osm_networks import nation_of, networks_of, ratings, survey
from geo.osm_order import in_order
from geo.osm_tags import (
    Tags,
    address,
    households,
    is_home,
    is_rail,
    is_wall,
    is_wide_water,
    levels,
    line_kind,
    phone,
)
from geo.roads import RoadNetwork
from geo.shapes import area_m2, as_array
from geo.streets import Streets

Shapes = NDArray[np.object_]

_MOST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmPlace:
    """A shop, office or other place; texts are empty when not mapped."""

    osm_id: str
    name: str
    lon: float
    lat: float
    tags: Mapping[str, str]
    opening_hours: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buildings:
    """Buildings side by side; every array has shape (buildings,).

    Attributes
    ----------
    polygon : ndarray of shapely polygons
        Degrees.
    lon, lat : ndarray of float64
        A point inside, degrees.
    footprint_m2, levels : ndarray of float64
    households : ndarray of int64
        Estimate, see `geo.osm_tags.households`; 0 where nobody lives.
    residential : ndarray of bool
    kind, address : ndarray of str
        Value of the building tag; address, empty when not mapped.
    osm_id : ndarray of str
        "w" or "r" and the number.
    """

    polygon: Shapes
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    footprint_m2: NDArray[np.float64]
    levels: NDArray[np.float64]
    households: NDArray[np.int64]
    residential: NDArray[np.bool_]
    kind: NDArray[np.str_]
    address: NDArray[np.str_]
    osm_id: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.polygon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """Polygons of water, green or land for homes with their names, shape (patches,)."""

    polygon: Shapes
    name: NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of the map, shape (lines,): kind is a highway class, "rail" or "waterway"."""

    line: Shapes
    kind: NDArray[np.str_]
    name: NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FerryLine:
    """A ferry line with its ends in `line`; tags tell duration, interval and operator."""

    osm_id: str
    name: str
    line: shapely.LineString
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What an OSM extract holds, in WGS-84 degrees.

    Attributes
    ----------
    networks : mapping of str to RoadNetwork
        By profile of the table of access.
    boundary : shapely polygon
        The smallest administrative area around most of it, else where streets are dense (`geo.extent`).
    name : str
        Name of that administrative area; empty when there is none.
    settled : Patches
        Land where people live (``landuse=residential``).
    report : BuildReport
        What was left out and why.
    """

    networks: Mapping[str, RoadNetwork]
    places: tuple[OsmPlace, ...]
    buildings: Buildings
    water: Patches
    green: Patches
    settled: Patches
    lines: Lines
    ferries: tuple[FerryLine, ...]
    boundary: shapely.Geometry
    name: str
    report: BuildReport


def read_extract(path: Path | str, access: AccessTable, *, progress: Progress | None = None) -> Extract:
    """Read an OSM extract; nothing is written outside a temporary folder.

    Parameters
    ----------
    path : Path or str
        A file ending in ``.osm``, ``.osm.gz``, ``.osm.bz2`` or ``.osm.pbf``, in any order.
    access : AccessTable
        Who may use which way; tells the profiles.
    progress : callable, optional
        Called with the name of each step and the share done of the whole (0 to 1).

    Returns
    -------
    Extract
        Buildings, places, water, green and ferries may be empty.

    Raises
    ------
    BadExtractError
        When the file is missing, truncated, no OSM data, or without streets.
    """
    tell = progress or (lambda _step, _done: None)
    tell("file", 0.0)
    with TemporaryDirectory(prefix="jinlin-") as folder:
        records = read_records(in_order(Path(path), Path(folder)))
    tell("buildings", 0.4)
    report = BuildReport(broken_shapes=sorted(records.broken))
    buildings = _buildings(records.buildings, report)
    water, green = _patches(records.water, report), _patches(records.green, report)
    ferries = tuple(_ferry(way) for way in records.ferries)
    tell("streets", 0.5)
    report.nation = nation_of(records, access)
    streets = ratings(records, access, report)
    if not streets.ways:
        message = f"{Path(path).name} holds no streets anybody may use (ways with a highway tag)"
        raise BadExtractError(f"{message}; export an area with its roads")
    tell("networks", 0.6)
    surveyed = survey(streets, records, access, report)
    networks = networks_of(surveyed, access, _bars(records, water), report)
    tell("boundary", 0.95)
    _tell_reach(networks, buildings, report)
    boundary, name = _boundary(records)
    extract = Extract(
        networks=networks,
        places=tuple(_place(spot.osm_id, spot.lon, spot.lat, spot.tags) for spot in records.spots),
        buildings=buildings,
        water=water,
        green=green,
        settled=_patches(records.settled, report),
        lines=_lines([*streets.ways, *records.lines]),
        ferries=ferries,
        boundary=boundary,
        name=name,
        report=report,
    )
    tell("done", 1.0)
    return extract


def _bars(records: Records, water: Patches) -> Bars:
    """Collect what nobody walks across."""
    hard = [
        shapely.LineString(way.lonlat)
        for way in records.lines
        if is_rail(way.tags) or is_wide_water(way.tags)
    ]
    hard += [shapely.LineString(way.lonlat) for way in records.walls if is_rail(way.tags)]
    walls = [shapely.LineString(way.lonlat) for way in records.walls if is_wall(way.tags)]
    return Bars.of(np.append(water.polygon, as_array(hard)), as_array(walls))


def _tell_reach(networks: Mapping[str, RoadNetwork], buildings: Buildings, report: BuildReport) -> None:
    """Count the homes that no street comes near, and the streets apart from the main network."""
    lived = np.flatnonzero(buildings.residential)
    report.homes = len(lived)
    for profile, network in networks.items():
        streets = Streets(network)
        report.separate_m[profile] = streets.separate_m
        snap = streets.snap(buildings.lon[lived], buildings.lat[lived])
        report.homes_far_from_streets[profile] = int((snap.offset_m > HOME_REACH_M).sum())


def _place(osm_id: str, lon: float, lat: float, tags: Tags) -> OsmPlace:
    return OsmPlace(
        osm_id=osm_id,
        name=tags.get("name:zh") or tags.get("name") or tags.get("brand") or "",
        lon=lon,
        lat=lat,
        tags=dict(tags),
        opening_hours=tags.get("opening_hours", ""),
        phone=phone(tags),
        address=address(tags),
    )


def _buildings(patches: list[Patch], report: BuildReport) -> Buildings:
    polygons = _repaired(patches, report)
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons)).reshape(-1, 2)
    footprint_m2 = area_m2(polygons)
    tags = [patch.tags for patch in patches]
    pairs = zip(tags, footprint_m2, strict=True)
    return Buildings(
        polygon=polygons,
        lon=inside[:, 0],
        lat=inside[:, 1],
        footprint_m2=footprint_m2,
        levels=np.array([levels(each) for each in tags], float),
        households=np.array([households(each, float(area)) for each, area in pairs], np.int64),
        residential=np.array([is_home(each) for each in tags], bool),
        kind=_texts([each.get("building", "") for each in tags]),
        address=_texts([address(each) for each in tags]),
        osm_id=_texts([patch.osm_id for patch in patches]),
    )


def _repaired(patches: list[Patch], report: BuildReport) -> Shapes:
    """Polygons of patches, those that cross themselves repaired."""
    polygons = as_array([patch.polygon for patch in patches])
    for position in np.flatnonzero(~shapely.is_valid(polygons)).tolist():
        report.repaired_shapes.append(patches[position].osm_id)
        polygons[position] = shapely.make_valid(polygons[position], method="structure")
    return polygons


def _patches(patches: list[Patch], report: BuildReport) -> Patches:
    return Patches(
        polygon=_repaired(patches, report),
        name=_texts([patch.tags.get("name", "") for patch in patches]),
    )


def _lines(ways: list[Way]) -> Lines:
    return Lines(
        line=as_array([shapely.LineString(way.lonlat) for way in ways]),
        kind=_texts([line_kind(way.tags) or "" for way in ways]),
        name=_texts([way.tags.get("name", "") for way in ways]),
    )


def _ferry(way: Way) -> FerryLine:
    return FerryLine(
        osm_id=f"w{way.osm_id}",
        name=way.tags.get("name", ""),
        line=shapely.LineString(way.lonlat),
        tags=dict(way.tags),
    )


def _boundary(records: Records) -> tuple[shapely.Geometry, str]:
    """Find the smallest administrative area that holds most street nodes, else the extent of the streets."""
    ends = np.array([way.lonlat[len(way.lonlat) // 2] for way in records.streets])
    points = shapely.points(ends)
    for patch in sorted(records.boundaries, key=lambda patch: float(patch.polygon.area)):
        shapely.prepare(patch.polygon)
        if float(np.mean(shapely.contains(patch.polygon, points))) >= _MOST:
            return patch.polygon, patch.tags.get("name:zh") or patch.tags.get("name", "")
    return extent(np.array([place for way in records.streets for place in way.lonlat])), ""


def _texts(texts: list[str]) -> NDArray[np.str_]:
    return np.array(texts, dtype=np.str_) if texts else np.zeros(0, "U1")
