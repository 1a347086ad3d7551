"""The page of a family member or neighbour who was asked to go to an alarm."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.pages.shell import anybody, page
from api.roles import WorldDep, slow_down
from api.routing import Router
from api.v1.helping import PER_MINUTE, helping
from grid.account import Account

router = Router(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(anybody)]


@router.get("/helping/{task}")
def helper(
    task: str,
    request: Request,
    world: WorldDep,
    account: VisitorDep,
    key: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show one task of one alarm to whoever has its link."""
    slow_down(request, "helping", PER_MINUTE)
    return page(request, world, account, "helping.html", key=key, **helping(world, task, key))
