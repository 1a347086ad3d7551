"""The administrator's page of modules: where each is on, and switching one in an area."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.admin import AdminDep, admin_page
from api.pages.shell import language_of
from api.pages.ticket import ROLE_WORDS
from api.roles import WorldDep, is_whole, part_of
from api.routing import Router
from api.views.modules import module_view
from api.views.use import use_view

router = Router(include_in_schema=False)
DAYS = 90


@router.get("/admin/modules")
def modules(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """List the modules of one's area with a form to switch each, and for the whole district what is used and what is not."""
    in_english, whole = language_of(request) == "en", account.area or world.city.district.code
    inside = part_of(world, account)
    rows = [module_view(world, one, whole) for one in world.catalogue.modules]
    for row in rows:
        if in_english:
            row |= {"name": row["name_en"], "told": row["told_en"]}
    areas = [area for area in world.city.areas.values() if area.code.startswith(inside)]
    areas.sort(key=lambda area: area.code)
    used = use_view(world, DAYS)["items"] if is_whole(world, account) else []
    more = {"rows": rows, "areas": areas, "whole": whole, "used": used, "days": DAYS, "roles": ROLE_WORDS}
    return admin_page(request, world, account, "admin_modules.html", name="modules", **more)
