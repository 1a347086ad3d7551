"""The provider's page, made for a phone: own orders and what to do next, opening, capacity, rating."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.shell import look, map_page, page, visitor
from api.roles import WorldDep, order_scope
from api.views.order import order_detail, without_home
from api.views.provider import provider_view
from api.world import World
from data.errors import MissingError
from data.queries.orders import OrderFilter, list_orders
from data.queries.paging import Ask
from data.queries.scope import find, sees_home
from data.queries.standings import standings
from data.store.kinds.orders import ORDER
from dispatch.orders.order import ON_THE_JOB
from geo.place import Box
from grid.account import Account
from maps.facts import Pin, RouteLine
from maps.pages import desk_map

router = APIRouter(include_in_schema=False)
ProviderDep = Annotated[Account, Depends(visitor("provider"))]
FINISHED_SHOWN = 10
MOST = 50
URGENCY = ("contacted", "accepted", "called_back", "on_the_way", "arrived", "failed_visit", "done")


@router.get("/shop")
def shop(request: Request, world: WorldDep, account: ProviderDep) -> HTMLResponse:
    """Show the whole page."""
    return page(
        request, world, account, "shop.html", departments=(), causes=(), **shop_context(world, account)
    )


@router.get("/shop/orders")
def orders(request: Request, world: WorldDep, account: ProviderDep) -> HTMLResponse:
    """Show the orders alone, to be put in place of the old ones."""
    return page(request, world, account, "shop_orders.html", **shop_context(world, account))


def shop_context(world: World, account: Account) -> dict[str, Any]:
    """Give the provider, the orders in hand by what is to be done first, and the latest finished ones."""
    if account.provider is None:
        raise MissingError(f"account {account.user} belongs to no provider")
    now = world.clock()
    scope = order_scope(world, account)
    newest = "-created_at"
    with world.database.read() as session:
        in_hand = list_orders(session, scope, OrderFilter(open=True), Ask(sort=newest, limit=MOST), "").items
        settled = list_orders(
            session, scope, OrderFilter(state="settled"), Ask(sort=newest, limit=FINISHED_SHOWN), ""
        ).items
        standing = standings(
            session, world.catalogue.items, world.catalogue.standing, now, {account.provider}
        )[account.provider]
        shown = [order_detail(world, session, o, account, now) for o in in_hand if o.state in URGENCY]
        finished = [order_detail(world, session, o, account, now) for o in settled]
    shown.sort(key=lambda o: URGENCY.index(o["state"]))
    return {
        "provider": provider_view(world, world.city.provider(account.provider), now),
        "standing": standing,
        "on_the_job": ON_THE_JOB,
        "in_hand": shown,
        "finished": finished,
        "income_fen": sum(o["price_fen"] or 0 for o in finished),
    }


@router.get("/shop/map")
def map_document(request: Request, world: WorldDep, account: ProviderDep, no: str) -> Response:
    """Draw the way to one of the own orders."""
    with world.database.read() as session:
        order = find(session, ORDER, no, account.actor(), world.scheme)
    if not sees_home(account.actor(), order, world.scheme):
        order = without_home(world, order)
    provider = world.city.provider(account.provider or 0)
    way = world.city.route(order, provider.id, world.clock())
    home = Pin(lon=order.place.lon, lat=order.place.lat, label="家", kind="home", id=no)
    start = Pin(lon=provider.place.lon, lat=provider.place.lat, label="店", kind="provider", id="shop")
    line = None
    if way is not None:
        minutes = way.travel_ms / 60_000
        line = RouteLine(lonlat=np.column_stack([way.lon, way.lat]), label=f"{minutes:.0f} min")
    lons, lats = sorted((home.lon, start.lon)), sorted((home.lat, start.lat))
    margin_deg = 0.003
    box = Box(lons[0] - margin_deg, lats[0] - margin_deg, lons[1] + margin_deg, lats[1] + margin_deg)
    return map_page(request, desk_map(look(request, world, box), home, route=line, others=[start]))
