"""Orders that go by rule: to whom one goes when it is placed, who follows a party, and whom nobody may send it to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from data.desk.order_scenes import scene_of
from data.desk.work import Work
from data.models import AccountRow, PartyRow, ProviderRow, StationRow
from data.registers.halls import party_at
from dispatch.errors import BadFieldError
from dispatch.item import ServiceItem
from dispatch.lifecycle import Action
from dispatch.orders import life
from dispatch.orders.life import RULES, Acted
from dispatch.orders.order import AGENTS, OF_STATIONS, Order
from dispatch.orders.routing import (
    DISTRICT,
    KINDS,
    OFFICE,
    STREET,
    Case,
    Routed,
    check_sphere,
    manned,
    route,
)
from dispatch.providers.hours import is_open, opens_next

ROUTE = Action(name="route", by=RULES)
LAPSE = Action(name="lapse", by=RULES)


def decided(work: Work, order: Order, item: ServiceItem) -> Routed:
    """Tell to whom the rules send an order, whoever is there to take it."""
    scheme, cell = work.catalogue.rulebook.scheme, order.cell
    offices = {
        STREET: scheme.street_of(cell) if cell else "",
        DISTRICT: scheme.district_of(cell) if cell else "",
    }
    at = work.catalogue.local(max(order.wanted_at or work.now, work.now))
    return route(work.catalogue.routing, Case(item=item, cell=cell, at=at, offices=offices))


def place_by_rule(work: Work, order: Order, item: ServiceItem, action: Action) -> Acted:
    """Place an order, and give it to the party that the rules name; what they leave to the desk tells why.

    The promise of a party runs from its opening, where nothing is urgent. For what goes to a provider the rules note
    from when they ask one, where they do; see `data.desk.offers`.

    Parameters
    ----------
    work : Work
    order : Order
        New, with its number.
    item : ServiceItem
    action : Action
        Who places it.

    Returns
    -------
    tuple of (Order, tuple of Event)
    """
    routed = decided(work, order, item)
    if routed.party:
        routed = manned(routed, _somebody(work, (routed.party, routed.deputy), order.cell))
    if not routed.party:
        told = life.told_by(order, routed)
        if routed.offers and work.catalogue.orders.offers.most:
            told = replace(told, offer_at=max(told.promised_from or work.now, work.now))
        return life.place_order(told, item, action, work.now)
    since = _opening(work, routed.party, order, item)
    order, events = life.place_order(life.told_by(order, routed, since), item, action, work.now)
    rules, scene = work.catalogue.orders, scene_of(work, order, ROUTE)
    order, sent = life.send(order, routed, rules, scene, work.now)
    order, informed = life.inform(order, _passed_by(work, order), work.now)
    return order, (*events, *sent, *informed)


def follow_party(work: Work, order: Order, action: Action) -> Acted:
    """Send an order that its party has left by an action to the deputy, if there is one."""
    scene = scene_of(work, order, ROUTE)
    return life.onward(order, action, work.catalogue.orders, scene, work.now)


def lapsed(work: Work, order: Order) -> Acted:
    """Take an order from whom the rules gave it and who did not answer in time, and give it to the deputy of a party."""
    scene = scene_of(work, order, LAPSE)
    order, events = life.act(order, LAPSE, work.catalogue.orders, scene, work.now)
    order, more = follow_party(work, order, LAPSE)
    return order, (*events, *more)


def check_assignment(work: Work, order: Order, action: Action) -> None:
    """Refuse who must not take an order: another sphere's provider or party, a party that has nobody here.

    Raises
    ------
    BadFieldError
        Naming the field and who may.
    """
    item = work.catalogue.items.get(order.item)
    if item is None:
        return
    if action.name == "contact":
        asked = action.fields.get("provider")
        modes: Iterable[str] = _modes_of_provider(work, asked) if isinstance(asked, int) else ()
        given: tuple[str, object] = ("provider", asked)
    elif action.name == "route" and action.by.role in AGENTS:
        code = str(action.fields.get("department", ""))
        modes, given = _modes_of_party(work, code, order), ("department", code)
    else:
        return
    check_sphere(work.catalogue.routing, item, decided(work, order, item), tuple(modes), given)


def _modes_of_provider(work: Work, asked: int) -> list[str]:
    """List as what a provider takes orders: as a provider, a registered station, a group of volunteers."""
    row = work.session.execute(
        select(ProviderRow.no, ProviderRow.categories).where(ProviderRow.id == asked)
    ).first()
    if row is None:
        return ["provider"]
    here = select(StationRow.id).where(StationRow.provider_no == row.no, StationRow.closed_on.is_(None))
    is_station = work.session.scalar(here.limit(1)) is not None
    named = {"station": is_station, "volunteers": "volunteer" in row.categories}
    return ["provider", *(mode for mode, holds in named.items() if holds)]


def _modes_of_party(work: Work, code: str, order: Order) -> list[str]:
    """List as what a department or office takes orders.

    Raises
    ------
    BadFieldError
        When there is none of this code, or nobody of it at the place.
    """
    scheme = work.catalogue.rulebook.scheme
    known = work.catalogue.rulebook.departments.get(code)
    offices = (scheme.street_of(order.cell), scheme.district_of(order.cell)) if order.cell else ()
    if known is None and code not in offices:
        allowed = "a department of the catalogue, or the office of the street or district where the order is"
        raise BadFieldError("department", code, allowed)
    if code not in _somebody(work, (code,), order.cell):
        raise BadFieldError("department", code, "choose one with an account or a handling party at the place")
    kind = OFFICE if known is None else known.kind
    modes: list[str] = [mode for mode, kinds in KINDS.items() if kind in kinds]
    return [*modes, "department"] if kind == OFFICE else modes


def _somebody(work: Work, codes: Iterable[str], cell: str) -> set[str]:
    """Tell which departments and offices have somebody for a place: an account, or a handling party that is open."""
    contains, wanted = work.catalogue.rulebook.scheme.contains, [code for code in codes if code]
    accounts = select(AccountRow.department, AccountRow.area).where(
        AccountRow.role == "department", AccountRow.active, AccountRow.department.in_(wanted)
    )
    parties = select(PartyRow.department, PartyRow.area).where(
        PartyRow.closed_on.is_(None), PartyRow.department.in_(wanted)
    )
    found = (row for query in (accounts, parties) for row in work.session.execute(query))
    return {department for department, area in found if contains(area, cell)}


def _opening(work: Work, party: str, order: Order, item: ServiceItem) -> datetime | None:
    """Tell when a party opens that is closed when an order is wanted; None while it is open, and for what is urgent."""
    if item.is_urgent:
        return None
    found = party_at(work.session, party, order.cell, work.catalogue.rulebook.scheme)
    at = work.catalogue.local(max(order.wanted_at or work.now, work.now))
    return None if found is None or is_open(found.hours, at) else opens_next(found.hours, at)


def _passed_by(work: Work, order: Order) -> tuple[str, ...]:
    """List the street and community that an order of a station went past: none where the street's office has it."""
    scheme = work.catalogue.rulebook.scheme
    if order.channel not in OF_STATIONS or not order.cell:
        return ()
    street, community = scheme.street_of(order.cell), scheme.community_of(order.cell)
    return () if order.party == street else (street, community)
