"""Supply: how many residents of each cell one suitable provider of an item reaches in time, and how many two do.

Suitable is who takes orders, is open at the hour of the rules, serves the cell and goes as far. Kept until a
provider comes, goes or changes.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.city.city import City
from data.city.coverage import Homes, Source, Surveyor
from dispatch.item import ServiceItem
from dispatch.providers.provider import Provider, serves

Counts: TypeAlias = NDArray[np.int64]
Way: TypeAlias = tuple[str, str, str, float]
"""What items that are reached alike have in common: trade or responders, profile, direction, minutes."""
Limit: TypeAlias = tuple[float, datetime]
"""Within how many minutes, at a start at which time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supply:
    """Who is reached at a time: residents of the cells in which somebody lives, and by item those in time.

    Counts are of shape (cells,); ``once`` and ``twice`` are those within time of one provider and of two. Items that
    promise no arrival are left out.
    """

    at: datetime
    cells: tuple[str, ...]
    residents: Counts
    once: Mapping[str, Counts]
    twice: Mapping[str, Counts]


class Supplies:
    """Counts supply and keeps it; safe to share between threads."""

    def __init__(self, city: City, surveyor: Surveyor) -> None:
        self._city, self._surveyor = city, surveyor
        self._lock = threading.Lock()
        self._whole: tuple[tuple[object, ...], Supply] | None = None
        self._ways: dict[Way, tuple[tuple[object, ...], Counts, Counts]] = {}

    def now(self, now: datetime) -> Supply:
        """Count the supply at the hour of the rules on the working day that was last, today included."""
        at = self._hour(now)
        with self._lock:
            mark = (
                self._city.register_version,
                at,
                self._surveyor.homes_version,
                self._city.engine.changes.version,
                self._city.cells,
            )
            if self._whole is None or self._whole[0] != mark:
                self._whole = mark, self._count(at)
            return self._whole[1]

    def _hour(self, now: datetime) -> datetime:
        worktime, rules = self._city.catalogue.rulebook.worktime, self._city.catalogue.reach
        local = worktime.local(now)
        day = local.date()
        while not worktime.is_workday(day):
            day -= timedelta(days=1)
        return datetime.combine(day, rules.at, local.tzinfo)

    def _count(self, at: datetime) -> Supply:
        rules = self._city.catalogue.reach
        homes = self._surveyor.homes
        cells, index = np.unique(homes.cell, return_inverse=True)
        once: dict[str, Counts] = {}
        twice: dict[str, Counts] = {}

        def by_cell(reached: NDArray[np.bool_]) -> Counts:
            return np.bincount(index, weights=homes.people * reached, minlength=len(cells)).astype(np.int64)

        for item in self._city.catalogue.items.values():
            limit_min = rules.limit_min(item)
            if limit_min is None:
                continue
            trade = "responders" if rules.by_responders(item) else item.category
            way = (trade, item.profile, item.direction, limit_min)
            suitable = self._surveyor.suitable(item, at)
            sign = (
                at,
                self._surveyor.homes_version,
                self._city.engine.changes.version,
                tuple((p.id, p.place, p.service_areas, p.max_travel_min) for p in suitable),
            )
            known = self._ways.get(way)
            if known is None or known[0] != sign:
                one, two = self._reached(item, suitable, (limit_min, at), homes)
                known = self._ways[way] = (sign, by_cell(one), by_cell(two))
            _, once[item.code], twice[item.code] = known
        residents = by_cell(np.ones(len(homes.people), bool))
        return Supply(at=at, cells=tuple(map(str, cells)), residents=residents, once=once, twice=twice)

    def _reached(
        self, item: ServiceItem, suitable: Sequence[Provider], limit: Limit, homes: Homes
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell of each home whether one suitable provider is in time, and whether two are.

        Any two providers differ in a digit of their binary number, and one sweep tells who is reached from all
        providers with a 0 there, or all with a 1: where both are in time for some digit, two providers are.
        """
        sources = list(zip(suitable, self._surveyor.sources(item, suitable), strict=True))
        one = two = np.zeros(len(homes.people), bool)
        for digit in range(max(1, (len(suitable) - 1).bit_length())):
            sides = [
                self._in_time(
                    item, [s for n, s in enumerate(sources) if n >> digit & 1 == side], limit, homes
                )
                for side in (0, 1)
            ]
            one, two = one | sides[0] | sides[1], two | (sides[0] & sides[1])
        return one, two

    def _in_time(
        self, item: ServiceItem, sources: Sequence[tuple[Provider, Source]], limit: Limit, homes: Homes
    ) -> NDArray[np.bool_]:
        """Tell which homes some provider reaches within its own limits and the item's."""
        limit_min, at = limit
        found = np.zeros(len(homes.people), bool)
        alike: dict[tuple[tuple[str, ...], int | None], list[tuple[Provider, Source]]] = {}
        for provider, source in sources:
            alike.setdefault((provider.service_areas, provider.max_travel_min), []).append((provider, source))
        for (areas, most_min), group in alike.items():
            minutes = self._surveyor.minutes(item, [source for _, source in group], at, homes)
            near = minutes <= (limit_min if most_min is None else min(limit_min, most_min))
            if areas:
                near &= np.array([serves(group[0][0], cell) for cell in homes.cell], bool)
            found |= near
        return found
