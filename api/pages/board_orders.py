"""The orders of the board: those that its figures count, and the hot services."""

from typing import Any

from sqlalchemy.orm import Session

from api.pages.board_ask import Asked, BoardAsk
from api.pages.board_maps import item_name
from api.roles import order_scope
from api.world import World
from data.figures.facts import collect_orders
from data.models import OrderRow
from data.queries.orders import OrderFilter, item_counts
from grid.account import Account
from grid.figures.facts import Facts


def orders_in(world: World, session: Session, account: Account, q: Asked) -> Facts:
    """Read the orders of a question that an account may see; nothing else of `Facts` is filled."""
    here = [order_scope(world, account)]
    if q.where.prefix:
        here.append(OrderRow.cell.startswith(q.where.prefix))
    orders = collect_orders(session, world.catalogue, q.period, here)
    return Facts(start=q.period.start, end=q.period.end, rulebook=world.catalogue.rulebook, orders=orders)


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
