"""Shapes and positions of outside files brought to WGS-84 degrees, and why some cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from data.errors import BadFileError
from geo.datum import DATUMS, to_wgs84
from geo.place import Box, LonLat

Floats = NDArray[np.float64]
CENTRAL_MERIDIANS = range(75, 136, 3)
"""Of the zones of 3 degrees that cover China, CGCS2000; EPSG:4534 is that of 75° E, EPSG:4513 the same with its number."""
ZONES, ZONES_6 = range(25, 46), range(13, 24)
EPSG_PLAIN, EPSG_NUMBERED, EPSG_NUMBERED_6 = 4534, 4513, 4491
ZONE_M = 1_000_000
"""What the number of a zone is multiplied by, where it stands before the easting."""
GUESSES = {"EPSG:3857": "Web Mercator"}
NEAR_DEG = 0.1
REACH_DEG = 180.0
SMALLEST_M = 1000.0
"""Eastings and northings of a place in use are larger; smaller numbers that are no degrees are slips of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """How positions of a file are told.

    Parameters
    ----------
    crs : str
        Code or well-known text of the coordinate system, such as ``EPSG:4549``; empty where the file tells, else degrees.
    datum : str
        One of `geo.datum.DATUMS`: how positions in degrees are shifted.
    near : Box, optional
        Where positions are expected; only used to find the likely reason of wrong ones.
    """

    crs: str = ""
    datum: str = "wgs84"
    near: Box | None = None

    def check(self) -> None:
        """Make sure that datum and coordinate system are known.

        Raises
        ------
        BadFileError
        """
        if self.datum not in DATUMS:
            raise BadFileError(f"datum {self.datum!r} is unknown; allowed are {', '.join(DATUMS)}")
        if self.crs:
            system(self.crs)


DEGREES = Ground()


@cache
def system(crs: str) -> pyproj.CRS:
    """Return a coordinate system by its code or well-known text.

    Raises
    ------
    BadFileError
        When nobody knows it, or it is none of the ground.
    """
    try:
        found = pyproj.CRS.from_user_input(crs)
        flat = found.to_2d() if hasattr(found, "to_2d") else found
    except CRSError:
        raise BadFileError(
            f"coordinate system {crs[:60]!r} is unknown; write its code, such as EPSG:4549"
        ) from None
    if not (flat.is_geographic or flat.is_projected):
        raise BadFileError(
            f"coordinate system {flat.name!r} has no known place on the ground; "
            "ask who delivered the file for its code and give it with --crs, such as EPSG:4549"
        )
    return flat


def grounded(shapes: Sequence[BaseGeometry | None], crs: str, ground: Ground) -> list[BaseGeometry | None]:
    """Bring shapes of one file to WGS-84 degrees, without heights.

    Parameters
    ----------
    shapes : sequence of geometry or None
        In the coordinates of the file.
    crs : str
        What the file tells of itself, empty for nothing; what `ground` says goes before it.
    ground : Ground

    Returns
    -------
    list of geometry or None
        As many as given. Those in no place of the earth come back as they are, see `why_nowhere`.

    Raises
    ------
    BadFileError
        When the coordinate system is unknown, or the numbers are of another zone than it says.
    """
    known = ground.crs or crs
    array = np.empty(len(shapes), object)
    array[:] = [None if shape is None else shapely.force_2d(shape) for shape in shapes]
    if known and not (told := system(known)).is_geographic:
        array = shapely.transform(array, _projection(told, shapely.total_bounds(array)))
    elif known and known.upper() not in ("EPSG:4326", "EPSG:4490"):
        array = shapely.transform(array, _degrees(system(known)))
    if ground.datum not in ("wgs84", "cgcs2000"):
        array = shapely.transform(
            array, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], ground.datum))
        )
    return list(array)


def _degrees(told: pyproj.CRS) -> Callable[[Floats], Floats]:
    change = _transformer(told)

    def turn(xy: Floats) -> Floats:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return turn


def _projection(told: pyproj.CRS, bounds: Floats) -> Callable[[Floats], Floats]:
    """Return the way from metres to degrees; a zone's number before the eastings is put or taken off as the system wants."""
    change, shift_m = _transformer(told), _zone_shift_m(told, bounds)

    def turn(xy: Floats) -> Floats:
        return np.column_stack(change.transform(xy[:, 0] + shift_m, xy[:, 1]))

    return turn


