"""Isochrones over HTTP: how far one gets from a place, or from where one gets there, within some minutes by road."""

from typing import Annotated, Any, Literal

import numpy as np
import shapely
from fastapi import Query
from pydantic import AwareDatetime, Field
from shapely.geometry import mapping

from api.access import OVERSEERS, access
from api.answers.geojson import GeoJson
from api.answers.isochrone import IsochroneAnswer
from api.forms import Placed
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from data.city.rings import Ring, rings_of
from dispatch.item import Profile

router = Router(prefix="/api/v1/isochrone", tags=["figures"])
MOST_RINGS = 6
LONGEST_MIN = 120
KEPT_DEG = 6


class IsochroneAsk(Placed):
    """Around which place, how one travels and which way, within which minutes, at which time; now when left out."""

    profile: Profile = "walk"
    minutes: Annotated[
        tuple[Annotated[float, Field(ge=1, le=LONGEST_MIN)], ...], Field(min_length=1, max_length=MOST_RINGS)
    ] = (5, 10, 15)
    direction: Literal["from", "towards"] = "from"
    drawn: Literal["area", "streets"] = "area"
    at: AwareDatetime | None = None


@router.get("", response_model=IsochroneAnswer, response_class=GeoJson, **access(*OVERSEERS, "worker"))
def isochrone(ask: Annotated[IsochroneAsk, Query()], world: WorldDep, account: AccountDep) -> GeoJson:
    """Draw what is reached within minutes, closures and boats as they are: an area, or exact stretches of streets."""
    del account
    at = world.local(ask.at or world.clock())
    rings = rings_of(
        world.city,
        world.surveyor,
        ask.profile,
        ask.place(),
        sorted(set(ask.minutes)),
        at,
        towards=ask.direction == "towards",
    )
    features = [_feature(ring, ask.drawn) for ring in rings]
    told = {"profile": ask.profile, "at": plain(at, world.zone)}
    return GeoJson({"type": "FeatureCollection", "features": features} | told)


def _feature(ring: Ring, drawn: str) -> dict[str, Any]:
    shape = ring.streets.area() if drawn == "area" else ring.streets.lines()
    return {
        "type": "Feature",
        "geometry": mapping(shapely.transform(shape, lambda xy: np.round(xy, KEPT_DEG))),
        "properties": {
            "minutes": ring.minutes,
            "street_km": round(ring.streets.length_m / 1000, 3),
            "people": ring.people,
        },
    }
