"""Where things are: points that move, and shapes that contain."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from rtree.index import Index

from geo.errors import BadShapeError, UnknownMemberError
from geo.place import EARTH_RADIUS_M, Box, LocalPlane, LonLat, great_circle_m

Id = TypeVar("Id", bound=Hashable)

METRE_DEG = 180 / (np.pi * EARTH_RADIUS_M)
"""Degrees of latitude of a metre."""
_ROUNDING_DEG = 1e-9
"""Boxes are this much wider than computed, a tenth of a millimetre, so that rounding leaves nobody out."""
_FEW = 64  # members that left their boxes before the tree is packed anew
_SHARE = 8  # or this part of all members, where that is more


class PointIndex(Generic[Id]):
    """Points that come, go and move often; distances are straight lines over the sphere.

    Parameters
    ----------
    members : iterable of (id, LonLat)
        Points to begin with; may be empty.
    slack_m : float
        How far a point may move before the tree has to know.

    Notes
    -----
    The R-tree holds a box of `slack_m` around each place at which a point was when the tree was packed; those that left
    their boxes since are looked at one by one, and every answer is checked against the places of now, so that it is
    exact at any time. When too many left, the tree is packed anew in one go: 0.6 ms for a thousand points, where taking
    one point out of an R-tree and putting it in again takes 1.2 ms alone (libspatialindex, measured with 10,000).

    Longitudes may not cross the 180th meridian. Not safe to use from several threads at once.

    Examples
    --------
    >>> index = PointIndex([("wang", LonLat(120.171, 30.25))])
    >>> [(who, round(away_m)) for who, away_m in index.within_m(LonLat(120.17, 30.25), 100)]
    [('wang', 96)]
    """

    def __init__(self, members: Iterable[tuple[Id, LonLat]] = (), *, slack_m: float = 100.0) -> None:
        self._slots: dict[Id, int] = {}
        self._ids: list[Id | None] = []
        self._free: list[int] = []
        self._at = np.full((2, _FEW), np.nan)  # lon and lat by slot
        self._packed = np.full((4, _FEW), np.nan)  # west, south, east and north of its box by slot
        self._slack_deg = slack_m * METRE_DEG
        self._loose: set[int] = set()
        self._tree: Index | None = None
        self.move_many(members)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, member: object) -> bool:
        return member in self._slots

    def insert(self, member: Id, place: LonLat) -> None:
        """Add a point; one that is there already moves."""
        self.move_many([(member, place)])

    def move_many(self, moves: Iterable[tuple[Id, LonLat]]) -> None:
        """Add many points, or put those that are there elsewhere; of one named twice the last place counts."""
        given = dict(moves)
        slots = np.array([self._slot_for(member) for member in given], np.int64)
        lon, lat = (np.array([getattr(at, name) for at in given.values()], float) for name in ("lon", "lat"))
        self._at[:, slots] = lon, lat
        west, south, east, north = self._packed[:, slots]
        stays = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        self._loose.difference_update(slots[stays].tolist())
        self._loose.update(slots[~stays].tolist())
        if len(self._loose) > max(_FEW, len(self._slots) // _SHARE):
            self._pack()

    def move(self, member: Id, place: LonLat) -> None:
        """Put a point elsewhere.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        self._slot(member)
        self.move_many([(member, place)])

    def remove(self, member: Id) -> None:
        """Take a point out.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        slot = self._slot(member)
        del self._slots[member]
        self._ids[slot] = None
        self._at[:, slot] = self._packed[:, slot] = np.nan
        self._loose.discard(slot)
        self._free.append(slot)

    def place_of(self, member: Id) -> LonLat:
        """Where a point is.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        lon, lat = self._at[:, self._slot(member)].tolist()
        return LonLat(lon, lat)

    def inside(self, box: Box) -> list[Id]:
        """Points in a rectangle, its edges included, always in the same order; none gives none."""
        members = (self._ids[slot] for slot in self._in(box.west, box.south, box.east, box.north))
        return [member for member in members if member is not None]

    def within_m(self, place: LonLat, radius_m: float) -> list[tuple[Id, float]]:
        """Points at most `radius_m` away with their distance in metres, nearest first; none gives none."""
        tall = radius_m * METRE_DEG + _ROUNDING_DEG
        reach, across = np.sin(np.radians(min(tall, 90.0))), np.cos(np.radians(place.lat))
        wide = np.degrees(np.arcsin(reach / across)) + _ROUNDING_DEG if reach < across else 360.0
        slots = self._in(place.lon - wide, place.lat - tall, place.lon + wide, place.lat + tall)
        away_m = great_circle_m(place.lon, place.lat, *self._at[:, slots])
        near = [(slots[k], float(away_m[k])) for k in np.argsort(away_m, kind="stable")]
        found = ((self._ids[slot], away) for slot, away in near if away <= radius_m)
        return [(member, away) for member, away in found if member is not None]

    def nearest(self, place: LonLat, count: int) -> list[tuple[Id, float]]:
        """Give the `count` nearest points with their distance in metres, nearest first; fewer when there are fewer.

        Candidates for a search by road: ask for several times what is needed.
        """
        wanted = max(0, min(count, len(self._slots)))
        radius_m, found = 500.0, list[tuple[Id, float]]()
        while len(found) < wanted:
            found, radius_m = self.within_m(place, radius_m), 4 * radius_m
        return found[:wanted]

    def _slot(self, member: Id) -> int:
        if member not in self._slots:
            raise UnknownMemberError(f"{member!r} is not in the index of {len(self)} points; insert it first")
        return self._slots[member]

    def _slot_for(self, member: Id) -> int:
        """Slot of a member, a free one for a new one."""
        slot = self._slots.get(member)
        if slot is not None:
            return slot
        if self._free:
            slot = self._free.pop()
            self._ids[slot] = member
        else:
            slot = len(self._ids)
            self._ids.append(member)
            if slot == self._at.shape[1]:
                self._at, self._packed = (
                    np.append(each, np.full_like(each, np.nan), axis=1) for each in (self._at, self._packed)
                )
        self._slots[member] = slot
        return slot

    def _in(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Slots of the points in a rectangle, in order."""
        known = set() if self._tree is None else set(self._tree.intersection((west, south, east, north)))
        slots = np.array(sorted(known | self._loose), np.int64)
        lon, lat = self._at[:, slots]
        found: list[int] = slots[(west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)].tolist()
        return found

    def _pack(self) -> None:
        """Make the tree anew around the places of now."""
        slots = np.array(sorted(self._slots.values()), np.int64)
        lon, lat = self._at[:, slots]
        tall, wide = self._slack_deg, self._slack_deg / np.cos(np.radians(np.clip(lat, -89, 89)))
        boxes = np.array((lon - wide, lat - tall, lon + wide, lat + tall))
        self._packed.fill(np.nan)
        self._packed[:, slots] = boxes
        self._tree = Index((slots, boxes[:2].T.copy(), boxes[2:].T.copy()), interleaved=True)
        self._loose.clear()


class ShapeIndex(Generic[Id]):
    """Polygons that stay: which contain a place, and which are near it.

    Parameters
    ----------
    ids : sequence
        Name of each polygon; answers come in this order where nothing else decides.
    polygons : sequence of shapely polygons
        Degrees; may be empty.

    Raises
    ------
    BadShapeError
        When there are not as many ids as polygons.
    """

    def __init__(self, ids: Sequence[Id], polygons: Sequence[shapely.Geometry] | NDArray[np.object_]) -> None:
        if len(ids) != len(polygons):
            raise BadShapeError(f"there are {len(ids)} ids for {len(polygons)} polygons; each needs one")
        self.ids = tuple(ids)
        self._polygons = np.empty(len(polygons), object)
        self._polygons[:] = list(polygons)
        west, south, east, north = shapely.total_bounds(self._polygons) if len(ids) else (0.0, 0.0, 0.0, 0.0)
        self._plane = LocalPlane((west + east) / 2, (south + north) / 2)
        self._flat = shapely.transform(
            self._polygons, lambda xy: np.column_stack(self._plane.to_xy(xy[:, 0], xy[:, 1]))
        )
        shapely.prepare(self._flat)
        self._tree = shapely.STRtree(self._flat)

    def __len__(self) -> int:
        return len(self.ids)

    def containing(self, lon: ArrayLike, lat: ArrayLike) -> list[tuple[Id, ...]]:
        """Tell for each place which polygons contain it, borders included.

        Parameters
        ----------
        lon, lat : array_like, shape (places,)
            Degrees; a single number counts as one place.

        Returns
        -------
        list of tuple
            For each place the ids in their order; an empty tuple where no polygon is.
        """
        x, y = self._plane.to_xy(np.atleast_1d(lon), np.atleast_1d(lat))
        place, polygon = self._tree.query(shapely.points(x, y), predicate="intersects")
        answers: list[list[int]] = [[] for _ in range(len(x))]
        for row, position in zip(place.tolist(), polygon.tolist(), strict=True):
            answers[row].append(position)
        return [tuple(self.ids[position] for position in sorted(found)) for found in answers]

    def first(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
        """Position of the first polygon that contains each place, -1 where none does, shape (places,)."""
        x, y = self._plane.to_xy(np.atleast_1d(lon), np.atleast_1d(lat))
        place, polygon = self._tree.query(shapely.points(x, y), predicate="intersects")
        none = len(self.ids)
        answer = np.full(len(x), none, np.int64)
        np.minimum.at(answer, place, polygon)
        return np.where(answer == none, -1, answer)

    def within_m(self, place: LonLat, radius_m: float) -> list[tuple[Id, float]]:
        """Polygons whose inside or border lies within a radius, such as the error of a position.

        Parameters
        ----------
        place : LonLat
            Where.
        radius_m : float
            Metres.

        Returns
        -------
        list of (id, float)
            Distance in metres, 0 inside, the nearest first; none gives an empty list.
        """
        x, y = self._plane.to_xy(place.lon, place.lat)
        point = shapely.Point(float(x), float(y))
        found = np.sort(self._tree.query(point, predicate="dwithin", distance=radius_m))
        away_m = shapely.distance(self._flat[found], point)
        return [(self.ids[found[k]], float(away_m[k])) for k in np.argsort(away_m, kind="stable")]
