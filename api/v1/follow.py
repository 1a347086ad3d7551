"""Following a report, order or question by its number, and speaking with those who handle it."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.access import EVERYBODY, access
from api.answers.follow import Followed
from api.forms import Form
from api.idempotency import MakeReceipt, ReceiptDep
from api.roles import PUBLIC, MaybeDep, WorldDep, actor_of, may_try_key, slow_down, wrong_key
from api.routing import Router
from api.views.matter import of_matter
from api.views.public import public_view
from api.views.reporter import words_for
from api.views.shape import plain
from api.world import World
from data.desk.follow_keys import may_follow
from data.errors import MissingError
from data.queries.questions import ends_phone
from data.queries.scope import find_public
from data.queries.tickets import timeline
from data.store.kind import of_number
from data.store.kinds.cases import TICKET
from data.store.kinds.intake import QUESTION
from data.store.kinds.orders import ORDER
from dispatch.alarms.fact import Alarm
from dispatch.counter import CounterSession
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from dispatch.questions import Question
from grid.account import Account
from grid.matters.fact import Matter
from grid.tickets.dialogue import Word
from grid.tickets.ticket import Ticket

router = Router(prefix="/api/v1/follow", tags=["follow"])
PUBLIC_STEPS = ("department", "due_at", "to", "cause", "stage")
UNTOLD = frozenset({"say", "tell", "absorb", "doubt", "clear_doubt"})
ABOUT = ("category_name", "department_name", "item_name")
"""What a number is about: told to whose it is, and to everybody of a matter of public space."""
Key = Annotated[str, Field(max_length=100)]


class MessageForm(Form):
    """Something the reporter says.

    ``key`` is what the report was answered with, or the last four digits of the telephone that was left; not needed
    when signed in.
    """

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    key: Key = ""


class RatingForm(Form):
    """How content the reporter is, and whether the matter is solved; ``key`` as for a message."""

    rating: Annotated[int, Field(ge=1, le=5)]
    solved: bool | None = None
    key: Key = ""


@router.get("/{no}", response_model=Followed, **access(*EVERYBODY))
def follow(
    no: str, request: Request, world: WorldDep, account: MaybeDep, key: Annotated[Key, Query()] = ""
) -> JSONResponse:
    """Follow a ticket, order or question by its number: where it stands and the promise, no personal data.

    Of a report about public space every step. What it is about and the steps of anything else, and what was said, are
    told with the key, the last four digits of the telephone that was left, or signed in as its reporter: numbers follow
    one another and can be guessed.
    """
    slow_down(request, "follow", world.settings.follows_per_minute)
    return JSONResponse(followed(world, _stranger(account), no, key))


@router.post(
    "/{no}/messages",
    response_model=Followed,
    status_code=201,
    **access(*EVERYBODY, outside="hidden", others="hidden"),
)
def say(
    no: str,
    form: MessageForm,
    request: Request,
    world: WorldDep,
    account: MaybeDep,
    receipts: ReceiptDep,
) -> JSONResponse:
    """Say something to those who handle one's report; an awaited answer lets the clock run on.

    What is said to a report that was merged goes to the one it was merged into.
    """
    slow_down(request, "message", world.settings.messages_per_minute)
    account = _stranger(account)
    if no.startswith(QUESTION.letter):
        action = Action(name="ask_again", by=_speaker(account), fields={"note": form.text})
        return _on_question(world, account, no, form.key, action, receipts)
    with world.database.read() as session:
        row = _ticket(session, no)
        if not _may_speak(world, session, row, account, form.key):
            raise MissingError(f"ticket {no} is not yours, or the key is another one's")
        target = _ticket(session, row.parent) if row.parent else row
    fields = {"note": form.text} | ({"about": no} if target.no != no else {})
    awaited = target.state == "shelved" and target.waiting
    action = Action(name="answer" if awaited else "say", by=_speaker(account), fields=fields)
    # The receipt keeps nothing of what was said; who asks again is told how things stand.
    world.desk.act(TICKET, target.no, action, world.clock(), receipt=receipts(lambda _: {}, 201))
    return JSONResponse(followed(world, account, no, form.key), status_code=201)


@router.post(
    "/{no}/rating",
    response_model=Followed,
    status_code=201,
    **access(*EVERYBODY, outside="hidden", others="hidden"),
)
def rate(
    no: str,
    form: RatingForm,
    request: Request,
    world: WorldDep,
    account: MaybeDep,
    receipts: ReceiptDep,
) -> JSONResponse:
    """Rate the handling of one's closed report, a settled order or the answer to a question, without an account by its key."""
    slow_down(request, "message", world.settings.messages_per_minute)
    account = _stranger(account)
    if no.startswith(ORDER.letter):
        return _rate_order(world, account, no, form, receipts)
    if no.startswith(QUESTION.letter):
        rated = Action(name="rate", by=_speaker(account), fields={"rating": form.rating})
        return _on_question(world, account, no, form.key, rated, receipts)
    with world.database.read() as session:
        if not _may_speak(world, session, _ticket(session, no), account, form.key):
            raise MissingError(f"ticket {no} is not yours, or the key is another one's")
    fields: dict[str, Any] = {"rating": form.rating} | (
        {} if form.solved is None else {"solved": form.solved}
    )
    action = Action(name="rate", by=_speaker(account), fields=fields)
    world.desk.act(TICKET, no, action, world.clock(), receipt=receipts(lambda _: {}, 201))
    return JSONResponse(followed(world, account, no, form.key), status_code=201)


