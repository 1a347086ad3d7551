"""The road engine of a district as a process holds it: one index of providers per way of travelling, and the boats."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path

import numpy as np

from data.city.closures import StreetChanges
from data.city.ferries import changed_ns, read_ferries, save_ferries
from data.errors import BadFileError, NotSetUpError
from data.log import LOG
from data.store.memory import free_bytes
from dispatch.item import PROFILES, Profile, ServiceItem
from dispatch.matching.candidates import Found
from dispatch.providers.provider import Provider
from geo.crossing import FerryPlaces
from geo.errors import BadNetworkError
from geo.hierarchy import Hierarchy
from geo.itinerary import Route
from geo.osm import FerryLine
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.roads import RoadNetwork
from geo.streets import Streets

MS = 1000
ROW_SHARE = 0.25
"""Of the free memory, for the distance rows of all profiles; twice as much is needed while travel times change."""


def save_networks(
    folder: Path, networks: Mapping[str, RoadNetwork], ferries: Iterable[FerryLine] = ()
) -> None:
    """Write the networks of all profiles, their hierarchies, and the timetable of the ferries."""
    save_ferries(folder, ferries)
    for profile, network in networks.items():
        network.save(folder / f"{profile}.roads")
        Hierarchy.build(network).save(folder / f"{profile}.hierarchy")


def read_network(folder: Path, profile: str) -> RoadNetwork:
    """Read the streets of a profile.

    Raises
    ------
    NotSetUpError
        When they were never built, or cannot be read.
    """
    path = folder / f"{profile}.roads"
    if not path.exists():
        raise NotSetUpError(f"{path} is missing; run 'jinlin demo' or 'jinlin district build' again")
    try:
        return RoadNetwork.load(path)
    except BadNetworkError as error:
        raise NotSetUpError(
            f"{error}: run 'jinlin district build' with the extract of the district"
        ) from error


def _load(folder: Path, profile: str, row_bytes: int) -> PlaceIndex:
    network = read_network(folder, profile)
    return PlaceIndex(Streets(network), _hierarchy(folder / f"{profile}.hierarchy", network, row_bytes))


def _hierarchy(kept: Path, network: RoadNetwork, row_bytes: int) -> Hierarchy:
    """Load the hierarchy of a network; one that does not fit is derived data, so make it anew."""
    try:
        hierarchy = Hierarchy.load(kept, network, row_bytes=row_bytes)
        if np.array_equal(hierarchy.weight_ms, network.weight_ms):
            return hierarchy
        problem = "it holds the travel times of another extract"
    except (BadNetworkError, OSError) as error:
        problem = str(error)
    LOG.info("hierarchy_built", file=kept.name, problem=problem)
    hierarchy = Hierarchy.build(network, row_bytes=row_bytes)
    hierarchy.save(kept)
    return hierarchy


class RoadEngine:
    """Providers on the streets, per profile; answers in seconds, in the direction that an item asks for.

    Parameters
    ----------
    folder : Path
        Where `save_networks` wrote.
    items : iterable of ServiceItem
        They tell which categories travel by which profile.
    zone : tzinfo
        In which the ferries' timetable is written.
    clock : callable
        Tells the time; streets close and open by it.
    holidays : frozenset of date
        Public holidays, for boats that heed them.
    row_bytes : int, optional
        Memory for the distance rows of all profiles; without it `ROW_SHARE` of what is free now.
        With little, answers are the same and come a little later.
    """

    def __init__(
        self,
        folder: Path,
        items: Iterable[ServiceItem],
        zone: tzinfo,
        clock: Callable[[], datetime],
        holidays: frozenset[date] = frozenset(),
        row_bytes: int | None = None,
    ) -> None:
        rows = int(ROW_SHARE * free_bytes()) if row_bytes is None else row_bytes
        self.indexes = {profile: _load(folder, profile, rows // len(PROFILES)) for profile in PROFILES}
        self.changes = StreetChanges(self.indexes, clock)
        self._folder, self._zone, self._holidays = folder, zone, holidays
        self._sailed = changed_ns(folder)
        self._ferries = self._read_ferries()
        kinds = sorted({item.category for item in items})
        self._number = {category: i for i, category in enumerate(kinds)}
        self._travels: dict[str, set[str]] = {profile: set() for profile in PROFILES}
        for item in items:
            self._travels[item.profile].add(item.category)
        self.stranded: set[int] = set()

    def empty_index(self, profile: Profile) -> PlaceIndex:
        """Make another index over the streets of a profile, for members that are no providers; it follows closures."""
        index = self.indexes[profile]
        return PlaceIndex(index.streets, index.members.hierarchy)

    @property
    def ferries(self) -> Mapping[str, FerryPlaces]:
        """The boats by profile, over the streets as they are now.

        A timetable that was changed is read anew; while it is damaged the last good one sails.
        """
        self.changes.follow()
        changed = changed_ns(self._folder)
        if changed != self._sailed:
            self._sailed = changed
            try:
                self._ferries = self._read_ferries()
            except BadFileError as problem:
                LOG.warning("ferries_kept", problem=str(problem))
        return self._ferries

    def _read_ferries(self) -> Mapping[str, FerryPlaces]:
        timetable = read_ferries(self._folder, self._zone, self._holidays)
        return {profile: FerryPlaces(index, timetable) for profile, index in self.indexes.items()}

    def put(self, providers: Iterable[Provider]) -> None:
        """Add providers or let them stand elsewhere; those without a street in reach are noted in `stranded`."""
        given = list(providers)
        for profile, index in self.indexes.items():
            travels = self._travels[profile]
            sought = ((p, [self._number[c] for c in p.categories if c in travels]) for p in given)
            here = [(p.id, p.place, numbers) for p, numbers in sought if numbers]
            self.stranded.update(index.insert_many(here))

    def nearest(self, item: ServiceItem, place: LonLat, k: int, at: datetime) -> Sequence[Found]:
        """Give up to k providers for a start at a time, nearest first, in the item's direction.

        Raises
        ------
        NoStreetError
            When the place has no street in reach.
        """
        number = self._number.get(item.category)
        if number is None:
            return ()
        inbound = item.direction == "provider_to_resident"
        found = self.ferries[item.profile].nearest(place, number, k, at, inbound=inbound)
        rows = zip(*(each.tolist() for each in found), strict=True)
        return [Found(member, travel_ms / MS, ferry_ms / MS) for member, travel_ms, ferry_ms in rows]

    def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found | None:
        """Tell how long one provider takes for a start at a time, or None when no way leads there."""
        journey = self.ferries[item.profile].journey(*_ends(item, provider, place), at)
        return None if journey is None else Found(provider.id, journey.travel_ms / MS, journey.ferry_ms / MS)

    def travel_s(self, profile: Profile, start: LonLat, end: LonLat, at: datetime) -> float | None:
        """Tell how long somebody takes from one place to another; None when no way leads there.

        Raises
        ------
        NoStreetError
            When one of the places has no street in reach.
        """
        journey = self.ferries[profile].journey(start, end, at)
        return None if journey is None else journey.travel_ms / MS

    def way(self, profile: Profile, start: LonLat, end: LonLat, at: datetime) -> Route | None:
        """Find the way from one place to another, or None when there is none.

        Raises
        ------
        NoStreetError
            When one of the places has no street in reach.
        """
        return self.ferries[profile].route(start, end, at)

    def route(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Route | None:
        """Find the way between provider and place in the item's direction, or None when there is none."""
        return self.ferries[item.profile].route(*_ends(item, provider, place), at)


def _ends(item: ServiceItem, provider: Provider, place: LonLat) -> tuple[LonLat, LonLat]:
    """Where the one who travels sets out, and where to."""
    come = item.direction == "provider_to_resident"
    return (provider.place, place) if come else (place, provider.place)
