"""What a role sees of a provider."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from api.views.application import licence_view
from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from dispatch.providers.hours import is_open
from dispatch.providers.provider import Provider
from dispatch.providers.standing import Standing


def provider_view(world: World, provider: Provider, now: datetime) -> dict[str, Any]:
    """Show a provider; what it says of itself is public."""
    zone = world.zone
    shown: dict[str, Any] = plain(provider, zone)
    return shown | {
        "licences": licence_view(world, provider.licences, now.astimezone(zone).date()),
        "lon": provider.place.lon,
        "lat": provider.place.lat,
        "open": is_open(provider.hours, now.astimezone(zone)),
        "area_name": area_name(world, provider.area),
    }


def provider_detail(world: World, provider: Provider, standing: Standing, now: datetime) -> dict[str, Any]:
    """Show a provider with its figures as they were counted just now."""
    counted = replace(
        provider,
        rating=standing.rating,
        rating_count=standing.ratings,
        recent_orders=standing.recent_orders,
    )
    return provider_view(world, counted, now) | {
        "ratings": standing.ratings,
        "ratings_by_phone": standing.by_phone,
        "orders_30d": standing.recent_orders,
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
