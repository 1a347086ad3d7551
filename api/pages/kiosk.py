"""The kiosk: a touch screen at a station, for whoever stands before it, without an account and without a keyboard."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.home import CLASS_ICONS, FUNCTION_ICONS, classes
from api.pages.shell import ElsewhereError, language_of, look, map_page, page, visitor
from api.pages.tv import is_television
from api.roles import WorldDep
from api.routing import Router
from api.views.halls import station_view
from api.world import World
from data.errors import MissingError
from data.queries.scope import find
from data.registers.kiosks import Kiosk, kiosk_of
from data.store.kinds.halls import STATION
from dispatch.item import ServiceItem
from geo.errors import NoStreetError
from grid.account import Account
from maps.facts import Pin, RouteLine
from maps.pages import way_map

router = Router(include_in_schema=False)
DeviceDep = Annotated[Account, Depends(visitor("device"))]
IDLE_S, WARNED_S = 60, 10
HOLD_S = 2
GOAL = "★"


@router.get("/kiosk")
def kiosk(request: Request, world: WorldDep, account: DeviceDep) -> HTMLResponse:
    """Show the screen of the kiosk with whose name the browser is signed in; nothing to any other device."""
    found = _kiosk(world, account)
    if found is None and is_television(world, account.user):
        raise ElsewhereError("/tv")
    if found is None:
        answer = page(request, world, account, "kiosk_missing.html", no=account.user)
        answer.status_code = 404
        return answer
    return page(
        request,
        world,
        account,
        "kiosk.html",
        kiosk=found,
        station=station_view(world, found.station, world.clock()),
        functions=_functions(world),
        icons=FUNCTION_ICONS,
        classes=classes(world),
        class_icons=CLASS_ICONS,
        in_english=language_of(request) == "en",
        settings={
            "idle_s": IDLE_S,
            "warned_s": WARNED_S,
            "hold_s": HOLD_S,
            "county": world.desk.county,
            "device": found.no,
            "lon": found.station.place.lon,
            "lat": found.station.place.lat,
        },
    )


@router.get("/kiosk/way")
def way(
    request: Request, world: WorldDep, account: DeviceDep, to: Annotated[str, Query(max_length=40)]
) -> Response:
    """Draw the way on foot from the kiosk to a station."""
    here = _kiosk(world, account)
    if here is None:
        raise MissingError(f"{account.user} is no registered kiosk")
    with world.database.read() as session:
        there = find(session, STATION, to, account.actor(), world.scheme)
    start, end = here.station.place, there.place
    try:
        found = world.city.engine.way("walk", start, end, world.clock())
    except NoStreetError:
        found = None
    line = None
    if found is not None:
        line = RouteLine(lonlat=np.column_stack((found.lon, found.lat)), label=there.name)
    goal = Pin(lon=end.lon, lat=end.lat, label=GOAL, kind="provider", tooltip=there.name)
    return map_page(request, way_map(look(request, world), start, goal, line))


def _kiosk(world: World, account: Account) -> Kiosk | None:
    with world.database.read() as session:
        return kiosk_of(session, account.user)


def _functions(world: World) -> Mapping[str, list[ServiceItem]]:
    """Give what can be ordered at a kiosk by function; who is in need of help holds the red button."""
    grouped: dict[str, list[ServiceItem]] = {}
    for item in world.catalogue.items.values():
        if world.catalogue.alarms.asked_by(item.code) is None and item.urgency != "emergency":
            grouped.setdefault(item.function, []).append(item)
    return grouped
