"""The orders of the board: hot services, arrivals that were promised, and the lists behind both."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.pages.board_ask import Asked, BoardAsk, OrdersAsk, ViewerDep, asked, name_of_area
from api.pages.board_maps import item_name
from api.pages.shell import language_of, page
from api.roles import WorldDep, order_scope
from api.routing import Router
from api.views.order import order_view
from api.world import World
from data.figures.cases import orders_numbered
from data.figures.facts import collect_orders
from data.models import OrderRow
from data.queries.orders import OrderFilter, item_counts, list_orders
from data.queries.paging import Ask
from grid.account import Account
from grid.figures.facts import Facts
from grid.figures.sets import find_orders

router = Router(include_in_schema=False)
ROWS = 60


def orders_in(world: World, session: Session, account: Account, q: Asked) -> Facts:
    """Read the orders of a question that an account may see; nothing else of `Facts` is filled."""
    here = [order_scope(world, account)]
    if q.where.prefix:
        here.append(OrderRow.cell.startswith(q.where.prefix))
    orders = collect_orders(session, world.catalogue, q.period, here)
    return Facts(start=q.period.start, end=q.period.end, rulebook=world.catalogue.rulebook, orders=orders)


def _orders_of_set(
    request: Request, world: World, account: Account, ask: OrdersAsk, q: Asked
) -> HTMLResponse:
    """List the orders of a set, the newest promise first."""
    scope, end = order_scope(world, account), ask.start + ROWS
    with world.database.read() as session:
        cases = find_orders(orders_in(world, session, account, q), ask.set)
        newest = sorted(cases, key=lambda o: (o.arrive_due_at or o.created_at, o.no), reverse=True)
        found = orders_numbered(session, scope, [o.no for o in newest[ask.start : end]])
    more = {"set": ask.set}
    return page(
        request,
        world,
        account,
        "board_orders.html",
        ask=ask,
        items=[order_view(world, order, account, q.now) for order in found],
        item_name="",
        total=len(cases),
        first=ask.link("/board/orders", **more) if ask.start else None,
        following=ask.link("/board/orders", **more, start=str(end)) if end < len(cases) else None,
        area_name=name_of_area(world, ask.area),
        as_of=q.now,
    )


@router.get("/board/orders")
def orders_page(
    request: Request, ask: Annotated[OrdersAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the orders behind a hot service, without personal data."""
    q = asked(world, account, ask)
    if ask.set:
        return _orders_of_set(request, world, account, ask, q)
    wanted = OrderFilter(
        area=ask.area, item=ask.item, state=ask.state, since=q.period.start, until=q.period.end
    )
    with world.database.read() as session:
        asked_for = Ask(sort="-created_at", limit=ROWS, after=ask.after)
        found = list_orders(session, order_scope(world, account), wanted, asked_for, q.where.prefix)
    item = world.catalogue.items.get(ask.item)
    more = {"item": ask.item, "state": ask.state}
    return page(
        request,
        world,
        account,
        "board_orders.html",
        ask=ask,
        items=[order_view(world, order, account, q.now) for order in found.items],
        item_name=item_name(item, language_of(request)) if item else "",
        total=None,
        first=ask.link("/board/orders", **more) if ask.after else None,
        following=ask.link("/board/orders", **more, after=found.next) if found.next else None,
        area_name=name_of_area(world, ask.area),
        as_of=q.now,
    )


def hot_items(
    world: World, session: Session, account: Account, ask: BoardAsk, q: Asked, lang: str
) -> list[dict[str, Any]]:
    """Count the orders of a question by service item, the most wanted first; items that are no longer offered are left out."""
    wanted = OrderFilter(area=ask.area, since=q.period.start, until=q.period.end)
    found = item_counts(session, order_scope(world, account), wanted, q.where.prefix)
    return [
        {
            "item": i.item,
            "name": item_name(world.catalogue.items[i.item], lang),
            "total": i.total,
            "unmet": i.unmet,
            "rating": i.rating,
        }
        for i in found
        if i.item in world.catalogue.items
    ]
