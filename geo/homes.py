"""Where people live, by what an extract shows: buildings; where those are too few, streets; then land for homes."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.osm import Buildings, Extract
from geo.place import LocalPlane
from geo.shapes import to_plane

STREET_M_PER_HOUSEHOLD = 8.0
"""Metres of inhabited street per household where an extract holds no buildings."""
LAND_M2_PER_HOUSEHOLD = 250.0
"""Square metres of residential land per household where an extract holds neither buildings nor streets on it."""
TILE_M = 400.0
"""Buildings and streets are compared within squares of this width: maps are often half drawn."""

SOURCES = ("buildings", "streets", "land_use")

_HOMELY = ("residential", "living_street")
_PERHAPS = ("unclassified", "tertiary", "pedestrian")
"""Streets along which people live too, where the map does not say which land is for homes."""
_FEW_HOMES = 0.02
"""Below this many households per metre of inhabited street the buildings are held to be unmapped."""
_FEW_BUILDINGS_M2 = 2.0
"""Above this footprint per metre of inhabited street buildings are mapped: those without homes are other uses."""
_FEWEST_SIGNS = 40
"""A square with streets or land for fewer households is the edge of something, no hole in the map."""
_FEW = 0.01
"""Below this share what is spread is not worth a word."""

Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwellings:
    """Where people live, side by side; every array has shape (dwellings,).

    Attributes
    ----------
    lon, lat : ndarray of float64
    households : ndarray of float64
        More than zero.
    source : ndarray of int64
        Position in `SOURCES`: what tells that people live there.
    address : ndarray of str
        Of a building, or the street's name; empty when not mapped.
    """

    lon: Degrees
    lat: Degrees
    households: NDArray[np.float64]
    source: NDArray[np.int64]
    address: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def by_source(self) -> dict[str, int]:
        """Households by what tells of them, every source of `SOURCES`."""
        sums = np.bincount(self.source, weights=self.households, minlength=len(SOURCES))
        return {name: round(float(total)) for name, total in zip(SOURCES, sums, strict=True)}

    @property
    def estimated(self) -> bool:
        """Whether less than half of the households are told by buildings."""
        return 2 * self.by_source["buildings"] < sum(self.by_source.values())

    def missing(self) -> list[str]:
        """Return what a district built on this lacks, as sentences; empty when buildings tell of everybody."""
        told = self.by_source
        total = sum(told.values())
        if not total:
            return ["homes: neither buildings, residential streets nor residential land; nobody is placed"]
        found = []
        if (spread := told["streets"] + told["land_use"]) >= _FEW * total:
            found.append(
                f"buildings: those mapped tell of {told['buildings']} of {total} households; {spread} are spread along"
                " streets and over residential land; import cells with their households, or an extract with buildings"
            )
        nameless = float(self.households[self.address == ""].sum())
        if 2 * nameless > total:
            found.append(
                f"addresses: {round(nameless)} of {total} households live where the map names no address"
            )
        return found

    def within(self, boundary: shapely.Geometry) -> "Dwellings":
        """Return those inside a boundary, in degrees."""
        shapely.prepare(boundary)
        return self.where(shapely.intersects_xy(boundary, self.lon, self.lat))

    def where(self, keep: NDArray[np.bool_]) -> "Dwellings":
        """Return those that a mask keeps."""
        return Dwellings(
            lon=self.lon[keep],
            lat=self.lat[keep],
            households=self.households[keep],
            source=self.source[keep],
            address=self.address[keep],
        )


def dwellings_of(extract: Extract, boundary: shapely.Geometry) -> Dwellings:
    """Find where people live inside a boundary.

    Buildings with homes count as they are. In squares of `TILE_M` where they are far too few for the streets,
    households stand along these too; land for homes without either gets them by its area. Streets along which
    people live only perhaps count where the map shows no land for homes, or on it.

    Parameters
    ----------
    extract : Extract
    boundary : shapely polygon
        Degrees.

    Returns
    -------
    Dwellings
        Empty when the extract shows no sign of homes.
    """
    centre = boundary.centroid
    plane = LocalPlane(centre.x, centre.y)
    built = _built(extract.buildings).within(boundary)
    along = _along_streets(extract, plane).within(boundary)
    drawn = _Drawn(extract.buildings, built, along, plane)
    along = along.where(drawn.lacks(along))
    over = _over_land(extract, plane).within(boundary)
    taken = _joined(built, along)
    over = over.where(~np.isin(_tiles(over, plane), _tiles(taken, plane)) & drawn.bare(over))
    return _joined(taken, over.where(_many(over, plane)) if len(taken) else over)


class _Drawn:
    """Tells in which tiles an extract lacks buildings."""

    def __init__(self, buildings: Buildings, built: Dwellings, along: Dwellings, plane: LocalPlane) -> None:
        self._plane = plane
        places = [_keys(buildings.lon, buildings.lat, plane), _tiles(built, plane), _tiles(along, plane)]
        self._tiles, where = np.unique(np.concatenate(places), return_inverse=True)
        parts = np.split(where, np.cumsum([len(each) for each in places])[:2])
        most = len(self._tiles)
        self._footprint_m2 = np.bincount(parts[0], weights=buildings.footprint_m2, minlength=most)
        homes = np.bincount(parts[1], weights=built.households, minlength=most)
        street_m = np.bincount(parts[2], minlength=most) * STREET_M_PER_HOUSEHOLD
        if homes.sum() < _FEW_HOMES * street_m.sum():  # nothing is mapped, or not which buildings are homes
            undrawn, least = street_m > 0, 0.5 / STREET_M_PER_HOUSEHOLD
        else:
            enough = street_m >= _FEWEST_SIGNS * STREET_M_PER_HOUSEHOLD
            least = _FEW_HOMES
            undrawn = enough & (self._footprint_m2 < _FEW_BUILDINGS_M2 * street_m)
        self._lacks = undrawn & (homes < least * street_m)

    def lacks(self, places: Dwellings) -> NDArray[np.bool_]:
        """Whether each place stands in a tile whose buildings are too few for its streets."""
        return self._lacks[np.searchsorted(self._tiles, _tiles(places, self._plane))]

    def bare(self, places: Dwellings) -> NDArray[np.bool_]:
        """Whether each place stands in a tile without any building."""
        with_buildings = self._tiles[self._footprint_m2 > 0]
        return ~np.isin(_tiles(places, self._plane), with_buildings)


def _keys(lon: Degrees, lat: Degrees, plane: LocalPlane) -> NDArray[np.int64]:
    x, y = plane.to_xy(lon, lat)
    column, row = (np.floor(each / TILE_M).astype(np.int64) for each in (x, y))
    return np.asarray(column * 1_000_000 + row, np.int64)


def _tiles(places: Dwellings, plane: LocalPlane) -> NDArray[np.int64]:
    return _keys(places.lon, places.lat, plane)


def _many(places: Dwellings, plane: LocalPlane) -> NDArray[np.bool_]:
    """Whether the tile of each place holds enough of them to be believed."""
    _, where, counts = np.unique(_tiles(places, plane), return_inverse=True, return_counts=True)
    return np.asarray(counts[where] >= _FEWEST_SIGNS, np.bool_)


def _built(buildings: Buildings) -> Dwellings:
    lived = buildings.households > 0
    return Dwellings(
        lon=buildings.lon[lived],
        lat=buildings.lat[lived],
        households=buildings.households[lived].astype(float),
        source=np.zeros(int(lived.sum()), np.int64),
        address=buildings.address[lived],
    )


def _along_streets(extract: Extract, plane: LocalPlane) -> Dwellings:
    """Points every few metres along inhabited streets, one household each, a little beside them in turn."""
    lines = extract.lines
    homely, perhaps = np.isin(lines.kind, _HOMELY), np.isin(lines.kind, _PERHAPS)
    settled = extract.settled.polygon
    if len(settled) and perhaps.any():
        middles = shapely.line_interpolate_point(lines.line[perhaps], 0.5, normalized=True)
        on_it = np.zeros(len(middles), bool)
        on_it[shapely.STRtree(settled).query(middles, predicate="intersects")[0]] = True
        perhaps[np.flatnonzero(perhaps)[~on_it]] = False
    chosen = homely | perhaps
    flat = to_plane(lines.line[chosen], plane)
    counts = np.maximum(1, (shapely.length(flat) / STREET_M_PER_HOUSEHOLD).astype(int))
    owner = np.repeat(np.arange(len(flat)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    along = (rank + 0.5) / counts[owner]
    points = shapely.line_interpolate_point(flat[owner], along, normalized=True)
    ahead = shapely.line_interpolate_point(flat[owner], np.minimum(along + 0.01, 1.0), normalized=True)
    here, there = (shapely.get_coordinates(each).reshape(-1, 2) for each in (points, ahead))
    step = there - here
    size = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    side = np.where(rank % 2 == 0, 12.0, -12.0) / size
    lon, lat = plane.to_lonlat(here[:, 0] - side * step[:, 1], here[:, 1] + side * step[:, 0])
    return _one_each(lon, lat, "streets", lines.name[chosen][owner])


def _over_land(extract: Extract, plane: LocalPlane) -> Dwellings:
    """Points on a grid over residential land, one household each; a piece smaller than its mesh gets one."""
    mesh_m = LAND_M2_PER_HOUSEHOLD**0.5
    found: list[NDArray[np.float64]] = []
    settled, buildings = extract.settled.polygon, extract.buildings
    flat = to_plane(settled, plane)
    drawn = np.zeros(len(flat), bool)
    drawn[shapely.STRtree(settled).query(shapely.points(buildings.lon, buildings.lat), "intersects")[1]] = (
        True
    )
    for shape in flat[~(drawn & (shapely.area(flat) < TILE_M**2))]:  # large land may be drawn in part
        west, south, east, north = shape.bounds
        x, y = (np.arange(low + mesh_m / 2, high, mesh_m) for low, high in ((west, east), (south, north)))
        grid = np.column_stack([each.ravel() for each in np.meshgrid(x, y)])
        shapely.prepare(shape)
        inside = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
        found.append(inside if len(inside) else shapely.get_coordinates(shape.representative_point()))
    places = np.concatenate(found) if found else np.zeros((0, 2))
    lon, lat = plane.to_lonlat(places[:, 0], places[:, 1])
    return _one_each(lon, lat, "land_use", np.full(len(places), ""))


def _one_each(lon: Degrees, lat: Degrees, source: str, address: NDArray[np.str_]) -> Dwellings:
    from_it = np.full(len(lon), SOURCES.index(source), np.int64)
    return Dwellings(lon=lon, lat=lat, households=np.ones(len(lon)), source=from_it, address=address)


def _joined(one: Dwellings, other: Dwellings) -> Dwellings:
    return Dwellings(
        lon=np.concatenate((one.lon, other.lon)),
        lat=np.concatenate((one.lat, other.lat)),
        households=np.concatenate((one.households, other.households)),
        source=np.concatenate((one.source, other.source)),
        address=np.concatenate((one.address, other.address)),
    )
