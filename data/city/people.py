"""Where people on shift are: their newest positions in memory, on the streets and on the map, from every process."""

import threading
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import PositionConsentRow, PositionRow, fact_of
from dispatch.item import Profile
from dispatch.positions import Position, PositionRules
from geo.errors import NoStreetError
from geo.index import PointIndex
from geo.place import Box, LonLat
from geo.places import PlaceIndex

PROFILE: Profile = "ebike"
"""How people on shift travel when somebody has to be there soon."""
ANYBODY = 0
SETTLED = timedelta(seconds=10)  # no position is on its way into the store for longer


class LivePeople:
    """The newest position of each person, found by place and by road; safe to use from several threads.

    Positions taken by this process come at once, those of others with `follow`. What is old or no longer agreed to is
    dropped there too. Whoever asks says who may be told of: memory knows no shifts.

    Parameters
    ----------
    streets : PlaceIndex
        Without members, over the streets of `PROFILE`.
    rules : PositionRules

    Attributes
    ----------
    streets : PlaceIndex
        Those who have a street in reach, numbered in order of appearance; questions may be asked of it.
    """

    def __init__(self, streets: PlaceIndex, rules: PositionRules) -> None:
        self.streets, self._rules = streets, rules
        self._points = PointIndex[str]()
        self._newest: dict[str, Position] = {}
        self._numbers: dict[str, int] = {}
        self._users: list[str] = []
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self._looked_at: datetime | None = None

    def __len__(self) -> int:
        return len(self._newest)

    def take(self, positions: Iterable[Position]) -> None:
        """Let people be where they were last; a position older than the known one changes nothing."""
        with self._lock:
            moved: dict[str, Position] = {}
            for one in positions:
                known = moved.get(one.user) or self._newest.get(one.user)
                if known is None or known.at < one.at:
                    moved[one.user] = one
            if not moved:
                return
            self._newest |= moved
            self._changed |= moved.keys()
            self._points.move_many((user, one.place) for user, one in moved.items())
            self._join(moved.values())

    def forget(self, users: Collection[str]) -> None:
        """Take people out; those who are not there are no harm."""
        with self._lock:
            self._drop(users)

    def newest(self) -> Mapping[str, Position]:
        """Give the newest position of everybody, by user; older ones than are shown may be among them until `follow`."""
        with self._lock:
            return dict(self._newest)

    def fresh(self, users: Collection[str], now: datetime) -> Mapping[str, Position]:
        """Give the positions of some people that still say where they are; without those of whom none is fresh."""
        since = now - self._rules.fresh
        with self._lock:
            known = (self._newest[user] for user in users if user in self._newest)
            return {one.user: one for one in known if one.at >= since}

    def inside(self, box: Box) -> list[Position]:
        """Give the newest positions in a rectangle; none gives none."""
        with self._lock:
            return [self._newest[user] for user in self._points.inside(box)]

    def within_m(self, place: LonLat, radius_m: float) -> list[tuple[Position, float]]:
        """Give the newest positions at most so far away with their distance in metres, nearest first."""
        with self._lock:
            return [(self._newest[user], away) for user, away in self._points.within_m(place, radius_m)]

    def nearest(
        self, place: LonLat, k: int, users: Collection[str], now: datetime
    ) -> list[tuple[Position, float]]:
        """Give those k of some people, with fresh positions, who are at a place soonest by road.

        Returns
        -------
        list of (Position, float)
            Nearest first, with seconds of the way by `PROFILE`; empty where no street leads to the place.
        """
        fresh, asked = self.fresh(users, now), k
        while True:
            try:
                members, travel_ms = self.streets.nearest(place, ANYBODY, asked, inbound=True)
            except NoStreetError:
                return []
            found = [
                (self._users[n], ms / 1000)
                for n, ms in zip(members.tolist(), travel_ms.tolist(), strict=True)
            ]
            suited = [(fresh[user], travel_s) for user, travel_s in found if user in fresh]
            if len(suited) >= k or len(members) < asked:
                return suited[:k]
            asked *= 4

    def changed(self) -> frozenset[str]:
        """Give those who moved, came or went since this was asked last."""
        with self._lock:
            told, self._changed = self._changed, set()
        return frozenset(told)

    def follow(self, session: Session, now: datetime) -> None:
        """Read what came in since the last look, from whichever process, and drop what is old or no longer agreed to.

        The last seconds are read once more, since what came in then may have been committed later: a position known
        already changes nothing.
        """
        shown = now - self._rules.shown
        since = shown if self._looked_at is None else min(self._looked_at, now) - SETTLED
        query = select(PositionRow).where(
            PositionRow.received_at >= since,
            PositionRow.at >= shown,
            PositionRow.accuracy_m <= self._rules.rough_m,
        )
        self.take(fact_of(Position, row) for row in session.scalars(query.order_by(PositionRow.at)))
        self._looked_at = now
        with self._lock:
            held = list(self._newest)
            old = [user for user, one in self._newest.items() if one.at < shown]
        agreed = select(PositionConsentRow.user).where(
            PositionConsentRow.user.in_(held), PositionConsentRow.given
        )
        self.forget({*old, *(set(held) - set(session.scalars(agreed)) if held else ())})

    def _join(self, moved: Iterable[Position]) -> None:
        """Put people on the streets; who has none in reach is on the map alone."""
        known, new = [], []
        for one in moved:
            number = self._numbers.get(one.user)
            if number is None:
                number = self._numbers[one.user] = len(self._users)
                self._users.append(one.user)
            if number in self.streets:
                known.append((number, one.place))
            else:
                new.append((number, one.place, ANYBODY))
        for number in self.streets.move_many(known):
            self.streets.remove(number)
        self.streets.insert_many(new)

    def _drop(self, users: Collection[str]) -> None:
        for user in set(users) & self._newest.keys():
            del self._newest[user]
            self._points.remove(user)
            if self._numbers[user] in self.streets:
                self.streets.remove(self._numbers[user])
            self._changed.add(user)
