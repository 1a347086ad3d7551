"""Needs as they are answered: to everybody without persons, to those whom they concern with place and claims."""

from collections.abc import Mapping
from typing import Any

from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from dispatch.helping import HOLDING, Claim, OpenNeed
from grid.account import Account


def published_view(world: World, need: OpenNeed) -> dict[str, Any]:
    """Show a need to everybody: its place is that of the community."""
    community = world.scheme.community_of(need.cell)
    at = world.city.area_shapes[community].representative_point()
    return _what(world, need) | {"lon": round(at.x, 3), "lat": round(at.y, 3)}


def _what(world: World, need: OpenNeed) -> dict[str, Any]:
    item = world.catalogue.items.get(need.item)
    community = world.scheme.community_of(need.cell)
    shown: dict[str, Any] = plain(
        {
            "no": need.no,
            "item": need.item,
            "item_name": item.name_zh if item else need.item,
            "community": community,
            "community_name": area_name(world, need.cell),
            "starts_at": need.starts_at,
            "minutes": need.minutes,
            "places": need.places,
            "free": need.free,
        },
        world.zone,
    )
    return shown


def need_view(world: World, need: OpenNeed, account: Account) -> dict[str, Any]:
    """Show a need to those whom it concerns; a volunteer sees the own claims, and where it is while it has a place."""
    mine = account.role == "provider"
    claims = [one for one in need.claims if not mine or one.provider == account.provider]
    if mine and not any(one.state in HOLDING for one in claims):
        hidden = {"state": need.state, "resident": "", "note": "", "filled_at": need.filled_at}
        more = hidden | {"asked_at": need.asked_at, "claims": [_claim(world, one) for one in claims]}
        return {**published_view(world, need), **plain(more, world.zone)}
    told = {
        "lon": need.place.lon,
        "lat": need.place.lat,
        "state": need.state,
        "resident": "" if mine else need.resident,
        "note": need.note,
        "asked_at": need.asked_at,
        "filled_at": need.filled_at,
        "claims": [_claim(world, one) for one in claims],
    }
    return {**_what(world, need), **plain(told, world.zone)}


def _claim(world: World, claim: Claim) -> dict[str, Any]:
    shown: dict[str, Any] = plain(claim, world.zone)
    return shown | {"provider_name": provider_name(world, claim.provider)}


def provider_name(world: World, number: int) -> str:
    """Name a provider; by its row number when it is registered no more."""
    found = world.city.providers.get(number)
    return found.name if found else str(number)


def hours_view(world: World, minutes: Mapping[int, int]) -> list[dict[str, Any]]:
    """Show minutes by volunteer, the most first."""
    return [
        {"provider": number, "provider_name": provider_name(world, number), "minutes": n}
        for number, n in sorted(minutes.items(), key=lambda one: (-one[1], one[0]))
    ]
