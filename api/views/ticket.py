"""Tickets, orders and providers as others see them: names beside codes, lamps as of now, open actions."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.views.shape import plain
from api.world import World
from data.queries.orders import who_ordered
from data.queries.tickets import children_of, earlier_repeats, timeline
from data.registers.accounts import Account
from dispatch.lifecycle import Move
from dispatch.matching.match import Candidate, Refusal
from dispatch.orders import order as orders
from dispatch.orders.order import Order
from dispatch.providers.provider import Provider, is_open
from dispatch.resident import masked_contact
from grid.tickets.dialogue import dialogue
from grid.tickets.holders import Holding, holdings
from grid.tickets.stages import lamp_of_stage, running
from grid.tickets.ticket import Ticket, lamp_of, next_due_at, possible

PLACED = frozenset({"reported", "move_cell"})
"""Steps that found the cell, and with it who answers."""
HIDDEN_ACTIONS = frozenset({"tick", "tell", "absorb", "say"})
"""Taken by the system, or by a form of its own."""


def ticket_view(world: World, ticket: Ticket, account: Account, now: datetime) -> dict[str, Any]:
    """Show a ticket."""
    zone = world.catalogue.rulebook.worktime.zone
    category = world.catalogue.rulebook.categories.get(ticket.category)
    shown: dict[str, Any] = plain(ticket, zone)
    shown |= {
        "lon": ticket.place.lon,
        "lat": ticket.place.lat,
        "lamp": lamp_of(ticket, now),
        "left_s": int((ticket.due_at - now).total_seconds()),
        "next_due_at": plain(next_due_at(ticket), zone),
        "stages": _stages(world, ticket, now),
        "parts": _parts(world, ticket),
        "handovers": _handovers(world, ticket),
        "holder_name": line_name(world, ticket.holder),
        "answers_name": world.city.department_name(ticket.answers) if ticket.answers else "",
        "category_name": category.name_zh if category else ticket.category,
        "class_name": category.class_zh if category else "",
        "nature_name": nature_name(world, ticket.nature),
        "department_name": world.city.department_name(ticket.department),
        "state_name": world.catalogue.rulebook.lifecycle.labels.get(ticket.state, ticket.state),
        "community": world.catalogue.rulebook.scheme.community_of(ticket.cell),
        "community_name": _area_name(world, ticket.cell),
        "actions": _actions(possible(ticket, account.actor(), world.catalogue.rulebook)),
    }
    return shown


def ticket_detail(
    world: World, session: Session, ticket: Ticket, account: Account, now: datetime
) -> dict[str, Any]:
    """Show a ticket with its whole timeline."""
    zone = world.catalogue.rulebook.worktime.zone
    steps = timeline(session, "ticket", ticket.no)
    category = world.catalogue.rulebook.category(ticket.category)
    told = [s.payload["explanation"] for s in steps if "explanation" in s.payload]
    counted: dict[str, Any] = {}
    for step in steps:
        counted |= step.payload.get("stage_explanations", {})
    shown = ticket_view(world, ticket, account, now)
    for stage in shown["stages"]:
        stage["explanation"] = counted.get(stage["name"], [])
    return shown | {
        "timeline": plain(steps, zone),
        "explanation": told[-1] if told else [],
        "why": next((s.payload["why"] for s in reversed(steps) if s.name in PLACED), ""),
        "closing_condition": category.closing_condition,
        "closing_zh": category.closing_zh,
        "cell_name": cell_name(world, ticket.cell),
        "border_names": [cell_name(world, code) for code in ticket.border_cells],
        "holdings": [_holding(world, one) for one in holdings(steps, now)],
        "cell_chosen_by": next(
            (s.payload.get("cell_chosen_by", "") for s in reversed(steps) if s.name in PLACED), ""
        ),
        "dialogue": plain(dialogue(steps), zone),
        "repeats": list(earlier_repeats(session, ticket, world.catalogue.rulebook)),
        "children": children_of(session, ticket.no),
    }


def nature_name(world: World, nature: str) -> str:
    """Name what a report is to its reporter; empty where that was not said."""
    known = world.catalogue.rulebook.natures.get(nature)
    return known.name_zh if known else nature


def _stages(world: World, ticket: Ticket, now: datetime) -> list[dict[str, Any]]:
    """Show the stages of a ticket, each with its own clock; none for most tickets."""
    names, zone = world.catalogue.rulebook.stage_names, world.catalogue.rulebook.worktime.zone
    pressing = running(ticket)[:1]
    return [
        plain(stage, zone)
        | {
            "name_zh": names.get(stage.name, stage.name),
            "lamp": lamp_of_stage(stage, now),
            "pressing": stage in pressing,
        }
        for stage in ticket.stages
    ]


def _parts(world: World, ticket: Ticket) -> list[dict[str, Any]]:
    """Show the other departments of a ticket; none for most."""
    zone = world.catalogue.rulebook.worktime.zone
    return [
        plain(part, zone) | {"department_name": world.city.department_name(part.department)}
        for part in ticket.parts
    ]


def line_name(world: World, code: str) -> str:
    """Name an outside line; the code itself for one that the catalogue no longer lists."""
    line = world.catalogue.rulebook.lines.get(code)
    return line.name if line else code


def _handovers(world: World, ticket: Ticket) -> list[dict[str, Any]]:
    """Show the hand-overs of a ticket to outside lines; none for most."""
    zone = world.catalogue.rulebook.worktime.zone
    return [plain(one, zone) | {"line_name": line_name(world, one.line)} for one in ticket.handovers]


def _holding(world: World, holding: Holding) -> dict[str, Any]:
    """Show one stretch of a ticket in one hand."""
    name = line_name if holding.where == "line" else _department_name
    shown: dict[str, Any] = plain(holding, world.catalogue.rulebook.worktime.zone)
    return shown | {"holder_name": name(world, holding.holder) if holding.holder else ""}


def _department_name(world: World, code: str) -> str:
    return world.city.department_name(code)


def deadline_view(shown: dict[str, Any]) -> dict[str, Any]:
    """Give of a ticket's detail what explains its deadlines: of the whole, of the receipt, of each stage."""
    names = (
        "no",
        "limit",
        "promised_at",
        "response_due_at",
        "due_at",
        "provisional",
        "rules",
        "explanation",
        "stages",
    )
    return {name: shown[name] for name in names}


