"""The provider's page, made for a phone: own orders in road order, income, ranking, opening hours, capacity, rating."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import numpy as np
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.board_maps import item_name
from api.pages.shell import language_of, look, map_page, page, visitor
from api.roles import WorldDep, order_scope
from api.routing import Router
from api.v1.shop import own_provider, ranking_of
from api.views.order import order_detail, without_home
from api.views.provider import provider_view
from api.world import World
from data.queries.money import income_by_month, income_since
from data.queries.orders import OrderFilter, list_orders
from data.queries.paging import Ask
from data.queries.scope import find, sees_home
from data.queries.standings import standings
from data.store.kinds.orders import ORDER
from dispatch.orders.order import ON_THE_JOB, Order
from dispatch.orders.tour import in_road_order
from dispatch.providers.hours import parted, week_of
from dispatch.providers.provider import Provider
from geo.errors import NoStreetError
from geo.place import Box, LonLat
from grid.account import Account
from maps.facts import Pin, RouteLine
from maps.pages import desk_map

router = Router(include_in_schema=False)
ProviderDep = Annotated[Account, Depends(visitor("provider"))]
FINISHED_SHOWN = 10
MOST = 50
FIRST = ("contacted", "arrived", "failed_visit")
TO_GO = ("accepted", "called_back", "on_the_way")
MONTHS, HOLIDAYS_SHOWN = 6, 4


@router.get("/shop")
def shop(request: Request, world: WorldDep, account: ProviderDep) -> HTMLResponse:
    """Show the whole page."""
    context = shop_context(world, account) | own_context(world, account)
    return page(request, world, account, "shop.html", departments=(), causes=(), **context)


@router.get("/shop/orders")
def orders(request: Request, world: WorldDep, account: ProviderDep) -> HTMLResponse:
    """Show the orders alone, to be put in place of the old ones."""
    return page(request, world, account, "shop_orders.html", **shop_context(world, account))


@router.get("/shop/ranking")
def ranking(request: Request, world: WorldDep, account: ProviderDep) -> HTMLResponse:
    """Show why one ranks where one does, which takes a moment to find."""
    lang = language_of(request)
    names = {code: item_name(item, lang) for code, item in world.catalogue.items.items()}
    return page(request, world, account, "shop_ranking.html", r=ranking_of(world, account), names=names)


def shop_context(world: World, account: Account) -> dict[str, Any]:
    """Give the provider, the orders in hand in the order of the road, income, and the latest finished orders."""
    provider, now = own_provider(world, account), world.clock()
    scope, newest = order_scope(world, account), "-created_at"
    local = world.local(now)
    with world.database.read() as session:
        in_hand = list_orders(session, scope, OrderFilter(open=True), Ask(sort=newest, limit=MOST), "").items
        settled = list_orders(
            session, scope, OrderFilter(state="settled"), Ask(sort=newest, limit=FINISHED_SHOWN), ""
        ).items
        turns = _turns(world, provider, in_hand, now)
        shown = [
            order_detail(world, session, order, account, now)
            | {"turn": turns[order.no][0], "leg_s": turns[order.no][1]}
            for order in in_hand
            if order.no in turns
        ]
        finished = [order_detail(world, session, o, account, now) for o in settled]
        months = income_by_month(session, provider.id, MONTHS)
        today = income_since(session, provider.id, datetime.combine(local.date(), time(), world.zone))
    order_of = list(turns)
    shown.sort(key=lambda o: order_of.index(o["no"]))
    _, dated = parted(provider.hours)
    return {
        "provider": provider_view(world, provider, now),
        "on_the_job": ON_THE_JOB,
        "in_hand": shown,
        "finished": finished,
        "months": months,
        "today": today,
        "paused": any(rule.startswith(f"{local:%Y %b %d} ") for rule in dated),
    }


def own_context(world: World, account: Account) -> dict[str, Any]:
    """Give what stays while orders come and go: rating, hours as a week, days off."""
    provider, now = own_provider(world, account), world.clock()
    rules, today = world.catalogue.standing, world.local(now).date()
    with world.database.read() as session:
        standing = standings(session, world.catalogue.items, rules, now, {provider.id})[provider.id]
    weekly, dated = parted(provider.hours)
    return {
        "standing": standing,
        "rules": rules,
        "weekly": weekly,
        "dated": dated,
        "week": week_of(provider.hours, today),
        "day": today.isoformat(),
        "holidays": _holidays(world, today),
    }


def _turns(
    world: World, provider: Provider, orders: Sequence[Order], now: datetime
) -> dict[str, tuple[int, float | None]]:
    """Give the orders in the order in which to see to them, with turn on the road and seconds from the place before.

    Those that wait for an answer come first, then who is at work, then those to go to, the nearest by road next; turn 0
    is for those that nobody travels to now.
    """
    items = world.catalogue.items
    ahead = [o for o in orders if o.state in FIRST]
    rest = [o for o in orders if o.state == "done"]
    going = [o for o in orders if o.state in TO_GO and items[o.item].direction == "provider_to_resident"]
    coming = [o for o in orders if o.state in TO_GO and o not in going]
    ahead.sort(key=lambda o: FIRST.index(o.state))
    at_work = next((o.place for o in ahead if o.state == "arrived"), provider.place)
    by_no = {o.no: o for o in going}

    def leg_s(start: LonLat, no: str) -> float | None:
        try:
            return world.city.engine.travel_s(items[by_no[no].item].profile, start, by_no[no].place, now)
        except NoStreetError:
            return None

    legs = in_road_order(at_work, {o.no: o.place for o in going}, leg_s)
    turns: dict[str, tuple[int, float | None]] = {o.no: (0, None) for o in ahead}
    turns |= {no: (turn, leg) for turn, (no, leg) in enumerate(legs, 1)}
    return turns | {o.no: (0, None) for o in (*coming, *rest)}


def _holidays(world: World, today: date) -> list[tuple[str, str]]:
    """Give the public holidays to come, first and last day of each."""
    days = sorted(day for day in world.catalogue.rulebook.worktime.holidays if day >= today)
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return [(first.isoformat(), last.isoformat()) for first, last in spans[:HOLIDAYS_SHOWN]]


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
