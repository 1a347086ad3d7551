"""Closures on the streets that a process holds: taken when they are committed, and as they begin and end."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.log import LOG
from dispatch.closures import Closure, in_force, next_change
from dispatch.errors import BadFieldError
from dispatch.item import PROFILES, Profile
from geo.changes import Change, StreetFinder, changed_weights
from geo.errors import BadShapeError
from geo.places import PlaceIndex

Arcs = NDArray[np.int64]


class StreetChanges:
    """Keeps the travel times of all profiles as the closures in force want them; safe to share between threads.

    Parameters
    ----------
    indexes : Mapping of Profile to PlaceIndex
        By profile.
    clock : callable
        Tells the time; closures begin and end by it with the first question asked afterwards.
    """

    def __init__(self, indexes: Mapping[Profile, PlaceIndex], clock: Callable[[], datetime]) -> None:
        self._indexes, self._clock = indexes, clock
        self._finders = {profile: StreetFinder(index.streets) for profile, index in indexes.items()}
        self._lock = threading.Lock()
        self._closures: dict[str, Closure] = {}
        self._arcs: dict[tuple[str, Profile], Arcs] = {}
        self._due_at: datetime | None = None
        self.version = 0
        """Grows whenever the travel times of a profile change."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all streets, sorted."""
        return tuple(sorted({name for finder in self._finders.values() for name in finder.names}))

    def find(self, closure: Closure, profile: Profile) -> Arcs:
        """Return the arcs that a closure means on the streets of a profile; empty where it means none.

        Raises
        ------
        BadFieldError
            When its shape cannot be read.
        """
        key = closure.no, profile
        if (known := self._arcs.get(key)) is not None:
            return known
        try:
            drawn = shapely.from_geojson(json.dumps(dict(closure.shape))) if closure.shape else None
            found = self._finders[profile].arcs(drawn, closure.streets)
        except (BadShapeError, shapely.errors.ShapelyError) as error:
            raise BadFieldError(
                "shape", dict(closure.shape), f"a GeoJSON point, line or area; {error}"
            ) from None
        if closure.no in self._closures:
            self._arcs[key] = found
        return found

    def drawn(self, closure: Closure) -> Any:  # noqa: ANN401 - shapely has no types
        """Return the streets of a closure as lines in degrees, by the profile that has the most; empty for none.

        Raises
        ------
        BadFieldError
            When its shape cannot be read.
        """
        found = {profile: self.find(closure, profile) for profile in PROFILES if profile in closure.profiles}
        profile = max(found, key=lambda each: len(found[each]))
        return self._finders[profile].drawn(found[profile])

    def standing(self) -> tuple[Closure, ...]:
        """Return the closures that are not lifted and not over, those to come too, by number."""
        now = self._clock()
        with self._lock:
            known = [self._closures[no] for no in sorted(self._closures)]
        return tuple(c for c in known if c.lifted_at is None and (c.ends_at is None or c.ends_at > now))

    def take(self, closures: Iterable[Closure]) -> None:
        """Take closures as they are now, new, moved or lifted; the travel times follow before this returns.

        What is older than what is known already, because it was read before, is passed over.
        """
        with self._lock:
            for each in closures:
                known = self._closures.get(each.no)
                if known is None or each.version > known.version:
                    self._closures[each.no] = each
            self._apply(self._clock())

    def foreseen(self, profile: Profile, start: datetime, end: datetime) -> NDArray[np.int32]:
        """Return the travel times of a profile that hold at worst in a span of time, shape (arcs,).

        What is closed or slowed at any time of it counts for all of it; what is kept open only where that holds
        throughout.
        """
        index = self._indexes[profile]
        with self._lock:
            known = [c for c in self._closures.values() if profile in c.profiles and c.lifted_at is None]
        touching = [c for c in known if c.starts_at < end and (c.ends_at is None or c.ends_at > start)]
        holding = (
            c
            for c in touching
            if c.effect != "open" or (c.starts_at <= start and (c.ends_at is None or c.ends_at >= end))
        )
        changes = [Change(c.effect, self.find(c, profile), c.speed_percent) for c in holding]
        return changed_weights(index.router.hierarchy.network.weight_ms, changes)

    def follow(self) -> None:
        """Let closures begin and end that are due; costs nothing while none is."""
        due = self._due_at
        if due is None or self._clock() < due:
            return
        with self._lock:
            self._apply(self._clock())

    def _apply(self, now: datetime) -> None:
        holding = [c for c in self._closures.values() if in_force(c, now)]
        for profile, index in self._indexes.items():
            hierarchy = index.router.hierarchy
            changes = [
                Change(c.effect, self.find(c, profile), c.speed_percent)
                for c in holding
                if profile in c.profiles
            ]
            wanted = changed_weights(hierarchy.network.weight_ms, changes)
            arcs = np.flatnonzero(wanted != hierarchy.weight_ms)
            if len(arcs):
                hierarchy.update(arcs, wanted[arcs])
                self.version += 1
                LOG.info("streets_changed", profile=profile, arcs=len(arcs), closures=len(changes))
        self._due_at = next_change(self._closures.values(), now)
