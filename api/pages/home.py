"""The public's pages: order a service, report a problem, follow by number, and what is one's own."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages.shell import anybody, language_of, look, map_page, page
from api.pages.ticket import natures, said
from api.roles import WorldDep, order_scope, slow_down, ticket_scope
from api.routing import Router
from api.v1.follow import followed
from api.views.order import order_view
from api.views.reasons import WHYS
from api.views.ticket import ticket_view
from api.world import World
from data.errors import MissingError
from data.queries.orders import OrderFilter, item_counts, list_orders
from data.queries.paging import Ask
from data.queries.scope import find
from data.queries.tickets import TicketFilter, list_tickets
from data.registers.pinyin import initials
from data.registers.residents import ResidentFilter, find_residents
from data.store.kinds.alarms import ALARM
from data.store.kinds.cases import TICKET
from data.store.kinds.counter import COUNTER_SESSION
from data.store.kinds.orders import APPLICATION, ORDER
from dispatch.item import ServiceItem
from dispatch.resident import masked_resident
from geo.place import Box, LonLat
from grid.account import Account
from grid.rulebook import Category
from maps.pages import pick_map

FollowKey = Annotated[str, Query(max_length=100)]
router = Router(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(anybody)]

HOT = 8
HOT_SINCE = timedelta(days=30)
OWN_SHOWN = 10
NEAR_DEG = 0.006
FUNCTION_ICONS = {"1": "heart", "2": "users", "3": "shop", "4": "star", "5": "wrench", "X": "shield"}
CLASS_ICONS = {
    "公用设施": "gear",
    "道路交通设施": "route",
    "市容环境": "home",
    "突发事件": "alert",
    "社会治理": "users",
}
STEPS_OF = {"alarm": ALARM.lifecycle, "counter_session": COUNTER_SESSION.lifecycle}
"""Kinds whose steps are told by the labels of their lifecycle."""
STAGES = {
    "ticket": {
        "reported": 0,
        "dispatched": 1,
        "received": 1,
        "returned": 1,
        "arbitration": 1,
        "handling": 2,
        "shelved": 2,
        "done": 3,
        "checked": 3,
        "closed": 4,
    },
    "order": {
        "placed": 0,
        "located": 0,
        "unmet": 0,
        "contacted": 1,
        "accepted": 1,
        "called_back": 1,
        "on_the_way": 2,
        "arrived": 2,
        "done": 3,
        "settled": 4,
    },
    "question": {"open": 1, "answered": 4},
}


@router.get("/")
def home(request: Request, world: WorldDep, account: VisitorDep) -> HTMLResponse:
    """Show what can be ordered, reported and followed; below, what is one's own."""
    return page(
        request,
        world,
        account,
        "home.html",
        functions=functions(world),
        hot=_hot(world),
        classes=classes(world),
        icons=FUNCTION_ICONS,
        class_icons=CLASS_ICONS,
        initials=initials,
        own=own(world, account),
        in_english=language_of(request) == "en",
    )


def offered(world: World) -> dict[str, ServiceItem]:
    """Give the items that can be ordered somewhere in the district by code: where orders are switched off, the urgent ones."""
    on = world.city.modules.is_on_within("orders", world.city.district.code)
    return {code: item for code, item in world.catalogue.items.items() if on or item.is_urgent}


def functions(world: World) -> dict[str, list[ServiceItem]]:
    """Give the service items by function, as the catalogue orders them."""
    grouped: dict[str, list[ServiceItem]] = {}
    for item in offered(world).values():
        grouped.setdefault(item.function, []).append(item)
    return grouped


def classes(world: World) -> dict[str, list[Category]]:
    """Give the categories of issues by class, the largest class first."""
    grouped: dict[str, list[Category]] = {}
    for category in world.catalogue.rulebook.categories.values():
        grouped.setdefault(category.class_zh, []).append(category)
    return dict(sorted(grouped.items(), key=lambda pair: -len(pair[1])))


def _hot(world: World) -> list[ServiceItem]:
    """Give the items most ordered of late, filled up from the catalogue when there are few."""
    everybody = Account(user="figures", name="", role="leader", area=world.city.district.code)
    wanted = OrderFilter(since=world.clock() - HOT_SINCE)
    with world.database.read() as session:
        counted = [c.item for c in item_counts(session, order_scope(world, everybody), wanted, "")]
    all_items = offered(world)
    codes = dict.fromkeys([*counted, *all_items])
    items = (all_items[code] for code in codes if code in all_items)
    return [item for item in items if item.urgency != "emergency"][:HOT]


def own(world: World, account: Account) -> dict[str, list[dict[str, Any]]]:
    """Give the latest orders and reports of whoever is signed in; nothing for the public."""
    if not account.user or account.role != "resident":
        return {"orders": [], "tickets": []}
    now = world.clock()
    with world.database.read() as session:
        orders = list_orders(
            session,
            order_scope(world, account),
            OrderFilter(),
            Ask(sort="-created_at", limit=OWN_SHOWN),
            "",
        )
        tickets = list_tickets(
            session,
            ticket_scope(world, account),
            TicketFilter(),
            Ask(sort="-reported_at", limit=OWN_SHOWN),
            "",
        )
    return {
        "orders": [order_view(world, o, account, now) for o in orders.items],
        "tickets": [ticket_view(world, t, account, now) for t in tickets.items],
    }


