"""The grid worker's phone page: report, tasks, own reports; works without signal after the first visit."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from sqlalchemy.orm import Session

from api.locale.words import words
from api.pages.closed_streets import with_closures
from api.pages.shell import FOLDER, language_of, look, map_page, page, visitor
from api.pages.ticket import LAMP_STATES, natures
from api.roles import WorldDep, ticket_scope
from api.routing import Router
from api.v1.rounds import own_rounds
from api.v1.visits import plan_view
from api.views.correction import due_view
from api.views.reasons import WHYS
from api.views.shape import plain
from api.views.ticket import ticket_view
from api.world import World
from data.figures.sets import frequent_categories, within
from data.queries.paging import Ask
from data.queries.tickets import TicketFilter, list_tickets
from geo.place import Box
from grid.account import Account
from grid.tickets.ticket import Ticket
from maps.facts import CellShape, Pin
from maps.pages import field_map, pick_map

router = Router(include_in_schema=False, prefix="/field")
WorkerDep = Annotated[Account, Depends(visitor("worker", "admin"))]
STATIC = FOLDER / "static"
TASK_STATES = ("done", "reported")
WORKED_ON = ("dispatched", "received", "handling")
MOST_TASKS = 60
MOST_OWN = 40
FREQUENT = 8
FREQUENT_DAYS = 90
NEAR_BY_DEG = 0.004
SENT_FIELDS = (
    "no",
    "category",
    "category_name",
    "class_name",
    "state",
    "state_name",
    "lamp",
    "urgent",
    "lon",
    "lat",
    "cell",
    "community_name",
    "address",
    "description",
    "department_name",
    "photos",
    "evidence",
    "reported_at",
    "due_at",
    "done_at",
    "rating",
    "visit_due_at",
    "visit_missed",
    "doubtful",
    "actions",
)


@router.get("")
def field(request: Request, world: WorldDep, account: WorkerDep) -> HTMLResponse:
    """Show the page with the whole day inside it, so that the kept copy is complete."""
    return page(
        request,
        world,
        account,
        "field.html",
        day=day_of(request, world, account),
        release=release(world.catalogue.version),
        area_name=_area_name(world, account),
        natures=natures(world, language_of(request)),
        positions=world.catalogue.positions,
    )


@router.get("/day")
def day(request: Request, world: WorldDep, account: WorkerDep) -> JSONResponse:
    """Give the day anew: tasks, own reports, categories."""
    return JSONResponse(day_of(request, world, account))


@router.get("/map")
def tasks_map(request: Request, world: WorldDep, account: WorkerDep) -> Response:
    """Draw the own cells with the tasks."""
    with world.database.read() as session:
        tasks = _tasks(world, session, account)
    pins = [
        Pin(
            lon=t["lon"],
            lat=t["lat"],
            label=t["category_name"][:1],
            kind="task",
            id=t["no"],
            tooltip=f"{t['category_name']}\n{t['state_name']} · {t['address'] or t['description'][:30]}",
            state=LAMP_STATES[t["lamp"]],
        )
        for t in tasks
    ]
    seen = with_closures(world, look(request, world, _box(world, account)))
    return map_page(request, field_map(seen, pins, cells=_cells(world, account)))


@router.get("/pick")
def pick(request: Request, world: WorldDep, account: WorkerDep) -> Response:
    """Draw a map on which a place is tapped."""
    seen = look(request, world, _box(world, account))
    return map_page(request, pick_map(seen, cells=_cells(world, account)))


@router.get("/sw.js")
def service_worker() -> FileResponse:
    """Give the service worker, allowed to serve everything under ``/field``."""
    headers = {"Service-Worker-Allowed": "/field", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "field" / "sw.js", media_type="text/javascript", headers=headers)


@router.get("/manifest.webmanifest")
def manifest() -> FileResponse:
    """Give the manifest with which the page is put on the phone's first screen."""
    return FileResponse(STATIC / "field" / "manifest.webmanifest", media_type="application/manifest+json")


