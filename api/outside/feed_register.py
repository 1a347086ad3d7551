"""Feeds as people keep them: the register of what other systems tell us and are told, and rows in quarantine."""

from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field, JsonValue
from sqlalchemy.orm import Session

from api.access import access
from api.answers.feed import (
    FeedAnswer,
    FeedItemData,
    FeedItemPage,
    FeedKey,
    FeedList,
    ResourceList,
    RowsSettled,
)
from api.forms import ChangeForm, Datum, Form, RevealForm, Short
from api.idempotency import ReceiptDep, respond
from api.outside.messages import read_row
from api.outside.webhooks import new_secret
from api.roles import AccountDep, WorldDep, whole_only
from api.routing import Router
from api.views.feed import case_view, resources
from api.views.shape import plain
from api.world import World
from data.desk.feeds import NewFeed
from data.errors import MissingError
from data.files.feeding import ToldRow
from data.files.quarantine import settle
from data.queries.feeds import feed_cases, feed_items, waiting_item
from data.queries.paging import Ask
from data.queries.scope import find, seen
from data.registers.reveals import Look, reveal
from data.store.done import Done
from data.store.kinds.upkeep import FEED
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from grid.account import Account
from grid.feed import EVERY_S, MOST_GRACE_S, Feed

router = Router(prefix="/api/v1", tags=["feeds"])
SEE = ("admin", "leader", "department")
DAY_S, HOUR_S = 86_400, 3600
USUAL_BAD = 0.2
MOST_DECIDED = 100
LARGEST_NUMBER = 2**31 - 1
Every = Annotated[int, Field(ge=EVERY_S[0], le=EVERY_S[1])]
Grace = Annotated[int, Field(ge=0, le=MOST_GRACE_S)]
Share = Annotated[float, Field(ge=0, le=1)]
Named = Annotated[str, Field(min_length=1, max_length=80)]
Owner = Annotated[str, Field(min_length=1, max_length=32)]
Area = Annotated[str, Field(max_length=15)]


class NewFeedForm(ChangeForm):
    """A feed to be registered.

    ``subject`` is the register whose rows it carries. One that comes in tells as ``source``, a word of sources.csv; one that
    goes out gives what its ``purpose`` has of the register, inside ``area`` (the whole district when left out).
    """

    name: Named
    owner: Owner
    direction: Literal["in", "out"]
    subject: Owner
    source: Short = ""
    purpose: Short = ""
    area: Area = ""
    every_s: Every = DAY_S
    grace_s: Grace = HOUR_S
    most_bad: Share = USUAL_BAD
    datum: Datum = "wgs84"


class FeedChangeForm(ChangeForm):
    """What is to be changed of a feed; what is left out stays as it is."""

    name: Named | None = None
    owner: Owner | None = None
    source: Short | None = None
    purpose: Short | None = None
    area: Area | None = None
    every_s: Every | None = None
    grace_s: Grace | None = None
    most_bad: Share | None = None
    datum: Datum | None = None


class FeedActionForm(Form):
    """Hold a feed (nothing is taken or given), resume it, or retire it for good."""

    action: Literal["hold", "resume", "retire"]


class DecisionForm(Form):
    """Rows in quarantine, by their numbers, released or refused for a reason; ``data`` corrects the one that is released."""

    action: Literal["release", "refuse"]
    rows: Annotated[
        list[Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]], Field(min_length=1, max_length=MOST_DECIDED)
    ]
    reason: Annotated[str, Field(min_length=4, max_length=200)]
    data: dict[str, JsonValue] | None = None


class ItemAsk(Form):
    """Which rows of a feed are listed."""

    state: Literal["quarantined", "accepted", "refused"] = "quarantined"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, Field(max_length=400)] | None = None


