"""What is reached within some minutes of a place, and how many residents live there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.city.city import City
from data.city.coverage import Surveyor
from dispatch.item import Profile
from geo.isochrone import Stretches, isochrones
from geo.place import LonLat

MS_PER_MIN = 60_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ring:
    """Streets within some minutes of a place, and the residents whose homes are."""

    minutes: float
    streets: Stretches
    people: int


def rings_of(
    city: City,
    surveyor: Surveyor,
    profile: Profile,
    place: LonLat,
    minutes: Sequence[float],
    at: datetime,
    *,
    towards: bool = False,
) -> tuple[Ring, ...]:
    """Find what is reached from a place, or from where it is reached, on the streets as they are now.

    Parameters
    ----------
    city : City
    surveyor : Surveyor
    profile : Profile
    place : LonLat
    minutes : sequence of float
    at : datetime
        When everybody sets out; boats sail by it.
    towards : bool
        True: everybody travels to the place.

    Returns
    -------
    tuple of Ring
        One for each of the minutes, in their order.

    Raises
    ------
    NoStreetError
        When the place has no street in reach.
    """
    limits = [round(each * MS_PER_MIN) for each in minutes]
    reach, found = isochrones(city.engine.ferries[profile], place, limits, at, towards=towards)
    homes = surveyor.homes
    away = surveyor.minutes_of(profile, reach, homes, inbound=not towards)
    return tuple(
        Ring(minutes=each, streets=streets, people=int(homes.people[away <= each].sum()))
        for each, streets in zip(minutes, found, strict=True)
    )
