"""The television: what a resident at home wants to know, read from the sofa, moved through by arrows and OK; no writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from api.pages.home import FUNCTION_ICONS
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.views.halls import near_view
from api.views.intake import offer_view
from api.views.resident import timeline_view
from api.views.shape import plain
from api.world import World
from data.models import DeviceRow, ResidentRow, StationRow
from data.registers.businesses import Whose, businesses
from data.registers.halls import nearest_stations
from dispatch.item import ServiceItem
from dispatch.lifecycle import Actor
from dispatch.orders.order import Order
from geo.place import LonLat
from grid.account import Account

router = Router(include_in_schema=False)
ViewerDep = Annotated[Account, Depends(visitor("device", "resident"))]
KIND = "tv"
STATIONS, REQUESTS = 4, 8
TV_KINDS = ("order", "ticket", "question", "counter_session")
"""What of one's own is shown on a screen that a whole room sees; no alarms, no visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a television stands: the place that is near, the cell or area, and the resident it is bound to, empty for nobody."""

    place: LonLat
    area: str
    resident: str = ""


def is_television(world: World, user: str) -> bool:
    """Tell whether an account speaks for a registered set-top box."""
    with world.database.read() as session:
        query = select(DeviceRow.id).where(
            DeviceRow.no == user, DeviceRow.kind == KIND, DeviceRow.removed_at.is_(None)
        )
        return session.scalar(query) is not None


@router.get("/tv")
def tv(
    request: Request,
    world: WorldDep,
    account: ViewerDep,
    show: Annotated[Literal["home", "near", "own", "halls", "numbers"], Query()] = "home",
    group: Annotated[str, Query(max_length=4)] = "",
) -> HTMLResponse:
    """Show one screen of the television: a choice, services near, halls near, one's own requests, or telephone numbers."""
    seat = _seat(world, account)
    groups = _groups(world)
    told: dict[str, Any] = {"offers": [], "stations": [], "own": [], "numbers": []}
    if show == "near":
        told["offers"] = [_offer(world, seat, item) for item in groups.get(group, ())]
    elif show == "halls":
        told["stations"] = _stations(world, seat)
    elif show == "own":
        told["own"] = _own(world, seat)
    elif show == "numbers":
        told["numbers"] = _numbers(world, seat)
    return page(
        request,
        world,
        account,
        "tv.html",
        show=show,
        group=group if group in groups else "",
        groups=groups,
        icons=FUNCTION_ICONS,
        bound=bool(seat.resident),
        now=plain(world.clock(), world.zone),
        in_english=language_of(request) == "en",
        **told,
    )


def _seat(world: World, account: Account) -> Seat:
    """Find where a television stands: at its resident's home, at its station, else in the middle of the account's area."""
    with world.database.read() as session:
        device = session.scalar(
            select(DeviceRow).where(
                DeviceRow.no == account.user, DeviceRow.kind == KIND, DeviceRow.removed_at.is_(None)
            )
        )
        number = account.resident or (device.resident if device else "")
        home = session.scalar(select(ResidentRow).where(ResidentRow.no == number)) if number else None
        if home is not None and home.ended_on is None:
            return Seat(place=LonLat(home.lon, home.lat), area=home.cell, resident=home.no)
        number = device.station if device else ""
        station = session.scalar(select(StationRow).where(StationRow.no == number)) if number else None
        if station is not None:
            return Seat(place=LonLat(station.lon, station.lat), area=station.area)
    city = world.city
    code = account.area if account.area in city.area_shapes else city.district.code
    if code in city.area_shapes:
        point = city.area_shapes[
            code
        ].representative_point()  # inside, which the middle of a bent district is not
    else:
        code = min(city.cells)
        point = city.cell_shapes[code].representative_point()
    return Seat(place=LonLat(point.x, point.y), area=code)


def _groups(world: World) -> Mapping[str, list[ServiceItem]]:
    """Give what can be ordered by function; what is an alarm is no choice among others."""
    found: dict[str, list[ServiceItem]] = {}
    for item in world.catalogue.items.values():
        if world.catalogue.alarms.asked_by(item.code) is None and item.urgency != "emergency":
            found.setdefault(item.function, []).append(item)
    return found


def _offer(world: World, seat: Seat, item: ServiceItem) -> dict[str, Any]:
    """Tell of a service who would come from near now, at what price and when; None for nobody now."""
    now = world.clock()
    order = Order(
        no="",
        item=item.code,
        state=world.catalogue.order_lifecycle.initial,
        channel="web",
        created_at=now,
        place=seat.place,
        cell=world.city.locate(seat.place).cell,
    )
    match = world.city.offers(order, now, 1)
    best = offer_view(world, match.candidates[0], now) if match.candidates else None
    return {"item": item, "price_fen": best["price_fen"] if best else item.price_fen, "best": best}


def _stations(world: World, seat: Seat) -> list[dict[str, Any]]:
    now = world.clock()
    with world.database.read() as session:
        found = nearest_stations(session, world.city.engine, seat.place, now, k=STATIONS)
    return [near_view(world, one, None, now) for one in found]


def _own(world: World, seat: Seat) -> list[dict[str, Any]]:
    """List the requests of the resident that the television is bound to, by number and state; nothing for nobody."""
    if not seat.resident:
        return []
    actor = Actor(user="", role="resident", resident=seat.resident)
    reader = Account(user="", name="", role="resident", resident=seat.resident)
    with world.database.read() as session:
        rows = businesses(session, Whose(resident=seat.resident), actor, world.scheme)
    return timeline_view(world, [row for row in rows if row.kind in TV_KINDS][:REQUESTS], reader)


def _numbers(world: World, seat: Seat) -> list[Any]:
    """List the telephone numbers of the district, and those of the part one lives in."""
    known = world.catalogue.intake.calls.numbers.values()
    return [one for one in known if not one.area or world.scheme.contains(one.area, seat.area)]