@router.get("/resources", response_model=ResourceList, **access(*SEE, outside="left_out", others="left_out"))
def list_resources(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List what is shared: each register with its fields, who tells it, and who is told of it for what."""
    with world.database.read() as session:
        found = feed_cases(session, seen(FEED, account.actor(), world.scheme), world.clock())
    return JSONResponse({"items": resources(world, [case.feed for case in found])})


@router.get("/feeds", response_model=FeedList, **access(*SEE, outside="left_out", others="left_out"))
def list_(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the feeds, and how each stands; departments see their own."""
    now = world.clock()
    with world.database.read() as session:
        found = feed_cases(session, seen(FEED, account.actor(), world.scheme), now)
    light = next((one for one in ("late", "warn") if any(c.standing.light == one for c in found)), "ok")
    items = [case_view(world, case) for case in found]
    return JSONResponse({"items": items, "light": light, "as_of": plain(now, world.zone)})


@router.post("/feeds", response_model=FeedKey, status_code=201, **access("admin", outside="refused"))
def register(form: NewFeedForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Register a feed; the answer holds its key, which is shown this once."""
    whole_only(world, account)
    area = _area(world, form.area or world.city.district.code)
    key = new_secret()
    feed = Feed(**form.model_dump() | {"area": area}, no="", key=key, since=world.clock())

    def answer(done: Done[Any]) -> dict[str, Any]:
        return {"no": done.fact.no, "key": done.fact.key}

    done = world.desk.start(NewFeed(feed=feed), account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/feeds/{no}", response_model=FeedAnswer, **access(*SEE, outside="hidden", others="hidden"))
def one(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one feed."""
    return JSONResponse(_shown(world, no, account))


@router.patch("/feeds/{no}", response_model=FeedAnswer, **access("admin", outside="hidden"))
def change(no: str, form: FeedChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change what is given of a feed; its direction and subject stay."""
    _its(world, no, account)
    given = form.given()
    if "area" in given:
        given["area"] = _area(world, given["area"] or world.city.district.code)
    world.desk.act(FEED, no, Action(name="change", by=account.actor(), fields=given), world.clock())
    return JSONResponse(_shown(world, no, account))


@router.post("/feeds/{no}/actions", response_model=FeedAnswer, **access("admin", outside="hidden"))
def act(no: str, form: FeedActionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Hold a feed, resume or retire it."""
    _its(world, no, account)
    world.desk.act(FEED, no, Action(name=form.action, by=account.actor()), world.clock())
    return JSONResponse(_shown(world, no, account))


@router.post("/feeds/{no}/key", response_model=FeedKey, **access("admin", outside="hidden"))
def new_key(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Give a feed a new key, shown this once; the one before signs no longer."""
    _its(world, no, account)
    key = new_secret()
    world.desk.act(FEED, no, Action(name="new_key", by=account.actor(), fields={"key": key}), world.clock())
    return JSONResponse({"no": no, "key": key})


@router.get("/feeds/{no}/rows", response_model=FeedItemPage, **access("admin", outside="hidden"))
def rows(no: str, ask: Annotated[ItemAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List rows of a feed, those in quarantine unless another state is asked for; without what they told."""
    _its(world, no, account)
    with world.database.read() as session:
        page = feed_items(session, no, ask.state, Ask(limit=ask.limit, after=ask.after))
    return JSONResponse({"items": plain(page.items, world.zone), "next": page.next})


@router.post(
    "/feeds/{no}/rows/{row}/reveal", response_model=FeedItemData, **access("admin", outside="hidden")
)
def look(no: str, row: int, form: RevealForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show what a row in quarantine tells, to correct it; who looked and why is kept."""
    _its(world, no, account)
    wanted = Look(
        user=account.user, role=account.role, subject=f"{no}/{row}", purpose=form.purpose or "register",
        reason=form.reason, at=world.clock(),
    )  # fmt: skip

    def read(session: Session) -> dict[str, Any]:
        return waiting_item(session, no, min(row, LARGEST_NUMBER))[1]

    return JSONResponse({"id": row, "data": reveal(world.database, wanted, world.catalogue.reveals, read)})


@router.post("/feeds/{no}/rows/actions", response_model=RowsSettled, **access("admin", outside="hidden"))
def decide(no: str, form: DecisionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Release rows from quarantine into their register, one of them corrected, or refuse them; with a reason that is kept."""
    feed = _its(world, no, account)
    numbers = list(dict.fromkeys(form.rows))
    if form.data is not None and (len(numbers) > 1 or form.action != "release"):
        raise BadFieldError("data", "", "corrects one row that is released; send the others without it")
    told = _told(world, feed, numbers, form.data) if form.action == "release" else {}
    action = Action(name=form.action, by=account.actor(), fields={"rows": numbers, "reason": form.reason})
    settle(world.desk, feed, action, world.clock(), told)
    return JSONResponse({"no": no, "action": form.action, "rows": numbers})


def _told(
    world: World, feed: Feed, numbers: list[int], corrected: dict[str, Any] | None
) -> dict[int, ToldRow]:
    """Read what rows in quarantine tell, or what one of them tells corrected."""
    told = {}
    with world.database.read() as session:
        for number in numbers:
            item, data = waiting_item(session, feed.no, number)
            given = data if corrected is None else corrected
            told[number] = read_row(world, feed.subject, item.source_id, item.revision, item.told_at, given)
    return told


def _its(world: World, no: str, account: Account) -> Feed:
    """Give a feed that the account may see."""
    with world.database.read() as session:
        return find(session, FEED, no, account.actor(), world.scheme)


def _shown(world: World, no: str, account: Account) -> dict[str, Any]:
    scope = seen(FEED, account.actor(), world.scheme) & (FEED.table.c.no == no)
    with world.database.read() as session:
        found = feed_cases(session, scope, world.clock())
    if not found:
        raise MissingError(f"feed {no} does not exist or is outside your area")
    return case_view(world, found[0])


def _area(world: World, code: str) -> str:
    if code not in world.city.areas and code != world.city.district.code:
        raise BadFieldError("area", code, "a code of /api/v1/areas")
    return code
