"""Coverage: road time from or to the nearest open provider of an item, for each resident and each spot of ground.

Never straight lines, never a smear of dots: one sweep over the streets gives every node its nearest provider, and
residents and ground are joined to the two ends of the street they stand at. Boats count as they sail at the asked
hour, waits included; who would have to wait or sail beyond the horizon of matching is not reached.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data.city.city import City
from data.city.stands import Stands, stand
from data.models import ResidentRow
from data.store.session import Database
from dispatch.item import Profile, ServiceItem
from dispatch.providers.hours import is_open
from dispatch.providers.licence import lacking
from dispatch.providers.provider import TAKING_ORDERS, Provider
from geo.errors import NoStreetError
from geo.place import Box, LocalPlane
from geo.places import PlaceIndex
from geo.reach import Reach
from geo.site import arrivals, departures

PIXELS = 260
PROMISE_MIN = 15.0
BLIND_SPOTS = 12


Source: TypeAlias = tuple[tuple[int, int], ...]
"""Nodes of the streets where a provider is, each with the milliseconds to or from its door; empty for none."""


class Homes(NamedTuple):
    """Where residents live, one row per address; arrays of shape (addresses,)."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.int64]
    cell: NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """A cell whose residents are far from any open provider."""

    cell: str
    residents: int
    minutes: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """Coverage of one item at one hour.

    ``minutes`` is a raster of shape (rows, columns), north first; NaN away from streets, infinity where nobody comes.
    ``residents`` counts people in the same raster. ``shares`` maps minutes to the share of residents reached.
    """

    item: str
    at: datetime
    minutes: NDArray[np.float64]
    residents: NDArray[np.float64]
    box: Box
    providers: int
    people: int
    unreached: int
    shares: Mapping[int, float | None]
    median_min: float | None
    by_cell: Mapping[str, float]
    blind_spots: tuple[BlindSpot, ...]


