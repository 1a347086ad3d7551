"""The life of an order: an order and an action in, the next order and its events out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError, WrongRoleError
from dispatch.item import ServiceItem
from dispatch.lifecycle import Action, Actor, Event, Lifecycle, Move
from dispatch.orders.effects import EFFECTS, FIELDS, LEFT, Deed
from dispatch.orders.order import AGENTS, OF_ALARMS, OF_RULES, SPOKEN, Order, is_by_rules
from dispatch.orders.routing import Routed
from dispatch.orders.rules import OrderRules, Scene

ROUTE_FIELDS = ("route_mode", "route_rule", "route_why")
Acted = tuple[Order, tuple[Event, ...]]
RULES = Actor(user="rules", role="clock")
"""Who sends an order where the rules say."""
UNTOLD = frozenset({"lon", "lat"})
"""What a check-in is measured by; only the distance is told, for the place is mostly somebody's home."""


def place_order(
    order: Order, item: ServiceItem, action: Action, now: datetime
) -> tuple[Order, tuple[Event, ...]]:
    """Put the promised times on a new order and tell that it was placed; who takes a call has taken the order.

    The promise runs from the wanted time of an appointment, else from now, and does not wait for anybody; where all who
    could serve it are closed, from the opening that it was promised from.

    Parameters
    ----------
    order : Order
    item : ServiceItem
    action : Action
        Who places it, and how.
    now : datetime
        Aware.

    Returns
    -------
    tuple of (Order, tuple of Event)
    """
    heard_from = max(order.promised_from or now, now)
    start = max(order.wanted_at or now, heard_from)
    due = {name: start + span for name, span in item.promises().items()}
    placed = replace(
        order,
        created_at=now,
        ack_due_at=heard_from + item.promises()["ack"] if "ack" in due else None,
        arrive_due_at=due.get("arrive"),
        complete_due_at=due.get("complete"),
    )
    if order.channel in SPOKEN:
        placed = _taken(placed, action.by, now)
    payload = {"item": item.code, "channel": order.channel, "cell": order.cell, "lon": order.place.lon}
    payload["lat"] = order.place.lat
    payload |= {name: getattr(order, name) for name in ROUTE_FIELDS if getattr(order, name)}
    return placed, (Event(name="placed", at=now, by=action.by.user, role=action.by.role, payload=payload),)


def act(
    order: Order, action: Action, rules: OrderRules, scene: Scene, now: datetime
) -> tuple[Order, tuple[Event, ...]]:
    """Decide one action on an order.

    Parameters
    ----------
    order : Order
    action : Action
        Fields as the lifecycle table needs them; unknown fields are refused.
    rules : OrderRules
    scene : Scene
        What is known of the action from elsewhere.
    now : datetime
        Aware.

    Returns
    -------
    (Order, tuple of Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        As the table says; the order is unchanged then.
    """
    lifecycle = rules.lifecycle
    move = lifecycle.move(order.state, action)
    if action.by.role == "department" and action.by.department != order.party:
        raise WrongRoleError(
            f"{order.no} is not with {action.by.department}; the party that has it acts on it"
        )
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(
            odd[0], action.fields[odd[0]], f"fields of an order action are {', '.join(sorted(FIELDS))}"
        )
    changed = replace(order, state=lifecycle.target(order.state, move), version=order.version + 1)
    deed = Deed(action=action, rules=rules, scene=scene, now=now)
    for effect in move.effects:
        changed = EFFECTS[effect](changed, deed)
    changed = _taken(changed, action.by, now)
    payload = {"from": order.state, "to": changed.state} | _told(order, changed, action)
    return changed, (
        Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload),
    )


def told_by(order: Order, routed: Routed, promised_from: datetime | None = None) -> Order:
    """Return a new order with what the rules say of it; where they name a party, its promise runs from a time of that."""
    told = replace(order, route_mode=routed.mode, route_rule=routed.rule, route_why=routed.why)
    return replace(told, promised_from=promised_from) if routed.party else told


def send(order: Order, routed: Routed, rules: OrderRules, scene: Scene, now: datetime) -> Acted:
    """Send an order that waits to the party that the rules name.

    Parameters
    ----------
    order : Order
    routed : Routed
        Names a party.
    rules : OrderRules
    scene : Scene
    now : datetime
        Aware.

    Returns
    -------
    (Order, tuple of Event)
    """
    told = {"department": routed.party, "deputy": routed.deputy, "route_mode": routed.mode}
    told |= {"route_rule": routed.rule, "route_why": routed.why}
    return act(order, Action(name="route", by=RULES, fields=told), rules, scene, now)


def onward(order: Order, action: Action, rules: OrderRules, scene: Scene, now: datetime) -> Acted:
    """Send an order that its party has left to the deputy; without one the desk has it, with the reason.

    Parameters
    ----------
    order : Order
        After the action.
    action : Action
        By which the party left it.
    rules : OrderRules
    scene : Scene
    now : datetime
        Aware.

    Returns
    -------
    (Order, tuple of Event)
        The order as it is and no event when nobody follows.
    """
    if action.name not in LEFT or order.party or not order.deputy or order.deputy in order.parties_before:
        return order, ()
    told = {"department": order.deputy, "route_why": order.route_why}
    return act(order, Action(name="route", by=RULES, fields=told), rules, scene, now)


def inform(order: Order, areas: tuple[str, ...], now: datetime) -> Acted:
    """Tell areas of an order that a station gave to a party above them; nothing happens without any.

    Parameters
    ----------
    order : Order
    areas : tuple of str
        Codes, the smallest last; empty for nobody between.
    now : datetime
        Aware.

    Returns
    -------
    (Order, tuple of Event)
    """
    if not areas:
        return order, ()
    event = Event(name="inform", at=now, by=RULES.user, role=RULES.role, payload={"areas": list(areas)})
    return replace(order, informed=areas), (event,)


def possible(order: Order, lifecycle: Lifecycle, role: str, *, emergency: bool) -> tuple[Move, ...]:
    """List what a role can do with an order now.

    Parameters
    ----------
    order : Order
    lifecycle : Lifecycle
    role : str
    emergency : bool
        Whether it is an alarm; only these are taken, once, and rung back.

    Returns
    -------
    tuple of Move
        Empty for a final state, or a role without a move.
    """
    gone: frozenset[str] | set[str] = OF_ALARMS if not emergency else {"take"} if order.agent else frozenset()
    heard = role in AGENTS
    if not is_by_rules(order):
        gone = gone | OF_RULES
    if heard and order.rating is not None:
        gone = gone | {"rate"}
    found = (m for m in lifecycle.possible(order.state, role) if m.action not in gone)
    more = {"rate": ("reference",), "route": ("reason",)} if heard else {}
    return tuple(replace(m, needs=(*m.needs, *more.get(m.action, ()))) for m in found)


def _taken(order: Order, by: Actor, now: datetime) -> Order:
    """Note who of the desk was first to do something with an order."""
    if by.role not in AGENTS or order.agent != "":
        return order
    return replace(order, agent=by.user, agent_accept_at=now)


def _told(before: Order, after: Order, action: Action) -> dict[str, Any]:
    """Tell what was given, where a check-in was to the metre left out, and what people should look at."""
    hidden = UNTOLD if action.name != "locate" else frozenset()
    told = {k: v for k, v in _plain(action.fields).items() if k not in hidden}
    if after.check_in_m != before.check_in_m:
        told["check_in_m"] = after.check_in_m
    if new := [flag for flag in after.flags if flag not in before.flags]:
        told["flags"] = new
    return told


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, (tuple, list)) else v for k, v in fields.items() if v is not None}
