"""Intake: one form for an order, a report or a question, whatever the door; what would follow is told before."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import PLACE, access
from api.answers.alarm import AlarmOrdered
from api.answers.intake import IntakeCheck, QuestionAnswer
from api.answers.order import OrderAnswer
from api.answers.ticket import ReportedAnswer
from api.errors import NotAllowedError
from api.idempotency import MakeReceipt, ReceiptDep, respond
from api.roles import PUBLIC, MaybeDep, WorldDep, actor_of, slow_down
from api.routing import Router
from api.v1 import orders, tickets
from api.v1.callers import CallerForm, recognise
from api.v1.foresight import Wish, foresee
from api.v1.wishes import WishForm, new_question, order_form, report_form, wish_of
from api.views.intake import question_view
from api.world import World
from data.desk.sayings import HearWord
from data.errors import MissingError
from data.queries.scope import find
from data.registers.kiosks import kiosk_of
from data.store.done import Done
from data.store.kinds.intake import CALL
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from dispatch.phone import check_phone
from dispatch.sayings import LONGEST, fold
from grid.account import Account

router = Router(prefix="/api/v1/intake", tags=["intake"])
KEY_BYTES = 12
NAMELESS, SHOWN_DIGITS = "尾号", 4
"""What stands for the name of who left only a telephone: a kiosk has no letters to write one with."""
TAKERS = ("dispatcher", "admin")
CHANNELS: Mapping[str, str] = {"worker": "worker", "dispatcher": "phone", "admin": "phone", "device": "kiosk"}
"""By which door each role comes in; everybody else by the web. It is never asked: the door is what it is."""


class IntakeForm(WishForm):
    """What somebody wants, in one form; what is known of the caller and can be understood is left out.

    ``words`` is as it was spoken; ``code`` an item or a category, where it is not understood from the words. ``text`` is
    the question, the description or the note. A question with its ``answer`` is closed by it. ``call`` is the number of
    a telephone call: whose telephone it is need not be told then.
    """

    resident: Annotated[str, Field(max_length=24)] = ""
    caller: CallerForm | None = None
    call: Annotated[str, Field(max_length=40)] = ""


@router.post(
    "",
    response_model=OrderAnswer | AlarmOrdered | ReportedAnswer | QuestionAnswer,
    status_code=201,
    **access(*PLACE, "device", outside="refused", others="refused"),
)
def take(
    form: IntakeForm, request: Request, world: WorldDep, account: MaybeDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take an order, a report or a question; the answer is that of its kind, with the number to follow it by.

    Words that are not understood are kept for clerks to say what they mean.
    """
    wish = _wish(form, world, account)
    if wish.kind is None:
        slow_down(request, "words", world.settings.public_posts_per_minute)
        _keep_word(world, form.words, wish, account)
        raise BadFieldError("code", form.words, "choose what it is; these words are not known yet")
    if wish.chosen and account.user:
        _keep_word(world, form.words, wish, account)
    if account.role == "device" and wish.kind != "report" and wish.known.contact is None:
        raise BadFieldError("contact", None, "at a kiosk a telephone number is needed")
    if wish.kind == "question":
        return _question(form, wish, request, world, account, receipts)
    if wish.kind == "report":
        return tickets.report(report_form(form, wish), request, world, account, receipts)
    return orders.place(order_form(form, wish), request, world, account, receipts)


@router.post(
    "/check", response_model=IntakeCheck, **access(*PLACE, "device", outside="refused", others="refused")
)
def check(form: IntakeForm, request: Request, world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Tell what an intake would become, and keep nothing: what is meant, lacking, alike, promised, and who could come."""
    if not account.user:
        slow_down(request, "intake check", world.settings.public_posts_per_minute)
    return JSONResponse(foresee(world, account, _wish(form, world, account)))


def channel_of(account: Account) -> str:
    """Give the door through which an account comes."""
    return CHANNELS.get(account.role, "web")


def _wish(form: IntakeForm, world: World, account: Account) -> Wish:
    """Read a form: who calls, and what is meant."""
    if account.role == "device":
        _check_kiosk(world, account)
    known = recognise(world, account, form.resident, _caller(form, world, account))
    return wish_of(form, world, known, channel_of(account))


def _caller(form: IntakeForm, world: World, account: Account) -> CallerForm | None:
    """Give who calls, with the telephone from which the call came unless another was told."""
    told = form.caller
    if account.role == "device" and told is not None and told.phone and not told.name:
        return told.model_copy(update={"name": f"{NAMELESS}{check_phone(told.phone)[-SHOWN_DIGITS:]}"})
    if not form.call or (told is not None and told.phone):
        return told
    if account.role not in TAKERS:
        raise BadFieldError("call", form.call, "calls are for those who answer them; leave it out")
    try:
        with world.database.read() as session:
            call = find(session, CALL, form.call, account.actor(), world.scheme)
    except MissingError:
        raise BadFieldError("call", form.call, "no call of this number in your area") from None
    return (told or CallerForm()).model_copy(update={"phone": call.caller})


def _check_kiosk(world: World, account: Account) -> None:
    """Let of all devices only the kiosks of stations take what somebody wants.

    Raises
    ------
    NotAllowedError
    """
    with world.database.read() as session:
        if kiosk_of(session, account.user) is None:
            raise NotAllowedError(f"{account.user} is no kiosk; register it as a device of a station")


def _keep_word(world: World, words: str, wish: Wish, account: Account) -> None:
    """Keep a word that was not understood; what is too long to be one, or holds a number, is not kept."""
    said = fold(words)
    if not said or len(said) > LONGEST or any(sign.isdecimal() for sign in said):
        return
    item, category = wish.code if wish.kind == "order" else "", wish.code if wish.kind == "report" else ""
    new = HearWord(text=said, item=item, category=category)
    world.desk.start(new, actor_of(account), world.clock())


def _question(
    form: IntakeForm, wish: Wish, request: Request, world: World, account: Account, receipts: MakeReceipt
) -> JSONResponse:
    """Take a question; with its answer it is closed."""
    if not account.user:
        slow_down(request, "public question", world.settings.public_posts_per_minute)
        if wish.known.contact is None:
            raise BadFieldError("contact", None, "without sign-in a name and phone number are needed")
    key = secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        return question_view(world, done.fact, account) | {"follow_key": key}

    new = new_question(form, wish, world, account, key)
    by: Actor = actor_of(account if account.user else PUBLIC)
    done = world.desk.start(new, by, world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)
