"""Calls at the door: what an exchange tells, a call noted by hand, answered by a seat, called back."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import CallRow, fact_of
from data.store.done import Done
from data.store.kinds.intake import CALL
from dispatch import calls
from dispatch.calls import Call, CallEvent
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class HearCall(Start[Call]):
    """Events of one call, ``key`` its name at the exchange; numbers as they are kept, the caller's empty if withheld."""

    exchange: str
    key: str
    called: str
    caller: str
    events: tuple[CallEvent, ...]
    note: str = ""


def hear_call(work: Work, new: HearCall, by: Actor) -> Done[Call]:
    """Take what an exchange tells of a call; an event that was told before changes nothing.

    Raises
    ------
    BadFieldError
        For what cannot be, or another number than was told before.
    """
    query = select(CallRow).where(CallRow.exchange == new.exchange, CallRow.key == new.key).with_for_update()
    row = work.session.scalar(query)
    if row is None:
        return _first(work, new, by)
    before = after = fact_of(Call, row)
    for name in ("called", "caller"):
        known, said = getattr(before, name), getattr(new, name)
        if said and known and said != known:
            raise BadFieldError(name, said, "this call had another number; give each call a key of its own")
    for event in new.events:
        after, _ = calls.hear(after, event, work.now)
    return _done(before, after, new.events[-1].name, by, work)


def _first(work: Work, new: HearCall, by: Actor) -> Done[Call]:
    number = work.catalogue.intake.calls.numbers.get(new.called)
    first, *others = new.events
    blank = Call(
        no=work.draw(CALL),
        exchange=new.exchange,
        key=new.key,
        called=new.called,
        caller=new.caller,
        area=(number.area if number else "") or by.area or work.county,
        state="",
        told=(),
        offered_at=first.at,
        note=new.note,
    )
    made = calls.begin(blank, first, work.now)
    for other in others:
        made, _ = calls.hear(made, other, work.now)
    payload = {"state": made.state, "called": made.called}
    event = Event(name=new.events[-1].name, at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=CALL, after=made, events=(event,), row={"salt": token_hex(SALT_BYTES)})


def _done(before: Call, after: Call, name: str, by: Actor, work: Work) -> Done[Call]:
    payload = {"from": before.state, "to": after.state}
    event = Event(name=name, at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=CALL, before=before, after=after, events=() if after == before else (event,))


def answer_of(done: Done[Call], event: CallEvent) -> str:
    """Tell what is answered to an event: ``taken``, ``late`` when something newer came before it, or ``repeated``."""
    if not done.events:
        return "repeated"
    return "taken" if done.fact.told[-1].id == event.id else "late"


def act_on_call(work: Work, no: str, action: Action) -> Done[Call]:
    """Answer a call at a seat, the first one has it; or say that its caller was called back.

    Raises
    ------
    MissingError, NotPossibleError
    """
    before, by = work.locked(CALL, no), action.by
    if action.name == "take":
        after, _ = calls.take(before, by.user, work.now)
        return _done(before, after, "answered", by, work)
    if action.name != "called_back":
        raise NotPossibleError(f"a call is taken or called back; {action.name!r} is not possible")
    after = calls.called_back(before, by.user, str(action.fields.get("note", "")), work.now)
    return _done(before, after, "called_back", by, work)


CALLS = Deeds(kind=CALL, starts={HearCall: hear_call}, act=act_on_call)
