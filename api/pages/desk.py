"""The dispatcher's desk: trays left, map in the middle, one case right; parts are loaded as they are needed."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.pages.applications import waiting_applications
from api.pages.desk_alarms import alarm_context, alarm_rows, watch_context
from api.pages.shell import language_of, page, visitor
from api.pages.ticket import natures, said, takers
from api.roles import WorldDep, order_scope, ticket_scope
from api.routing import Router
from api.views.intake import question_view
from api.views.order import candidate_view, order_detail, order_view, refusal_view
from api.views.reasons import limit, reason
from api.views.ticket import ticket_detail, ticket_view
from api.world import World
from data.city.workers import nearest_workers
from data.queries.orders import OrderFilter, list_orders, ordered_for
from data.queries.paging import Ask, Page
from data.queries.questions import who_asked
from data.queries.scope import find
from data.queries.tastes import tastes_of
from data.queries.tickets import sightings
from data.queries.waiting import (
    Tray,
    TrayFilter,
    emergencies,
    in_tray,
    is_emergency,
    waiting_orders,
    waiting_tickets,
)
from data.registers.pinyin import initials
from data.registers.positions import told_of
from data.registers.rota import rota
from data.store.kinds.cases import TICKET
from data.store.kinds.intake import QUESTION
from data.store.kinds.orders import ORDER
from dispatch.matching.candidates import passed_over
from dispatch.matching.need import Tastes
from dispatch.orders.order import UNMET_CAUSES, Order
from dispatch.resident import Resident, masked_contact, masked_resident
from grid.account import Account
from grid.tickets.duplicates import Sighting, like_cases
from grid.tickets.ticket import Ticket

router = Router(include_in_schema=False)
DispatcherDep = Annotated[Account, Depends(visitor("dispatcher", "admin"))]

TRAYS = {
    "orders": Tray(kind="order", states=("placed", "located", "contacted", "accepted", "failed_visit")),
    "tickets": Tray(kind="ticket", states=("reported", "returned", "arbitration", "checked"), asking=True),
    "running": Tray(kind="order", states=("called_back", "on_the_way", "arrived", "done"), of_parties=True),
    "handling": Tray(kind="ticket", states=("dispatched", "received", "handling", "done", "shelved")),
    "lines": Tray(kind="ticket", states=(), lines=True),
    "doubts": Tray(kind="ticket", states=(), doubtful=True),
    "unmet": Tray(kind="order", states=("unmet",)),
}
SORTS = {
    "order": ("created_at", "-created_at", "item"),
    "ticket": ("next_due_at", "-reported_at", "department"),
}
UNTAKEN = ("placed", "located", "contacted")
ROWS = 30
CANDIDATES = 6
WORKERS = 3
REFUSED_SHOWN = 12
SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAsk:
    """Which tray, what of it, in which order, from where on."""

    tab: str = "orders"
    text: str = ""
    area: str = ""
    sort: str = ""
    after: str = ""


def queue_ask(request: Request) -> QueueAsk:
    """Read the queue's wishes from the address; what is not known falls back to the usual."""
    given = request.query_params
    tab = given.get("tab", "orders")
    tab = tab if tab in TRAYS else "orders"
    sorts = SORTS[TRAYS[tab].kind]
    usual = "-created_at" if tab == "unmet" else sorts[0]
    sort = given.get("sort", "")
    return QueueAsk(
        tab=tab,
        text=given.get("text", "").strip()[:60],
        area=given.get("area", "").strip(),
        sort=sort if sort in sorts else usual,
        after=given.get("after", "")[:400],
    )


AskDep = Annotated[QueueAsk, Depends(queue_ask)]


@router.get("/desk")
def desk(request: Request, world: WorldDep, account: DispatcherDep, ask: AskDep) -> HTMLResponse:
    """Show the whole desk."""
    return page(
        request,
        world,
        account,
        "desk.html",
        **queue_context(world, account, ask),
        no=request.query_params.get("no", ""),
        items=item_choices(world),
        places=place_choices(world),
        departments=department_choices(world),
        takers=takers(world),
        causes=UNMET_CAUSES,
    )


@router.get("/desk/queue")
def queue(request: Request, world: WorldDep, account: DispatcherDep, ask: AskDep) -> HTMLResponse:
    """Show the queue alone, to be put in place of the old one."""
    return page(request, world, account, "desk_queue.html", **queue_context(world, account, ask))


