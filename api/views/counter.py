"""Sessions at counters as those who work there see them: names beside codes, deadlines and lamps as of now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.views.intake import code_name
from api.views.names import actions_view, area_name
from api.views.shape import plain
from api.world import World
from data.queries.counter import Party, TakenFact
from data.store.kinds.people import KEEPERS
from dispatch.counter import CounterSession, Taken
from dispatch.orders.order import Order
from dispatch.orders.supervision import wait_of
from dispatch.questions import Question
from dispatch.resident import Contact, masked_contact
from grid.account import Account
from grid.tickets.ticket import lamp_of

DONE = frozenset({"settled", "cancelled", "handed_over", "closed", "void", "merged", "answered"})
"""States in which nothing of an item is waited for at the counter."""
LATE = "red"


def session_view(
    world: World,
    session: CounterSession,
    account: Account,
    facts: Mapping[str, TakenFact],
    party: Party | None = None,
) -> dict[str, Any]:
    """Show a session with its items; who stands behind it masked, and to those alone who work with people."""
    now = world.clock()
    today = world.catalogue.local(now).date()
    lifecycle = world.catalogue.counter.lifecycle
    shown: dict[str, Any] = plain(session, world.zone)
    items = [item_view(world, one, facts.get(one.no), now) for one in session.items]
    if account.role not in KEEPERS:
        party, shown["resident"] = None, ""
    late_papers = session.late_papers(today)
    return shown | {
        "state_name": lifecycle.labels.get(session.state, session.state),
        "area_name": area_name(world, session.area),
        "proxied": session.is_proxied,
        "items": items,
        "papers": [plain(one, world.zone) | _named(world, one.paper) for one in session.papers],
        "held": [plain(one, world.zone) | _named(world, one.paper) for one in session.held],
        "late": sum(item["lamp"] == LATE and not item["done"] for item in items) + len(late_papers),
        "person": _masked(world, party.person if party else None),
        "came": _masked(world, party.came if party else None),
        "actions": actions_view(lifecycle.possible(session.state, account.role)),
    }


def item_view(world: World, item: Taken, fact: TakenFact | None, now: datetime) -> dict[str, Any]:
    """Show an item of a session: who answers for it, where it stands, until when what was promised."""
    shown = {
        "kind": item.kind,
        "no": item.no,
        "code": item.code,
        "name": code_name(world, item.kind, item.code) if item.code else "",
        "name_en": code_name(world, item.kind, item.code, "en") if item.code else "",
        "department_name": "",
        "state": "",
        "state_name": "",
        "due_at": None,
        "lamp": "green",
        "done": False,
    }
    if fact is None:
        return shown
    if isinstance(fact, Order):
        told = _of_order(world, fact, now)
    elif isinstance(fact, Question):
        labels = world.catalogue.intake.questions.lifecycle.labels
        late = not fact.answer and fact.due_at < now
        told = {"due_at": fact.due_at, "lamp": LATE if late else "green", "state_name": labels[fact.state]}
    else:
        told = {
            "due_at": fact.promised_at,
            "lamp": lamp_of(fact, now),
            "state_name": world.catalogue.rulebook.lifecycle.labels.get(fact.state, fact.state),
            "department_name": world.city.department_name(fact.department),
        }
    more: dict[str, Any] = plain(told, world.zone)
    return shown | more | {"state": fact.state, "done": fact.state in DONE}


def _of_order(world: World, order: Order, now: datetime) -> dict[str, Any]:
    """Tell of an order the department that answers for its item, and the promise that runs."""
    item = world.catalogue.items.get(order.item)
    wait = wait_of(order, world.catalogue.orders.supervision)
    due_at = order.arrive_due_at if order.arrived_at is None else order.complete_due_at
    due_at = due_at or order.complete_due_at
    over = due_at is not None and due_at < now and order.state not in DONE
    return {
        "due_at": due_at,
        "lamp": LATE if over else {"amber": "yellow"}.get(lamp := wait.lamp(now), lamp) if wait else "green",
        "state_name": world.catalogue.orders.lifecycle.labels.get(order.state, order.state),
        "department_name": world.city.department_name(item.department) if item else "",
    }


def _named(world: World, code: str) -> dict[str, str]:
    """Name a paper; by its code when the table lists it no more."""
    kind = world.catalogue.counter.papers.get(code)
    return {"name": kind.name_zh if kind else code, "name_en": kind.name_en if kind else code}


def _masked(world: World, contact: Contact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    shown: dict[str, Any] = plain(masked_contact(contact), world.zone)
    return shown
