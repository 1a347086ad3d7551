"""All orders that wait, planned at once: the plan beside one after the other, on a map, and sent all or some."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from api.pages.closed_streets import with_closures
from api.pages.desk import DispatcherDep
from api.pages.shell import look, map_page, page
from api.roles import WorldDep, order_scope
from api.routing import Router
from api.views.assignment import plan_view
from api.world import World
from data.queries.unsent import unsent_orders
from dispatch.matching.together import Plan
from dispatch.orders.order import Order
from geo.errors import NoStreetError
from grid.account import Account
from maps.facts import Pin, RouteLine
from maps.pages import together_map

router = Router(include_in_schema=False, prefix="/desk/together")
MOST = 200
MOST_WAYS = 60


@router.get("")
def together(request: Request, world: WorldDep, account: DispatcherDep) -> HTMLResponse:
    """Show who would go for everything that waits."""
    now = world.clock()
    orders, plan = _plan(world, account, now)
    shown = plan_view(world, orders, plan, now)
    return page(request, world, account, "desk_together.html", plan=shown)


@router.get("/map")
def together_document(request: Request, world: WorldDep, account: DispatcherDep) -> Response:
    """Draw the plan: orders, who goes, and their ways."""
    now = world.clock()
    orders, plan = _plan(world, account, now)
    pins, shops, ways = [], {}, []
    for number, (order, going) in enumerate(zip(orders, plan.together, strict=True), 1):
        name = world.city.item(order.item).name_zh
        pins.append(
            Pin(
                lon=order.place.lon,
                lat=order.place.lat,
                label=str(number),
                kind="task",
                id=order.no,
                tooltip=f"{name}\n{order.no}",
                state="late" if going is None else "",
            )
        )
        if going is None:
            continue
        shop = world.city.provider(going.provider)
        shops[shop.id] = Pin(
            lon=shop.place.lon, lat=shop.place.lat, label=shop.name[:1], kind="provider", tooltip=shop.name
        )
        if number <= MOST_WAYS and (way := _way(world, order, going.provider, now)):
            ways.append(way)
    seen = with_closures(world, look(request, world))
    return map_page(request, together_map(seen, pins, list(shops.values()), ways))


def _plan(world: World, account: Account, now: datetime) -> tuple[Sequence[Order], Plan]:
    alarms = [item.code for item in world.catalogue.items.values() if item.urgency == "emergency"]
    with world.database.read() as session:
        waiting = unsent_orders(session, order_scope(world, account), (), alarms, MOST)
    return [order for order, _ in waiting], world.city.plan(waiting, now)


def _way(world: World, order: Order, provider: int, now: datetime) -> RouteLine | None:
    try:
        route = world.city.route(order, provider, now)
    except NoStreetError:
        return None
    if route is None:
        return None
    return RouteLine(lonlat=np.column_stack((route.lon, route.lat)), id=order.no)
