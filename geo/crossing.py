"""The nearest members, journeys and coverage where boats join the streets; exact, waits counted."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadPlaceError, NoStreetError
from geo.ferries import Label, Legs, Timetable
from geo.itinerary import Route
from geo.metric import Metric
from geo.nearest import WHOLE
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.reach import UNREACHED, Quay, Reach, coverage
from geo.roads import CLOSED_MS
from geo.site import Site, arrivals, departures
from geo.voyage import Journey, Leg, drawn, joined, legs_to

Int64s = NDArray[np.int64]

PIER_REACH_M = 150.0
"""A pier farther than this from every street of a profile has no way ashore."""
BESIDE_MS = 2000
"""A pier so near to the end of a street stands at its node."""


class _Onward(NamedTuple):
    """Ways on to one end: time on streets from each pier, and what was found out already."""

    end_ms: list[int]
    known: dict[tuple[int, int], tuple[int, int]]


class FerryPlaces:
    """A `PlaceIndex` whose streets are joined by boats.

    Parameters
    ----------
    index : PlaceIndex
        Members and streets of one profile.
    timetable : Timetable
        Crossings that do not let the profile on board are left out.
    """

    def __init__(self, index: PlaceIndex, timetable: Timetable) -> None:
        self.index = index
        self.timetable = timetable
        profile = index.streets.network.profile
        self._boats = [i for i, each in enumerate(timetable.crossings) if profile in each.profiles]
        self._berths = [_berth(index, pier.place) for pier in timetable.piers] if self._boats else []
        self._leaving: dict[int, list[int]] = {}
        for number in self._boats:
            self._leaving.setdefault(timetable.crossings[number].origin, []).append(number)
        self._quays = [pier for pier in sorted(self._leaving) if self._berths[pier] is not None]
        self._known_legs: tuple[Metric, Legs] | None = None

    def __bool__(self) -> bool:
        """Whether any boat can be boarded at all."""
        return bool(self._quays)

    def journey(self, source: LonLat, target: LonLat, at: datetime) -> Journey | None:
        """Find the earliest arrival of somebody who sets out at a time, or None when there is none.

        Raises
        ------
        NoStreetError
            When an end has no street in reach.
        """
        start, end, router, now = self.index.site(source), self.index.site(target), self.index.router, _ms(at)
        best = router.travel_ms(start, end)
        if self._quays:
            to_piers, from_piers = self._times_from(start), self._times_to(end)
            labels = self._labels(to_piers, now)
            landed = [
                (label.at_ms - now + from_piers[pier], label.street_ms, pier)
                for pier, label in enumerate(labels)
                if label is not None and label.crossing >= 0 and from_piers[pier] < CLOSED_MS
            ]
            if landed and (best is None or min(landed)[0] < best):
                travel_ms, street_ms, pier = min(landed)
                span = now, now + travel_ms
                legs = legs_to(labels, self.timetable, pier, (source, target), span)
                return Journey(travel_ms, travel_ms - street_ms - from_piers[pier], legs)
        return None if best is None else Journey(best, 0, (Leg("street", source, target, now, now + best),))

    def route(self, source: LonLat, target: LonLat, at: datetime) -> Route | None:
        """Find the way with its shape and turns, boats included; see `journey`. A boat is a step with turn "ferry"."""
        journey = self.journey(source, target, at)
        if journey is None:
            return None
        if not journey.ferry_ms:
            return self.index.route(source, target)
        where: dict[LonLat, int | Site | None] = {place: self.index.site(place) for place in (source, target)}
        where |= {pier.place: berth for pier, berth in zip(self.timetable.piers, self._berths, strict=True)}
        parts: list[Route] = []
        for leg in journey.legs:
            begin, end = where[leg.origin], where[leg.target]
            if leg.kind != "street":
                parts.append(drawn(leg))
            elif begin is not None and end is not None and (way := self.index.router.route(begin, end)):
                parts.append(way)
        return joined(parts, journey.travel_ms)

    def nearest(
        self, place: LonLat, category: int | Iterable[int], k: int, at: datetime, *, inbound: bool = False
    ) -> tuple[Int64s, Int64s, Int64s]:
        """Find the k members with the earliest arrival for a start at a time.

        Parameters
        ----------
        place : LonLat
        category : int or iterable of int
        k : int
        at : datetime
            Aware; when everybody sets out.
        inbound : bool
            True: the members travel to the place. False: the other way.

        Returns
        -------
        members, travel_ms, ferry_ms : ndarray of int64, shape (found,)
            Nearest first, the lower number first among equals. ``ferry_ms`` is the part of ``travel_ms`` spent
            waiting for boats and aboard, 0 for those who come by street alone.

        Raises
        ------
        NoStreetError
            When the place has no street in reach.
        """
        wanted = int(category) if isinstance(category, WHOLE) else frozenset(category)
        where = self.index.site(place)
        members, travel = self.index.members.nearest(where, wanted, k, inbound=inbound)
        if not self._quays or k <= 0:
            return members, travel, np.zeros(len(members), np.int64)
        best = {m: (t, 0) for m, t in zip(members.tolist(), travel.tolist(), strict=True)}
        search = self._come if inbound else self._go
        search(where, (wanted, k), _ms(at), best)
        nearest = sorted((t, m, f) for m, (t, f) in best.items())[:k]
        travel, members, ferry = np.array(nearest, np.int64).reshape(-1, 3).T
        return members, travel, ferry

    def reach(
        self, nodes: ArrayLike, cost_ms: ArrayLike, at: datetime, *, inbound: bool, limit_ms: int
    ) -> Reach:
        """Find the nearest source of every node as `geo.reach.coverage` does, over boats too.

        Parameters
        ----------
        nodes, cost_ms : array_like of int, shape (sources,)
        at : datetime
            When everybody sets out.
        inbound : bool
            True: the source travels to everybody.
        limit_ms : int
            Boats that land, or journeys by boat that end, later than this do not count.
        """
        nodes, cost_ms = (
            np.atleast_1d(np.asarray(nodes, np.int64)),
            np.atleast_1d(np.asarray(cost_ms, np.int64)),
        )
        hierarchy = self.index.members.hierarchy
        travel = coverage(hierarchy, nodes, inbound=inbound, cost_ms=cost_ms)[0].astype(np.int64)
        if not self._quays or not len(nodes):
            return Reach(travel)
        if not inbound:
            return Reach(travel, self._offers(travel, _ms(at), limit_ms))
        now = _ms(at)
        times = [self._beside(berth, travel, leaving=False) for berth in self._berths]
        more, costs, landed = [nodes], [cost_ms], []
        for pier, label in enumerate(self._labels(times, now, limit_ms)):
            berth = self._berths[pier]
            if label is None or label.crossing < 0 or berth is None:
                continue
            landed.append((berth, label.at_ms - now))
            ends = departures(berth, hierarchy.network, hierarchy.weight_ms)
            more.append(np.array([node for node, _, _ in ends], np.int64))
            costs.append(np.array([label.at_ms - now + part for _, part, _ in ends], np.int64))
        afloat = coverage(hierarchy, np.concatenate(more), inbound=True, cost_ms=np.concatenate(costs))[0]
        return Reach(afloat.astype(np.int64), landed=tuple(landed))

    def _go(
        self, where: Site, asked: tuple[int | frozenset[int], int], now: int, best: dict[int, tuple[int, int]]
    ) -> None:
        """Add the members that are reached from where boats land."""
        category, k = asked
        for pier, label in enumerate(self._labels(self._times_from(where), now)):
            berth = self._berths[pier]
            if label is None or label.crossing < 0 or berth is None:
                continue
            spent = label.at_ms - now
            limit_ms = _kth(best, k) - spent
            if limit_ms < 0:
                continue
            found = self.index.members.nearest(berth, category, k, limit_ms=limit_ms)
            for member, street_ms in zip(*(each.tolist() for each in found), strict=True):
                _keep(best, member, (spent + street_ms, spent - label.street_ms))

    def _come(
        self, where: Site, asked: tuple[int | frozenset[int], int], now: int, best: dict[int, tuple[int, int]]
    ) -> None:
        """Add the members that come to a pier and take the boat; many share one, all of them count."""
        category, k = asked
        onward = _Onward(self._times_to(where), {})
        for pier in self._quays:
            berth = self._berths[pier]
            least = self._board(pier, now, onward)[0] - now
            if berth is None or least > _kth(best, k):
                continue
            count = k
            while True:
                members, street = self.index.members.nearest(berth, category, count, inbound=True)
                for member, street_ms in zip(members.tolist(), street.tolist(), strict=True):
                    landed, ashore_ms = self._board(pier, now + street_ms, onward)
                    if landed - now < CLOSED_MS:
                        _keep(best, member, (landed - now, landed - now - street_ms - ashore_ms))
                last = self._board(pier, now + int(street[-1]), onward)[0] - now if len(street) else CLOSED_MS
                if len(members) < count or last > _kth(best, k) or last >= CLOSED_MS:
                    break
                count *= 4

    def _board(self, pier: int, ready_ms: int, onward: _Onward) -> tuple[int, int]:
        """Arrival at the end for somebody at a pier who takes a boat there, and how much of it is on streets."""
        best = (ready_ms + CLOSED_MS, 0)
        for number in self._leaving[pier]:
            taken = self.timetable.crossings[number]
            departs_ms = self.timetable.next_ms(number, ready_ms)
            if departs_ms is not None:
                best = min(best, self._land(taken.target, departs_ms + 1000 * taken.duration_s, onward))
        return best

    def _land(self, pier: int, at_ms: int, onward: _Onward) -> tuple[int, int]:
        """Arrival at the end for somebody at a pier, by streets and further boats."""
        known = onward.known.get((pier, at_ms))
        if known is None:
            labels = self.timetable.earliest([(pier, at_ms, 0)], self._boats, self._legs(), at_ms + CLOSED_MS)
            known = min(
                (
                    (label.at_ms + end_ms, label.street_ms + end_ms)
                    for label, end_ms in zip(labels, onward.end_ms, strict=True)
                    if label is not None and end_ms < CLOSED_MS
                ),
                default=(at_ms + CLOSED_MS, 0),
            )
            onward.known[pier, at_ms] = known
        return known

    def _offers(self, node_ms: Int64s, now: int, limit_ms: int) -> tuple[Quay, ...]:
        """List what each pier offers to those who travel to the sources."""
        hierarchy = self.index.members.hierarchy
        onward = _Onward([self._beside(berth, node_ms, leaving=True) for berth in self._berths], {})
        quays = []
        for pier in self._quays:
            berth = self._berths[pier]
            boats = sorted(self._boats_from(pier, now, now + limit_ms))
            if berth is None or not boats:
                continue
            ready = np.array([ready_ms - now for ready_ms, _, _ in boats], np.int64)
            total = np.array(
                [self._land(target, at_ms, onward)[0] - now for _, target, at_ms in boats], np.int64
            )
            total = np.minimum.accumulate(total[::-1])[::-1]
            total[total > limit_ms] = CLOSED_MS
            ends = arrivals(berth, hierarchy.network, hierarchy.weight_ms)
            costs = [part for _, part, _ in ends]
            to_pier = coverage(hierarchy, [node for node, _, _ in ends], cost_ms=costs)[0]
            quays.append(Quay(to_pier.astype(np.int64), ready, total, berth))
        return tuple(quays)

    def _boats_from(self, pier: int, now: int, until_ms: int) -> Iterable[tuple[int, int, int]]:
        """Boats of a pier: when to be there, where and when they land."""
        for number in self._leaving[pier]:
            taken = self.timetable.crossings[number]
            for departs_ms in self.timetable.between_ms(number, now, until_ms):
                yield departs_ms - 1000 * taken.boarding_s, taken.target, departs_ms + 1000 * taken.duration_s

    def _labels(self, times: list[int], now: int, limit_ms: int = CLOSED_MS - 1) -> list[Label | None]:
        """Earliest arrivals at all piers from street times to them."""
        starts = [(pier, now + spent, spent) for pier, spent in enumerate(times) if spent < CLOSED_MS]
        return self.timetable.earliest(starts, self._boats, self._legs(), now + limit_ms)

    def _times_from(self, where: Site) -> list[int]:
        return [self._street_ms(where, berth) for berth in self._berths]

    def _times_to(self, where: Site) -> list[int]:
        return [self._street_ms(berth, where) for berth in self._berths]

    def _street_ms(self, source: int | Site | None, target: int | Site | None) -> int:
        """Street time, or `CLOSED_MS`."""
        found = None if source is None or target is None else self.index.router.travel_ms(source, target)
        return CLOSED_MS if found is None else found

    def _legs(self) -> Legs:
        """Street times between the piers at the travel times in force."""
        metric = self.index.members.hierarchy.metric
        if self._known_legs is None or self._known_legs[0] is not metric:
            rows = [[self._street_ms(a, b) for b in self._berths] for a in self._berths]
            self._known_legs = metric, np.array(rows, np.int64).reshape(len(rows), len(rows))
        return self._known_legs[1]

    def _beside(self, berth: int | Site | None, node_ms: Int64s, *, leaving: bool) -> int:
        """Time at a pier from the times at the nodes next to it."""
        hierarchy = self.index.members.hierarchy
        ends = (
            ()
            if berth is None
            else (departures if leaving else arrivals)(berth, hierarchy.network, hierarchy.weight_ms)
        )
        times = [int(node_ms[node]) + part for node, part, _ in ends if node_ms[node] != UNREACHED]
        return min(times, default=CLOSED_MS)


def _berth(index: PlaceIndex, place: LonLat) -> int | Site | None:
    """Join a pier with the streets; None when none of them comes near."""
    try:
        site = index.streets.site(
            place.lon, place.lat, walk_m_per_s=index.walk_m_per_s, reach_m=PIER_REACH_M, across=True
        )
    except NoStreetError:
        return None
    network = index.streets.network
    along_ms = int(network.weight_ms[site.arc])
    if site.walk_ms <= BESIDE_MS and min(site.fraction, 1 - site.fraction) * along_ms <= BESIDE_MS:
        end = int(network.tail[site.arc] if site.fraction < 0.5 else network.head[site.arc])
        return end if network.place is None else int(network.place[end])
    return site


def _keep(best: dict[int, tuple[int, int]], member: int, found: tuple[int, int]) -> None:
    """Remember the earlier arrival of a member, by street when both take as long."""
    best[member] = min(found, best.get(member, found))


def _kth(best: dict[int, tuple[int, int]], k: int) -> int:
    """Time of the k-th nearest so far; the longest there is when there are fewer."""
    return sorted(travel for travel, _ in best.values())[k - 1] if len(best) >= k else CLOSED_MS - 1


def _ms(at: datetime) -> int:
    """Milliseconds since 1970.

    Raises
    ------
    BadPlaceError
        When the time has no zone.
    """
    if at.tzinfo is None:
        raise BadPlaceError(f"{at} has no zone; boats need an aware time")
    return round(at.timestamp() * 1000)
