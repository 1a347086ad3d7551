"""What a role sees of a provider."""

from datetime import datetime
from typing import Any

from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from dispatch.providers.hours import is_open
from dispatch.providers.provider import Provider


def provider_view(world: World, provider: Provider, now: datetime) -> dict[str, Any]:
    """Show a provider; what it says of itself is public."""
    zone = world.zone
    shown: dict[str, Any] = plain(provider, zone)
    return shown | {
        "lon": provider.place.lon,
        "lat": provider.place.lat,
        "open": is_open(provider.hours, now.astimezone(zone)),
        "area_name": area_name(world, provider.area),
    }


def provider_summary(provider: Provider, local: datetime) -> dict[str, Any]:
    """Show what an order tells of its provider."""
    return {
        "provider_no": provider.no,
        "name": provider.name,
        "phone": provider.phone,
        "address": provider.address,
        "lon": provider.place.lon,
        "lat": provider.place.lat,
        "rating": provider.rating,
        "rating_count": provider.rating_count,
        "load": provider.load,
        "capacity": provider.capacity,
        "hours": provider.hours,
        "open": is_open(provider.hours, local),
    }
