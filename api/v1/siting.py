"""Siting over HTTP: where the next providers of an item would help most, with how near that is to the best."""

from typing import Annotated

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import access
from api.answers.siting import SitingAnswer
from api.forms import Form, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from data.city.siting import Goal, site_item

router = Router(prefix="/api/v1/siting", tags=["siting"])


class SitingForm(Form):
    """For which item, how many, and what is to be best; within the item's own promise when no minutes are given."""

    item: Short
    count: Annotated[int, Field(ge=1, le=20)] = 1
    goal: Goal = "minutes"
    within_min: Annotated[float, Field(gt=0, le=120)] | None = None
    at: AwareDatetime | None = None


@router.post("", response_model=SitingAnswer, **access("dispatcher", "leader", "admin"))
def siting(form: SitingForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Choose cells for new providers of an item; those open at the time stay, and nothing is kept."""
    del account
    item = world.city.item(form.item)
    wish = form.count, form.goal, form.within_min or world.surveyor.promise_min(item)
    found = site_item(world.city, world.surveyor, item, wish, world.local(form.at or world.clock()))
    return JSONResponse(plain(found, world.zone) | {"item_name": item.name_zh})
