"""What is shown of halls and stations, handling parties, legal persons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from data.registers.halls import Near, Shop
from dispatch.party import Party
from dispatch.providers.credit_code import is_sole_trader
from dispatch.providers.entity import Entity
from dispatch.providers.hours import is_open, opens_next
from dispatch.station import Station
from geo.itinerary import Route


def station_view(world: World, station: Station, now: datetime) -> dict[str, Any]:
    """Show a hall or station; all of it is public. One that closed for good is never open."""
    local, stands = now.astimezone(world.zone), station.closed_on is None
    shown: dict[str, Any] = plain(station, world.zone)
    return shown | {
        "lon": station.place.lon,
        "lat": station.place.lat,
        "area_name": area_name(world, station.area),
        "service_names": _item_names(world, station.services),
        "open": stands and is_open(station.hours, local),
        "turns_at": plain(opens_next(station.hours, local), world.zone) if stands else None,
    }


def near_view(world: World, near: Near, way: Route | None, now: datetime) -> dict[str, Any]:
    """Show a station with the way there on foot."""
    line = None if way is None else {"type": "LineString", "coordinates": _points(way)}
    return station_view(world, near.station, now) | {
        "walk_min": max(1, round(near.walk_s / 60)),
        "is_by_road": near.is_by_road,
        "way": line,
        "length_m": None if way is None else round(float(way.length_m), 1),
    }


def _points(way: Route) -> list[list[float]]:
    return [[round(float(x), 6), round(float(y), 6)] for x, y in zip(way.lon, way.lat, strict=True)]


def party_view(world: World, party: Party, now: datetime) -> dict[str, Any]:
    """Show a handling party to those who work with it."""
    department = world.catalogue.rulebook.departments.get(party.department)
    shown: dict[str, Any] = plain(party, world.zone)
    return shown | {
        "department_name": world.city.department_name(party.department),
        "department_kind": department.kind if department else "",
        "area_name": world.city.areas[party.area].name
        if party.area in world.city.areas
        else area_name(world, party.area),
        "item_names": _item_names(world, party.items),
        "open": party.closed_on is None and is_open(party.hours, now.astimezone(world.zone)),
    }


def entity_view(world: World, entity: Entity, shops: Mapping[str, Sequence[Shop]]) -> dict[str, Any]:
    """Show a legal person or sole trader with its providers."""
    shown: dict[str, Any] = plain(entity, world.zone)
    return shown | {
        "lon": entity.place.lon,
        "lat": entity.place.lat,
        "area_name": area_name(world, entity.area),
        "kind": "sole_trader" if is_sole_trader(entity.credit_code) else "legal_person",
        "providers": plain(shops.get(entity.credit_code, ()), world.zone),
    }


def _item_names(world: World, codes: Iterable[str]) -> list[str]:
    items = world.catalogue.items
    return [items[code].name_zh if code in items else code for code in codes]
