"""Matters for those who carry them through: the list, one with its flow, and the form that its table draws."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.forms import Form, Short
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.matters import BEGIN
from api.views.matter import known_of, line_view, matter_view
from api.views.reasons import limit
from api.world import World
from data.errors import MissingError
from data.queries.matters import count_matters, matters_of
from data.queries.scope import find, seen
from data.rules.matters import read_definition
from data.store.kinds.halls import ENTITY
from data.store.kinds.matters import MATTER
from data.store.kinds.people import RESIDENT
from grid.account import Account
from grid.matters.definition import Label, MatterKind
from grid.matters.fact import RUNNING

router = Router(include_in_schema=False)
StaffDep = Annotated[Account, Depends(visitor("worker", "dispatcher", "department", "leader", "admin"))]
BeginnerDep = Annotated[Account, Depends(visitor("worker", "dispatcher"))]
ROWS = 100
MATTER_LISTS = {"open": "在办", "waiting": "待补正", "closed": "已办结", "withdrawn": "已撤回"}


class ListAsk(Form):
    """Which matters are listed."""

    state: Literal["open", "waiting", "closed", "withdrawn"] = "open"
    kind: Annotated[str, Field(max_length=32)] = ""
    lang: Short = ""


class NewAsk(Form):
    """Which kind is begun, and for whom."""

    kind: Annotated[str, Field(max_length=32)] = ""
    applicant: Annotated[str, Field(max_length=24)] = ""
    lang: Short = ""


@router.get("/work/matters")
def matters(
    request: Request, ask: Annotated[ListAsk, Query()], world: WorldDep, account: StaffDep
) -> HTMLResponse:
    """List the matters of one's scope, the soonest due first."""
    scope, states = (
        seen(MATTER, account.actor(), world.scheme),
        RUNNING if ask.state == "open" else (ask.state,),
    )
    with world.database.read() as session:
        found = matters_of(session, scope, ask.kind, states, ROWS)
        many = count_matters(session, scope, ask.kind, states)
    say = _speaker(request)
    rows = [line_view(world, one) | _said(read_definition(one.definition), one.stage, say) for one in found]
    context = {
        "ask": ask,
        "rows": rows,
        "left_off": many - len(rows),
        "states": MATTER_LISTS.items(),
        "kinds": [(kind.code, say(kind.name)) for kind in _in_force(world).values()],
        "may_begin": account.role in BEGIN,
    }
    return page(request, world, account, "matters.html", **context)


@router.get("/work/matters/new")
def new(
    request: Request, ask: Annotated[NewAsk, Query()], world: WorldDep, account: BeginnerDep
) -> HTMLResponse:
    """Show the form of a kind for an applicant, with what the register knows; before that the choice of both."""
    kinds, say = _in_force(world), _speaker(request)
    kind = kinds.get(ask.kind)
    known: Mapping[str, Any] = {}
    if kind is not None and ask.applicant:
        register: Any = RESIDENT if kind.applicant == "resident" else ENTITY
        with world.database.read() as session:
            try:
                find(session, register, ask.applicant, account.actor(), world.scheme)
                known = known_of(session, kind, ask.applicant, account)
            except MissingError:
                ask = ask.model_copy(update={"applicant": ""})
    papers = world.catalogue.counter.papers
    context = {
        "ask": ask,
        "kinds": [(one.code, say(one.name)) for one in kinds.values() if account.role in one.begun_by],
        "kind": kind,
        "say": say,
        "known": known,
        "promised": limit(str(kind.limit), language_of(request)) if kind else "",
        "paper_names": {code: paper.name_zh for code, paper in papers.items()},
    }
    return page(request, world, account, "matter_new.html", **context)


@router.get("/work/matters/{no}")
def one(no: str, request: Request, world: WorldDep, account: StaffDep) -> HTMLResponse:
    """Show a matter by the version it began with: what was told, its flow, and what whoever looks can do."""
    with world.database.read() as session:
        found = find(session, MATTER, no, account.actor(), world.scheme)
        shown = matter_view(world, session, found, account)
    kind, say = read_definition(found.definition), _speaker(request)
    papers = world.catalogue.counter.papers
    context = {
        "m": shown | _said(kind, found.stage, say),
        "kind": kind,
        "say": say,
        "promised": limit(str(kind.limit), language_of(request)),
        "stage": kind.stage(found.stage) if found.stage else None,
        "done": {
            part.stage for part in found.parts if part.done_at is not None and part.outcome != "returned"
        },
        "paper_names": {code: paper.name_zh for code, paper in papers.items()},
    }
    return page(request, world, account, "matter.html", **context)


def _in_force(world: World) -> dict[str, MatterKind]:
    tables = world.catalogue.matters.in_force(world.local(world.clock()).date())
    return {code: table.kind for code, table in tables.items()}


def _speaker(request: Request) -> Callable[[Label], str]:
    in_english = language_of(request) == "en"

    def say(label: Label) -> str:
        return label.en if in_english else label.zh

    return say


def _said(kind: MatterKind, stage: str, say: Callable[[Label], str]) -> dict[str, str]:
    return {"name": say(kind.name), "stage_name": say(kind.stage(stage).label) if stage else ""}
