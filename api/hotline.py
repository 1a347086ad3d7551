"""Outside lines such as 12345: their cases in under their own numbers, state and answer back, nothing typed twice.

A line signs in with an account of the role ``hotline`` that the catalogue's table of lines names.
"""

import json
from datetime import timedelta
from hashlib import sha256
from math import hypot
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from sqlalchemy.exc import IntegrityError

from api.forms import ActionForm, ContactForm, Datum, Form, Long, Placed, Short
from api.idempotency import ReceiptDep, respond
from api.roles import WorldDep, only
from api.shape import plain
from api.world import World
from data.accounts import Account
from data.desk import Done
from data.errors import KeyReusedError
from data.queries.hotline import MOST, Case, Origin, case_for, changed_cases, known_case
from data.queries.tickets import timeline
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from geo.place import LocalPlane, LonLat
from grid.hotline import Hotline
from grid.ticket import Report

LineDep = Annotated[Account, Depends(only("hotline"))]
router = APIRouter(prefix="/api/v1/hotline", tags=["hotline"])
Number = Annotated[str, Field(pattern=r"^[\w\-./]{1,64}$")]
OVERLAP = timedelta(minutes=1)
# What each kind of step says to the line; notes between colleagues stay inside.
ANSWERS = ("done", "reply", "pass", "fail", "close", "void", "shelve", "say")


class CaseForm(Form):
    """A case that is handed over: at a position, or somewhere in an area when the line knows no better."""

    number: Number
    category: Annotated[str, Field(min_length=1, max_length=60)]
    content: Long
    address: Short = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    area: Short = ""
    nature: Short = ""
    contact: ContactForm | None = None


def line_of(world: World, account: Account) -> Hotline:
    """Give the line that an account is.

    Raises
    ------
    BadFieldError
    """
    found = world.catalogue.hotlines.get(account.user)
    if found is None:
        known = ", ".join(world.catalogue.hotlines) or "none"
        raise BadFieldError("user", account.user, f"a line of hotlines.toml; there are: {known}")
    return found


@router.post("/cases", status_code=201)
def take(form: CaseForm, world: WorldDep, account: LineDep) -> JSONResponse:
    """Take a case over; the same case again is answered with the ticket it became (200)."""
    line = line_of(world, account)
    told = json.dumps(form.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    origin = Origin(line=account.user, number=form.number, content_hash=sha256(told.encode()).hexdigest())
    if (again := _known(world, origin)) is not None:
        return JSONResponse(_view(world, line, again))
    category = line.category(form.category)
    world.catalogue.rulebook.category(category)
    place, accuracy_m = _place(world, form)
    located = world.city.locate(place, accuracy_m)
    new = Report(
        no="",
        category=category,
        place=place,
        cell=located.cell,
        channel="hotline",
        description=form.content,
        address=form.address,
        accuracy_m=accuracy_m,
        border_cells=located.border_cells,
        nature=line.nature(form.nature),
    )
    contact = form.contact.contact() if form.contact else None
    try:
        world.desk.report(new, account.actor(), world.clock(), contact=contact, origin=origin)
    except IntegrityError:  # the same case came twice at once, and the other was first
        if _known(world, origin) is None:
            raise
    with world.database.read() as session:
        return JSONResponse(_view(world, line, case_for(session, account.user, form.number)), status_code=201)


def _known(world: World, origin: Origin) -> Case | None:
    with world.database.read() as session:
        found = known_case(session, origin.line, origin.number)
    if found is not None and found.content_hash != origin.content_hash:
        raise KeyReusedError(
            f"case {origin.number} was handed over before with other content and is ticket {found.ticket.no}; "
            "act on that, or use a new number"
        )
    return found


def _place(world: World, form: CaseForm) -> tuple[LonLat, float]:
    """Give position and error in metres; of a case that names only an area, its middle and how far it reaches."""
    if form.lon is not None and form.lat is not None:
        return Placed(lon=form.lon, lat=form.lat, datum=form.datum).place(), 0.0
    named = [a.code for a in world.city.areas.values() if form.area in (a.code, a.name)]
    if len(named) != 1:
        allowed = "give lon and lat, or the code or name of one area of /api/v1/areas"
        raise BadFieldError("area", form.area, allowed)
    shape = world.city.area_shapes[named[0]]
    middle = shape.representative_point()
    west, south, east, north = shape.bounds
    scale = LocalPlane(middle.x, middle.y).scale_m
    reach = hypot((east - west) * scale[0], (north - south) * scale[1]) / 2
    return LonLat(middle.x, middle.y), reach


@router.get("/cases")
def changed(since: AwareDatetime, world: WorldDep, account: LineDep) -> JSONResponse:
    """List the cases that changed at a time or after it, the longest ago first; ask again from ``next_since``.

    It lies a minute back, so that nothing is missed that was being written: a case may come twice.
    """
    line, zone = line_of(world, account), world.catalogue.rulebook.worktime.zone
    asked_at = world.clock()
    with world.database.read() as session:
        found = changed_cases(session, account.user, since)
    items = [_view(world, line, case) for case in found]
    whole = len(found) < MOST
    next_since = max(since, asked_at - OVERLAP) if whole else found[-1].changed_at
    return JSONResponse({"items": items, "next_since": plain(next_since, zone)})


@router.get("/cases/{number}")
def one(number: str, world: WorldDep, account: LineDep) -> JSONResponse:
    """Show a case with everything that was answered."""
    line, zone = line_of(world, account), world.catalogue.rulebook.worktime.zone
    with world.database.read() as session:
        case = case_for(session, account.user, number)
        steps = timeline(session, "ticket", case.ticket.no)
    answers = [
        {
            "at": step.at,
            "step": step.name,
            "role": step.role,
            "text": step.payload.get("note") or step.payload.get("reason") or "",
            "photos": step.payload.get("evidence", []),
        }
        for step in steps
        if step.name in ANSWERS
    ]
    return JSONResponse(_view(world, line, case) | {"answers": plain(answers, zone)})


@router.post("/cases/{number}/actions")
def act(
    number: str, form: ActionForm, world: WorldDep, account: LineDep, receipts: ReceiptDep
) -> JSONResponse:
    """Speak for the caller: ``say`` something, ``rate`` when called back, ``contest`` what is not solved."""
    line, now = line_of(world, account), world.clock()
    with world.database.read() as session:
        case = case_for(session, account.user, number)

    def answer(done: Done) -> dict[str, Any]:
        return {"number": number, "no": done.fact.no, "state": done.fact.state} | {
            "state_name": line.state(done.fact.state)
        }

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act("ticket", case.ticket.no, action, now, receipt=receipts(answer, 200))
    return respond(done, answer, 200)


def _view(world: World, line: Hotline, case: Case) -> dict[str, Any]:
    ticket = case.ticket
    told = {
        "number": case.number,
        "no": ticket.no,
        "state": ticket.state,
        "state_name": line.state(ticket.state),
        "category": ticket.category,
        "cell": ticket.cell,
        "department": ticket.department,
        "department_name": world.city.department_name(ticket.department),
        "due_at": ticket.due_at,
        "closed_at": ticket.closed_at,
        "nature": ticket.nature,
        "rating": ticket.rating,
        "solved": ticket.solved,
        "evidence": ticket.evidence,
        "changed_at": case.changed_at,
    }
    shown: dict[str, Any] = plain(told, world.catalogue.rulebook.worktime.zone)
    return shown