def followed(world: World, account: Account, no: str, key: str) -> dict[str, Any]:
    """Show a report, order or question to whoever has its number.

    Raises
    ------
    MissingError
    """
    kind = of_number(world.desk.kinds.values(), no)
    zone = world.zone
    with world.database.read() as session:
        fact = find_public(session, kind, no) if kind else None
        if kind is None or fact is None:
            raise MissingError(
                f"nothing has the number {no}; it looks like T330102-261122-00031, S... or Z..."
            )
        steps = timeline(session, kind.name, no)
        heard: list[Word] | None = None
        parent: Ticket | None = None
        own = isinstance(fact, Question) and _opens(world, session, fact, account, key)
        own = own or (isinstance(fact, Order) and _ordered(world, session, fact, account, key))
        own = own or (isinstance(fact, CounterSession) and _came(world, session, fact, account, key))
        own = own or (isinstance(fact, Alarm) and _has_key(world, session, (no, fact.resident), key))
        own = own or (isinstance(fact, Matter) and _applied(world, session, fact, account, key))
        if isinstance(fact, Ticket):
            parent = find_public(session, TICKET, fact.parent) if fact.parent else None
            own = _may_speak(world, session, fact, account, key)
            if own:
                of_parent = timeline(session, TICKET.name, parent.no) if parent else []
                heard = words_for(no, steps, of_parent)
    in_public = isinstance(fact, Ticket) and fact.category in world.catalogue.rulebook.public_categories()
    body: dict[str, Any] = {
        "no": no,
        "kind": kind.name,
        "opened": own,
        "waiting": False,
        "merged_into": None,
        "steps": [
            {"name": s.name, "at": plain(s.at, zone), "role": s.role}
            | {k: s.payload[k] for k in PUBLIC_STEPS if k in s.payload}
            for s in steps
            if s.name not in UNTOLD and (s.role != "clock" or s.name == "recompute")
        ],
    } | public_view(world, kind, fact)
    if not (own or in_public):
        body = {name: told for name, told in body.items() if name not in ABOUT} | {"steps": []}
    elif isinstance(fact, Ticket):
        body |= _of_ticket(world, parent) | ({} if heard is None else _heard(fact, heard, zone))
    if isinstance(fact, Order) and own:
        body |= {"rating": fact.rating}
    if isinstance(fact, CounterSession) and own:
        body |= {"items": [item.no for item in fact.items], "lacking": len(fact.lacking)}
    if isinstance(fact, Matter):
        body |= of_matter(fact, opened=own)
    if isinstance(fact, Question) and own:
        body |= {"text": fact.text, "answer": fact.answer, "rating": fact.rating}
    return body


def _stranger(account: Account) -> Account:
    """Give who asks; who stands before a kiosk is whoever, and what was said there before is not theirs."""
    return PUBLIC if account.role == "device" else account