def queue_context(world: World, account: Account, ask: QueueAsk) -> dict[str, Any]:
    """Give what the queue shows: alarms, one page of a tray, counts of all trays."""
    now = world.clock()
    scopes = {"order": order_scope(world, account), "ticket": ticket_scope(world, account)}
    urgent = [item.code for item in world.catalogue.items.values() if item.urgency == "emergency"]
    calm = scopes | {"order": scopes["order"] & ~is_emergency(urgent, UNTAKEN)}  # alarms have their own list
    with world.database.read() as session:
        found = _tray_page(session, world, calm, ask)
        counts = {name: in_tray(session, calm[tray.kind], tray) for name, tray in TRAYS.items()}
        urgent_orders = emergencies(session, scopes["order"], urgent, UNTAKEN)
        alarms = alarm_rows(world, session, account, now)
        watch = watch_context(world, session, account, now)
        applications = waiting_applications(world, session, account)
    kind = TRAYS[ask.tab].kind
    view = order_row if kind == "order" else ticket_row
    rows = [view(world, fact, account, now) for fact in found.items]
    drilled = [alarm for alarm in alarms if alarm["drill"]]  # behind whatever is real
    real = [alarm for alarm in alarms if not alarm["drill"]]
    real += [order_row(world, order, account, now) for order in urgent_orders]
    soon = sum(1 for row in rows if row["due_at"] and datetime.fromisoformat(row["due_at"]) < now + SOON)
    return {
        "ask": ask,
        "kind": kind,
        "sorts": SORTS[kind],
        "rows": rows,
        "next": found.next,
        "counts": counts,
        "alarms": [*real, *drilled],
        "ringing": len(real),
        **watch,
        "soon": soon,
        "applications": applications,
        "streets": [a for a in world.city.areas.values() if a.level == "street"],
    }


def _tray_page(session: Session, world: World, scopes: dict[str, Any], ask: QueueAsk) -> Page[Any]:
    tray = TRAYS[ask.tab]
    known = ask.area in world.city.areas
    wanted = TrayFilter(
        text=ask.text,
        items=_codes_named(world, ask.text, tray.kind),
        prefix=world.scheme.prefix(ask.area) if known else "",
    )
    turn = Ask(sort=ask.sort, limit=ROWS, after=ask.after or None)
    listed = waiting_orders if tray.kind == "order" else waiting_tickets
    return listed(session, scopes[tray.kind], tray, wanted, turn)


def _codes_named(world: World, text: str, kind: str) -> tuple[str, ...]:
    """Give the codes whose names hold a text, so that a tray can be searched by name."""
    if not text:
        return ()
    named = world.catalogue.items if kind == "order" else world.catalogue.rulebook.categories
    return tuple(code for code, entry in named.items() if text in entry.name_zh)


def order_row(world: World, order: Order, account: Account, now: datetime) -> dict[str, Any]:
    """Show an order in a list: as its view, with the time it is due next."""
    shown = order_view(world, order, account, now)
    if order.state in UNTAKEN:
        due = shown["ack_due_at"]
    elif order.state in ("arrived", "done"):
        due = shown["complete_due_at"]
    else:
        due = shown["arrive_due_at"]
    return shown | {"kind": "order", "due_at": None if order.state == "unmet" else due}


def ticket_row(world: World, ticket: Ticket, account: Account, now: datetime) -> dict[str, Any]:
    """Show a ticket in a list."""
    return ticket_view(world, ticket, account, now) | {"kind": "ticket"}


def item_choices(world: World) -> list[dict[str, Any]]:
    """Give the service items as the desk searches them: by name, pinyin initials or code."""
    return [
        {
            "code": item.code,
            "name": item.name_zh,
            "initials": initials(item.name_zh),
            "function": item.function_zh,
            "urgency": item.urgency,
            "arrive_min": item.promise_arrive_min,
            "price_fen": item.price_fen,
        }
        for item in world.catalogue.items.values()
    ]


def place_choices(world: World) -> list[dict[str, Any]]:
    """Give streets and communities by name with a place inside each, for callers who can tell no better."""
    inside = {code: shape.representative_point() for code, shape in world.city.area_shapes.items()}
    return [
        {"name": area.name, "lon": round(inside[code].x, 6), "lat": round(inside[code].y, 6)}
        for code, area in world.city.areas.items()
        if area.level in ("street", "community") and code in inside
    ]


def department_choices(world: World) -> list[tuple[str, str]]:
    """Give departments and offices as code and name."""
    named = [(d.code, d.name_zh) for d in world.catalogue.rulebook.departments.values()]
    offices = [a.code for a in world.city.areas.values() if a.level in ("district", "street")]
    return named + [(code, world.city.department_name(code)) for code in offices]


