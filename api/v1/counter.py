"""Sessions at counters over HTTP: several items for one person in one press, papers, hand-over list, what is late."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import KEEPERS, access
from api.answers.counter import CounterCheck, CounterSessionAnswer, CounterSessions
from api.answers.person import ContactAnswer
from api.forms import Code, Form, Long, RevealForm
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.callers import CallerForm, Known, recognise
from api.v1.foresight import Wish, foresee
from api.v1.orders import order_of
from api.v1.reveals import look_of
from api.v1.tickets import report_of
from api.v1.wishes import WishForm, new_question, order_form, report_form, wish_of
from api.views.counter import session_view
from api.views.shape import plain
from api.world import World
from data.desk.counter import REFUSALS, NewCounterSession, NewItem
from data.desk.orders import NewOrder
from data.desk.tickets import NewTicket
from data.errors import MissingError
from data.queries.counter import parties_of, sessions_since, taken_by
from data.queries.scope import find, seen
from data.registers.reveals import reveal
from data.store.done import Done
from data.store.kinds.counter import COUNTER_SESSION
from data.store.kinds.halls import STATION
from dispatch.counter import (
    MOST_ITEMS,
    MOST_PAPERS,
    MOST_PIECES,
    CounterSession,
    HeldPaper,
    PaperSeen,
    PaperState,
    in_item,
)
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from dispatch.phone import check_phone
from dispatch.resident import Contact
from dispatch.station import Station
from geo.errors import GeoError
from grid.account import Account

router = Router(prefix="/api/v1/counter", tags=["counter"])
CHANNEL = "counter"
KEY_BYTES = 12
SEE = (*KEEPERS, "leader")
LATE_SINCE = timedelta(days=60)
"""How far back sessions with something late are looked for; open ones are found however old."""
UNFIT = (*REFUSALS, GeoError)
Number = Annotated[str, Field(min_length=1, max_length=40)]


class CameForm(Form):
    """Who came in the place of the person, and what they are to them."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(min_length=5, max_length=40)]
    relation: Literal["child", "spouse", "neighbour", "worker", "other"]


class PaperForm(Form):
    """How it stands with a paper that the items need; a promised one has a day."""

    paper: Code
    state: PaperState
    until: date | None = None


class HeldForm(Form):
    """A paper that the clerk takes over; both sign for it."""

    paper: Code
    pieces: Annotated[int, Field(ge=1, le=MOST_PIECES)] = 1
    due_on: date
    signed: Literal[True]


class CounterCheckForm(Form):
    """For whom a session is, and what is wanted, as far as it is known."""

    resident: Annotated[str, Field(max_length=24)] = ""
    person: CallerForm | None = None
    items: Annotated[tuple[WishForm, ...], Field(max_length=MOST_ITEMS)] = ()


class CounterForm(CounterCheckForm):
    """A session at a counter: the items of one person, all taken or none.

    ``resident`` or ``person`` is for whom; ``came`` who stands at the counter in their place, ``agent`` the account of
    the worker or clerk who acts for them from here on.
    """

    station: Number
    came: CameForm | None = None
    agent: Annotated[str, Field(max_length=64)] = ""
    consents: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    consent_how: Literal["spoken", "signed"] = "spoken"
    papers: Annotated[tuple[PaperForm, ...], Field(max_length=MOST_PAPERS)] = ()
    held: Annotated[tuple[HeldForm, ...], Field(max_length=MOST_PAPERS)] = ()


class CounterActionForm(Form):
    """One action on a session; which fields it needs stands in the lifecycle table."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    paper: Code | None = None
    pieces: Annotated[int, Field(ge=1, le=MOST_PIECES)] | None = None
    due_on: date | None = None
    signed: bool | None = None
    to: Annotated[str, Field(max_length=40)] | None = None
    reason: Long | None = None


class SessionsAsk(Form):
    """Which sessions are listed: those of today, open, or with something late; or one of these alone."""

    which: Literal["current", "today", "open", "late"] = "current"
    station: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.get("/sessions", response_model=CounterSessions, **access(*SEE, outside="left_out"))
def sessions(ask: Annotated[SessionsAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the sessions of one's area that concern a counter today: opened today, open, or with something late."""
    shown = current(world, account, ask.which, ask.station)
    body = {"items": shown[: ask.limit], "left_off": max(0, len(shown) - ask.limit)}
    return JSONResponse(body | {"as_of": plain(world.clock(), world.zone)})


