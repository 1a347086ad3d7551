"""Telephone calls over HTTP: what exchanges tell, calls noted by hand, who is called back, figures and seats.

See docs/calls.md.
"""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from api.access import access
from api.answers.call import CallAnswer, CallFigures, CallHeard, CallNumber, CallPage, SeatsPlan
from api.forms import Form, Long, RevealForm
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.questions import PageAsk
from api.v1.reveals import look_of
from api.views.call import call_view, hour_view
from api.views.shape import plain
from api.world import World
from data.desk.calls import HearCall, answer_of
from data.queries.calls import CallState, calls_between, list_calls
from data.queries.paging import Ask
from data.queries.scope import find, seen
from data.registers.reveals import reveal
from data.store.done import Done
from data.store.kinds.intake import CALL
from dispatch.calls import Call, CallEvent
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from dispatch.phone import check_phone, read_phone
from dispatch.seats import by_hour, count, days_between, plan_seats
from grid.account import Account

router = Router(prefix="/api/v1/calls", tags=["calls"])
SEE = ("dispatcher", "leader", "admin")
SEATS = ("dispatcher", "admin")
KEY_BYTES = 12
LONGEST_S = 24 * 3600
USUAL = timedelta(days=28)
LONGEST = timedelta(days=400)
EventName = Literal["offered", "ringing", "answered", "held", "resumed", "ended", "abandoned"]
Number = Annotated[str, Field(max_length=40)]


class CallEventForm(Form):
    """What an exchange tells of a call: ``id`` of the event and ``call`` of the call are the exchange's own names.

    ``caller`` is left empty where it is withheld; ``agent`` is the account of the seat that answered. Without ``at`` the
    time of arrival counts.
    """

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:@-]+$")]
    call: Annotated[str, Field(min_length=1, max_length=120)]
    event: EventName
    at: AwareDatetime | None = None
    called: Number = ""
    caller: Number = ""
    agent: Annotated[str, Field(max_length=40)] = ""


class CallForm(Form):
    """A call noted by hand: who called which number, when, how long they waited and talked; or gave up."""

    caller: Number = ""
    called: Number = ""
    at: AwareDatetime | None = None
    wait_s: Annotated[float, Field(ge=0, le=LONGEST_S)] = 0.0
    talk_s: Annotated[float, Field(ge=0, le=LONGEST_S)] = 0.0
    answered: bool = True
    note: Long = ""


class CallActionForm(Form):
    """Answer a call at one's seat, or say that its caller was called back."""

    action: Literal["take", "called_back"]
    note: Long = ""


class CallAsk(PageAsk):
    """Which calls are listed."""

    state: CallState = "all"
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class PeriodAsk(Form):
    """A period; without it the last four weeks."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """Give begin and end.

        Raises
        ------
        BadFieldError
            When it ends before it begins, or is longer than 400 days.
        """
        until = self.until or now
        since = self.since or until - USUAL
        if not timedelta() < until - since <= LONGEST:
            raise BadFieldError("until", until.isoformat(), f"after since, at most {LONGEST.days} days")
        return since, until


@router.post("/events", response_model=CallHeard, **access("device", "admin"))
def hear(form: CallEventForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Take one event of a call from an exchange; the answer means that it is on disk. See docs/calls.md."""
    now = world.clock()
    event = CallEvent(id=form.id, name=form.event, at=form.at or now, agent=form.agent)
    new = HearCall(
        exchange=account.user,
        key=form.call,
        called=_called(world, form.called),
        caller=read_phone(form.caller) or "",  # a call is not lost for a number that cannot be read
        events=(event,),
    )
    done = world.desk.start(new, account.actor(), now)
    call: Call = done.fact
    told = {"id": event.id, "answer": answer_of(done, event), "call": call.no, "state": call.state}
    return JSONResponse(told)


