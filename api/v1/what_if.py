"""What if an item were offered elsewhere: places tried over HTTP, nothing is kept."""

from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from shapely.geometry import mapping

from api.access import access
from api.answers.what_if import WhatIfAnswer
from api.forms import Form, PlaceChange, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.city.whatif import Shift, Trial, what_if
from dispatch.errors import BadFieldError

router = Router(prefix="/api/v1/coverage/what-if", tags=["siting"])
MOST_TRIALS = 20


class TrialForm(PlaceChange):
    """A new place; a provider to leave; or both, for a provider that moves."""

    provider: int | None = None

    def trial(self) -> Trial:
        """Return what is tried.

        Raises
        ------
        BadFieldError
            When it names neither a place nor a provider.
        """
        place = self.moved()
        if place is None and self.provider is None:
            raise BadFieldError("trials", None, "a place (lon, lat), a provider, or both")
        return Trial(provider=self.provider, place=place)


class WhatIfForm(Form):
    """For which item what is tried; within the item's own promise when no minutes are given, this minute without a time."""

    item: Short
    trials: Annotated[tuple[TrialForm, ...], Field(min_length=1, max_length=MOST_TRIALS)]
    within_min: Annotated[float, Field(gt=0, le=120)] | None = None
    at: AwareDatetime | None = None
    drawn: bool = False


@router.post("", response_model=WhatIfAnswer, **access("dispatcher", "leader", "admin"))
def try_places(form: WhatIfForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell who would be nearer and who farther if places were added, left or moved; cells as GeoJSON when `drawn`."""
    del account
    item = world.city.item(form.item)
    within = form.within_min or world.surveyor.promise_min(item)
    at = world.local(form.at or world.clock().replace(second=0, microsecond=0))
    found = what_if(world.surveyor, item, [t.trial() for t in form.trials], within, at)
    body = {
        "item": item.code,
        "item_name": item.name_zh,
        "at": plain(at, world.zone),
        "within_min": within,
        "district": shift_view(world, found.district),
        "communities": [shift_view(world, each) for each in found.communities],
    }
    if form.drawn:
        body["cells"] = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": each.area,
                    "geometry": mapping(world.city.cell_shapes[each.area]),
                    "properties": shift_view(world, each),
                }
                for each in found.cells
                if each.area in world.city.cell_shapes
            ],
        }
    return JSONResponse(body)


def shift_view(world: World, shift: Shift) -> dict[str, Any]:
    """Show what changes in an area, with its name; in the whole district when it has no code."""
    city = world.city
    known = city.areas.get(shift.area) or city.cells.get(shift.area)
    name = known.name if known is not None else "" if shift.area else city.district.name
    shown: dict[str, Any] = plain(shift, world.zone)
    return shown | {"name": name}