def current(
    world: World, account: Account, which: str = "current", station: str = ""
) -> list[dict[str, Any]]:
    """Show the sessions of today, open, or with something late that an account may see, the latest first."""
    now = world.clock()
    midnight = world.catalogue.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with world.database.read() as session:
        scope = seen(COUNTER_SESSION, account.actor(), world.scheme)
        found = sessions_since(session, scope, now - LATE_SINCE, station)
        facts, parties = taken_by(session, found), parties_of(session, found)
    told = [session_view(world, one, account, facts, parties[one.no]) for one in found]
    return [one for one in told if _concerns(which, one, plain(midnight, world.zone))]


def _concerns(which: str, told: Mapping[str, Any], midnight: str) -> bool:
    """Tell whether a session is one of today, open, or late; of ``current`` any of them will do."""
    kinds: dict[str, bool] = {
        "today": told["opened_at"] >= midnight,
        "open": told["state"] == "open",
        "late": told["late"] > 0,
    }
    return kinds.get(which, any(kinds.values()))


@router.post("/check", response_model=CounterCheck, **access(*KEEPERS, outside="refused", others="refused"))
def check(form: CounterCheckForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what the items of a session would become and which papers they need, and keep nothing."""
    known = recognise(world, account, form.resident, form.person)
    told, codes = [], []
    for position, item in enumerate(form.items):
        try:
            wish = wish_of(item, world, known, CHANNEL)
            told.append(foresee(world, account, wish))
        except UNFIT as error:
            raise in_item(position, error) from None
        codes.append(wish.code)
    rules = world.catalogue.counter
    papers = [
        {
            "code": code,
            "name": rules.papers[code].name_zh,
            "name_en": rules.papers[code].name_en,
            "of": [i for i, one in enumerate(codes) if one in rules.papers[code].of],
            "sample": rules.papers[code].sample,
        }
        for code in rules.needed(codes)
    ]
    return JSONResponse({"items": told, "papers": papers})


@router.post(
    "/sessions",
    response_model=CounterSessionAnswer,
    status_code=201,
    **access(*KEEPERS, outside="refused", others="refused"),
)
def open_session(
    form: CounterForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take all items of a session or none; the answer names each with its number and promise, and one key for all.

    A refused item is named in ``field``, such as ``items.1.lon``.
    """
    now = world.clock()
    station = _station(form.station, world, account)
    known = recognise(world, account, form.resident, form.person)
    items = []
    for position, item in enumerate(form.items):
        try:
            items.append(_item(item, world, account, known, station))
        except UNFIT as error:
            raise in_item(position, error) from None
    session = CounterSession(
        no="",
        state="",
        station=station.no,
        area=station.area,
        clerk=account.user,
        opened_at=now,
        resident=known.resident.no if known.resident else "",
        relation=form.came.relation if form.came else "self",
        agent=form.agent,
        consents=form.consents,
        consent_how=form.consent_how,
        papers=tuple(PaperSeen(paper=p.paper, state=p.state, until=p.until) for p in form.papers),
        held=tuple(
            HeldPaper(paper=h.paper, pieces=h.pieces, taken_by=account.user, taken_at=now, due_on=h.due_on)
            for h in form.held
        ),
    )
    key = secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        facts = {other.fact.no: other.fact for other in done.others}
        return session_view(world, done.fact, account, facts) | {"follow_key": key}

    new = NewCounterSession(session=session, items=tuple(items), contact=_contact(form, known), key=key)
    done = world.desk.start(new, account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/sessions/{no}", response_model=CounterSessionAnswer, **access(*SEE, outside="hidden"))
def one(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one session: its items with deadlines, papers, hand-over list, and for whom, masked."""
    return JSONResponse(shown(world, account, no))


def shown(world: World, account: Account, no: str) -> dict[str, Any]:
    """Show a session that an account may see.

    Raises
    ------
    MissingError
    """
    with world.database.read() as session:
        found = find(session, COUNTER_SESSION, no, account.actor(), world.scheme)
        facts, parties = taken_by(session, [found]), parties_of(session, [found])
    return session_view(world, found, account, facts, parties[no])


@router.post(
    "/sessions/{no}/actions", response_model=CounterSessionAnswer, **access(*KEEPERS, outside="hidden")
)
def act(
    no: str, form: CounterActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Tell that a paper was shown, taken over, given back or handed on; or that nothing more is waited for."""
    with world.database.read() as session:
        found = find(session, COUNTER_SESSION, no, account.actor(), world.scheme)
        facts = taken_by(session, [found])
    fields = form.model_dump(exclude={"action"}, exclude_none=True)

    def answer(done: Done) -> dict[str, Any]:
        return session_view(world, done.fact, account, facts)

    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(COUNTER_SESSION, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.post("/sessions/{no}/reveal", response_model=ContactAnswer, **access(*KEEPERS, outside="hidden"))
def reveal_person(no: str, form: RevealForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show name, phone and address of the person of a session unmasked; who looked, when and why is kept."""
    with world.database.read() as session:
        found = find(session, COUNTER_SESSION, no, account.actor(), world.scheme)
    look = look_of(world, account, found.resident or no, form, "order")
    look = replace(look, reason=f"{no}: {look.reason}") if found.resident else look
    contact = reveal(
        world.database,
        look,
        world.catalogue.reveals,
        lambda session: parties_of(session, [found])[no].person,
    )
    if contact is None:
        raise MissingError(f"session {no} has no contact")
    return JSONResponse(plain(contact, world.zone))


def _station(no: str, world: World, account: Account) -> Station:
    """Find the station at whose counter one sits: open, and in one's area."""
    try:
        with world.database.read() as session:
            found = find(session, STATION, no, account.actor(), world.scheme)
    except MissingError:
        found = None
    if found is None or found.closed_on is not None or not world.scheme.contains(account.area, found.area):
        raise BadFieldError("station", no, "the number of an open station in your area")
    return found


def _item(item: WishForm, world: World, account: Account, known: Known, station: Station) -> NewItem:
    """Read one item as the door takes it when it comes alone; a question without a place is of the station."""
    wish = wish_of(item, world, known, CHANNEL)
    if wish.kind is None:
        raise BadFieldError("code", item.words, "choose what it is; these words are not known yet")
    if wish.kind == "question":
        at = wish if wish.place else replace(wish, place=station.place)
        return new_question(item, at, world, account, "")
    if wish.kind == "report":
        report = report_form(item, wish)
        contact = report.contact.contact() if report.contact else None
        return NewTicket(report=report_of(report, world), contact=contact)
    return _order(item, wish, world, account)


def _order(item: WishForm, wish: Wish, world: World, account: Account) -> NewOrder:
    if world.catalogue.alarms.asked_by(wish.code) is not None:
        raise BadFieldError(
            "code", wish.code, "this is an alarm; raise it at once at the desk, not in a list"
        )
    order = order_form(item, wish)
    contact = order.contact.contact() if order.contact else None
    if not order.resident and contact is None:
        raise BadFieldError(
            "person", "", "a service is for somebody; name and phone, or a number of the register"
        )
    new = order_of(order, world, account, world.clock())
    return NewOrder(order=new, contact=contact, subsidy=order.subsidy)


def _contact(form: CounterForm, known: Known) -> Contact | None:
    """Give the contact of the session itself: of who came in the person's place, else of a person unknown to the register."""
    if form.came is not None:
        came = form.came
        return Contact(name=came.name, phone=check_phone(came.phone), relation=came.relation)
    return None if known.resident else known.contact
