"""Needs over HTTP: published without persons, claimed by volunteers, hours confirmed by the receiver, figures."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import EVERYBODY, access
from api.answers.need import HoursAccount, NeedCandidates, NeedDetail, NeedFigures, NeedList, PublishedNeeds
from api.errors import NotAllowedError
from api.forms import Form, Long
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.calls import PeriodAsk
from api.views.need import hours_view, need_view, published_view
from api.views.order import candidate_view
from api.views.shape import plain
from data.desk.needs import AskForHelp
from data.queries.needs import needs_asked, needs_since, published_needs
from data.queries.scope import find, seen
from data.store.done import Done
from data.store.kinds.orders import NEED
from data.store.kinds.people import RESIDENT
from dispatch.helping import LONGEST_MIN, MOST_PLACES, OpenNeed, matching, minutes_of
from dispatch.lifecycle import Action

router = Router(prefix="/api/v1/needs", tags=["needs"])
ASK = ("worker", "dispatcher", "admin", "resident")
SEE = (*ASK, "leader", "provider")
RUN = ("dispatcher", "leader", "admin")
KEPT = timedelta(days=31)
WAITS_H = 72.0
Minutes = Annotated[int, Field(ge=0, le=LONGEST_MIN)]


class NeedForm(Form):
    """A need of a resident; residents ask for themselves."""

    item: Annotated[str, Field(min_length=1, max_length=12)]
    resident: Annotated[str, Field(max_length=24)] = ""
    starts_at: AwareDatetime
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MIN)] = 60
    places: Annotated[int, Field(ge=1, le=MOST_PLACES)] = 1
    note: Long = ""


class NeedActionForm(Form):
    """Claim a place, give it up, confirm the minutes of a volunteer (0: did not come), or withdraw the need."""

    action: Literal["claim", "give_up", "confirm", "withdraw"]
    provider: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    minutes: Minutes | None = None


class FiguresAsk(PeriodAsk):
    """A period, and after how long a need with a free place is listed."""

    limit_h: Annotated[float, Field(ge=0, le=1000)] = WAITS_H


@router.get("", response_model=PublishedNeeds, **access(*EVERYBODY))
def published(world: WorldDep, community: Annotated[str, Query(pattern=r"^\d{0,12}$")] = "") -> JSONResponse:
    """List what volunteers can claim: what, where about and when; nothing of it tells for whom."""
    now = world.clock()
    with world.database.read() as session:
        found = published_needs(session, now, community)
    items = [published_view(world, need) for need in found]
    return JSONResponse({"items": items, "as_of": plain(now, world.zone)})


@router.post(
    "",
    response_model=NeedDetail,
    status_code=201,
    responses={404: {"description": "No resident has that number, or not for whoever asks"}},
    **access(*ASK, outside="hidden", others="hidden"),
)
def publish(form: NeedForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Publish a need of a resident."""
    number = form.resident or account.resident
    with world.database.read() as session:
        who = find(session, RESIDENT, number, account.actor(), world.scheme)
    now = world.clock()
    told = form.model_dump(exclude={"resident"})
    need = OpenNeed(
        no="", resident=who.no, place=who.place, cell=who.cell, asked_by=account.user, asked_at=now, **told
    )

    def answer(done: Done[Any]) -> dict[str, Any]:
        return need_view(world, done.fact, account)

    done = world.desk.start(AskForHelp(need=need), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/mine", response_model=NeedList, **access(*SEE, outside="left_out", others="left_out"))
def mine(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the needs of one's scope: of one's area, one's own, or those in which one has a place."""
    now = world.clock()
    with world.database.read() as session:
        found = needs_since(session, seen(NEED, account.actor(), world.scheme), now - KEPT)
    items = [need_view(world, need, account) for need in found]
    return JSONResponse({"items": items, "as_of": plain(now, world.zone)})


@router.get("/figures", response_model=NeedFigures, **access(*RUN, outside="left_out"))
def figures(ask: Annotated[FiguresAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell how many needs found volunteers, how soon, and list those that did not."""
    now = world.clock()
    since, until = ask.period(now)
    with world.database.read() as session:
        found = needs_asked(session, seen(NEED, account.actor(), world.scheme), since, until)
    told = plain(matching(found, timedelta(hours=ask.limit_h), now), world.zone)
    period = {"since": plain(since, world.zone), "until": plain(until, world.zone)}
    return JSONResponse(told | period | {"limit_h": ask.limit_h})


@router.get(
    "/hours", response_model=HoursAccount, **access(*RUN, "provider", outside="left_out", others="left_out")
)
def hours(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the minutes that receivers confirmed, by volunteer; volunteers see their own."""
    with world.database.read() as session:
        found = needs_asked(session, seen(NEED, account.actor(), world.scheme))
    minutes = minutes_of(found)
    if account.role == "provider":
        minutes = {number: n for number, n in minutes.items() if number == account.provider}
    return JSONResponse({"items": hours_view(world, minutes)})


@router.get("/{no}", response_model=NeedDetail, **access(*SEE, outside="hidden", others="hidden"))
def one(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one need; to volunteers who have a place in it, else it is among the published ones."""
    with world.database.read() as session:
        found = find(session, NEED, no, account.actor(), world.scheme)
    return JSONResponse(need_view(world, found, account))


@router.get(
    "/{no}/candidates",
    response_model=NeedCandidates,
    **access("worker", "dispatcher", "admin", outside="hidden"),
)
def candidates(
    no: str, world: WorldDep, account: AccountDep, k: Annotated[int, Query(ge=1, le=50)] = 5
) -> JSONResponse:
    """Find the volunteers who are free and nearest by road at that hour, by the search that finds providers of orders."""
    with world.database.read() as session:
        found = find(session, NEED, no, account.actor(), world.scheme)
    match, now = world.city.helpers(found, k), world.clock()
    items = [candidate_view(world, one, now) for one in match.candidates]
    return JSONResponse({"need": no, "items": items, "unmet_cause": match.unmet_cause})


@router.post(
    "/{no}/actions", response_model=NeedDetail, **access(*ASK, "provider", outside="hidden", others="hidden")
)
def act(
    no: str, form: NeedActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Claim a place, the first has it; give it up; confirm what a volunteer did; or withdraw the need.

    Volunteers act for themselves, the desk and workers for the one they name.
    """
    if form.action != "claim" or account.role != "provider":
        with world.database.read() as session:
            find(session, NEED, no, account.actor(), world.scheme)
    if account.role == "provider" and form.action not in ("claim", "give_up"):
        raise NotAllowedError("volunteers claim places and give them up; the receiver confirms hours")
    fields = form.model_dump(include={"provider", "minutes"}, exclude_none=True)

    def answer(done: Done[Any]) -> dict[str, Any]:
        return need_view(world, done.fact, account)

    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(NEED, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)
