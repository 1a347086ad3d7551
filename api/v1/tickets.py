"""Tickets over HTTP: report, list, look, act."""

import secrets
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from fastapi.responses import JSONResponse

from api.access import EVERYBODY, PLACE, SEE_TICKETS, SENDERS, STAFF, access
from api.answers.ticket import (
    CellCounts,
    DeadlineAnswer,
    LikeCases,
    ReportedAnswer,
    TicketAnswer,
    TicketCount,
    TicketDetail,
    TicketPage,
    WorkerChoices,
)
from api.forms import ActionForm, Placed, ReportForm, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, MaybeDep, WorldDep, actor_of, check_channel, slow_down, ticket_scope
from api.routing import Router
from api.v1.asks import TicketAsk
from api.views.shape import plain
from api.views.ticket import deadline_view, ticket_detail, ticket_view
from api.world import World
from data.city.workers import nearest_workers
from data.desk.tickets import NewTicket
from data.queries.scope import find
from data.queries.tickets import cell_counts, count_tickets, list_tickets, sightings
from data.registers.positions import told_of
from data.registers.rota import rota
from data.store.done import Done
from data.store.kinds.cases import TICKET
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from grid.tickets.duplicates import Sighting, like_cases
from grid.tickets.ticket import Report

router = Router(prefix="/api/v1/tickets", tags=["tickets"])


class LikeAsk(Placed):
    """Where and what a new report would be."""

    category: Short


WORKERS_SHOWN = 6
KEY_BYTES = 12


@router.post("", response_model=ReportedAnswer, status_code=201, **access(*PLACE, "hotline"))
def report(
    form: ReportForm, request: Request, world: WorldDep, account: MaybeDep, receipts: ReceiptDep
) -> JSONResponse:
    """Report an issue; the answer names number, department, deadline, why, and the key of the reporter's dialogue."""
    now = world.clock()
    if not account.user:
        slow_down(request, "public report", world.settings.public_posts_per_minute)
        if form.contact is None:
            raise BadFieldError("contact", None, "without sign-in a name and phone number are needed")
    check_channel(account, form.channel)
    new = report_of(form, world)
    key = secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        first = done.events[0].payload
        return ticket_view(world, done.fact, account, now) | {
            "why": first["why"],
            "explanation": first["explanation"],
            "follow_key": key,
        }

    contact = form.contact.contact() if form.contact else None
    done = world.desk.start(
        NewTicket(report=new, contact=contact, key=key), actor_of(account), now, receipt=receipts(answer, 201)
    )
    return respond(done, answer, 201)


def report_of(form: ReportForm, world: World) -> Report:
    """Read a report from a form, with the cell it lies in; its number is still empty.

    Raises
    ------
    UnknownCategoryError, OutsideDistrictError
    BadFieldError
        For a cell that the position does not lie in or near.
    """
    place = form.place()
    world.catalogue.rulebook.category(form.category)
    located = world.city.locate(place, form.accuracy_m)
    cell = form.cell or located.cell
    if cell not in (located.cell, *located.border_cells):
        choice = ", ".join((located.cell, *located.border_cells))
        raise BadFieldError("cell", form.cell, f"the position lies in or near {choice}")
    return Report(
        no="",
        category=form.category,
        place=place,
        cell=cell,
        channel=form.channel,
        description=form.description,
        address=form.address,
        accuracy_m=form.accuracy_m,
        border_cells=tuple(c for c in (located.cell, *located.border_cells) if c != cell),
        photos=tuple(form.photos),
        cell_chosen=bool(form.cell and located.border_cells),
        nature=form.nature,
    )