def _rate_order(
    world: World, account: Account, no: str, form: RatingForm, receipts: MakeReceipt
) -> JSONResponse:
    """Rate one's own order."""
    with world.database.read() as session:
        found = find_public(session, ORDER, no)
        if found is None or not _ordered(world, session, found, account, form.key):
            raise MissingError(f"order {no} is not yours, or the key is another one's")
    action = Action(name="rate", by=_speaker(account), fields={"rating": form.rating})
    world.desk.act(ORDER, no, action, world.clock(), receipt=receipts(lambda _: {}, 201))
    return JSONResponse(followed(world, account, no, form.key), status_code=201)


def _ordered(world: World, session: Session, order: Order, account: Account, key: str) -> bool:
    """Tell whether an order is one's own, or a key opens it."""
    mine = bool(account.resident) and account.resident == order.resident
    return mine or _has_key(world, session, (order.no, order.resident), key)


def _came(world: World, session: Session, fact: CounterSession, account: Account, key: str) -> bool:
    """Tell whether a session at a counter is one's own, or a key opens it."""
    mine = bool(account.resident) and account.resident == fact.resident
    return mine or _has_key(world, session, (fact.no, fact.resident), key)


def _applied(world: World, session: Session, matter: Matter, account: Account, key: str) -> bool:
    """Tell whether a matter is one's own, or a key opens it."""
    mine = bool(account.resident) and account.resident == matter.applicant
    return mine or _has_key(world, session, (matter.no, matter.applicant), key)


def _speaker(account: Account) -> Actor:
    """Give who speaks of their own matter: a resident, or somebody without an account."""
    return actor_of(account if account.role == "resident" else PUBLIC)


def _on_question(
    world: World, account: Account, no: str, key: str, action: Action, receipts: MakeReceipt
) -> JSONResponse:
    """Carry out an action on one's own question."""
    with world.database.read() as session:
        found = find_public(session, QUESTION, no)
        if found is None or not _opens(world, session, found, account, key):
            raise MissingError(f"question {no} is not yours, or the key is another one's")
    world.desk.act(QUESTION, no, action, world.clock(), receipt=receipts(lambda _: {}, 201))
    return JSONResponse(followed(world, account, no, key), status_code=201)


def _of_ticket(world: World, parent: Ticket | None) -> dict[str, Any]:
    """Show of a merged ticket who handles it now."""
    if parent is None:
        return {}
    shown = public_view(world, TICKET, parent)
    told = {name: shown[name] for name in ("state", "state_name")}
    return {"department_name": shown["department_name"], "merged_into": {"no": parent.no} | told}


def _heard(ticket: Ticket, heard: list[Word], zone: ZoneInfo) -> dict[str, Any]:
    """Show the dialogue without account names, and what the reporter said of the result."""
    words = plain(heard, zone)
    said = {"dialogue": [{k: v for k, v in word.items() if k != "by"} for word in words]}
    return said | {"rating": ticket.rating, "solved": ticket.solved}


def _may_speak(world: World, session: Session, ticket: Ticket, account: Account, key: str) -> bool:
    mine = bool(account.user) and account.user == ticket.reporter
    return mine or _has_key(world, session, (ticket.no, ""), key)


def _opens(world: World, session: Session, question: Question, account: Account, key: str) -> bool:
    """Tell whether a question is one's own, or a key opens it."""
    mine = bool(account.user) and account.user == question.asked_by
    mine = mine or (bool(account.resident) and account.resident == question.resident)
    return mine or _has_key(world, session, (question.no, question.resident), key)


def _has_key(world: World, session: Session, whose: tuple[str, str], key: str) -> bool:
    """Tell whether a key, or the last digits of a telephone, open a number; too many wrong ones shut it for a while."""
    if not key:
        return False
    no, resident = whose
    most = world.settings.wrong_keys_per_hour
    may_try_key(no, most)
    if may_follow(session, no, key) or ends_phone(session, no, resident, key):
        return True
    wrong_key(no, most)
    return False


def _ticket(session: Session, no: str) -> Ticket:
    found = find_public(session, TICKET, no)
    if found is None:
        raise MissingError(f"ticket {no} does not exist")
    return found
