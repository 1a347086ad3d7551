"""Modules over HTTP: which there are, where each is on, and switching one in an area."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import STAFF, access
from api.answers.modules import FeatureUses, ModuleAnswer, ModuleList
from api.errors import NotAllowedError
from api.forms import Form
from api.roles import AccountDep, WorldDep, is_whole
from api.routing import Router
from api.views.modules import module_view
from api.views.use import use_view
from data.desk.modules import LONGEST, SwitchModule
from data.errors import MissingError

LONGEST_DAYS = 3660
router = Router(prefix="/api/v1/modules", tags=["modules"])


class SwitchForm(Form):
    """Whether a module is on in an area from now on, and why."""

    area: Annotated[str, Field(pattern=r"^\d{1,20}$")]
    on: bool
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST)]


@router.get("", response_model=ModuleList, **access(*STAFF))
def modules(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the modules, and where each is on in one's own area."""
    area = account.area or world.city.district.code
    return JSONResponse({"items": [module_view(world, one, area) for one in world.catalogue.modules]})


@router.get("/use", response_model=FeatureUses, **access("leader", "admin", outside="refused"))
def use(
    world: WorldDep, account: AccountDep, days: Annotated[int, Query(ge=1, le=LONGEST_DAYS)] = 90
) -> JSONResponse:
    """Tell of everything that people can do who used it and how often, and what nobody used; for the whole district."""
    if not is_whole(world, account):
        raise NotAllowedError("the log knows no areas; this is for who has the whole district")
    return JSONResponse(use_view(world, days))


@router.put("/{code}", response_model=ModuleAnswer, **access("admin", outside="refused"))
def switch(code: str, form: SwitchForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Switch a module on or off in an area; what is under way there goes on to its end, and alarms are heard everywhere."""
    found = next((one for one in world.catalogue.modules if one.code == code), None)
    if found is None:
        raise MissingError(f"there is no module {code!r}; see /api/v1/modules")
    new = SwitchModule(module=code, area=form.area, on=form.on, reason=form.reason)
    world.desk.start(new, account.actor(), world.clock())
    return JSONResponse(module_view(world, found, account.area or world.city.district.code))