def order_view(world: World, order: Order, account: Account, now: datetime) -> dict[str, Any]:
    """Show an order without personal data."""
    zone = world.catalogue.rulebook.worktime.zone
    item = world.catalogue.items.get(order.item)
    provider = world.city.providers.get(order.provider) if order.provider is not None else None
    shown: dict[str, Any] = plain(order, zone)
    shown |= {
        "lon": order.place.lon,
        "lat": order.place.lat,
        "item_name": item.name_zh if item else order.item,
        "urgency": item.urgency if item else "normal",
        "state_name": world.catalogue.order_lifecycle.labels.get(order.state, order.state),
        "community_name": _area_name(world, order.cell),
        "provider_name": provider.name if provider else "",
        "provider_phone": provider.phone if provider else "",
        "waited_s": int((now - order.created_at).total_seconds()),
        "alarm": _alarm(world, order) if item is not None and item.urgency == "emergency" else None,
        "actions": _actions(
            orders.possible(
                order,
                world.catalogue.order_lifecycle,
                account.role,
                emergency=item is not None and item.urgency == "emergency",
            )
        ),
    }
    return shown


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
            f"{name}_due_at": plain(order.created_at + limit, world.catalogue.rulebook.worktime.zone),
        }
    return shown


def order_detail(
    world: World, session: Session, order: Order, account: Account, now: datetime
) -> dict[str, Any]:
    """Show an order with its timeline and the masked contact."""
    zone = world.catalogue.rulebook.worktime.zone
    contact = who_ordered(session, order)
    return order_view(world, order, account, now) | {
        "timeline": plain(timeline(session, "order", order.no), zone),
        "contact": plain(masked_contact(contact), zone) if contact else None,
    }


def candidate_view(world: World, candidate: Candidate, now: datetime) -> dict[str, Any]:
    """Show a candidate with every factor."""
    zone = world.catalogue.rulebook.worktime.zone
    provider = world.city.provider(candidate.provider)
    return {**plain(candidate, zone), **_who(provider, now.astimezone(zone))}


def refusal_view(world: World, refusal: Refusal, now: datetime) -> dict[str, Any]:
    """Show why somebody nearby was not proposed."""
    zone = world.catalogue.rulebook.worktime.zone
    provider = world.city.provider(refusal.provider)
    return {**plain(refusal, zone), **_who(provider, now.astimezone(zone))}


def provider_view(world: World, provider: Provider, now: datetime) -> dict[str, Any]:
    """Show a provider; what it says of itself is public."""
    zone = world.catalogue.rulebook.worktime.zone
    shown: dict[str, Any] = plain(provider, zone)
    return shown | {
        "lon": provider.place.lon,
        "lat": provider.place.lat,
        "open": is_open(provider.hours, now.astimezone(zone)),
        "area_name": _area_name(world, provider.area),
    }


def _who(provider: Provider, local: datetime) -> dict[str, Any]:
    return {
        "provider_no": provider.no,
        "name": provider.name,
        "phone": provider.phone,
        "address": provider.address,
        "lon": provider.place.lon,
        "lat": provider.place.lat,
        "rating": provider.rating,
        "rating_count": provider.rating_count,
        "load": provider.load,
        "capacity": provider.capacity,
        "hours": provider.hours,
        "open": is_open(provider.hours, local),
    }


def _actions(moves: tuple[Move, ...]) -> list[dict[str, Any]]:
    return [
        {"action": m.action, "label": m.label, "needs": list(m.needs)}
        for m in moves
        if m.action not in HIDDEN_ACTIONS
    ]


def cell_name(world: World, code: str) -> str:
    """Name a cell with its community; the code itself for one that is not there."""
    cell = world.city.cells.get(code)
    return f"{_area_name(world, code)} {cell.name}" if cell else code


def _area_name(world: World, code: str) -> str:
    """Name the community that a cell or area code lies in; empty when unknown."""
    scheme = world.catalogue.rulebook.scheme
    if code in world.city.cells:
        code = scheme.community_of(code)
    area = world.city.areas.get(code)
    return area.name if area else ""
