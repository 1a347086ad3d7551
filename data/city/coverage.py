"""Coverage: road time from or to the nearest open provider of an item, for each resident and each spot of ground.

Never straight lines, never a smear of dots: one sweep over the streets gives every node its nearest provider, and
residents and ground are joined to the two ends of the street they stand at. Boats count as they sail at the asked
hour, waits included; who would have to wait or sail beyond the horizon of matching is not reached.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data.city.city import City
from data.city.groups import Groups
from data.city.stands import Stands, stand
from data.city.workers import patches
from data.models import ResidentRow
from data.store.session import Database
from dispatch.item import Profile, ServiceItem
from dispatch.providers.hours import is_open
from dispatch.providers.licence import lacking
from dispatch.providers.provider import TAKING_ORDERS, Provider
from geo.errors import NoStreetError
from geo.place import Box, LocalPlane, LonLat
from geo.places import PlaceIndex
from geo.reach import Reach
from geo.site import arrivals, departures

PIXELS = 260
FARTHEST = 4.0
"""Means count minutes up to so many times the limit, as are those of whom nobody reaches."""


Source: TypeAlias = tuple[tuple[int, int], ...]
"""Nodes of the streets where a provider is, each with the milliseconds to or from its door; empty for none."""


class Homes(NamedTuple):
    """Where residents live, one row per address; arrays of shape (addresses,)."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.int64]
    cell: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Homes with what is known of them: by cell, by community, and how they are joined with the streets by profile."""

    homes: Homes
    cells: Groups
    communities: Groups
    stands: dict[str, Stands]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """A cell with residents farther from any open provider than the promise: how many, and the median of these.

    ``minutes`` is infinite where nobody comes to most of them.
    """

    cell: str
    residents: int
    minutes: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """An item at a time: where each provider meets the streets, and the minutes of each home, shape (addresses,)."""

    settled: Settled
    sources: Mapping[int, Source]
    minutes: NDArray[np.float64]


State = Literal["covered", "partly", "not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaReach:
    """How far the people of a community are: how many within the promise, and minutes within which half and 90 % are.

    Minutes are None where so many are not reached at all. ``state`` is "covered" when all are within the promise,
    "not" when nobody is.
    """

    area: str
    people: int
    within: int
    state: State
    median_min: float | None
    p90_min: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """Coverage of one item at one hour.

    ``minutes`` is a raster of shape (rows, columns), north first; NaN away from streets, infinity where nobody comes.
    ``residents`` counts people in the same raster. ``shares`` maps minutes to the share of residents reached, and
    ``within`` counts those within ``promise_min``, which is the item's own. ``blind_spots`` are those of all cells,
    whom nobody reaches first, then the farthest.
    """

    item: str
    at: datetime
    minutes: NDArray[np.float64]
    residents: NDArray[np.float64]
    box: Box
    providers: int
    people: int
    unreached: int
    promise_min: float
    within: int
    shares: Mapping[int, float | None]
    median_min: float | None
    p90_min: float | None
    by_cell: Mapping[str, float]
    communities: tuple[AreaReach, ...]
    blind_spots: tuple[BlindSpot, ...]


class Surveyor:
    """Computes coverage; joins residents and ground to the streets once per way of travelling."""

    def __init__(self, city: City, database: Database) -> None:
        self._city = city
        self._database = database
        self._settled: Settled | None = None
        self.homes_version = 0
        self._ground: dict[str, Stands] = {}
        self._standing: dict[str, tuple[tuple[object, ...], Standing]] = {}

    @property
    def homes(self) -> Homes:
        """Where the residents of the register live; take it once for figures that belong together."""
        return self.settled.homes

    @property
    def settled(self) -> Settled:
        """Where the residents live, by cell and community; take it once for figures that belong together."""
        kept = self._settled
        if kept is None:
            homes = self._read_homes()
            community = self._city.catalogue.rulebook.scheme.ends[2]
            kept = self._settled = Settled(
                homes,
                Groups.of(homes.cell, homes.people),
                Groups.of(homes.cell.astype(f"U{community}"), homes.people),
                {},
            )
        return kept

    def forget_homes(self) -> None:
        """Read anew, when asked next, where the residents live."""
        self._settled = None
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

    def promise_min(self, item: ServiceItem) -> float:
        """Tell within how many minutes an item has to be; what promises no arrival, as far as one walks at most."""
        rules = self._city.catalogue.reach
        return rules.limit_min(item) or rules.walk_min

    def survey(self, item: ServiceItem, at: datetime, sources: Sequence[Source] | None = None) -> Coverage:
        """Compute the coverage of an item by the providers open at a time, or by others in their place.

        With no provider open everything is unreached; with no residents the shares are None.
        """
        index = self._city.engine.ferries[item.profile].index
        inbound = item.direction == "provider_to_resident"
        if sources is None:
            sources = self.sources(item, self.suitable(item, at))
        reach = self._reach(item, sources, at)
        shape, lon, lat = self._grid
        ground = self._joined(self._ground, item.profile, index, lon, lat)
        minutes = np.where(ground.near, ground.minutes(reach, inbound=inbound), np.nan).reshape(shape)
        settled, promise = self.settled, self.promise_min(item)
        homes, cells = settled.homes, settled.cells
        counts, reached = homes.people, self._minutes(item, reach, homes)
        medians = cells.quantiles(reached, (0.5,))[:, 0]
        whole = Groups.all(counts).quantiles(reached, (0.5, 0.9))[0]
        return Coverage(
            item=item.code,
            at=at,
            minutes=minutes,
            residents=self._density(shape, homes),
            box=self._city.district.box,
            providers=sum(map(bool, sources)),
            people=int(counts.sum()),
            unreached=int(counts[np.isinf(reached)].sum()),
            promise_min=promise,
            within=int(counts[reached <= promise].sum()),
            shares={m: _share(reached, counts, m) for m in (5, 10, 15, 30)},
            median_min=told_min(whole[0]),
            p90_min=told_min(whole[1]),
            by_cell=dict(zip(cells.codes, np.round(medians, 1).tolist(), strict=True)),
            communities=_by_area(settled.communities, reached, promise),
            blind_spots=self._blind_spots(homes, reached, promise),
        )

    def standing(self, item: ServiceItem, at: datetime) -> Standing:
        """Tell where an item is offered at a time and how far its residents are; kept while nothing changes."""
        marks = at, self._city.register_version, self.homes_version, self._city.engine.changes.version
        known = self._standing.get(item.code)
        if known is None or known[0] != marks:
            settled, found = self.settled, self.suitable(item, at)
            sources = dict(zip((p.id for p in found), self.sources(item, found), strict=True))
            minutes = self.minutes(item, sources.values(), at, settled.homes)
            known = self._standing[item.code] = marks, Standing(settled, sources, minutes)
        return known[1]

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
        kept = self._settled
        joined = kept.stands if kept is not None and kept.homes is homes else {}
        index = self._city.engine.ferries[profile].index
        return self._joined(joined, profile, index, homes.lon, homes.lat).minutes(reach, inbound=inbound)

    def suitable(self, item: ServiceItem, at: datetime) -> list[Provider]:
        """Give the providers of an item that take orders, are open at a local time and have its licences, by id.

        For an item to which responders come these are the grid workers, each in the middle of its community.
        """
        if self._city.catalogue.reach.by_responders(item):
            return patches(self._city)
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
                site = index.site_of(provider.id) or index.site(provider.place)
            except NoStreetError:
                found.append(())  # stranded providers are listed by the data quality check
                continue
            found.append(tuple((node, cost_ms) for node, cost_ms, _ in ends(site, network, weight)))
        return found

    def source_at(self, item: ServiceItem, place: LonLat) -> Source:
        """Give where a place meets the streets as somebody does who offers an item there.

        Raises
        ------
        NoStreetError
            When the place has no street in reach.
        """
        index = self._city.engine.ferries[item.profile].index
        ends = departures if item.direction == "provider_to_resident" else arrivals
        met = ends(index.site(place), index.streets.network, index.members.hierarchy.weight_ms)
        return tuple((node, cost_ms) for node, cost_ms, _ in met)

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

    def _blind_spots(
        self, homes: Homes, minutes: NDArray[np.float64], promise_min: float
    ) -> tuple[BlindSpot, ...]:
        far = minutes > promise_min
        cells = Groups.of(homes.cell[far], homes.people[far])
        medians = cells.quantiles(minutes[far], (0.5,))[:, 0]
        spots = []
        for cell, people, median in zip(cells.codes, cells.totals.tolist(), medians.tolist(), strict=True):
            if (shape := self._city.cell_shapes.get(cell)) is not None:  # some live outside all cells
                middle = shape.representative_point()
                spots.append(
                    BlindSpot(
                        cell=cell, residents=people, minutes=round(median, 1), lon=middle.x, lat=middle.y
                    )
                )
        return tuple(sorted(spots, key=lambda spot: (-spot.minutes, -spot.residents, spot.cell)))


def _by_area(areas: Groups, minutes: NDArray[np.float64], promise_min: float) -> tuple[AreaReach, ...]:
    """Tell how far the people of each area are, by code."""
    columns = areas.codes, areas.totals.tolist(), areas.count(minutes <= promise_min).tolist()
    return tuple(
        AreaReach(
            area=code,
            people=people,
            within=within,
            state="covered" if within == people else "partly" if within else "not",
            median_min=told_min(median),
            p90_min=told_min(p90),
        )
        for code, people, within, (median, p90) in zip(
            *columns, areas.quantiles(minutes, (0.5, 0.9)).tolist(), strict=True
        )
    )


def told_min(minutes: float) -> float | None:
    """Round minutes to tenths; None for never."""
    return round(float(minutes), 1) if np.isfinite(minutes) else None


def _share(minutes: NDArray[np.float64], counts: NDArray[np.int64], within: float) -> float | None:
    total = int(counts.sum())
    return round(float(counts[minutes <= within].sum()) / total, 4) if total else None
