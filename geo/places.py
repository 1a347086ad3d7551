"""Search and routes from door to door: places on the map joined with the streets that are open."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadNetworkError, BadPlaceError, NoStreetError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.nearest import NO_MEMBER, NearestIndex
from geo.place import LonLat
from geo.roads import CLOSED_MS
from geo.routes import UNREACHABLE_MS, Route, Router
from geo.site import Site
from geo.streets import Snap, Streets

WALK_M_PER_S = 1.2
"""Pace between door and street when none is stated; 4.3 km/h, an older pedestrian."""


class PlaceIndex:
    """Members and questions at places on the map, joined with the streets that are open at the time.

    When streets are closed or opened, members are joined anew; safe to use from several threads.

    Parameters
    ----------
    streets : Streets
        The streets to snap to.
    hierarchy : Hierarchy
        Built over the same network.
    walk_m_per_s : float
        Pace between a door and its street.
    reach_m : float, optional
        A place farther than this from every street is refused; without it farther than the network allows.
    """

    def __init__(
        self,
        streets: Streets,
        hierarchy: Hierarchy,
        *,
        walk_m_per_s: float = WALK_M_PER_S,
        reach_m: float | None = None,
    ) -> None:
        if streets.network.fingerprint != hierarchy.network.fingerprint:
            raise BadNetworkError("streets and hierarchy belong to different networks; build both over one")
        if not walk_m_per_s > 0:
            raise BadPlaceError(f"walk_m_per_s {walk_m_per_s!r} is no pace; allowed is more than zero")
        self.streets = streets
        self.members = NearestIndex(hierarchy)
        self.router = Router(hierarchy)
        self.walk_m_per_s = walk_m_per_s
        self.reach_m = streets.network.last_m if reach_m is None else reach_m
        self._stands: dict[int, tuple[LonLat, Site]] = {}
        self._lock = Lock()
        self._closed = hierarchy.weight_ms >= CLOSED_MS
        hierarchy.follow(self._adopt)

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, member: int) -> bool:
        return member in self.members

    def site(self, place: LonLat) -> Site:
        """Join a place with its nearest street that is open now.

        Raises
        ------
        NoStreetError
            When no street lies within `reach_m`.
        """
        return self.streets.site(
            place.lon,
            place.lat,
            walk_m_per_s=self.walk_m_per_s,
            reach_m=self.reach_m,
            weight_ms=self.router.hierarchy.weight_ms,
        )

    def site_of(self, member: int) -> Site | None:
        """Tell where a member is joined with the streets that are open now; None when there is no such member."""
        known = self._stands.get(member)
        return None if known is None else known[1]

    def insert(
        self,
        member: int,
        place: LonLat,
        categories: int | Iterable[int],
        *,
        cost_ms: int = 0,
        flags: int = 0,
    ) -> None:
        """Add a member at a place, or replace the one of the same number; see `NearestIndex.insert`."""
        with self._lock:
            site = self.site(place)
            self.members.insert(member, site, categories, cost_ms, flags)
            self._stands[member] = place, site

    def insert_many(self, members: Iterable[tuple[int, LonLat, int | Iterable[int]]]) -> list[int]:
        """Add or replace many members at once, each with its number, place and categories.

        Returns
        -------
        list of int
            Members that are not added, since no street lies within reach of their place; those of before stay.
        """
        given = list(members)
        with self._lock:
            sites = self._sites_of([place for _, place, _ in given])
            for (member, place, categories), site in zip(given, sites, strict=True):
                if site is not None:
                    self.members.insert(member, site, categories)
                    self._stands[member] = place, site
        return [member for (member, _, _), site in zip(given, sites, strict=True) if site is None]

    def move(self, member: int, place: LonLat) -> None:
        """Let a member stand at another place; `UnknownMemberError` when there is no such member."""
        with self._lock:
            site = self.site(place)
            self.members.move(member, site)
            self._stands[member] = place, site

    def move_many(self, moves: Iterable[tuple[int, LonLat]]) -> list[int]:
        """Let many members stand elsewhere, joined with their streets in one go.

        Members follow one after the other, so that a question between sees each where it was or where it is.

        Returns
        -------
        list of int
            Members that stay where they are, since no street lies within reach of their new place.

        Raises
        ------
        UnknownMemberError
            When there is no such member; those before it have moved.
        """
        given = list(moves)
        with self._lock:
            sites = self._sites_of([place for _, place in given])
            for (member, place), site in zip(given, sites, strict=True):
                if site is not None:
                    self.members.move(member, site)
                    self._stands[member] = place, site
        return [member for (member, _), site in zip(given, sites, strict=True) if site is None]

    def remove(self, member: int) -> None:
        """Take a member out; `UnknownMemberError` when there is no such member."""
        with self._lock:
            self.members.remove(member)
            del self._stands[member]

    def update(self, member: int, *, cost_ms: int | None = None, flags: int | None = None) -> None:
        """Change what a member adds to its travel time, or its flags."""
        self.members.update(member, cost_ms=cost_ms, flags=flags)

    def nearest(
        self,
        place: LonLat,
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the k members with the least travel time from door to door; see `NearestIndex.nearest`."""
        where = self.site(place)
        return self.members.nearest(where, category, k, flags=flags, limit_ms=limit_ms, inbound=inbound)

    def nearest_many(
        self,
        lon: ArrayLike,
        lat: ArrayLike,
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Answer `nearest` for many places at once, degrees of shape (places,).

        Returns
        -------
        members, travel_ms : ndarray of int64, shape (places, k)
            Rows with fewer members are filled with `geo.nearest.NO_MEMBER` and -1; those of places without a
            street within `reach_m` wholly.
        """
        snap = self.streets.snap(lon, lat, self.router.hierarchy.weight_ms)
        near = np.nonzero(snap.offset_m <= self.reach_m)[0]
        sites = self._sites(snap, near)
        answers = np.full((2, len(snap.arc), max(0, k)), NO_MEMBER, np.int64)
        found = self.members.nearest_many(sites, category, k, flags=flags, limit_ms=limit_ms, inbound=inbound)
        answers[:, near] = found
        return answers[0], answers[1]

    def doors_ms(
        self, places: Sequence[LonLat], weight_ms: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Tell the travel times from each place to each, from door to door.

        Parameters
        ----------
        places : sequence of LonLat
        weight_ms : ndarray of int32, shape (arcs,), optional
            Other travel times than those in force, such as those of tomorrow.

        Returns
        -------
        ndarray of int32, shape (places, places)
            Milliseconds; `geo.routes.UNREACHABLE_MS` without a way, and so to and from a place without a street in
            reach.
        """
        hierarchy = self.router.hierarchy
        metric = hierarchy.metric if weight_ms is None else hierarchy.foreseen(weight_ms)
        lon, lat = [place.lon for place in places], [place.lat for place in places]
        travel = np.full((len(places), len(places)), UNREACHABLE_MS, np.int32)
        if not len(places):
            return travel
        try:
            snap = self.streets.snap(lon, lat, metric.weight_ms)
        except NoStreetError:  # every street is closed
            return travel
        near = np.nonzero(snap.offset_m <= self.reach_m)[0]
        sites = self._sites(snap, near)
        travel[np.ix_(near, near)] = self.router.doors_ms(sites, metric)
        return travel

    def _sites_of(self, places: Sequence[LonLat]) -> list[Site | None]:
        """Join places with the streets that are open now; None where none is in reach."""
        return self.streets.sites(
            [place.lon for place in places],
            [place.lat for place in places],
            walk_m_per_s=self.walk_m_per_s,
            reach_m=self.reach_m,
            weight_ms=self.router.hierarchy.weight_ms,
        )

    def _sites(self, snap: Snap, near: NDArray[np.int64]) -> list[Site]:
        walk_ms = np.rint(snap.offset_m[near] / self.walk_m_per_s * 1000).astype(np.int64)
        parts = snap.arc[near], self.streets.twin[snap.arc[near]], snap.fraction[near], walk_ms
        return [Site(*part) for part in zip(*(each.tolist() for each in parts), strict=True)]

    def travel_ms(self, source: LonLat, target: LonLat) -> int | None:
        """Tell the travel time from door to door, or None when no way leads there."""
        return self.router.travel_ms(self.site(source), self.site(target))

    def route(self, source: LonLat, target: LonLat) -> Route | None:
        """Find a shortest way from door to door, or None when no way leads there."""
        return self.router.route(self.site(source), self.site(target))

    def _adopt(self, metric: Metric) -> None:
        """Join members anew whose street was closed, all of them when one was opened; or leave them cut off."""
        closed = metric.weight_ms >= CLOSED_MS
        opened, shut = self._closed & ~closed, closed & ~self._closed
        if not opened.any() and not shut.any():
            return
        with self._lock:
            self._closed = closed
            for member, (place, site) in list(self._stands.items()):
                if opened.any() or shut[site.arc] or (site.twin >= 0 and shut[site.twin]):
                    with suppress(NoStreetError):
                        self._stands[member] = place, self.site(place)
                        if self._stands[member][1] != site:
                            self.members.move(member, self._stands[member][1])