@router.get("/desk/case/{no}")
def case(no: str, request: Request, world: WorldDep, account: DispatcherDep) -> HTMLResponse:
    """Show one order with its candidates, one ticket, alarm or question, for the right side."""
    if no.startswith("A"):
        return page(request, world, account, "desk_alarm_case.html", **alarm_context(world, account, no))
    if no.startswith("Z"):
        return page(request, world, account, "desk_question.html", **question_context(world, account, no))
    if no.startswith("T"):
        shown = ticket_context(world, account, no)
        lang = language_of(request)
        told: dict[str, Any] = {"reason": reason, "limit": limit, "words_in": lang}
        told["said"] = [said(word, lang) for word in shown["ticket"]["dialogue"]]
        return page(request, world, account, "desk_ticket.html", **shown, **told)
    return page(request, world, account, "desk_order.html", **order_context(world, account, no))


def order_context(world: World, account: Account, no: str) -> dict[str, Any]:
    """Give what the panel of an order shows."""
    now = world.clock()
    scheme = world.scheme
    with world.database.read() as session:
        order = find(session, ORDER, no, account.actor(), scheme)
        detail = order_detail(world, session, order, account, now)
        resident = seen_resident(session, order)
        tastes = tastes_of(session, order.resident)
        earlier: tuple[Order, ...] = ()
        if order.resident:
            wanted = OrderFilter(resident=order.resident, until=order.created_at)
            latest = Ask(sort="-created_at", limit=3)
            earlier = list_orders(session, order_scope(world, account), wanted, latest, "").items
    seeks = any(a["action"] == "contact" for a in detail["actions"])
    return {
        "order": detail | {"due_at": order_row(world, order, account, now)["due_at"]},
        "item": world.catalogue.items.get(order.item),
        "resident": resident,
        "cell": world.city.cells.get(order.cell),
        "earlier": [order_view(world, o, account, now) for o in earlier],
        "seeks": seeks,
        **(proposals(world, order, tastes, now) if seeks else {}),
    }


def seen_resident(session: Session, order: Order) -> Resident | None:
    """Give whom an order is for as the desk sees them, None for nobody of the register."""
    found = ordered_for(session, order)
    return None if found is None else masked_resident(found)


def proposals(world: World, order: Order, tastes: Tastes, now: datetime) -> dict[str, Any]:
    """Rank who could go, each factor in minutes and as a share of the largest; and why the others were refused.

    ``passed_over`` of a candidate tells whether sending it needs a reason.
    """
    match = world.city.offers(order, now, CANDIDATES, tastes)
    shown = [
        candidate_view(world, c, now) | {"passed_over": passed_over(match.candidates, c)}
        for c in match.candidates
    ]
    largest = max((abs(v) for c in shown for v in c["factors"].values()), default=1.0) or 1.0
    for c in shown:
        c["bars"] = {name: min(1.0, abs(v) / largest) for name, v in c["factors"].items()}
    return {
        "candidates": shown,
        "refused": [refusal_view(world, r, now) for r in match.refused[:REFUSED_SHOWN]],
        "refused_count": len(match.refused),
        "unmet_cause": match.unmet_cause,
    }


def ticket_context(world: World, account: Account, no: str) -> dict[str, Any]:
    """Give what the panel of a ticket shows."""
    now, rulebook = world.clock(), world.catalogue.rulebook
    with world.database.read() as session:
        ticket = find(session, TICKET, no, account.actor(), rulebook.scheme)
        detail = ticket_detail(world, session, ticket, account, now)
        others = sightings(session, ticket.category, ticket.place, ticket.reported_at, rulebook)
        to_verify = ticket.state == "reported" and not ticket.found
        workers = []
        if to_verify:
            sharing = told_of(session, world.city, rota(session, world.zone), now)
            workers = nearest_workers(session, world.city, ticket.place, now, WORKERS, sharing)
    new = Sighting(no=ticket.no, category=ticket.category, place=ticket.place, reported_at=ticket.reported_at)
    settings = rulebook.settings
    near = like_cases(
        new, [o for o in others if o.no != no], settings.like_case_radius_m, settings.like_case_span
    )
    return {
        "ticket": detail,
        "cell": world.city.cells.get(ticket.cell),
        "like": [asdict(c) for c in near],
        "workers": workers,
    }


def question_context(world: World, account: Account, no: str) -> dict[str, Any]:
    """Give what the panel of a question shows."""
    with world.database.read() as session:
        found = find(session, QUESTION, no, account.actor(), world.scheme)
        contact = who_asked(session, found)
    shown = None if contact is None else masked_contact(contact)
    return {"question": question_view(world, found, account), "contact": shown}


@router.get("/desk/new")
def new(request: Request, world: WorldDep, account: DispatcherDep) -> HTMLResponse:
    """Show the form of a new case, for the right side."""
    return page(request, world, account, "desk_new.html", natures=natures(world, language_of(request)))