class Surveyor:
    """Computes coverage; joins residents and ground to the streets once per way of travelling."""

    def __init__(self, city: City, database: Database) -> None:
        self._city = city
        self._database = database
        self._people: tuple[Homes, dict[str, Stands]] | None = None
        self.homes_version = 0
        self._ground: dict[str, Stands] = {}

    @property
    def homes(self) -> Homes:
        """Where the residents of the register live; take it once for figures that belong together."""
        kept = self._people
        if kept is None:
            kept = self._people = self._read_homes(), {}
        return kept[0]

    def forget_homes(self) -> None:
        """Read anew, when asked next, where the residents live."""
        self._people = None
        self.homes_version += 1

    def _read_homes(self) -> Homes:
        with self._database.read() as session:
            homes = select(ResidentRow.lon, ResidentRow.lat, ResidentRow.cell)
            rows = session.execute(homes.where(ResidentRow.ended_on.is_(None))).all()
        counts = Counter((row.lon, row.lat, row.cell) for row in rows)
        keys = list(counts)
        lon = np.array([k[0] for k in keys], np.float64)
        lat = np.array([k[1] for k in keys], np.float64)
        people = np.array(list(counts.values()), np.int64)
        return Homes(lon, lat, people, np.array([k[2] for k in keys], np.str_))

    @cached_property
    def _grid(self) -> tuple[tuple[int, int], NDArray[np.float64], NDArray[np.float64]]:
        """Rows and columns of the raster, and the middles of its spots."""
        box = self._city.district.box
        per_lon, per_lat = LocalPlane(box.west, (box.south + box.north) / 2).scale_m
        wide, high = (box.east - box.west) * per_lon, (box.north - box.south) * per_lat
        step = max(wide, high) / PIXELS
        rows, columns = max(1, round(high / step)), max(1, round(wide / step))
        lon = box.west + (np.arange(columns) + 0.5) * (box.east - box.west) / columns
        lat = box.north - (np.arange(rows) + 0.5) * (box.north - box.south) / rows
        lons, lats = np.meshgrid(lon, lat)
        return (rows, columns), lons.ravel(), lats.ravel()

    def survey(self, item: ServiceItem, at: datetime) -> Coverage:
        """Compute the coverage of an item by the providers open at a time.

        With no provider open everything is unreached; with no residents the shares are None.
        """
        index = self._city.engine.ferries[item.profile].index
        inbound = item.direction == "provider_to_resident"
        sources = self.sources(item, self.suitable(item, at))
        reach = self._reach(item, sources, at)
        shape, lon, lat = self._grid
        ground = self._joined(self._ground, item.profile, index, lon, lat)
        minutes = np.where(ground.near, ground.minutes(reach, inbound=inbound), np.nan).reshape(shape)
        homes = self.homes
        _, _, counts, cells = homes
        reached = self._minutes(item, reach, homes)
        by_cell = _medians(reached, counts, cells)
        return Coverage(
            item=item.code,
            at=at,
            minutes=minutes,
            residents=self._density(shape, homes),
            box=self._city.district.box,
            providers=sum(map(bool, sources)),
            people=int(counts.sum()),
            unreached=int(counts[np.isinf(reached)].sum()),
            shares={m: _share(reached, counts, m) for m in (5, 10, 15, 30)},
            median_min=_median(reached, counts),
            by_cell={cell: minutes for cell, (minutes, _) in by_cell.items()},
            blind_spots=self._blind_spots(by_cell),
        )

    def minutes(
        self, item: ServiceItem, sources: Iterable[Source], at: datetime, homes: Homes
    ) -> NDArray[np.float64]:
        """Tell how far each of some homes is from the nearest of some sources, by an item's direction and way of travelling.

        Returns
        -------
        ndarray of float, shape (addresses,)
            Minutes at a start at a time; infinity where nobody is reached.
        """
        return self._minutes(item, self._reach(item, sources, at), homes)

    def _minutes(self, item: ServiceItem, reach: Reach, homes: Homes) -> NDArray[np.float64]:
        return self.minutes_of(item.profile, reach, homes, inbound=item.direction == "provider_to_resident")

    def minutes_of(
        self, profile: Profile, reach: Reach, homes: Homes, *, inbound: bool
    ) -> NDArray[np.float64]:
        """Tell how far each of some homes is by a reach, whose sources come to them when `inbound`; see `minutes`."""
        if not len(homes.people):
            return np.empty(0)
        kept = self._people
        joined = kept[1] if kept is not None and kept[0] is homes else {}
        index = self._city.engine.ferries[profile].index
        return self._joined(joined, profile, index, homes.lon, homes.lat).minutes(reach, inbound=inbound)

    def suitable(self, item: ServiceItem, at: datetime) -> list[Provider]:
        """Give the providers of an item that take orders, are open at a local time and have its licences, by id."""
        return [
            p
            for _, p in sorted(self._city.providers.items())
            if item.category in p.categories
            and p.state in TAKING_ORDERS
            and is_open(p.hours, at)
            and lacking(p.licences, item.licences, at.date()) is None
        ]

    def sources(self, item: ServiceItem, providers: Iterable[Provider]) -> list[Source]:
        """Give where each provider meets the streets; nothing for those who stand by none."""
        index = self._city.engine.ferries[item.profile].index
        network, weight = index.streets.network, index.members.hierarchy.weight_ms
        ends = departures if item.direction == "provider_to_resident" else arrivals
        found: list[Source] = []
        for provider in providers:
            try:
                site = index.site(provider.place)
            except NoStreetError:
                found.append(())  # stranded providers are listed by the data quality check
                continue
            found.append(tuple((node, cost_ms) for node, cost_ms, _ in ends(site, network, weight)))
        return found

    def _reach(self, item: ServiceItem, sources: Iterable[Source], at: datetime) -> Reach:
        """Find the nearest source of every node."""
        ends = [end for source in sources for end in source]
        limit_ms = round(self._city.catalogue.weights.horizon_min * 60_000)
        return self._city.engine.ferries[item.profile].reach(
            [node for node, _ in ends],
            [cost_ms for _, cost_ms in ends],
            at,
            inbound=item.direction == "provider_to_resident",
            limit_ms=limit_ms,
        )

    def _joined(
        self,
        kept: dict[str, Stands],
        profile: str,
        index: PlaceIndex,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> Stands:
        known = kept.get(profile)
        if known is None or known.weight_ms is not index.router.hierarchy.weight_ms:
            known = kept[profile] = stand(index, lon, lat, known)
        return known

    def _density(self, shape: tuple[int, int], homes: Homes) -> NDArray[np.float64]:
        box = self._city.district.box
        lon, lat, counts, _ = homes
        column = np.clip(((lon - box.west) / (box.east - box.west) * shape[1]).astype(int), 0, shape[1] - 1)
        row = np.clip(((box.north - lat) / (box.north - box.south) * shape[0]).astype(int), 0, shape[0] - 1)
        people = np.zeros(shape)
        np.add.at(people, (row, column), counts)
        return people

    def _blind_spots(self, by_cell: Mapping[str, tuple[float, int]]) -> tuple[BlindSpot, ...]:
        far = [
            (people, cell, minutes) for cell, (minutes, people) in by_cell.items() if minutes > PROMISE_MIN
        ]
        spots = []
        for people, cell, minutes in sorted(far, key=lambda f: (-f[0], f[1]))[:BLIND_SPOTS]:
            middle = self._city.cell_shapes[cell].representative_point()
            spots.append(BlindSpot(cell=cell, residents=people, minutes=minutes, lon=middle.x, lat=middle.y))
        return tuple(spots)


def _share(minutes: NDArray[np.float64], counts: NDArray[np.int64], within: float) -> float | None:
    total = int(counts.sum())
    return round(float(counts[minutes <= within].sum()) / total, 4) if total else None


def _median(minutes: NDArray[np.float64], counts: NDArray[np.int64]) -> float | None:
    if not counts.sum():
        return None
    order = np.argsort(minutes)
    half = np.searchsorted(np.cumsum(counts[order]), counts.sum() / 2)
    found = float(minutes[order][min(half, len(order) - 1)])
    return round(found, 1) if np.isfinite(found) else None


def _medians(
    minutes: NDArray[np.float64], counts: NDArray[np.int64], cells: NDArray[np.str_]
) -> dict[str, tuple[float, int]]:
    """Median minutes and residents of each cell in which somebody lives."""
    found: dict[str, tuple[float, int]] = {}
    order = np.argsort(cells, kind="stable")
    edges = np.flatnonzero(np.diff(np.unique(cells[order], return_inverse=True)[1])) + 1
    for members in np.split(order, edges) if len(order) else ():
        middle = float(np.median(np.repeat(minutes[members], counts[members])))
        found[str(cells[members[0]])] = (round(middle, 1), int(counts[members].sum()))
    return found
