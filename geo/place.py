"""Places on the ground: positions, boxes, distances, and a local plane in metres."""

from dataclasses import dataclass
from math import cos, isfinite, radians

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadPlaceError

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of the GRS 80 ellipsoid


@dataclass(frozen=True, slots=True)
class LonLat:
    """A position in WGS-84 degrees.

    Raises
    ------
    BadPlaceError
        When a coordinate is not finite or out of range.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lon) and -180 <= self.lon <= 180):
            message = f"lon {self.lon!r} is no longitude; allowed are degrees from -180 to 180"
            raise BadPlaceError(message)
        if not (isfinite(self.lat) and -90 <= self.lat <= 90):
            message = f"lat {self.lat!r} is no latitude; allowed are degrees from -90 to 90"
            raise BadPlaceError(message)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of longitudes and latitudes in degrees, edges included."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, place: LonLat) -> bool:
        """Tell whether the place lies inside or on the edge."""
        return self.west <= place.lon <= self.east and self.south <= place.lat <= self.north


def great_circle_m(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> NDArray[np.float64]:
    """Distance over the sphere in metres (haversine); shapes broadcast, empty in gives empty out.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b : array_like
        Degrees.

    Returns
    -------
    ndarray
        Metres, broadcast shape.
    """
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_dphi = (phi_b - phi_a) / 2
    half_dlam = np.radians(np.subtract(lon_b, lon_a)) / 2
    hav = np.sin(half_dphi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_dlam) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(hav))))


def distance_m(a: LonLat, b: LonLat) -> float:
    """Distance of two places over the sphere in metres."""
    return float(great_circle_m(a.lon, a.lat, b.lon, b.lat))


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Equirectangular metres around an origin; within 50 km the error of a length is below 0.2 %."""

    lon0: float
    lat0: float

    @property
    def scale_m(self) -> tuple[float, float]:
        """Metres per degree of longitude and of latitude at the origin."""
        per_degree = EARTH_RADIUS_M * radians(1)
        return per_degree * cos(radians(self.lat0)), per_degree

    def to_xy(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Degrees to metres east and north of the origin."""
        kx, ky = self.scale_m
        return np.subtract(lon, self.lon0) * kx, np.subtract(lat, self.lat0) * ky

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Metres east and north of the origin back to degrees."""
        kx, ky = self.scale_m
        return np.asarray(x) / kx + self.lon0, np.asarray(y) / ky + self.lat0
