"""Closures of streets over HTTP: close, slow or keep open, list, move to other times, lift."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import access
from api.answers.closure import ClosureAnswer, ClosurePage
from api.forms import Form, Long, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.closure import closure_view
from data.desk.closures import CloseStreets
from data.queries.closures import When, list_closures
from data.queries.paging import MOST, Ask
from data.queries.scope import find
from data.store.done import Done
from data.store.kinds.places import CLOSURE
from data.store.roles import OVERSEERS
from dispatch.closures import Wish
from dispatch.errors import BadFieldError
from dispatch.item import PROFILES, Profile
from dispatch.lifecycle import Action
from geo.changes import WHOLE_PERCENT, Effect

router = Router(prefix="/api/v1/closures", tags=["closures"])
SEE = (*OVERSEERS, "worker", "department", "provider", "resident")
LONGEST_SHAPE = 40_000  # signs: some thousand points, far more than anybody draws


class ShapeForm(Form):
    """A GeoJSON geometry in WGS-84: a point, a line or an area; the streets it means are found by it."""

    type: Literal["Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


class ClosureForm(Form):
    """What is wanted of which streets: those named, those a shape means, or those named within the shape."""

    effect: Effect = "close"
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    streets: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(max_length=20)
    ] = ()
    shape: ShapeForm | None = None
    profiles: Annotated[tuple[Profile, ...], Field(min_length=1, max_length=len(PROFILES))] = PROFILES
    speed_percent: Annotated[int, Field(ge=1, le=WHOLE_PERCENT)] = WHOLE_PERCENT
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    def wish(self, now: datetime) -> Wish:
        """Return what is wanted; it begins now when no start is given.

        Raises
        ------
        BadFieldError
            When neither names nor a shape are given, or the shape is too large.
        """
        shape = {} if self.shape is None else self.shape.model_dump()
        if not shape and not self.streets:
            raise BadFieldError("shape", None, "draw a point, a line or an area, or name streets")
        if len(json.dumps(shape)) > LONGEST_SHAPE:
            raise BadFieldError("shape", "...", f"a shape of at most {LONGEST_SHAPE} signs; draw it coarser")
        return Wish(
            effect=self.effect,
            reason=self.reason,
            starts_at=self.starts_at or now,
            ends_at=self.ends_at,
            streets=self.streets,
            shape=shape,
            profiles=self.profiles,
            speed_percent=self.speed_percent,
        )


class ClosureActionForm(Form):
    """One action on a closure; a time that is not named stays, and an ``ends_at`` of null is an open end."""

    action: Short
    reason: Long | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    def fields_given(self) -> dict[str, Any]:
        """Return the fields that were sent, without the action's name."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"action"}}
        return {name: value for name, value in given.items() if value is not None or name == "ends_at"}


class ClosureAsk(Form):
    """Which closures are listed."""

    when: When = "standing"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: Annotated[str, Field(max_length=400)] | None = None
    sort: Short = ""


@router.get("", response_model=ClosurePage, **access(*SEE))
def closures(ask: Annotated[ClosureAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List closures page by page; by default those that hold now or are planned."""
    wanted = Ask(sort=ask.sort, limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        page = list_closures(session, ask.when, wanted, world.clock())
    return JSONResponse(
        {"items": [closure_view(world, each, account) for each in page.items], "next": page.next}
    )


@router.post("", response_model=ClosureAnswer, status_code=201, **access(*OVERSEERS, outside="refused"))
def close(form: ClosureForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Close, slow or keep open streets; who could go, routes and coverage follow before this answers."""
    now = world.clock()

    def answer(done: Done) -> dict[str, Any]:
        return closure_view(world, done.fact, account)

    new = CloseStreets(wish=form.wish(now))
    done = world.desk.start(new, account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/{no}", response_model=ClosureAnswer, **access(*SEE))
def closure(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one closure."""
    with world.database.read() as session:
        found = find(session, CLOSURE, no, account.actor(), world.scheme)
    return JSONResponse(closure_view(world, found, account))


@router.post("/{no}/actions", response_model=ClosureAnswer, **access(*OVERSEERS, outside="refused"))
def act(
    no: str, form: ClosureActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Lift a closure, or move its start and end; the streets follow before this answers."""

    def answer(done: Done) -> dict[str, Any]:
        return closure_view(world, done.fact, account)

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(CLOSURE, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)
