"""Blocks: the pieces of land that streets, water and rails leave, and which of them touch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import BadShapeError
from geo.homes import dwellings_of
from geo.osm import Extract
from geo.place import LocalPlane
from geo.shapes import to_plane

GRID_M = 0.05
"""Corners of blocks lie on a grid of this width, so that neighbours share them exactly."""

_BEYOND_M = 0.5
"""Straight cuts reach this far over the edge of a block, so that rounding leaves no slit."""

_MINOR = frozenset(
    [
        "service",
        "track",
        "path",
        "footway",
        "pedestrian",
        "steps",
        "cycleway",
        "corridor",
        "platform",
        "bridleway",
        "elevator",
        "road",
    ]
)
_HOLD = {
    "motorway": 0.04,
    "trunk": 0.05,
    "rail": 0.06,
    "water": 0.05,
    "waterway": 0.15,
    "primary": 0.08,
    "secondary": 0.15,
    "tertiary": 0.25,
    "unclassified": 0.4,
    "residential": 0.5,
    "living_street": 0.8,
    "pedestrian": 0.8,
    "service": 2.5,
}
_HOLD_OTHER, _HOLD_NONE = 3.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """What an area is cut by and who lives there, in degrees.

    Attributes
    ----------
    boundary : shapely polygon or multipolygon
    line : ndarray of shapely lines, shape (lines,)
        Streets, rails, water courses and shores.
    kind, name : ndarray of str, shape (lines,)
        Highway class, "rail", "waterway" or "water"; name of a street, else empty.
    home_lon, home_lat : ndarray of float64, shape (homes,)
    home_households : ndarray of float64, shape (homes,)
    estimated : bool
        True when most households were spread along streets or over land for want of buildings.
    """

    boundary: shapely.Geometry
    line: NDArray[np.object_]
    kind: NDArray[np.str_]
    name: NDArray[np.str_]
    home_lon: NDArray[np.float64]
    home_lat: NDArray[np.float64]
    home_households: NDArray[np.float64]
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Blocks in metres, and their neighbours as rows of three arrays, each pair once.

    Attributes
    ----------
    polygon : ndarray of shapely polygons, shape (blocks,)
    households : ndarray of float64, shape (blocks,)
    left, right : ndarray of int64, shape (pairs,)
        Positions of two blocks with a common border, left below right.
    hold : ndarray of float64, shape (pairs,)
        How strongly they belong together: metres of border, little along large roads and water.
    solid : ndarray of bool, shape (pairs,)
        Whether they lie in the same block between streets: most of the border is driveway, path or nothing.
    """

    polygon: NDArray[np.object_]
    households: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    hold: NDArray[np.float64]
    solid: NDArray[np.bool_]


def land_of(extract: Extract, boundary: shapely.Geometry | None = None) -> Land:
    """Take from an extract what cuts the land and who lives there.

    Parameters
    ----------
    extract : Extract
        A read extract.
    boundary : shapely polygon, optional
        Cut this area in place of the extract's own boundary.

    Returns
    -------
    Land
        Households where `geo.homes.dwellings_of` finds them.
    """
    lines = extract.lines
    shores = shapely.boundary(extract.water.polygon)
    kind = np.concatenate((lines.kind, np.full(len(shores), "water")))
    name = np.concatenate((lines.name, np.full(len(shores), "")))
    outline = extract.boundary if boundary is None else boundary
    homes = dwellings_of(extract, outline)
    return Land(
        boundary=outline,
        line=np.concatenate((lines.line, shores)),
        kind=kind,
        name=name,
        home_lon=homes.lon,
        home_lat=homes.lat,
        home_households=homes.households,
        estimated=homes.estimated,
    )


def cut_blocks(land: Land, plane: LocalPlane, most: float) -> Blocks:
    """Cut land into blocks of at most about `most` households.

    First by streets, rails and shores; blocks that hold too many also by driveways and paths inside
    them, and what is still too large by straight lines through the widest gap between homes. A single
    home is never cut.

    Parameters
    ----------
    land : Land
        In degrees.
    plane : LocalPlane
        Metres of the result.
    most : float
        Households of the largest block wanted.

    Returns
    -------
    Blocks
        Their union is the boundary, with corners moved by at most `GRID_M`.

    Raises
    ------
    BadShapeError
        When the boundary is empty or no polygon.
    """
    boundary = to_plane(land.boundary, plane)
    if boundary.is_empty or boundary.geom_type not in {"Polygon", "MultiPolygon"}:
        raise BadShapeError(f"the boundary is a {boundary.geom_type}, empty or not; a polygon is needed")
    shapely.prepare(boundary)
    lines = to_plane(land.line, plane)
    touching = shapely.intersects(boundary, lines)
    lines, kinds = lines[touching], land.kind[touching]
    homes = np.column_stack(plane.to_xy(land.home_lon, land.home_lat))
    minor = np.isin(kinds, list(_MINOR))
    drawn = lines[~minor]
    faces = _faces(boundary, drawn)
    lived = _households(faces, homes, land.home_households)
    crowded = faces[lived > most]
    if len(crowded) and minor.any():
        tree = shapely.STRtree(crowded)
        inner = np.unique(tree.query(lines[minor], predicate="crosses")[0])
        inside = np.unique(tree.query(lines[minor], predicate="within")[0])
        drawn = np.concatenate((drawn, lines[minor][np.union1d(inner, inside)]))
        faces = _faces(boundary, drawn)
    extra = _straight_cuts(faces, homes, land.home_households, most)
    if extra:
        drawn = np.concatenate((drawn, np.array(extra, object)))
        faces = _faces(boundary, drawn)
    lived = _households(faces, homes, land.home_households)
    return Blocks(polygon=faces, households=lived, **_neighbours(faces, lines, kinds))


