"""Closures of streets: draw or name them on a map, for whom and how long; those that stand, and lifting them."""

from dataclasses import replace

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.closed_streets import with_closures
from api.pages.shell import look, map_page, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.views.closure import closure_view
from data.store.roles import OVERSEERS
from grid.account import Account
from maps.pages import pick_map

router = Router(include_in_schema=False, prefix="/desk/streets")
OVERSEER = Depends(visitor(*OVERSEERS))


@router.get("")
def streets(request: Request, world: WorldDep, account: Account = OVERSEER) -> HTMLResponse:
    """Show the closures that hold or are to come, and the form for another."""
    changes = world.city.engine.changes
    shown = [closure_view(world, closure, account) for closure in changes.standing()]
    return page(request, world, account, "desk_streets.html", closures=shown, names=changes.names)


@router.get("/map")
def streets_document(request: Request, world: WorldDep, account: Account = OVERSEER) -> Response:
    """Draw the closures on a map on which streets are pointed at."""
    del account
    seen = with_closures(world, look(request, world))
    drawn = pick_map(seen)
    return map_page(request, replace(drawn, title=seen.say("道路管制")))