def day_of(request: Request, world: World, account: Account) -> dict[str, Any]:
    """Collect what the page needs without signal: categories with the frequent first, tasks, own reports, visits, cells."""
    now, rulebook = world.clock(), world.catalogue.rulebook
    english, told = language_of(request) == "en", words(language_of(request))
    prefix = _prefix(world, account)
    with world.database.read() as session:
        since = now - timedelta(days=FREQUENT_DAYS)
        frequent = frequent_categories(session, [within(prefix)], since, FREQUENT)
        tasks = _tasks(world, session, account)
        nearby = _in_states(world, session, account, WORKED_ON)
        own = list_tickets(
            session,
            ticket_scope(world, account),
            TicketFilter(reporter=account.user),
            Ask(sort="-reported_at", limit=MOST_OWN),
            "",
        )
        plan = plan_view(world, account, session, now)
        due = due_view(world, session, account, now, language_of(request))
        rounds = own_rounds(world, session, account, now)
        mine = [_sent(ticket_view(world, ticket, account, now)) for ticket in own.items]
    categories = [
        {
            "code": c.code,
            "name": c.name_en if english else c.name_zh,
            "group": c.class_zh,
            "search": f"{c.name_zh} {c.name_en} {c.class_zh} {c.code}".lower(),
            "urgent": c.urgent,
            "department": world.city.department_name(c.owner) if c.owner else "",
        }
        for c in rulebook.categories.values()
    ]
    return {
        "as_of": plain(now, rulebook.worktime.zone),
        "user": account.user,
        "categories": categories,
        "frequent": list(dict.fromkeys([*frequent, *(c["code"] for c in categories)]))[:FREQUENT],
        "tasks": tasks,
        "nearby": nearby,
        "mine": mine,
        "plan": plan,
        "due": due,
        "rounds": rounds,
        "findings": [
            {"code": f.code, "label": told.gettext(f.label), "counts": f.counts, "category": f.category}
            for f in rulebook.registers.visits.findings.values()
        ],
        "whys": {} if english else dict(WHYS),
        "departments": [(d.code, d.name_en if english else d.name_zh) for d in rulebook.departments.values()],
        "cells": {code: cell.name for code, cell in world.city.cells.items()},
    }


@cache
def release(catalogue: str) -> str:
    """Give a name that changes with the files the phone keeps, so that an update reaches it."""
    digest = hashlib.sha256(catalogue.encode())
    for path in sorted((*STATIC.glob("js/*.js"), *STATIC.glob("css/*.css"), *STATIC.glob("field/*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _tasks(world: World, session: Session, account: Account) -> list[dict[str, Any]]:
    """List what there is to check, verify or look at again in the own cells, and what one was asked to elsewhere."""
    own = _in_states(world, session, account, TASK_STATES)
    doubted = TicketFilter(doubtful=True, area=account.area)
    asked = TicketFilter(state="reported", worker=account.user)
    sent = list_tickets(
        session, ticket_scope(world, account), asked, Ask(sort="due_at", limit=MOST_TASKS), ""
    )
    prefix, scope = _prefix(world, account), ticket_scope(world, account)
    again = list_tickets(session, scope, doubted, Ask(sort="due_at", limit=MOST_TASKS), prefix)
    known, now = {task["no"] for task in own}, world.clock()
    more = {t.no: t for t in (*sent.items, *again.items) if t.no not in known}
    return own + [_sent(ticket_view(world, t, account, now)) for t in more.values()]


def _in_states(
    world: World, session: Session, account: Account, states: Sequence[str]
) -> list[dict[str, Any]]:
    """List tickets of the own cells in some states, those due first in front."""
    now, scope = world.clock(), ticket_scope(world, account)
    prefix, area = _prefix(world, account), account.area
    found: list[Ticket] = []
    for state in states:
        wanted = TicketFilter(state=state, area=area)
        found += list_tickets(session, scope, wanted, Ask(sort="due_at", limit=MOST_TASKS), prefix).items
    found.sort(key=lambda ticket: ticket.due_at)
    return [_sent(ticket_view(world, ticket, account, now)) for ticket in found]


def _sent(view: dict[str, Any]) -> dict[str, Any]:
    return {name: view[name] for name in SENT_FIELDS}


def _prefix(world: World, account: Account) -> str:
    return world.scheme.prefix(account.area) if account.area else ""


def _cells(world: World, account: Account) -> list[CellShape]:
    """Outline the own cells; an account of a whole district sees its communities instead."""
    prefix = _prefix(world, account)
    shapes = world.city.cell_shapes
    own = [code for code in world.city.cells if code.startswith(prefix)]
    if len(own) <= 100:
        return [CellShape(id=c, name=_short(world, c), shape=shapes[c]) for c in own]
    return [
        CellShape(id=a.code, name=a.name, shape=world.city.area_shapes[a.code])
        for a in world.city.areas.values()
        if a.level == "community" and a.code.startswith(prefix)
    ]


def _short(world: World, code: str) -> str:
    """Name a cell without the community that it lies in, which the worker knows."""
    name, community = world.city.cells[code].name, world.scheme.community_of(code)
    area = world.city.areas.get(community)
    return name.removeprefix(area.name) if area else name


def _box(world: World, account: Account) -> Box:
    """Give the rectangle of the own area with a margin."""
    shape = world.city.area_shapes.get(account.area)
    if shape is None:
        return world.city.district.box
    west, south, east, north = shape.bounds
    margin = NEAR_BY_DEG / 4
    return Box(west - margin, south - margin, east + margin, north + margin)


def _area_name(world: World, account: Account) -> str:
    found = world.city.areas.get(account.area)
    return found.name if found else world.city.district.name
