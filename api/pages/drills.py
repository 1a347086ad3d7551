"""The page of drills: one is begun, and what came of those before, one by one and by agent."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.drills import LEADING, SHOWN, report_of
from grid.account import Account

router = Router(include_in_schema=False)


@router.get("/desk/drills")
def drills_page(
    request: Request, world: WorldDep, account: Annotated[Account, Depends(visitor(*LEADING))]
) -> HTMLResponse:
    """Show how a drill is begun, and the drills of the last month."""
    with world.database.read() as session:
        found = report_of(session, world, account, world.clock() - SHOWN)
    english = language_of(request) == "en"
    causes = {
        cause.code: cause.name_en if english else cause.name_zh
        for cause in world.catalogue.alarms.causes.values()
    }
    return page(request, world, account, "desk_drills.html", report=found, causes=causes, local=world.local)
