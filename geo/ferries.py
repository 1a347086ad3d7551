"""Ferries: piers, crossings by timetable, and the earliest arrival at piers over streets and boats."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from heapq import heappop, heappush
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from geo.errors import BadNetworkError
from geo.place import LonLat
from geo.roads import CLOSED_MS

DAY_S = 86_400
AHEAD_DAYS = 8
"""A boat that does not sail within so many days is not waited for."""
BOARDING_S = 120
"""Be at the pier so long before the boat leaves, where nothing else is stated."""
KEPT_DAYS = 4096

Legs = NDArray[np.int64]
"""Street time from pier to pier in ms, shape (piers, piers); `geo.roads.CLOSED_MS` without a way."""


@dataclass(frozen=True, slots=True)
class Pier:
    """Where boats land."""

    name: str
    place: LonLat


@dataclass(frozen=True, slots=True)
class Season:
    """Days for which hours were published, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadNetworkError(f"a season from {self.first} to {self.last} ends before it begins")


@dataclass(frozen=True, slots=True)
class Sailings:
    """Departures on some days of the week, all year or in a season.

    Attributes
    ----------
    weekdays : frozenset of int
        0 is Monday.
    departs_s : tuple of int
        Seconds after local midnight, rising, below two days: 25:10 is the boat after midnight.
    seasons : tuple of Season
        When these hours hold; empty for all year.
    holidays : bool or None
        True: also on every public holiday, whatever its weekday. False: on no public holiday. None: a
        holiday is a day like others.
    """

    weekdays: frozenset[int]
    departs_s: tuple[int, ...]
    seasons: tuple[Season, ...] = ()
    holidays: bool | None = None

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)):
            raise BadNetworkError(
                f"weekdays {sorted(self.weekdays)} hold no days of the week; allowed is 0 .. 6"
            )
        if any(not 0 <= each < 2 * DAY_S for each in self.departs_s):
            raise BadNetworkError(
                "a departure lies before midnight or after the next day; allowed is 0:00 .. 47:59"
            )

    def sails(self, day: date, *, is_holiday: bool) -> bool:
        """Tell whether these departures are sailed on a day."""
        if self.seasons and not any(season.first <= day <= season.last for season in self.seasons):
            return False
        if is_holiday and self.holidays is not None:
            return self.holidays
        return day.weekday() in self.weekdays

    @classmethod
    def every(cls, weekdays: Iterable[int], first_s: int, last_s: int, interval_s: int) -> Self:
        """Sail from the first to the last departure at an interval; the last one is kept when it fits."""
        if interval_s <= 0:
            raise BadNetworkError(f"interval_s {interval_s} is no interval; allowed is more than zero")
        return cls(frozenset(weekdays), tuple(range(first_s, last_s + 1, interval_s)))