@router.get("", response_model=TicketPage, **access(*SEE_TICKETS, outside="left_out", others="left_out"))
def tickets(ask: Annotated[TicketAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List tickets inside one's scope, page by page."""
    now, prefix = world.clock(), ask.prefix(world)
    with world.database.read() as session:
        page = list_tickets(session, ticket_scope(world, account), ask.filter(), ask.page(), prefix)
    items = [ticket_view(world, ticket, account, now) for ticket in page.items]
    return JSONResponse({"items": items, "next": page.next, "as_of": plain(now, _zone(world))})


@router.get(
    "/count", response_model=TicketCount, **access(*SEE_TICKETS, outside="left_out", others="left_out")
)
def count(ask: Annotated[TicketAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Count the tickets that a list would hold."""
    with world.database.read() as session:
        total = count_tickets(session, ticket_scope(world, account), ask.filter(), ask.prefix(world))
    return JSONResponse({"count": total})


@router.get(
    "/cells", response_model=CellCounts, **access(*SEE_TICKETS, outside="left_out", others="left_out")
)
def by_cell(ask: Annotated[TicketAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Count tickets by cell: all, open, overdue."""
    now = world.clock()
    with world.database.read() as session:
        scope = ticket_scope(world, account)
        found = cell_counts(session, scope, ask.filter(), ask.prefix(world), now)
    return JSONResponse({"items": plain(found, _zone(world)), "as_of": plain(now, _zone(world))})


@router.get("/like", response_model=LikeCases, **access(*EVERYBODY))
def like(ask: Annotated[LikeAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Find like cases of a report before it is filed; the public is told of cases in public space alone."""
    now, rulebook = world.clock(), world.catalogue.rulebook
    rulebook.category(ask.category)
    if account.role not in STAFF and ask.category not in rulebook.public_categories():
        return JSONResponse({"items": []})
    with world.database.read() as session:
        others = sightings(session, ask.category, ask.place(), now, rulebook)
    new = Sighting(no="", category=ask.category, place=ask.place(), reported_at=now)
    settings = rulebook.settings
    found = like_cases(new, others, settings.like_case_radius_m, settings.like_case_span)
    return JSONResponse({"items": plain(found, _zone(world))})


@router.get("/{no}", response_model=TicketDetail, **access(*SEE_TICKETS, outside="hidden", others="hidden"))
def ticket(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one ticket with its timeline."""
    with world.database.read() as session:
        found = find(session, TICKET, no, account.actor(), world.scheme)
        shown = ticket_detail(world, session, found, account, world.clock())
    return JSONResponse(shown)


@router.get(
    "/{no}/deadline", response_model=DeadlineAnswer, **access(*SEE_TICKETS, outside="hidden", others="hidden")
)
def deadline(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Explain the deadline of a ticket stretch by stretch, and those of its stages."""
    with world.database.read() as session:
        found = find(session, TICKET, no, account.actor(), world.scheme)
        shown = ticket_detail(world, session, found, account, world.clock())
    return JSONResponse(deadline_view(shown))


@router.get("/{no}/workers", response_model=WorkerChoices, **access(*SENDERS, outside="hidden"))
def workers(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Rank the grid workers who could look at a ticket's place, the nearest free one first.

    Each way begins at the fresh position of who is on shift and lets it be used, else where they did something last, else in
    the middle of their cells; ``place_from`` and ``place_age_s`` say which, and how old it is.
    """
    with world.database.read() as session:
        found = find(session, TICKET, no, account.actor(), world.scheme)
        now = world.clock()
        sharing = told_of(session, world.city, rota(session, world.zone), now)
        choices = nearest_workers(session, world.city, found.place, now, WORKERS_SHOWN, sharing)
    return JSONResponse({"items": plain(choices, _zone(world))})


@router.post(
    "/{no}/actions", response_model=TicketAnswer, **access(*SEE_TICKETS, outside="hidden", others="hidden")
)
def act(
    no: str, form: ActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on a ticket."""
    now, fields = world.clock(), form.fields_given()
    with world.database.read() as session:
        found = find(session, TICKET, no, account.actor(), world.scheme)
        if form.action == "visit" and account.role in SENDERS and not form.worker:
            sharing = told_of(session, world.city, rota(session, world.zone), now)
            nearest = nearest_workers(session, world.city, found.place, now, 1, sharing)
            fields |= {"worker": nearest[0].user, "note": "nearest free worker"} if nearest else {}

    def answer(done: Done) -> dict[str, Any]:
        return ticket_view(world, done.fact, account, now)

    action = Action(name=form.action, by=account.actor(), fields=fields)
    return respond(world.desk.act(TICKET, no, action, now, receipt=receipts(answer, 200)), answer, 200)


def _zone(world: World) -> ZoneInfo:
    return world.zone
