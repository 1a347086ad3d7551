"""Outside lines such as 12345: their cases in, ours out to them, states and answers both ways, nothing typed twice.

A line signs in with an account of the role ``hotline`` that the catalogue's table of lines names.
"""

from datetime import datetime, timedelta
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from api.access import access
from api.answers.hotline import Answered, CaseActed, CaseAnswer, CaseDetail, Cases, Handed, HandedDetail
from api.forms import ActionForm
from api.idempotency import ReceiptDep, respond
from api.outside.lines import (
    AnswerForm,
    CaseForm,
    answers_to,
    case_view,
    handed_view,
    hear,
    line_of,
    reveal_contact,
    take_case,
)
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.outside.cases import MOST, case_for, changed_cases, handed_ticket, handed_tickets
from data.store.done import Done
from data.store.kinds.cases import TICKET
from dispatch.lifecycle import Action

router = Router(prefix="/api/v1/hotline", tags=["hotline"])
OVERLAP = timedelta(minutes=1)
TAKEN: dict[int | str, dict[str, Any]] = {
    200: {"model": CaseAnswer, "description": "The ticket that the same case became before"},
}
NO_LINE: dict[int | str, dict[str, Any]] = {
    422: {"description": "The account is not a line of the table of lines"}
}
HEARD: dict[int | str, dict[str, Any]] = {
    404: {"description": "This line was not handed a ticket of that number"},
}


@router.post("/cases", response_model=CaseAnswer, responses=TAKEN, status_code=201, **access("hotline"))
def take(form: CaseForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Take a case over; the same case again is answered with the ticket it became (200)."""
    case, new = take_case(world, account.actor(), form, world.clock())
    return JSONResponse(case_view(world, line_of(world, account.user), case), status_code=201 if new else 200)


@router.get("/cases", response_model=Cases, **access("hotline", others="left_out"))
def changed(since: AwareDatetime, world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the cases that changed at a time or after it, the longest ago first; ask again from ``next_since``.

    It lies a minute back, so that nothing is missed that was being written: a case may come twice.
    """
    line, asked_at = line_of(world, account.user), world.clock()
    with world.database.read() as session:
        found = changed_cases(session, account.user, since)
    items = [case_view(world, line, case) for case in found]
    last = found[-1].changed_at if len(found) == MOST else None
    return _listed(world, items, since, asked_at, last)


def _listed(
    world: World, items: list[dict[str, Any]], since: datetime, asked_at: datetime, last: datetime | None
) -> JSONResponse:
    """Give a list with the time to ask from next: a little back, or that of the last one of a list cut short."""
    next_since = max(since, asked_at - OVERLAP) if last is None else last
    return JSONResponse({"items": items, "next_since": plain(next_since, world.zone)})


@router.get(
    "/cases/{number}", response_model=CaseDetail, responses=NO_LINE, **access("hotline", others="hidden")
)
def one(number: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a case with everything that was answered."""
    line = line_of(world, account.user)
    with world.database.read() as session:
        case = case_for(session, account.user, number)
        answers = answers_to(world, session, line, case)
    return JSONResponse(case_view(world, line, case) | {"answers": answers})


@router.post("/cases/{number}/actions", response_model=CaseActed, **access("hotline", others="hidden"))
def act(
    number: str, form: ActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Speak for the caller: ``say`` something, ``rate`` when called back, ``contest`` what is not solved."""
    line, now = line_of(world, account.user), world.clock()
    with world.database.read() as session:
        case = case_for(session, account.user, number)

    def answer(done: Done) -> dict[str, Any]:
        return {"number": number, "no": done.fact.no, "state": done.fact.state} | {
            "state_name": line.state(done.fact.state)
        }

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(TICKET, case.ticket.no, action, now, receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.get("/handed", response_model=Handed, **access("hotline", others="left_out"))
def handed(world: WorldDep, account: AccountDep, since: AwareDatetime | None = None) -> JSONResponse:
    """List what the line holds now; with ``since`` what of its tickets changed, those taken back or ended too."""
    asked_at = world.clock()
    line_of(world, account.user)
    with world.database.read() as session:
        found = handed_tickets(session, account.user, since)
    items = [handed_view(world, account.user, ticket) for ticket, _ in found]
    last = found[-1][1] if len(found) == MOST else None
    return _listed(world, items, since or asked_at - OVERLAP, asked_at, last)


@router.get(
    "/handed/{number}", response_model=HandedDetail, responses=NO_LINE, **access("hotline", others="hidden")
)
def handed_one(number: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a ticket that the line was handed, with whom to call while it holds it; that it looked is kept."""
    line_of(world, account.user)
    with world.database.read() as session:
        ticket = handed_ticket(session, account.user, number)
    shown = handed_view(world, account.user, ticket)
    holds = ticket.holder == account.user
    shown["case"]["contact"] = reveal_contact(world, account.user, number, world.clock()) if holds else None
    return JSONResponse(shown)


@router.post("/answers", response_model=Answered, responses=HEARD, **access("hotline", others="hidden"))
def answered(form: AnswerForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Take what the line says of a ticket it holds: its own number, how far it is, done, or refused."""
    ticket, changed_now = hear(world, account.actor(), form, world.clock())
    shown = handed_view(world, account.user, ticket)
    return JSONResponse(shown | {"ticket_state": ticket.state, "changed": changed_now})