@dataclass(frozen=True, slots=True)
class Closure:
    """Days without boats, both ends included: wind, fog, repair."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A boat from one pier to another; the way back is a crossing of its own.

    Attributes
    ----------
    origin, target : int
        Positions of the piers.
    line : tuple of (lon, lat)
        Way over the water in degrees; empty for a straight line.
    profiles : frozenset of str
        Who is let on board.
    """

    name: str
    origin: int
    target: int
    duration_s: int
    sailings: tuple[Sailings, ...]
    boarding_s: int = BOARDING_S
    closures: tuple[Closure, ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    profiles: frozenset[str] = frozenset({"walk", "ebike", "drive"})

    def __post_init__(self) -> None:
        if self.duration_s <= 0 or self.boarding_s < 0:
            told = f"crossing {self.name!r} takes {self.duration_s} s and {self.boarding_s} s to board"
            raise BadNetworkError(f"{told}; allowed is more than zero, and zero or more")


class Label(NamedTuple):
    """How a pier is reached: when, after how long on streets, from which pier, by which boat and when it left.

    ``crossing`` is -1 for a way by street; ``previous`` is -1 where the way began.
    """

    at_ms: int
    street_ms: int
    previous: int
    crossing: int
    departs_ms: int


@dataclass(frozen=True, eq=False)
class Timetable:
    """Piers and the crossings between them; times are milliseconds since 1970 (UTC).

    Parameters
    ----------
    piers : sequence of Pier
    crossings : sequence of Crossing
    zone : tzinfo
        In which clocks on the piers go.
    holidays : frozenset of date
        Public holidays, for sailings that heed them.

    Raises
    ------
    BadNetworkError
        When a crossing names a pier that is not there.
    """

    piers: Sequence[Pier]
    crossings: Sequence[Crossing]
    zone: tzinfo
    holidays: frozenset[date] = frozenset()
    _days: dict[tuple[int, date], tuple[int, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for each in self.crossings:
            if not (0 <= each.origin < len(self.piers) and 0 <= each.target < len(self.piers)):
                raise BadNetworkError(
                    f"crossing {each.name!r} names a pier outside 0 .. {len(self.piers) - 1}"
                )

    def next_ms(self, crossing: int, ready_ms: int) -> int | None:
        """Tell when the next boat leaves for somebody at the pier at a time; None within `AHEAD_DAYS`."""
        earliest = ready_ms + 1000 * self.crossings[crossing].boarding_s
        day = datetime.fromtimestamp(earliest / 1000, self.zone).date()
        for ahead in range(AHEAD_DAYS + 1):
            departures = self._of_day(crossing, day + timedelta(days=ahead))
            position = bisect_left(departures, earliest)
            if position < len(departures):
                return departures[position]
        return None

    def between_ms(self, crossing: int, ready_ms: int, until_ms: int) -> list[int]:
        """List the boats from the next one for somebody at the pier to the last not after `until_ms`."""
        boarding_ms = 1000 * self.crossings[crossing].boarding_s
        found: list[int] = []
        departs_ms = self.next_ms(crossing, ready_ms)
        while departs_ms is not None and departs_ms <= until_ms:
            found.append(departs_ms)
            departs_ms = self.next_ms(crossing, departs_ms + 1 - boarding_ms)
        return found

    def earliest(
        self, starts: Iterable[tuple[int, int, int]], crossings: Iterable[int], legs: Legs, until_ms: int
    ) -> list[Label | None]:
        """Find the earliest arrival at every pier, by streets and boats; boats overtake each other rightly.

        Parameters
        ----------
        starts : iterable of (pier, at_ms, street_ms)
            Piers that are reached without a boat, when, and after how long on streets.
        crossings : iterable of int
            Those that may be used.
        legs : ndarray of int64, shape (piers, piers)
        until_ms : int
            Arrivals later than this do not count.

        Returns
        -------
        list of Label or None
            One per pier; None where nobody arrives in time.
        """
        leaving: dict[int, list[int]] = {}
        for number in crossings:
            leaving.setdefault(self.crossings[number].origin, []).append(number)
        labels: list[Label | None] = [None] * len(self.piers)
        waiting: list[tuple[int, int, int, int, int, int]] = []
        for pier, at_ms, street_ms in starts:
            heappush(waiting, (at_ms, street_ms, pier, -1, -1, at_ms))
        while waiting and waiting[0][0] <= until_ms:
            at_ms, street_ms, pier, previous, crossing, departs_ms = heappop(waiting)
            if labels[pier] is not None:
                continue
            labels[pier] = Label(at_ms, street_ms, previous, crossing, departs_ms)
            for other, leg_ms in enumerate(legs[pier].tolist()):
                if leg_ms < CLOSED_MS and labels[other] is None:
                    heappush(waiting, (at_ms + leg_ms, street_ms + leg_ms, other, pier, -1, at_ms))
            for number in leaving.get(pier, ()):
                boat_ms = self.next_ms(number, at_ms)
                if boat_ms is not None:
                    taken = self.crossings[number]
                    landed_ms = boat_ms + 1000 * taken.duration_s
                    heappush(waiting, (landed_ms, street_ms, taken.target, pier, number, boat_ms))
        return labels

    def _of_day(self, crossing: int, day: date) -> tuple[int, ...]:
        """Departures on a calendar day, those after the midnight of the day before included."""
        known = self._days.get((crossing, day))
        if known is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            eve = day - timedelta(days=1)
            seconds = {s for s in self._service_s(crossing, day) if s < DAY_S}
            seconds |= {s - DAY_S for s in self._service_s(crossing, eve) if s >= DAY_S}
            midnight = datetime.combine(day, time())
            clocks = ((midnight + timedelta(seconds=s)).replace(tzinfo=self.zone) for s in seconds)
            known = tuple(sorted({round(clock.timestamp() * 1000) for clock in clocks}))
            self._days[crossing, day] = known
        return known

    def _service_s(self, crossing: int, day: date) -> set[int]:
        """Departures of a day's service in seconds after its midnight; none on a closed day."""
        taken = self.crossings[crossing]
        if any(closure.first <= day <= closure.last for closure in taken.closures):
            return set()
        is_holiday = day in self.holidays
        return {
            s for each in taken.sailings if each.sails(day, is_holiday=is_holiday) for s in each.departs_s
        }