@router.get("/order")
def order(request: Request, world: WorldDep, account: VisitorDep, item: str = "") -> Response:
    """Show the form of an order; without a known item the way back to the choice."""
    if item not in world.catalogue.items:
        return RedirectResponse("/#services", status_code=303)
    return page(
        request,
        world,
        account,
        "home_order.html",
        item=world.catalogue.items[item],
        resident=_registered(world, account),
        in_english=language_of(request) == "en",
        whys={},
    )


def _registered(world: World, account: Account) -> dict[str, Any] | None:
    """Give name, address and place of a signed-in resident's register entry."""
    if account.role != "resident" or not account.resident:
        return None
    with world.database.read() as session:
        found = find_residents(session, ResidentFilter(text=account.resident), Ask(limit=1), "").items
    if not found:
        return None
    shown = masked_resident(found[0])
    return {
        "name": shown.name,
        "phone": shown.phone,
        "address": shown.address,
        "lon": shown.place.lon,
        "lat": shown.place.lat,
    }


@router.get("/report")
def report(
    request: Request, world: WorldDep, account: VisitorDep, group: str = "", category: str = ""
) -> HTMLResponse:
    """Show the form of a report, beginning with a class or a category when one is named."""
    known = world.catalogue.rulebook.categories.get(category)
    grouped = classes(world)
    chosen = known.class_zh if known else group if group in grouped else ""
    return page(
        request,
        world,
        account,
        "home_report.html",
        classes=grouped,
        class_icons=CLASS_ICONS,
        natures=natures(world, language_of(request)),
        group=chosen,
        category=category if known else "",
        in_english=language_of(request) == "en",
        whys={} if language_of(request) == "en" else dict(WHYS),
    )


@router.get("/follow")
def follow_form(request: Request, world: WorldDep, account: VisitorDep, no: str = "") -> Response:
    """Lead from the number typed to its page; without a number ask for one."""
    if no.strip().upper().startswith(APPLICATION.letter):
        return RedirectResponse(f"/apply/{quote(no.strip().upper())}", status_code=303)
    if no.strip():
        return RedirectResponse(f"/follow/{quote(no.strip().upper())}", status_code=303)
    return page(request, world, account, "follow.html", found=None, no="", missing=False)


@router.get("/follow/{no}")
def follow(no: str, request: Request, world: WorldDep, account: VisitorDep, key: FollowKey = "") -> Response:
    """Show how far a ticket or order is, whom it waits for and what was promised; no personal data."""
    slow_down(request, "follow", world.settings.follows_per_minute)
    try:
        found = followed(world, account, no, key)
    except MissingError:
        answer = page(request, world, account, "follow.html", found=None, no=no, missing=True)
        answer.status_code = 404
        return answer
    return page(
        request,
        world,
        account,
        "follow.html",
        found=found,
        no=no,
        missing=False,
        key=key,
        said=[said(word, language_of(request)) for word in found.get("dialogue", ())],
        stage=STAGES.get(found["kind"], {}).get(found["state"], -1),
        mine=_mine(world, account, found["kind"], no),
        steps=_steps(world, STEPS_OF[found["kind"]]) if found["kind"] in STEPS_OF else {},
        departments=(),
        causes=(),
    )


def _steps(world: World, lifecycle: str) -> dict[str, str]:
    moves = world.catalogue.lifecycles[lifecycle].moves
    return {name: move.label for of_state in moves.values() for name, move in of_state.items()}


def _mine(world: World, account: Account, kind: str, no: str) -> dict[str, Any] | None:
    """Give one's own order or ticket with what one can do now; None for everybody else's."""
    if not account.user:
        return None
    now, scheme = world.clock(), world.scheme
    try:
        with world.database.read() as session:
            if kind == "order":
                return order_view(world, find(session, ORDER, no, account.actor(), scheme), account, now)
            if kind != "ticket":
                return None
            return ticket_view(world, find(session, TICKET, no, account.actor(), scheme), account, now)
    except MissingError:
        return None


@router.get("/map/pick")
def map_document(
    request: Request,
    world: WorldDep,
    account: VisitorDep,
    lon: float | None = None,
    lat: float | None = None,
) -> Response:
    """Draw a map on which one place is set; around a place when one is given and lies in the district."""
    del account
    box = world.city.district.box
    if lon is None or lat is None or not (box.west <= lon <= box.east and box.south <= lat <= box.north):
        return map_page(request, pick_map(look(request, world)))
    near = Box(lon - NEAR_DEG, lat - NEAR_DEG / 2, lon + NEAR_DEG, lat + NEAR_DEG / 2)
    return map_page(request, pick_map(look(request, world, near), LonLat(lon, lat)))
