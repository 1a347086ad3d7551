"""The party's page of service orders: those that it has, step by step, and those that its level is informed of.

An administrator is shown those of all parties.
"""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.forms import Form, Short
from api.pages.desk import department_choices
from api.pages.shell import page, visitor
from api.roles import WorldDep, order_scope
from api.routing import Router
from api.views.order import order_detail
from api.world import World
from data.queries.orders import OrderFilter, list_orders
from data.queries.paging import Ask
from dispatch.orders.order import ON_THE_JOB, UNMET_CAUSES
from dispatch.orders.supervision import wait_of
from grid.account import Account

router = Router(include_in_schema=False)
PartyDep = Annotated[Account, Depends(visitor("department", "admin"))]
ROWS = 30


class PartyAsk(Form):
    """Which orders: those in hand, all that the party has, or those that it is informed of; and where to go on."""

    which: Literal["open", "all", "informed"] = "open"
    after: Annotated[str, Field(max_length=400)] | None = None
    lang: Short = ""


AskDep = Annotated[PartyAsk, Query()]


@router.get("/work/orders")
def orders(request: Request, ask: AskDep, world: WorldDep, account: PartyDep) -> HTMLResponse:
    """Show the party's orders."""
    context = _context(world, account, ask)
    choices = department_choices(world)
    return page(
        request, world, account, "work_orders.html", departments=choices, causes=UNMET_CAUSES, **context
    )


@router.get("/work/orders/list")
def order_list(request: Request, ask: AskDep, world: WorldDep, account: PartyDep) -> HTMLResponse:
    """Show the list alone, to be put in place of the old one."""
    return page(request, world, account, "work_orders_list.html", **_context(world, account, ask))


def _context(world: World, account: Account, ask: PartyAsk) -> dict[str, Any]:
    now, scope, own = world.clock(), order_scope(world, account), account.department
    supervision = world.catalogue.orders.supervision
    wanted = {
        "open": OrderFilter(party=own, of_parties=True, open=True),
        "all": OrderFilter(party=own, of_parties=True),
        "informed": OrderFilter(informed=own, of_parties=True),
    }
    sort = "created_at" if ask.which == "open" else "-created_at"
    with world.database.read() as session:
        turn = Ask(sort=sort, limit=ROWS, after=ask.after)
        found = list_orders(session, scope, wanted[ask.which], turn, "")
        shown = []
        for order in found.items:
            wait = wait_of(order, supervision) if own in ("", order.party) else None
            detail = order_detail(world, session, order, account, now)
            lamp = wait.lamp(now) if wait else ""
            shown.append(detail | {"lamp": lamp, "red_at": wait.red_at if wait else None})
    return {"ask": ask, "orders": shown, "following": found.next, "on_the_job": ON_THE_JOB, "as_of": now}
