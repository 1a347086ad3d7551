"""Tickets, orders and providers as others see them: names beside codes, lamps as of now, open actions."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.views.names import actions_view, area_name, cell_name, line_name, nature_name
from api.views.reporter import REPORTERS, for_reporter, words_for
from api.views.shape import plain
from api.world import World
from data.queries.tickets import children_of, earlier_repeats, timeline
from grid.account import Account
from grid.tickets.dialogue import dialogue
from grid.tickets.holders import Holding, holdings
from grid.tickets.stages import lamp_of_stage, running
from grid.tickets.ticket import Ticket, lamp_of, next_due_at, possible

PLACED = frozenset({"reported", "move_cell"})
"""Steps that found the cell, and with it who answers."""


def ticket_view(world: World, ticket: Ticket, account: Account, now: datetime) -> dict[str, Any]:
    """Show a ticket."""
    zone = world.zone
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
        "community": world.scheme.community_of(ticket.cell),
        "community_name": area_name(world, ticket.cell),
        "actions": actions_view(possible(ticket, account.actor(), world.catalogue.rulebook)),
    }
    return for_reporter(shown) if account.role in REPORTERS else shown


def ticket_detail(
    world: World, session: Session, ticket: Ticket, account: Account, now: datetime
) -> dict[str, Any]:
    """Show a ticket with its whole timeline."""
    zone = world.zone
    steps = timeline(session, "ticket", ticket.no)
    category = world.catalogue.rulebook.category(ticket.category)
    told = [s.payload["explanation"] for s in steps if "explanation" in s.payload]
    counted: dict[str, Any] = {}
    for step in steps:
        counted |= step.payload.get("stage_explanations", {})
    shown = ticket_view(world, ticket, account, now)
    for stage in shown["stages"]:
        stage["explanation"] = counted.get(stage["name"], [])
    detail = shown | {
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
    if account.role not in REPORTERS:
        return detail
    of_parent = timeline(session, "ticket", ticket.parent) if ticket.parent else []
    return for_reporter(detail | {"dialogue": plain(words_for(ticket.no, steps, of_parent), zone)})


def _stages(world: World, ticket: Ticket, now: datetime) -> list[dict[str, Any]]:
    """Show the stages of a ticket, each with its own clock; none for most tickets."""
    names, zone = world.catalogue.rulebook.stage_names, world.zone
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
    zone = world.zone
    return [
        plain(part, zone) | {"department_name": world.city.department_name(part.department)}
        for part in ticket.parts
    ]


def _handovers(world: World, ticket: Ticket) -> list[dict[str, Any]]:
    """Show the hand-overs of a ticket to outside lines; none for most."""
    zone = world.zone
    return [plain(one, zone) | {"line_name": line_name(world, one.line)} for one in ticket.handovers]


def _holding(world: World, holding: Holding) -> dict[str, Any]:
    """Show one stretch of a ticket in one hand."""
    shown: dict[str, Any] = plain(holding, world.zone)
    if not holding.holder:
        return shown | {"holder_name": ""}
    of_line = holding.where == "line"
    name = line_name(world, holding.holder) if of_line else world.city.department_name(holding.holder)
    return shown | {"holder_name": name}


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
