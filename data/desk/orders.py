"""Orders at the door: place one, carry out an action, and move the load of providers along."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from data.desk.contacts import keep_contact
from data.desk.offers import OFFER, next_offer
from data.desk.order_scenes import scene_of
from data.desk.payments import Wish, move_money, reserve
from data.desk.routes import check_assignment, follow_party, lapsed, place_by_rule
from data.desk.signs import note_uses
from data.desk.standings import recount
from data.desk.work import Deeds, Start, Work
from data.models import ProviderRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.orders import ORDER
from dispatch.errors import BadFieldError, UnknownItemError
from dispatch.lifecycle import Action, Actor
from dispatch.orders import life
from dispatch.orders.order import OPEN_STATES, Order
from dispatch.orders.supervision import is_passed_on, next_rung_at, supervised
from dispatch.providers.licence import lacking
from dispatch.providers.provider import TAKING_ORDERS, Provider
from dispatch.resident import Contact

TICK = Action(name="tick", by=Actor(user="clock", role="clock"))
"""What the timers ask for: tell whoever is to be told that an order waits too long."""
PROVIDERS = table_of(ProviderRow)
LOCK_PROVIDER = select(PROVIDERS).where(PROVIDERS.c.id == bindparam("wanted")).with_for_update()
KEEP_PROVIDER = update(PROVIDERS).where(PROVIDERS.c.id == bindparam("row_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder(Start[Order]):
    """An order to be placed, its number still empty, and how to reach who ordered where no resident is named."""

    order: Order
    contact: Contact | None = None
    subsidy: Wish = "auto"


def place_order(work: Work, new: NewOrder, by: Actor) -> Done[Order]:
    """Place an order, give it to the party that the rules name, and reserve the public money that it gets.

    Raises
    ------
    UnknownItemError, BadFieldError, ShortOfMoneyError
    """
    item = work.catalogue.items.get(new.order.item)
    if item is None:
        raise UnknownItemError(f"item {new.order.item!r} is not in the catalogue; see /api/v1/items")
    no = work.draw(ORDER)
    placed, events = place_by_rule(work, replace(new.order, no=no), item, Action(name="place", by=by))
    keep_contact(work, no, new.contact)
    bills = reserve(work, placed, item, by, new.subsidy)
    return Done(kind=ORDER, after=placed, events=events, row=_ticking(work, placed), others=bills)


def act_on_order(work: Work, no: str, action: Action) -> Done[Order]:
    """Carry out one action on an order; `TICK` fires what its supervision has due, `OFFER` asks who is next by rule.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(ORDER, no)
    if action is TICK:
        after, events = supervised(before, work.catalogue.orders.supervision, work.now)
        if is_passed_on(events):
            after, more = lapsed(work, after)
            events = (*events, *more)
            _move_load(work.session, before, after)
        return Done(kind=ORDER, before=before, after=after, events=events, row=_ticking(work, after))
    if action is OFFER:
        action = next_offer(work, before)
    scene = scene_of(work, before, action)
    after, events = life.act(before, action, work.catalogue.orders, scene, work.now)
    check_assignment(work, before, action)
    if before.party:
        after, more = follow_party(work, after, action)
        events = (*events, *more)
    _check_licences(work, before, after)
    _move_load(work.session, before, after)
    note_uses(work.session, no, action.fields.get("evidence") or (), action.by.user, work.now)
    bills = move_money(work, before, after, action.by)
    return Done(
        kind=ORDER, before=before, after=after, events=events, row=_ticking(work, after), others=bills
    )


def _ticking(work: Work, order: Order) -> dict[str, Any]:
    return {"tick_at": next_rung_at(order, work.catalogue.orders.supervision)}


def recount_of(work: Work, done: Done[Order]) -> tuple[Done[Provider], ...]:
    """Count anew how those providers stand whom a change of an order concerns."""
    before, after = done.before, done.fact
    if before is None:
        return ()
    taken = [o.provider if o.accepted_at else None for o in (before, after)]
    if taken[0] == taken[1] and before.rating == after.rating:
        return ()
    concerned = {provider for provider in taken if provider is not None}
    return recount(work.session, work.catalogue, work.now, concerned, ratings=before.rating != after.rating)


def _check_licences(work: Work, before: Order, after: Order) -> None:
    """Refuse who is newly asked and lacks a licence that the service needs today."""
    item = work.catalogue.items.get(after.item)
    if after.provider is None or after.provider == before.provider or item is None or not item.licences:
        return
    row = work.session.execute(LOCK_PROVIDER, {"wanted": after.provider}).first()
    today = work.catalogue.local(work.now).date()
    lack = None if row is None else lacking(fact_of(Provider, row).licences, item.licences, today)
    if lack is not None:
        raise BadFieldError("provider", after.provider, f"{lack.detail}; choose another candidate")


def _move_load(session: Session, before: Order, after: Order) -> None:
    """Keep each provider's count of open orders; providers are locked after the order, in the order of their ids."""
    held = before.provider if before.state in OPEN_STATES else None
    holds = after.provider if after.state in OPEN_STATES else None
    if held == holds:
        return
    for provider in sorted(p for p in (held, holds) if p is not None):
        row = session.execute(LOCK_PROVIDER, {"wanted": provider}).first()
        if row is None:
            raise BadFieldError("provider", provider, "there is no such provider")
        changed = {"load": max(0, row.load - 1)}
        if provider == holds:
            if row.state not in TAKING_ORDERS:
                raise BadFieldError(
                    "provider", provider, f"{row.name} is {row.state}; choose another candidate"
                )
            if row.load >= row.capacity:
                allowed = f"{row.name} has {row.load} of {row.capacity} orders open; choose another candidate"
                raise BadFieldError("provider", provider, allowed)
            changed = {"load": row.load + 1}
        session.execute(KEEP_PROVIDER, {"row_id": provider, **changed})


ORDERS = Deeds(kind=ORDER, starts={NewOrder: place_order}, act=act_on_order, follow=recount_of)