@router.post("", response_model=CallAnswer, status_code=201, **access(*SEATS))
def note(form: CallForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Note a call by hand, where no exchange tells of it; one that was not answered is to be called back."""
    now = world.clock()
    begun = form.at or now - timedelta(seconds=form.wait_s + form.talk_s)
    over = begun + timedelta(seconds=form.wait_s)
    events = [CallEvent(id="hand:0", name="offered", at=begun)]
    if form.answered:
        events.append(CallEvent(id="hand:1", name="answered", at=over, agent=account.user))
        over += timedelta(seconds=form.talk_s)
    events.append(CallEvent(id="hand:2", name="ended" if form.answered else "abandoned", at=over))
    new = HearCall(
        exchange="",
        key=secrets.token_hex(KEY_BYTES),
        called=_called(world, form.called),
        caller=check_phone(form.caller) if form.caller else "",
        events=tuple(events),
        note=form.note,
    )

    def answer(done: Done[Any]) -> dict[str, Any]:
        return _shown(world, done.fact, account)

    done = world.desk.start(new, account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("", response_model=CallPage, **access(*SEE, outside="left_out"))
def list_(ask: Annotated[CallAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List calls inside one's scope, the newest first; ``state=call_back`` those whose caller waits to be called."""
    wanted = Ask(sort="-offered_at", limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        scope = seen(CALL, account.actor(), world.scheme)
        page = list_calls(session, scope, ask.state, wanted, ask.since, ask.until)
        items = [call_view(world, session, one, account) for one in page.items]
    return JSONResponse({"items": items, "next": page.next, "as_of": plain(world.clock(), world.zone)})


@router.get("/figures", response_model=CallFigures, **access(*SEE, outside="left_out"))
def figures(ask: Annotated[PeriodAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Count calls by the hour of the day: answered, answered in time, given up."""
    since, until = ask.period(world.clock())
    rules = world.catalogue.intake.calls
    found = _between(world, account, since, until)
    rows = [hour_view(row, world) for row in by_hour(found, world.zone, rules)]
    total = hour_view(count(found, rules), world)
    told = _period(world, since, until) | {"answer_s": rules.answer_s, "hours": rows, "total": total}
    return JSONResponse(told)


@router.get("/seats", response_model=SeatsPlan, **access(*SEE, outside="left_out"))
def seats(ask: Annotated[PeriodAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell how many seats each hour of the day needs, by the calls of a period (Erlang C)."""
    since, until = ask.period(world.clock())
    rules = world.catalogue.intake.calls
    found = _between(world, account, since, until)
    rows = plan_seats(found, days_between(since, until, world.zone), world.zone, rules)
    told = _period(world, since, until) | {"calls": len(found), "answer_s": rules.answer_s}
    return JSONResponse(told | {"wanted_share": rules.share, "hours": plain(rows, world.zone)})


@router.post("/{no}/actions", response_model=CallAnswer, **access(*SEATS, outside="hidden"))
def act(
    no: str, form: CallActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Answer a call, the first seat has it; or say that its caller was called back."""
    with world.database.read() as session:
        find(session, CALL, no, account.actor(), world.scheme)

    def answer(done: Done[Any]) -> dict[str, Any]:
        return _shown(world, done.fact, account)

    action = Action(name=form.action, by=account.actor(), fields={"note": form.note} if form.note else {})
    done = world.desk.act(CALL, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.post("/{no}/reveal", response_model=CallNumber, **access(*SEATS, outside="hidden"))
def number(no: str, form: RevealForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell the whole number of a caller, to call back; who looked and why is kept."""
    look = look_of(world, account, no, form, "order")

    def read(session: Session) -> str:
        return find(session, CALL, no, account.actor(), world.scheme).caller

    phone = reveal(world.database, look, world.catalogue.reveals, read)
    return JSONResponse({"phone": phone or ""})


@router.get("/{no}", response_model=CallAnswer, **access(*SEE, outside="hidden"))
def call(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one call."""
    with world.database.read() as session:
        found = find(session, CALL, no, account.actor(), world.scheme)
    return JSONResponse(_shown(world, found, account))


def _shown(world: World, call: Call, account: Account) -> dict[str, Any]:
    with world.database.read() as session:
        return call_view(world, session, call, account)


def _between(world: World, account: Account, since: datetime, until: datetime) -> list[Call]:
    with world.database.read() as session:
        return list(calls_between(session, seen(CALL, account.actor(), world.scheme), since, until))


def _period(world: World, since: datetime, until: datetime) -> dict[str, Any]:
    days = days_between(since, until, world.zone)
    return {"since": plain(since, world.zone), "until": plain(until, world.zone), "days": days}


def _called(world: World, number: str) -> str:
    """Give a number that was called as the catalogue writes it, else its digits."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    known = world.catalogue.intake.calls.find(digits)
    return known.number if known else digits
