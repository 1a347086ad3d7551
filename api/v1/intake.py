"""Intake: one form for an order, a report or a question, whatever the door; what would follow is told before."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import PLACE, access
from api.answers.alarm import AlarmOrdered
from api.answers.intake import IntakeCheck, QuestionAnswer
from api.answers.order import OrderAnswer
from api.answers.ticket import ReportedAnswer
from api.errors import NotAllowedError
from api.forms import ContactForm, Datum, Form, Long, OrderForm, Placed, ReportForm, Short
from api.idempotency import MakeReceipt, ReceiptDep, respond
from api.roles import PUBLIC, MaybeDep, WorldDep, actor_of, slow_down
from api.routing import Router
from api.v1 import orders, tickets
from api.v1.callers import CallerForm, Known, recognise
from api.v1.foresight import Wish, foresee
from api.views.intake import question_view, understood
from api.world import World
from data.desk.questions import NewQuestion
from data.desk.sayings import HearWord
from data.errors import MissingError
from data.queries.questions import known_words
from data.queries.scope import find
from data.registers.kiosks import kiosk_of
from data.store.done import Done
from data.store.kinds.intake import CALL
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from dispatch.phone import check_phone
from dispatch.questions import Asking
from dispatch.sayings import LONGEST, Wanted, fold
from geo.place import LonLat
from grid.account import Account

router = Router(prefix="/api/v1/intake", tags=["intake"])
KEY_BYTES = 12
NAMELESS, SHOWN_DIGITS = "尾号", 4
"""What stands for the name of who left only a telephone: a kiosk has no letters to write one with."""
TAKERS = ("dispatcher", "admin")
CHANNELS: Mapping[str, str] = {"worker": "worker", "dispatcher": "phone", "admin": "phone", "device": "kiosk"}
"""By which door each role comes in; everybody else by the web. It is never asked: the door is what it is."""


class IntakeForm(Form):
    """What somebody wants, in one form; what is known of the caller and can be understood is left out.

    ``words`` is as it was spoken; ``code`` an item or a category, where it is not understood from the words. ``text`` is
    the question, the description or the note. A question with its ``answer`` is closed by it. ``call`` is the number of
    a telephone call: whose telephone it is need not be told then.
    """

    kind: Wanted | None = None
    words: Annotated[str, Field(max_length=60)] = ""
    code: Annotated[str, Field(max_length=12)] = ""
    text: Long = ""
    answer: Long = ""
    resident: Annotated[str, Field(max_length=24)] = ""
    caller: CallerForm | None = None
    call: Annotated[str, Field(max_length=40)] = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=5000)] = 0.0
    address: Short = ""
    cell: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    nature: Annotated[str, Field(max_length=40)] = ""
    photos: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...], Field(max_length=9)] = ()
    wanted_at: AwareDatetime | None = None
    max_price_fen: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    subsidy: Literal["auto", "required", "none"] = "auto"

    def place(self) -> LonLat | None:
        """Give the position in WGS-84, None when none was told."""
        if self.lon is None or self.lat is None:
            return None
        return Placed(lon=self.lon, lat=self.lat, datum=self.datum).place()


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
        return tickets.report(_report(form, wish, account), request, world, account, receipts)
    return orders.place(_order(form, wish, account), request, world, account, receipts)


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
    with world.database.read() as session:
        heard = known_words(session)
    meant = understood(world, form.words, heard) if form.words else ()
    kind, code = form.kind, form.code
    if not code and kind != "question":
        fitting = [one for one in meant if kind in (None, one.wanted)]
        kind, code = (fitting[0].wanted, fitting[0].code) if fitting else (None, "")
    if code and kind is None:
        kind = "order" if code in world.catalogue.items else "report"
    place = form.place() or (known.resident.place if known.resident else None)
    return Wish(
        kind=kind,
        code=code,
        known=known,
        meant=meant,
        chosen=bool(form.words and code) and code not in {one.code for one in meant},
        place=place,
        wanted_at=form.wanted_at,
        max_price_fen=form.max_price_fen,
        text=form.text or form.words,
        channel=channel_of(account),
    )


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


def _contact(known: Known) -> ContactForm | None:
    """Give who calls as the forms of orders and reports take it.

    Raises
    ------
    BadFieldError
        When a name is lacking.
    """
    told = known.contact
    if told is None:
        return None
    if not told.name:
        raise BadFieldError("name", "", "this number is not known yet; ask for a name")
    fields = {name: getattr(told, name) for name in ("name", "phone", "address")}
    return ContactForm(**fields)


def _order(form: IntakeForm, wish: Wish, account: Account) -> OrderForm:
    resident = wish.known.resident
    return OrderForm(
        item=wish.code,
        lon=form.lon,
        lat=form.lat,
        datum=form.datum,
        resident=resident.no if resident else "",
        channel=channel_of(account),  # type: ignore[arg-type]  # one of its doors
        contact=None if resident else _contact(wish.known),
        wanted_at=form.wanted_at,
        max_price_fen=form.max_price_fen,
        subsidy=form.subsidy,
        note=form.text,
    )


def _report(form: IntakeForm, wish: Wish, account: Account) -> ReportForm:
    if wish.place is None:
        raise BadFieldError("lon", form.lon, "give lon and lat, or a resident whose address is registered")
    return ReportForm(
        category=wish.code,
        lon=wish.place.lon,
        lat=wish.place.lat,
        accuracy_m=form.accuracy_m,
        description=form.text or form.words,
        address=form.address,
        channel=channel_of(account),  # type: ignore[arg-type]  # one of its doors
        photos=list(form.photos),
        contact=_contact(wish.known),
        cell=form.cell,
        nature=form.nature,
    )


def _question(
    form: IntakeForm, wish: Wish, request: Request, world: World, account: Account, receipts: MakeReceipt
) -> JSONResponse:
    """Take a question; with its answer it is closed."""
    if not account.user:
        slow_down(request, "public question", world.settings.public_posts_per_minute)
        if wish.known.contact is None:
            raise BadFieldError("contact", None, "without sign-in a name and phone number are needed")
    resident, contact = wish.known.resident, _contact(wish.known)
    area = world.city.locate(wish.place).cell if wish.place else account.area or world.city.district.code
    asking = Asking(
        text=form.text or form.words,
        channel=wish.channel,
        area=area,
        resident=resident.no if resident else "",
        answer=form.answer,
    )
    key = secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        return question_view(world, done.fact, account) | {"follow_key": key}

    new = NewQuestion(
        asking=asking, contact=None if resident or contact is None else contact.contact(), key=key
    )
    by: Actor = actor_of(account if account.user else PUBLIC)
    done = world.desk.start(new, by, world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)
