"""The map of the dispatcher's desk: all that waits, or one case with who could go."""

from datetime import datetime
from typing import Any

import shapely
from fastapi import Request
from fastapi.responses import Response

from api.pages.closed_streets import with_closures
from api.pages.desk import AskDep, DispatcherDep, proposals, queue_context
from api.pages.desk_alarms import alarm_pins
from api.pages.shell import look, map_page
from api.roles import WorldDep
from api.routing import Router
from api.views.alarm import alarm_detail
from api.world import World
from data.queries.scope import find
from data.queries.tastes import tastes_of
from data.store.kinds.alarms import ALARM
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import ORDER
from dispatch.matching.need import Tastes
from dispatch.orders.order import Order
from geo.place import Box, LonLat
from grid.account import Account
from grid.tickets.ticket import Ticket
from maps.facts import CellShape, Pin
from maps.pages import desk_map

router = Router(include_in_schema=False)
AROUND_DEG = 0.012


@router.get("/desk/map")
def map_document(
    request: Request, world: WorldDep, account: DispatcherDep, ask: AskDep, no: str = ""
) -> Response:
    """Draw the map: all that waits, or one case with who could go."""
    if not no or no.startswith("Z"):  # a question has no place
        shown = queue_context(world, account, ask)
        pins = [_pin_of(row) for row in shown["alarms"] + shown["rows"] if row["lon"] is not None]
        seen = with_closures(world, look(request, world))
        return map_page(request, desk_map(seen, others=pins, cells=_streets(world)))
    if no.startswith("A"):
        return _alarm_map(request, world, account, no)
    now, scheme = world.clock(), world.scheme
    with world.database.read() as session:
        if no.startswith("T"):
            fact: Order | Ticket = find(session, TICKET, no, account.actor(), scheme)
            tastes = Tastes()
        else:
            fact = find(session, ORDER, no, account.actor(), scheme)
            tastes = tastes_of(session, fact.resident)
    home = Pin(
        lon=fact.place.lon, lat=fact.place.lat, label="家" if no[0] == "S" else "案", kind="home", id=no
    )
    pins = _candidate_pins(world, fact, tastes, now) if isinstance(fact, Order) else []
    seen = look(request, world, _around(fact.place), _caption(world, fact.cell))
    seen = with_closures(world, seen)
    return map_page(request, desk_map(seen, home, pins, cells=_cells_near(world, fact.place)))


def _alarm_map(request: Request, world: World, account: Account, no: str) -> Response:
    """Draw where an alarm is and who goes; the district for one of which nobody knows where it is."""
    with world.database.read() as session:
        alarm = find(session, ALARM, no, account.actor(), world.scheme)
        detail = alarm_detail(world, session, alarm, account, world.clock())
    if alarm.place is None:
        seen = with_closures(world, look(request, world))
        return map_page(request, desk_map(seen, cells=_streets(world)))
    home = Pin(lon=alarm.place.lon, lat=alarm.place.lat, label="警", kind="alarm", id=no)
    seen = look(request, world, _around(alarm.place), _caption(world, alarm.cell))
    pins = alarm_pins(detail)
    seen = with_closures(world, seen)
    return map_page(request, desk_map(seen, home, pins, cells=_cells_near(world, alarm.place)))


def _candidate_pins(world: World, order: Order, tastes: Tastes, now: datetime) -> list[Pin]:
    if order.provider is not None:
        sent = world.city.provider(order.provider)
        return [
            Pin(
                lon=sent.place.lon,
                lat=sent.place.lat,
                label="1",
                kind="candidate",
                id=str(sent.id),
                tooltip=sent.name,
            )
        ]
    if order.state not in ("placed", "located"):
        return []
    found = proposals(world, order, tastes, now)["candidates"]
    return [
        Pin(
            lon=c["lon"],
            lat=c["lat"],
            label=str(rank),
            kind="candidate",
            id=str(c["provider"]),
            tooltip=f"{c['name']}\n{c['travel_s'] / 60:.1f} 分",
        )
        for rank, c in enumerate(found, 1)
    ]


def _pin_of(row: dict[str, Any]) -> Pin:
    """Mark a waiting case by the first sign of its name."""
    is_order = row["kind"] == "order"
    name = row[{"order": "item_name", "ticket": "category_name", "alarm": "cause_name"}[row["kind"]]]
    alarm = row["kind"] == "alarm" or (is_order and row["urgency"] == "emergency")
    return Pin(
        lon=row["lon"],
        lat=row["lat"],
        label=name[:1],
        kind="alarm" if alarm else "ticket",
        id=row["no"],
        tooltip=f"{name}\n{row['state_name']} · {row['community_name']}",
    )


def _caption(world: World, code: str) -> str:
    cell = world.city.cells.get(code)
    if cell is None:
        return ""
    area = world.city.areas.get(cell.community)
    return f"{cell.name} · {area.name if area else ''}"


def _around(place: LonLat) -> Box:
    lon_deg, lat_deg = AROUND_DEG / 2, AROUND_DEG / 4
    return Box(place.lon - lon_deg, place.lat - lat_deg, place.lon + lon_deg, place.lat + lat_deg)


def _cells_near(world: World, place: LonLat) -> list[CellShape]:
    """Outline the cells within reach of a place."""
    box = shapely.box(
        place.lon - AROUND_DEG, place.lat - AROUND_DEG, place.lon + AROUND_DEG, place.lat + AROUND_DEG
    )
    return [
        CellShape(id=code, name=world.city.cells[code].name, shape=shape)
        for code, shape in world.city.cell_shapes.items()
        if shape.intersects(box)
    ]


def _streets(world: World) -> list[CellShape]:
    """Outline the streets of the district."""
    return [
        CellShape(id=a.code, name=a.name, shape=world.city.area_shapes[a.code])
        for a in world.city.areas.values()
        if a.level == "street"
    ]
