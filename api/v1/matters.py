"""Matters over HTTP: the forms in force, begun for a resident or legal person, carried through their stages."""

import secrets
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import EVERYBODY, access
from api.answers.matter import MatterDetail, MatterKinds, MatterList
from api.forms import Code, Form, Long
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.matter import kind_view, line_view, matter_view
from api.world import World
from data.desk.matters import NewMatter
from data.queries.matters import count_matters, matters_of
from data.queries.scope import find, seen
from data.store.done import Done
from data.store.kinds.halls import ENTITY
from data.store.kinds.matters import MATTER
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from grid.account import Account
from grid.matters.fact import RUNNING

router = Router(prefix="/api/v1/matters", tags=["matters"])
BEGIN = ("resident", "worker", "dispatcher")
SEE = (*BEGIN, "department", "leader", "admin")
ACT = (*BEGIN, "department")
KEY_BYTES = 18
Told = Annotated[str, Field(max_length=500)]
Value = Annotated[str, Field(max_length=500)] | bool | int
Answers = Annotated[dict[Annotated[str, Field(max_length=40)], Value], Field(max_length=100)]
Papers = Annotated[list[Code], Field(max_length=40)]


class MatterForm(Form):
    """An application: the kind, who applies, the answers to its form, and the papers that were presented.

    ``applicant`` is the number of a resident or legal person by what the kind says; residents apply for themselves.
    """

    kind: Code
    applicant: Annotated[str, Field(max_length=24)] = ""
    answers: Annotated[Answers, Field(default_factory=dict)]
    papers: Annotated[Papers, Field(default_factory=list)]


class MatterActionForm(Form):
    """One action on a matter.

    ``finish`` takes an outcome of the stage and its proofs, ``give_back`` where to (``previous`` or ``applicant``) and a
    reason, ``add`` what was missing, ``withdraw`` a reason.
    """

    action: Literal["receive", "finish", "finish_part", "give_back", "add", "withdraw"]
    outcome: Annotated[str, Field(max_length=40)] = ""
    proofs: Annotated[
        dict[Annotated[str, Field(max_length=40)], Told], Field(default_factory=dict, max_length=40)
    ]
    note: Long = ""
    reason: Told = ""
    to: Annotated[str, Field(max_length=20)] = ""
    answers: Annotated[Answers, Field(default_factory=dict)]
    papers: Annotated[Papers, Field(default_factory=list)]


class MatterAsk(Form):
    """Which matters of one's scope are listed."""

    kind: Annotated[str, Field(max_length=32)] = ""
    state: Literal["open", "running", "waiting", "closed", "withdrawn", ""] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/kinds", response_model=MatterKinds, **access(*EVERYBODY))
def kinds(world: WorldDep) -> JSONResponse:
    """List the kinds of matters in force today: form with labels, papers, stages with their share of the promise, JSON Schema."""
    tables = world.catalogue.matters.in_force(world.local(world.clock()).date())
    return JSONResponse({"items": [kind_view(world, table.kind) for table in tables.values()]})


@router.post(
    "",
    response_model=MatterDetail,
    status_code=201,
    responses={404: {"description": "No applicant has that number, or not for whoever asks"}},
    **access(*BEGIN, outside="hidden", others="hidden"),
)
def begin(form: MatterForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Begin a matter by the version in force; what the register knows is not asked."""
    applicant, area = _applicant(world, account, form)
    key = secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        with world.database.read() as session:
            return matter_view(world, session, done.fact, account, key)

    new = NewMatter(
        kind=form.kind,
        applicant=applicant,
        area=area,
        answers=dict(form.answers),
        papers=tuple(form.papers),
        key=key,
    )
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


def _applicant(world: World, account: Account, form: MatterForm) -> tuple[str, str]:
    """Find who applies, of one's scope, and where they stand."""
    tables = world.catalogue.matters.in_force(world.local(world.clock()).date())
    if form.kind not in tables:
        raise BadFieldError("kind", form.kind, f"kinds of matters in force are {', '.join(tables)}")
    number = form.applicant or account.resident
    with world.database.read() as session:
        if tables[form.kind].kind.applicant == "resident":
            who = find(session, RESIDENT, number, account.actor(), world.scheme)
            return who.no, who.cell
        business = find(session, ENTITY, number, account.actor(), world.scheme)
        return business.no, business.area


@router.get("", response_model=MatterList, **access(*SEE, outside="left_out", others="left_out"))
def matters(ask: Annotated[MatterAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the matters of one's scope, the soonest due first; a department's own parts, a resident's own matters."""
    states = RUNNING if ask.state == "open" else (ask.state,) if ask.state else ()
    scope = seen(MATTER, account.actor(), world.scheme)
    with world.database.read() as session:
        found = matters_of(session, scope, ask.kind, states, ask.limit)
        many = count_matters(session, scope, ask.kind, states)
    items = [line_view(world, one) for one in found]
    return JSONResponse({"items": items, "left_off": many - len(found)})


@router.get("/{no}", response_model=MatterDetail, **access(*SEE, outside="hidden", others="hidden"))
def one(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a matter of one's scope by the version it began with."""
    with world.database.read() as session:
        found = find(session, MATTER, no, account.actor(), world.scheme)
        return JSONResponse(matter_view(world, session, found, account))


@router.post("/{no}/actions", response_model=MatterDetail, **access(*ACT, outside="hidden", others="hidden"))
def act(
    no: str, form: MatterActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Receive a stage, finish it with outcome and proofs, finish a joint part, give it back, add what was missing, withdraw."""
    with world.database.read() as session:
        find(session, MATTER, no, account.actor(), world.scheme)

    def answer(done: Done) -> dict[str, Any]:
        with world.database.read() as session:
            return matter_view(world, session, done.fact, account)

    fields = form.model_dump(exclude={"action"}, exclude_unset=True)
    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(MATTER, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)
