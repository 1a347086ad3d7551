"""What a role sees of an order, its candidates and refusals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy.orm import Session

from api.views.money import bill_view
from api.views.names import actions_view, area_name
from api.views.provider import provider_summary
from api.views.routing import handled_by, route_view
from api.views.shape import plain
from api.world import World
from data.queries.money import bills_of
from data.queries.orders import who_ordered
from data.queries.scope import seen, sees_home
from data.queries.tickets import timeline
from data.store.kinds.money import BILL
from dispatch.matching.candidates import Candidate, Refusal
from dispatch.orders import life
from dispatch.orders.order import Order, ceiling_fen
from dispatch.orders.supervision import Wait
from dispatch.resident import masked_contact
from geo.place import LonLat
from grid.account import Account

PERSONAL = ("lon", "lat", "note")
"""What the steps of an order tell of the person it is for."""


def order_view(
    world: World, order: Order, account: Account, now: datetime, *, placed_by_it: bool = False
) -> dict[str, Any]:
    """Show an order; where it goes and for whom only to those who may know, to others the middle of the cell."""
    if not (placed_by_it or _sees_home(world, order, account)):
        order = without_home(world, order)
    if account.role in ("provider", "department"):
        order = replace(order, resident="")
    return _shown(world, order, account, now)


def _sees_home(world: World, order: Order, account: Account) -> bool:
    return sees_home(account.actor(), order, world.scheme)


def without_home(world: World, order: Order) -> Order:
    """Give an order as those see it who may not know whom it is for: it goes to the middle of its cell."""
    shape, box = world.city.cell_shapes.get(order.cell), world.city.district.box
    middle = shapely.box(box.west, box.south, box.east, box.north) if shape is None else shape
    point = middle.representative_point()
    return replace(order, place=LonLat(point.x, point.y), place_quality="cell", resident="", note="")


def _shown(world: World, order: Order, account: Account, now: datetime) -> dict[str, Any]:
    zone = world.zone
    item = world.catalogue.items.get(order.item)
    provider = world.city.providers.get(order.provider) if order.provider is not None else None
    shown: dict[str, Any] = plain(order, zone)
    shown |= {
        "lon": order.place.lon,
        "lat": order.place.lat,
        "item_name": item.name_zh if item else order.item,
        "urgency": item.urgency if item else "normal",
        "state_name": world.catalogue.orders.lifecycle.labels.get(order.state, order.state),
        "community_name": area_name(world, order.cell),
        "provider_name": provider.name if provider else "",
        "provider_phone": provider.phone if provider else "",
        "ceiling_fen": ceiling_fen(order),
        **route_view(world, order),
        "waited_s": int((now - order.created_at).total_seconds()),
        "alarm": _alarm(world, order) if item is not None and item.urgency == "emergency" else None,
        "actions": actions_view(
            life.possible(
                order,
                world.catalogue.orders.lifecycle,
                _acts_as(order, account),
                emergency=item is not None and item.urgency == "emergency",
            )
        ),
    }
    return shown


def _acts_as(order: Order, account: Account) -> str:
    """Give the role that an account acts in; none for a department that was only informed."""
    is_party = account.role != "department" or account.department == order.party
    return account.role if is_party else ""


def _alarm(world: World, order: Order) -> dict[str, Any]:
    """Show how soon an emergency was taken and rung back, in seconds, None for not yet, and whether that is in time."""
    limits = world.catalogue.rulebook.alarm
    times = {
        "answer": (order.agent_accept_at, limits.answer),
        "call_back": (order.callback_at, limits.call_back),
    }
    shown: dict[str, Any] = {}
    for name, (at, limit) in times.items():
        span = None if at is None else at - order.created_at
        shown |= {
            f"{name}_s": None if span is None else int(span.total_seconds()),
            f"{name}_in_time": None if span is None else span <= limit,
            f"{name}_due_at": plain(order.created_at + limit, world.zone),
        }
    return shown


def order_detail(
    world: World, session: Session, order: Order, account: Account, now: datetime
) -> dict[str, Any]:
    """Show an order with its timeline and the masked contact, without either's personal part to who may not know it."""
    zone, steps = world.zone, timeline(session, "order", order.no)
    bills = bills_of(session, order.no, seen(BILL, account.actor(), world.scheme))
    contact = who_ordered(session, order)
    if not _sees_home(world, order, account):
        contact = None
        steps = [replace(s, payload=without_person(s.payload)) for s in steps]
    return order_view(world, order, account, now) | {
        "timeline": plain(steps, zone),
        "bills": [bill_view(world, bill) for bill in bills],
        "contact": plain(masked_contact(contact), zone) if contact else None,
        "handled_by": handled_by(world, session, order, account),
    }


def stuck_view(world: World, order: Order, wait: Wait, account: Account, now: datetime) -> dict[str, Any]:
    """Show an order that waits too long."""
    return order_view(world, order, account, now) | {
        "step": wait.step,
        "step_name": wait.name_zh,
        "lamp": wait.lamp(now),
        "since": plain(wait.since, world.zone),
        "red_at": plain(wait.red_at, world.zone),
        "age_s": int((now - order.created_at).total_seconds()),
        "late_s": max(0, int((now - wait.red_at).total_seconds())),
    }


def without_person(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a step of an order tells, without what it tells of the person."""
    return {name: value for name, value in payload.items() if name not in PERSONAL}


def candidate_view(world: World, candidate: Candidate, now: datetime) -> dict[str, Any]:
    """Show a candidate with every factor."""
    zone = world.zone
    provider = world.city.provider(candidate.provider)
    return {**plain(candidate, zone), **provider_summary(provider, now.astimezone(zone))}


def refusal_view(world: World, refusal: Refusal, now: datetime) -> dict[str, Any]:
    """Show why somebody nearby was not proposed."""
    zone = world.zone
    provider = world.city.provider(refusal.provider)
    return {**plain(refusal, zone), **provider_summary(provider, now.astimezone(zone))}