@cache
def _transformer(told: pyproj.CRS) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(told, 4326, always_xy=True)
    except ProjError as error:
        raise BadFileError(f"coordinate system {told.name!r} cannot be read: {error}") from None


def _zone_shift_m(told: pyproj.CRS, bounds: Floats) -> float:
    """Return what is to be added to eastings so that they have, or have not, the zone's number as the system wants.

    Raises
    ------
    BadFileError
        When the number is that of another zone.
    """
    operation = told.coordinate_operation
    if operation is None or "Mercator" not in operation.method_name or not np.isfinite(bounds).all():
        return 0.0
    told_by = {param.name: param.value for param in operation.params}
    easting = float(told_by.get("False easting", 0.0))
    meridian = float(told_by.get("Longitude of natural origin", 0.0))
    wanted, given = int(easting // ZONE_M), int(bounds[0] // ZONE_M)
    if "Pseudo" in operation.method_name or wanted == given or int(bounds[2] // ZONE_M) != given or given < 0:
        return 0.0
    if given and given not in (round(meridian / 3), round((meridian + 3) / 6)):
        raise BadFileError(
            f"eastings begin with zone {given}, and {told.name} is the zone of {meridian:g}° E; "
            f"give the right system with --crs, such as {_numbered(given)}"
        )
    return float((wanted - given) * ZONE_M)


def _numbered(zone: int) -> str:
    """Return the code of CGCS2000 with a zone's number before the easting."""
    return f"EPSG:{EPSG_NUMBERED + zone - 25}" if zone >= 25 else f"EPSG:{EPSG_NUMBERED_6 + zone - 13}"


def why_nowhere(x: float, y: float, ground: Ground) -> str:
    """Tell why a position is no place in degrees, empty when it is one."""
    if abs(x) <= REACH_DEG and abs(y) <= REACH_DEG / 2:
        return ""
    if abs(x) <= REACH_DEG / 2 and abs(y) <= REACH_DEG:
        return f"{x:g}, {y:g}: longitude and latitude look swapped; the longitude comes first"
    if not (np.isfinite(x) and np.isfinite(y)):
        return "the position lies outside of what its coordinate system covers; check the code of the system"
    if max(abs(x), abs(y)) < SMALLEST_M:
        return f"{x:g}, {y:g} is no place on the earth; longitudes go to 180, latitudes to 90"
    likely = likely_systems(x, y, ground)
    hint = f"; likely {' or '.join(likely)}: give it with --crs {likely[0].split()[0]}" if likely else ""
    return f"{x:g}, {y:g} are no degrees but metres of a coordinate system that the file does not name{hint}"


def likely_systems(x: float, y: float, ground: Ground) -> list[str]:
    """Return the systems in which metres would lie where positions are expected, or that the numbers themselves tell."""
    codes = {f"EPSG:{EPSG_PLAIN + (m - 75) // 3}": f"CGCS2000, {m}° E" for m in CENTRAL_MERIDIANS} | GUESSES
    numbered = {turned: int(value // ZONE_M) for turned, value in ((False, x), (True, y))}
    zones = {turned: zone for turned, zone in numbered.items() if zone in ZONES or zone in ZONES_6}
    codes |= {_numbered(zone): f"CGCS2000, zone {zone}" for zone in zones.values()}
    for turned, (east, north) in ((False, (x, y)), (True, (y, x))):
        swapped = "; northing and easting are swapped" if turned else ""
        if ground.near is not None:
            found = [
                f"{c} ({name}{swapped})" for c, name in codes.items() if _falls(c, east, north, ground.near)
            ]
            if found:
                return found
    for turned, zone in zones.items():
        swapped = "; northing and easting are swapped" if turned else ""
        return [f"{_numbered(zone)} (CGCS2000, zone {zone}{swapped})"]
    return []


def _falls(code: str, x: float, y: float, near: Box) -> bool:
    lon, lat = map(float, _transformer(system(code)).transform(x, y))
    return isfinite(lon) and _widened(near).contains(LonLat(lon, lat))


def _widened(near: Box) -> Box:
    return Box(near.west - NEAR_DEG, near.south - NEAR_DEG, near.east + NEAR_DEG, near.north + NEAR_DEG)


def why_far(x: float, y: float, near: Box | None) -> str:
    """Tell the likely reason why a position in degrees is far from where it is expected, empty when none is known."""
    if near is None or abs(x) > REACH_DEG / 2 or not _widened(near).contains(LonLat(y, x)):
        return ""
    return "longitude and latitude look swapped; the longitude comes first"
