"""Where things are: points that move, and shapes that contain."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from rtree.index import Index

from geo.errors import BadShapeError, UnknownMemberError
from geo.place import LocalPlane, LonLat, great_circle_m

Id = TypeVar("Id", bound=Hashable)

_WIDER = 1.01
"""The flat metres of the index are off by less than this factor within 100 km of the origin."""


class PointIndex(Generic[Id]):
    """Points that come, go and move; distances are straight lines over the sphere.

    Parameters
    ----------
    origin : LonLat
        Middle of the area; members may lie up to 100 km away.
    members : iterable of (id, LonLat)
        Points to begin with; may be empty.

    Examples
    --------
    >>> index = PointIndex(LonLat(120.17, 30.25), [("wang", LonLat(120.171, 30.25))])
    >>> [(who, round(away_m)) for who, away_m in index.within_m(LonLat(120.17, 30.25), 100)]
    [('wang', 96)]
    """

    def __init__(self, origin: LonLat, members: Iterable[tuple[Id, LonLat]] = ()) -> None:
        self._plane = LocalPlane(origin.lon, origin.lat)
        self._slots: dict[Id, int] = {}
        self._members: dict[int, tuple[Id, LonLat]] = {}
        self._next = 0
        self._tree = Index(interleaved=True)
        for member, place in members:
            self.insert(member, place)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, member: object) -> bool:
        return member in self._slots

    def insert(self, member: Id, place: LonLat) -> None:
        """Add a point; one that is there already moves."""
        if member in self._slots:
            self.remove(member)
        slot, self._next = self._next, self._next + 1
        self._slots[member] = slot
        self._members[slot] = (member, place)
        self._tree.insert(slot, self._box(place, 0.0))

    def move(self, member: Id, place: LonLat) -> None:
        """Put a point elsewhere.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        self.remove(member)
        self.insert(member, place)

    def remove(self, member: Id) -> None:
        """Take a point out.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        slot = self._slot(member)
        self._tree.delete(slot, self._box(self._members[slot][1], 0.0))
        del self._slots[member], self._members[slot]

    def place_of(self, member: Id) -> LonLat:
        """Where a point is.

        Raises
        ------
        UnknownMemberError
            When it is not in the index.
        """
        return self._members[self._slot(member)][1]

    def within_m(self, place: LonLat, radius_m: float) -> list[tuple[Id, float]]:
        """Points at most `radius_m` away with their distance in metres, nearest first; none gives none."""
        found = self._tree.intersection(self._box(place, radius_m * _WIDER))
        return [(member, away) for member, away in self._measured(place, found) if away <= radius_m]

    def nearest(self, place: LonLat, count: int) -> list[tuple[Id, float]]:
        """Give the `count` nearest points with their distance in metres, nearest first; fewer when there are fewer.

        Candidates for a search by road: ask for several times what is needed.
        """
        if not self._slots or count < 1:
            return []
        rough = self._measured(place, self._tree.nearest(self._box(place, 0.0), count))
        return self.within_m(place, rough[min(count, len(rough)) - 1][1])[:count]

    def _slot(self, member: Id) -> int:
        if member not in self._slots:
            raise UnknownMemberError(f"{member!r} is not in the index of {len(self)} points; insert it first")
        return self._slots[member]

    def _box(self, place: LonLat, radius_m: float) -> tuple[float, float, float, float]:
        x, y = (float(value) for value in self._plane.to_xy(place.lon, place.lat))
        return (x - radius_m, y - radius_m, x + radius_m, y + radius_m)

    def _measured(self, place: LonLat, slots: Iterable[int]) -> list[tuple[Id, float]]:
        """Members with exact distances, nearest first, equal ones in order of entry."""
        found = sorted(set(slots))
        members = [self._members[slot] for slot in found]
        lon, lat = [at.lon for _, at in members], [at.lat for _, at in members]
        away_m = great_circle_m(place.lon, place.lat, lon, lat)
        return [(members[k][0], float(away_m[k])) for k in np.argsort(away_m, kind="stable")]


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
