"""The road engine of a district as a process holds it: one index of providers per way of travelling."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from data.errors import NotSetUpError
from dispatch.item import PROFILES, ServiceItem
from dispatch.provider import Provider
from geo.errors import BadNetworkError, NoStreetError
from geo.hierarchy import Hierarchy
from geo.itinerary import Route
from geo.place import LonLat
from geo.roads import RoadNetwork
from geo.streets import PlaceIndex, Streets

MS = 1000


def save_networks(folder: Path, networks: Mapping[str, RoadNetwork]) -> None:
    """Write the networks of all profiles and their hierarchies."""
    for profile, network in networks.items():
        network.save(folder / f"{profile}.roads")
        Hierarchy.build(network).save(folder / f"{profile}.hierarchy")


def _load(folder: Path, profile: str) -> PlaceIndex:
    path = folder / f"{profile}.roads"
    if not path.exists():
        raise NotSetUpError(f"{path} is missing; run 'jinlin demo' or 'jinlin district build' again")
    network = RoadNetwork.load(path)
    kept = folder / f"{profile}.hierarchy"
    try:
        hierarchy = Hierarchy.load(kept, network)
    except (BadNetworkError, OSError):
        # Missing, damaged or of an older version: it is derived data, so make it anew.
        hierarchy = Hierarchy.build(network)
        hierarchy.save(kept)
    return PlaceIndex(Streets(network), hierarchy)


class RoadEngine:
    """Providers on the streets, per profile; answers in seconds, in the direction that an item asks for.

    Parameters
    ----------
    folder : Path
        Where `save_networks` wrote.
    items : iterable of ServiceItem
        They tell which categories travel by which profile.
    """

    def __init__(self, folder: Path, items: Iterable[ServiceItem]) -> None:
        self.indexes = {profile: _load(folder, profile) for profile in PROFILES}
        kinds = sorted({item.category for item in items})
        self._number = {category: i for i, category in enumerate(kinds)}
        self._travels: dict[str, set[str]] = {profile: set() for profile in PROFILES}
        for item in items:
            self._travels[item.profile].add(item.category)
        self.stranded: set[int] = set()

    def put(self, provider: Provider) -> None:
        """Add a provider or let it stand elsewhere; one without a street in reach is noted in `stranded`."""
        for profile, index in self.indexes.items():
            numbers = [self._number[c] for c in provider.categories if c in self._travels[profile]]
            if not numbers:
                continue
            try:
                index.insert(provider.id, provider.place, numbers)
            except NoStreetError:
                self.stranded.add(provider.id)

    def nearest(self, item: ServiceItem, place: LonLat, k: int) -> Sequence[tuple[int, float]]:
        """Give up to k pairs of provider id and ``travel_s``, nearest first, in the item's direction.

        Raises
        ------
        NoStreetError
            When the place has no street in reach.
        """
        number = self._number.get(item.category)
        if number is None:
            return ()
        inbound = item.direction == "provider_to_resident"
        members, travel_ms = self.indexes[item.profile].nearest(place, number, k, inbound=inbound)
        return [(int(m), float(ms) / MS) for m, ms in zip(members, travel_ms, strict=True)]

    def route(self, item: ServiceItem, provider: Provider, place: LonLat) -> Route | None:
        """Find the way between provider and place in the item's direction, or None when there is none."""
        ends = (
            (provider.place, place) if item.direction == "provider_to_resident" else (place, provider.place)
        )
        return self.indexes[item.profile].route(*ends)