def _faces(boundary: shapely.Geometry, lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Pieces of the boundary between the lines; they share their corners exactly."""
    noded = shapely.union_all([boundary.boundary, *lines], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.contains(boundary, shapely.point_on_surface(faces))
    return np.asarray(faces[inside & (shapely.area(faces) > 0)])


def _home_of(faces: NDArray[np.object_], homes: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Pairs (home, face); a home outside every face has none, one on a border the first."""
    found, face = shapely.STRtree(faces).query(shapely.points(homes), predicate="intersects")
    home, first = np.unique(found, return_index=True)
    return home, face[first]


def _households(
    faces: NDArray[np.object_], homes: NDArray[np.float64], households: NDArray[np.float64]
) -> NDArray[np.float64]:
    if not len(homes):
        return np.zeros(len(faces))
    home, face = _home_of(faces, homes)
    return np.asarray(np.bincount(face, weights=households[home], minlength=len(faces)), np.float64)


def _straight_cuts(
    faces: NDArray[np.object_], homes: NDArray[np.float64], households: NDArray[np.float64], most: float
) -> list[shapely.LineString]:
    """Lines that cut every face with more than `most` households, between homes."""
    if not len(homes):
        return []
    home, face = _home_of(faces, homes)
    lived = np.bincount(face, weights=households[home], minlength=len(faces))
    cuts: list[shapely.LineString] = []
    order = np.argsort(face, kind="stable")
    home, face = home[order], face[order]
    for crowded in np.flatnonzero(lived > most):
        inside = home[np.searchsorted(face, crowded) : np.searchsorted(face, crowded, side="right")]
        waiting = [(faces[crowded], inside)]
        while waiting:
            land, group = waiting.pop()
            if households[group].sum() <= most or len(group) < 2:
                continue
            line, before, nearer = _gap(homes[group], households[group])
            if line is None:
                continue
            reach = line.intersection(land.buffer(_BEYOND_M))
            cuts.extend(part for part in shapely.get_parts(reach) if part.length > 2 * _BEYOND_M)
            waiting.append((land.intersection(before), group[nearer]))
            waiting.append((land.difference(before), group[~nearer]))
    return cuts


def _gap(
    points: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[shapely.LineString | None, shapely.Geometry, NDArray[np.bool_]]:
    """Draw a line across the longer axis through the widest gap near the middle.

    Gives the line, the land before it, and who lives there; no line where all live at one place.
    """
    middle = points.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((points - middle).T) + 1e-9 * np.eye(2))
    axis = axes[:, 1]
    along = (points - middle) @ axis
    order = np.argsort(along, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    gaps = np.diff(along[order])
    worth = gaps * np.clip(1 - 2 * np.abs(share[:-1] - 0.5), 0.05, None)
    best = int(worth.argmax())
    if gaps[best] <= 2 * GRID_M:
        return None, shapely.Polygon(), np.zeros(len(points), bool)
    at = (along[order[best]] + along[order[best + 1]]) / 2
    foot, across = middle + at * axis, np.array((-axis[1], axis[0])) * 1e4
    ends = (foot - across, foot + across)
    before = shapely.Polygon([*ends, ends[1] - 2e4 * axis, ends[0] - 2e4 * axis])
    return shapely.LineString(ends), before, along < at


def _neighbours(
    faces: NDArray[np.object_], lines: NDArray[np.object_], kinds: NDArray[np.str_]
) -> dict[str, NDArray]:
    """Pairs of faces with a common border, and how strongly the border holds them together."""
    start, end, owner = _segments(faces)
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned].copy(), start[turned].copy()
    keys = np.rint(np.hstack((start, end)) / GRID_M).astype(np.int64)
    order = np.lexsort(keys.T)
    keys, owner = keys[order], owner[order]
    same = np.flatnonzero((keys[:-1] == keys[1:]).all(axis=1) & (owner[:-1] != owner[1:]))
    one, other = owner[same], owner[same + 1]
    border = keys[same].astype(float) * GRID_M
    length_m = np.hypot(border[:, 2] - border[:, 0], border[:, 3] - border[:, 1])
    per_m = _hold(border, lines, kinds)
    pair = np.column_stack((np.minimum(one, other), np.maximum(one, other)))
    unique, inverse = np.unique(pair, axis=0, return_inverse=True)
    pair_of = inverse.ravel()
    hold = np.bincount(pair_of, weights=length_m * per_m, minlength=len(unique))
    inner_m = np.bincount(pair_of, weights=length_m * (per_m >= _HOLD["service"]), minlength=len(unique))
    all_m = np.bincount(pair_of, weights=length_m, minlength=len(unique))
    return {"left": unique[:, 0], "right": unique[:, 1], "hold": hold, "solid": inner_m > 0.6 * all_m}


def _segments(faces: Sequence[shapely.Geometry] | NDArray[np.object_]) -> tuple[NDArray, NDArray, NDArray]:
    """Start, end and face of every straight piece of border."""
    rings, face = shapely.get_rings(faces, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    within = ring[:-1] == ring[1:]
    return points[:-1][within], points[1:][within], face[ring[:-1][within]]


def _hold(
    border: NDArray[np.float64], lines: NDArray[np.object_], kinds: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Strength per metre of pieces of border, by what runs along them."""
    hold = np.full(len(border), _HOLD_NONE)
    if not len(lines) or not len(border):
        return hold
    middles = shapely.points((border[:, :2] + border[:, 2:]) / 2)
    piece, line = shapely.STRtree(lines).query(middles, predicate="dwithin", distance=4 * GRID_M)
    strength = np.array([_HOLD.get(str(kind).removesuffix("_link"), _HOLD_OTHER) for kind in kinds])
    np.minimum.at(hold, piece, strength[line])
    return hold
