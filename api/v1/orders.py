"""Orders over HTTP: place, list, candidates, route, act, reveal."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import JSONResponse

from api.access import PLACE, SEE_ORDERS, SENDERS, access
from api.answers.alarm import AlarmOrdered
from api.answers.order import Candidates, OrderAnswer, OrderDetail, OrderPage, StuckOrders, Way
from api.answers.person import ContactAnswer
from api.errors import NotAllowedError
from api.forms import ActionForm, OrderForm, Placed, RevealForm
from api.idempotency import MakeReceipt, ReceiptDep, respond
from api.roles import AccountDep, MaybeDep, WorldDep, actor_of, check_channel, order_scope, slow_down
from api.routing import Router
from api.v1.alarms import cry_of
from api.v1.asks import OrderAsk, StuckAsk
from api.v1.reveals import look_of
from api.views.alarm import alarm_view
from api.views.order import candidate_view, order_detail, order_view, refusal_view, stuck_view
from api.views.shape import plain
from api.world import World
from data.desk.alarms import RaiseAlarm
from data.desk.orders import NewOrder
from data.errors import MissingError
from data.queries.orders import in_states, list_orders, who_ordered
from data.queries.paging import Ask
from data.queries.scope import find, sees_home
from data.queries.tastes import tastes_of
from data.registers.reveals import reveal
from data.store.done import Done
from data.store.kinds.orders import ORDER
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from dispatch.matching.candidates import Match, passed_over
from dispatch.orders.order import ON_THE_JOB, Order
from dispatch.orders.supervision import wait_of
from dispatch.resident import Resident
from grid.account import Account

router = Router(prefix="/api/v1/orders", tags=["orders"])
NEARBY_REFUSED = 20
FEEDBACK_FOR = timedelta(days=30)
"""Who ended so long ago is asked no more how it was."""


@router.post(
    "",
    response_model=OrderAnswer | AlarmOrdered,
    status_code=201,
    **access(*PLACE, outside="refused", others="refused"),
)
def place(
    form: OrderForm, request: Request, world: WorldDep, account: MaybeDep, receipts: ReceiptDep
) -> JSONResponse:
    """Order a service; the answer names number and promised times. What is an alarm is raised as one."""
    now = world.clock()
    if not account.user:
        slow_down(request, "public order", world.settings.public_posts_per_minute)
        if form.contact is None:
            raise BadFieldError("contact", None, "without sign-in a name and phone number are needed")
    world.city.item(form.item)
    cause = world.catalogue.alarms.asked_by(form.item)
    if cause is not None:  # taken by whatever channel it came
        _check_time(form, now)
        return _alarm(form, cause.code, world, account, receipts)
    check_channel(account, form.channel)
    new = order_of(form, world, account, now)

    def answer(done: Done) -> dict[str, Any]:
        return order_view(world, done.fact, account, now, placed_by_it=True)

    contact = form.contact.contact() if form.contact else None
    done = world.desk.start(
        NewOrder(order=new, contact=contact, subsidy=form.subsidy),
        actor_of(account),
        now,
        receipt=receipts(answer, 201),
    )
    return respond(done, answer, 201)


def _alarm(
    form: OrderForm, cause: str, world: World, account: Account, receipts: MakeReceipt
) -> JSONResponse:
    """Raise the alarm that somebody asks for; any position or none is taken."""
    now, place = world.clock(), None
    if form.lon is not None and form.lat is not None:
        place = Placed(lon=form.lon, lat=form.lat, datum=form.datum).place()
    resident = _resident(form, world, account)
    cry = cry_of(world, account, cause, resident.no if resident else "", place, now)
    contact = form.contact.contact() if form.contact else None
    if contact is not None and not cry.resident:  # one caller's presses join, without the number in the log
        cry = replace(cry, device="caller:" + hashlib.sha256(contact.phone.encode()).hexdigest()[:16])

    def answer(done: Done) -> dict[str, Any]:
        return alarm_view(world, done.fact, account, now) | {"kind": "alarm"}

    new = RaiseAlarm(cry=cry, contact=contact)
    done = world.desk.start(new, actor_of(account), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


def order_of(form: OrderForm, world: World, account: Account, now: datetime) -> Order:
    """Read an order from a form, with its place and from when its promise runs; its number is still empty.

    Raises
    ------
    UnknownItemError, OutsideDistrictError
    BadFieldError
        For a time that is over, nobody of that number, or without a place.
    """
    _check_time(form, now)
    world.city.item(form.item)
    resident = _resident(form, world, account)
    if form.lon is not None and form.lat is not None:
        where, quality = Placed(lon=form.lon, lat=form.lat, datum=form.datum).place(), "pointed"
    elif resident is not None:
        where, quality = resident.place, "register"
    else:
        raise BadFieldError("lon", form.lon, "give lon and lat, or a resident whose address is registered")
    located = world.city.locate(where)
    new = Order(
        no="",
        item=form.item,
        state=world.catalogue.order_lifecycle.initial,
        channel=form.channel,
        created_at=now,
        place=where,
        place_quality=quality,
        cell=located.cell,
        area=located.community,
        resident=resident.no if resident else "",
        wanted_at=form.wanted_at,
        max_price_fen=form.max_price_fen,
        wishes=tuple(dict.fromkeys(form.wishes)),
        note=form.note,
    )
    return replace(new, promised_from=world.city.opening(new, now))


def _check_time(form: OrderForm, now: datetime) -> None:
    if form.wanted_at is not None and form.wanted_at < now:
        raise BadFieldError("wanted_at", form.wanted_at.isoformat(), "give a time to come")


def _resident(form: OrderForm, world: World, account: Account) -> Resident | None:
    """Find whom an order is for: residents order for themselves, those who may see a person for that person.

    Everybody else gets the answer that a number nobody has would get.
    """
    wanted = account.resident if account.role == "resident" else form.resident
    if form.resident and form.resident != wanted:
        raise NotAllowedError("you can order for yourself only; leave out resident")
    if not wanted:
        return None
    try:
        with world.database.read() as session:
            return find(session, RESIDENT, wanted, account.actor(), world.scheme)
    except MissingError:
        raise BadFieldError("resident", wanted, "no resident of this number in your area") from None


@router.get("", response_model=OrderPage, **access(*SEE_ORDERS, outside="left_out", others="left_out"))
def orders(ask: Annotated[OrderAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List orders inside one's scope, page by page."""
    now = world.clock()
    page_ask = ask.page() if ask.sort else Ask(sort="-created_at", limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        page = list_orders(session, order_scope(world, account), ask.filter(), page_ask, ask.prefix(world))
    items = [order_view(world, order, account, now) for order in page.items]
    zone = world.zone
    return JSONResponse({"items": items, "next": page.next, "as_of": plain(now, zone)})


@router.get(
    "/stuck", response_model=StuckOrders, **access("dispatcher", "leader", "admin", outside="left_out")
)
def stuck(ask: Annotated[StuckAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the orders that wait longer than they should, the latest first: at which step, with whom, how old."""
    now, rules = world.clock(), world.catalogue.orders.supervision
    with world.database.read() as session:
        found = in_states(
            session, order_scope(world, account), rules.states, now - FEEDBACK_FOR, ask.prefix(world)
        )
    waits = [(order, wait) for order in found if (wait := wait_of(order, rules)) is not None]
    late = [
        (order, wait)
        for order, wait in waits
        if wait.lamp(now) in ask.lamps()
        and (not ask.step or wait.step == ask.step)
        and (ask.provider is None or order.provider == ask.provider)
    ]
    late.sort(key=lambda each: (each[1].red_at, each[0].no))
    items = [stuck_view(world, order, wait, account, now) for order, wait in late[: ask.limit]]
    shown = {"items": items, "left_off": max(0, len(late) - ask.limit), "as_of": plain(now, world.zone)}
    return JSONResponse(shown)


@router.get("/{no}", response_model=OrderDetail, **access(*SEE_ORDERS, outside="hidden", others="hidden"))
def order(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one order with its timeline; the contact is masked."""
    with world.database.read() as session:
        found = find(session, ORDER, no, account.actor(), world.scheme)
        return JSONResponse(order_detail(world, session, found, account, world.clock()))


@router.get("/{no}/candidates", response_model=Candidates, **access(*SENDERS, outside="hidden"))
def candidates(
    no: str,
    world: WorldDep,
    account: AccountDep,
    k: Annotated[int, Query(ge=1, le=50)] = 5,
    explain: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
) -> JSONResponse:
    """Find the k suitable providers of least cost, with every factor; and why others nearby were refused."""
    now = world.clock()
    found, match = _match(world, account, no, now, k)
    body: dict[str, Any] = {
        "order": found.no,
        "items": [candidate_view(world, c, now) for c in match.candidates],
        "unmet_cause": match.unmet_cause,
        "as_of": plain(now, world.zone),
    }
    if explain:
        body["refused"] = [refusal_view(world, r, now) for r in match.refused[:NEARBY_REFUSED]]
    return JSONResponse(body)


def _match(world: World, account: Account, no: str, now: datetime, k: int) -> tuple[Order, Match]:
    with world.database.read() as session:
        found = find(session, ORDER, no, account.actor(), world.scheme)
        tastes = tastes_of(session, found.resident)
    return found, world.city.candidates(found, now, k, tastes)


@router.get("/{no}/route", response_model=Way, **access(*SENDERS, outside="hidden"))
def route(no: str, world: WorldDep, account: AccountDep, provider: int) -> JSONResponse:
    """Show the way between a provider and the order's place as a GeoJSON feature."""
    with world.database.read() as session:
        found = find(session, ORDER, no, account.actor(), world.scheme)
    way = world.city.route(found, provider, world.clock())
    if way is None:
        raise MissingError(f"no way leads from provider {provider} to order {no}")
    points = [[round(float(x), 6), round(float(y), 6)] for x, y in zip(way.lon, way.lat, strict=True)]
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": {"travel_s": round(way.travel_ms / 1000, 1), "length_m": round(float(way.length_m), 1)},
    }
    return JSONResponse({"type": "FeatureCollection", "features": [feature]})


@router.post(
    "/{no}/actions",
    response_model=OrderAnswer,
    **access(*SENDERS, "department", "provider", "resident", outside="hidden", others="hidden"),
)
def act(
    no: str, form: ActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on an order; sending a provider records travel time and price as judged now."""
    now = world.clock()
    with world.database.read() as session:
        found = find(session, ORDER, no, account.actor(), world.scheme)
    fields = form.fields_given()
    if form.action == "contact" and form.provider is not None:
        fields |= _judged(world, account, found, form.provider, now)
    if form.action == "locate" and form.lon is not None and form.lat is not None:
        fields["cell"] = world.city.locate(Placed(lon=form.lon, lat=form.lat).place()).cell

    def answer(done: Done) -> dict[str, Any]:
        return order_view(world, done.fact, account, now)

    action = Action(name=form.action, by=account.actor(), fields=fields)
    return respond(world.desk.act(ORDER, no, action, now, receipt=receipts(answer, 200)), answer, 200)


def _judged(world: World, account: Account, order: Order, provider: int, now: datetime) -> dict[str, Any]:
    """Look the chosen provider up among those that suit; whoever does not is refused with the reason."""
    world.city.provider(provider)
    _, match = _match(world, account, order.no, now, len(world.city.providers))
    for candidate in match.candidates:
        if candidate.provider == provider:
            told = {"travel_s": candidate.travel_s, "price_fen": candidate.price_fen}
            better = passed_over(match.candidates, candidate)
            return told | ({"passed_over": better} if better else {})
    for refusal in match.refused:
        if refusal.provider == provider:
            raise BadFieldError("provider", provider, f"this provider {refusal.detail}")
    raise BadFieldError("provider", provider, "no way leads from this provider to the place")


@router.post(
    "/{no}/reveal",
    response_model=ContactAnswer,
    **access(*SENDERS, "department", "provider", outside="hidden", others="hidden"),
)
def reveal_contact(no: str, form: RevealForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show name, phone and address unmasked; who looked, when and why is kept.

    A provider, or the party that has it, may look once it has accepted the order and until it is done.
    """
    with world.database.read() as session:
        found = find(session, ORDER, no, account.actor(), world.scheme)
    is_of_it = sees_home(account.actor(), found, world.scheme)
    if account.role in ("provider", "department") and (found.state not in ON_THE_JOB or not is_of_it):
        raise NotAllowedError(f"order {no} is {found.state}; the contact is shown while you carry it out")
    look = look_of(world, account, found.resident or no, form, "order")
    look = replace(look, reason=f"{no}: {look.reason}") if found.resident else look
    contact = reveal(
        world.database, look, world.catalogue.reveals, lambda session: who_ordered(session, found)
    )
    if contact is None:
        raise MissingError(f"order {no} has no contact")
    return JSONResponse(plain(contact, world.zone))
