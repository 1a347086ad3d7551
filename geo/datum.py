"""Datums of Chinese maps: WGS-84, GCJ-02 (phones, Gaode, Tencent) and BD-09 (Baidu), arrays in and out.

GCJ-02 shifts positions in China by 300 to 700 m; BD-09 turns and shifts GCJ-02 once more. Neither is
published; the formulas are the ones in general use (Krasovsky ellipsoid a = 6378245 m, e2 = 0.00669342).
Outside the box both know as China they are left as WGS-84.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadPlaceError

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "cgcs2000", "gcj02", "bd09")

Floats = NDArray[np.float64]

_A_M = 6_378_245.0
_E2 = 0.006_693_421_622_965_943_23
_BD_PI = np.pi * 3000 / 180
_BD_LON, _BD_LAT = 0.0065, 0.006
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_CHUNK = 32_768  # points that stay in the second-level cache
_GCJ_STEPS, _BD_STEPS = 2, 3  # each shrinks the error fifty-fold or more


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> tuple[Floats, Floats]:
    """Positions of a datum as WGS-84; the exact inverse of `from_wgs84` to 1e-8 degrees.

    Parameters
    ----------
    lon, lat : array_like
        Degrees in `datum`; shapes broadcast, empty gives empty.
    datum : str
        "wgs84", "cgcs2000" (taken as equal), "gcj02" or "bd09".

    Returns
    -------
    (ndarray, ndarray)
        Longitudes and latitudes in degrees.

    Raises
    ------
    BadPlaceError
        When the datum is unknown.
    """
    return _converted(lon, lat, datum, {"gcj02": _gcj_to_wgs, "bd09": _bd_to_wgs})


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> tuple[Floats, Floats]:
    """Positions in WGS-84 as another datum.

    Parameters
    ----------
    lon, lat : array_like
        Degrees in WGS-84; shapes broadcast, empty gives empty.
    datum : str
        "wgs84", "cgcs2000" (taken as equal), "gcj02" or "bd09".

    Returns
    -------
    (ndarray, ndarray)
        Longitudes and latitudes in degrees.

    Raises
    ------
    BadPlaceError
        When the datum is unknown.
    """
    return _converted(lon, lat, datum, {"gcj02": _wgs_to_gcj, "bd09": _wgs_to_bd})


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which positions lie in the box where the shifts apply; shapes broadcast."""
    lon, lat = np.asarray(lon), np.asarray(lat)
    return (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)


def _converted(lon: ArrayLike, lat: ArrayLike, datum: str, ways: dict) -> tuple[Floats, Floats]:
    if datum not in DATUMS:
        raise BadPlaceError(f"datum {datum!r} is unknown; allowed are {', '.join(DATUMS)}")
    x, y = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    out_lon, out_lat = x.copy(), y.copy()
    if datum in {"wgs84", "cgcs2000"}:
        return out_lon, out_lat
    flat_lon, flat_lat = out_lon.reshape(-1), out_lat.reshape(-1)
    for start in range(0, flat_lon.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        inside = in_china(flat_lon[part], flat_lat[part])
        if inside.any():
            new_lon, new_lat = ways[datum](flat_lon[part], flat_lat[part])
            flat_lon[part] = np.where(inside, new_lon, flat_lon[part])
            flat_lat[part] = np.where(inside, new_lat, flat_lat[part])
    return out_lon, out_lat


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Give what GCJ-02 adds to a WGS-84 position, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    root, cross = np.sqrt(np.abs(x)), x * y
    waves = (20.0 * np.sin(6 * np.pi * x) + 20.0 * np.sin(2 * np.pi * x)) * 2 / 3
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * cross + 0.2 * root + waves
    north_m += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3 * y)) * 2 / 3
    north_m += (160.0 * np.sin(np.pi / 12 * y) + 320.0 * np.sin(np.pi / 30 * y)) * 2 / 3
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * cross + 0.1 * root + waves
    east_m += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3 * x)) * 2 / 3
    east_m += (150.0 * np.sin(np.pi / 12 * x) + 300.0 * np.sin(np.pi / 30 * x)) * 2 / 3
    phi = np.radians(lat)
    bulge = 1 - _E2 * np.sin(phi) ** 2
    per_lat = np.pi / 180 * _A_M * (1 - _E2) / (bulge * np.sqrt(bulge))
    per_lon = np.pi / 180 * _A_M / np.sqrt(bulge) * np.cos(phi)
    return east_m / per_lon, north_m / per_lat


def _wgs_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def _gcj_to_wgs(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Find the fixed point of ``place = given - shift(place)``; the shift changes by less than 1 % of a step."""
    east, north = _shift(lon, lat)
    for _ in range(_GCJ_STEPS):
        east, north = _shift(lon - east, lat - north)
    return lon - east, lat - north


def _gcj_to_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    reach = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return reach * np.cos(angle) + _BD_LON, reach * np.sin(angle) + _BD_LAT


def _bd_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo turn and stretch, which hang on the result, by going round a few times."""
    x, y = lon - _BD_LON, lat - _BD_LAT
    reach, angle = np.hypot(x, y), np.arctan2(y, x)
    for _ in range(_BD_STEPS):
        r = reach - 0.00002 * np.sin(y * _BD_PI)
        a = angle - 0.000003 * np.cos(x * _BD_PI)
        x, y = r * np.cos(a), r * np.sin(a)
    return x, y


def _wgs_to_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return _gcj_to_bd(*_wgs_to_gcj(lon, lat))


def _bd_to_wgs(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return _gcj_to_wgs(*_bd_to_gcj(lon, lat))
