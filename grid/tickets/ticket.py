"""Tickets: one report's way to its answer. Pure: ticket, action, rulebook and time in; ticket, events, entries out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import BadFieldError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event, Move
from geo.place import LonLat
from grid.deadlines import Due, due, explanation, lamp
from grid.responsibility import Answer, responsible
from grid.rulebook import Category, Rulebook
from grid.scores.scoring import Entry
from grid.tickets import handover, stages
from grid.tickets import verification as visits
from grid.tickets.case import Case
from grid.tickets.effects import EFFECTS, FIELDS, answered_by_words
from grid.tickets.fact import CHANNELS, Ticket
from grid.tickets.levels import LEVELS
from grid.tickets.others import OWN_PART, open_parts, whistled

__all__ = ["CHANNELS", "Report", "Ticket", "act", "report", "tick_at"]


CLOCK = Actor(user="clock", role="clock")
AT_REST = frozenset({"done", "checked", "closed", "void", "merged", "shelved"})
JUST_AFTER = timedelta(seconds=1)  # a deadline is kept up to the instant it names


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reports; the cell is already found from the position.

    ``cell_chosen`` when, near a border, the reporter said which of the cells it is; else the position alone did.
    ``nature`` is one of the rulebook's, empty when it was not asked.
    """

    no: str
    category: str
    place: LonLat
    cell: str
    channel: str
    description: str = ""
    address: str = ""
    accuracy_m: float = 0.0
    border_cells: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    cell_chosen: bool = False
    nature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a decision leads to: the next ticket, what happened, what it costs."""

    ticket: Ticket
    events: tuple[Event, ...]
    entries: tuple[Entry, ...] = ()


def report(new: Report, by: Actor, rulebook: Rulebook, now: datetime) -> Outcome:
    """Turn a report into a ticket with department and committed deadline.

    A grid worker's report is accepted at once; anybody else's waits for the dispatcher, but the time promised to
    the reporter runs from the report.

    Parameters
    ----------
    new : Report
    by : Actor
    rulebook : Rulebook
    now : datetime
        Aware.

    Returns
    -------
    Outcome
        The ticket with its events; entries of the ledger are empty.

    Raises
    ------
    UnknownCategoryError, NoRuleError, BadFieldError
    """
    if new.channel not in CHANNELS:
        raise BadFieldError("channel", new.channel, "channels are " + ", ".join(CHANNELS))
    if new.nature and new.nature not in rulebook.natures:
        raise BadFieldError("nature", new.nature, "natures are " + ", ".join(rulebook.natures))
    category = rulebook.category(new.category)
    answer = responsible(
        rulebook.responsibility, new.cell, new.category, rulebook.worktime.local(now).date(), rulebook.scheme
    )
    promise = due(now, category.limit, rulebook.worktime)
    begun = stages.begin(category.stages, now, rulebook.worktime)
    ticket = _new_ticket(new, category, answer, promise, rulebook)
    ticket = replace(
        ticket,
        reporter=by.user,
        response_due_at=due(now, category.response, rulebook.worktime).due_at,
        stages=stages.clocks(begun),
        told_at=now,
    )
    payload = {
        "category": category.code,
        "nature": new.nature,
        "cell": new.cell,
        "department": answer.department,
        "rule": answer.rule,
        "why": answer.why,
        "limit": str(category.limit),
        "due_at": promise.due_at.isoformat(),
        "explanation": explanation(promise),
        "lon": new.place.lon,
        "lat": new.place.lat,
        "border_cells": list(new.border_cells),
        "cell_chosen_by": by.user if new.cell_chosen else "",
        **stages.told(begun),
    }
    told = Event(name="reported", at=now, by=by.user, role=by.role, payload=payload)
    if by.role != "worker":
        return Outcome(ticket=ticket, events=(told,))
    accepted = act(ticket, Action(name="accept", by=by), rulebook, now)
    return Outcome(
        ticket=replace(accepted.ticket, version=1), events=(told, *accepted.events), entries=accepted.entries
    )


def _new_ticket(new: Report, category: Category, answer: Answer, promise: Due, rulebook: Rulebook) -> Ticket:
    return Ticket(
        no=new.no,
        category=category.code,
        nature=new.nature,
        state=rulebook.lifecycle.initial,
        channel=new.channel,
        reported_at=promise.start_at,
        reporter="",
        place=new.place,
        accuracy_m=new.accuracy_m,
        address=new.address,
        description=new.description,
        cell=new.cell,
        border_cells=new.border_cells,
        department=answer.department,
        basis=answer.basis,
        urgent=category.urgent,
        photos=new.photos,
        limit=str(category.limit),
        promised_at=promise.due_at,
        due_at=promise.due_at,
        yellow_at=promise.yellow_at,
        orange_at=promise.orange_at,
        response_due_at=promise.due_at,
        provisional=promise.provisional,
        rules=rulebook.version,
    )


def act(ticket: Ticket, action: Action, rulebook: Rulebook, now: datetime) -> Outcome:
    """Decide one action on a ticket.

    What the clock had to say before that time is said first, so that no fault is missed while the timers stood still.

    Parameters
    ----------
    ticket : Ticket
    action : Action
    rulebook : Rulebook
    now : datetime
        Aware; for the timer the time a thing was due, not the time it woke up.

    Returns
    -------
    Outcome

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The ticket is unchanged then.
    """
    events: list[Event] = []
    entries: list[Entry] = []
    at = tick_at(ticket)
    while action.name != "tick" and at is not None and at <= now:
        ticket, told, costs = _decide(ticket, Action(name="tick", by=CLOCK), rulebook, at)
        events.append(told)
        entries += costs
        at = tick_at(ticket)
    ticket, told, costs = _decide(ticket, action, rulebook, now)
    return Outcome(ticket=ticket, events=(*events, told), entries=(*entries, *costs))


def _decide(
    ticket: Ticket, action: Action, rulebook: Rulebook, now: datetime
) -> tuple[Ticket, Event, tuple[Entry, ...]]:
    move = rulebook.lifecycle.move(ticket.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of a ticket action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    _lead_alone(ticket, move, action.by)
    after = replace(
        ticket,
        state=rulebook.lifecycle.target(ticket.state, move),
        told_at=ticket.told_at if action.name == "tick" else later(ticket.told_at, now),
        version=ticket.version + 1,
    )
    case = Case(ticket=after, was=ticket, action=action, rulebook=rulebook, now=now)
    for effect in move.effects:
        case = EFFECTS[effect](case)
    case = handover.follow(case)
    payload: dict[str, Any] = {"from": ticket.state, "to": case.ticket.state}
    payload |= _plain(action.fields) | dict(case.told)
    event = Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)
    return case.ticket, event, case.entries


def later(told_at: datetime | None, now: datetime) -> datetime | None:
    """Return when the newest event of a ticket was, with one told now; unknown stays unknown."""
    return None if told_at is None else max(told_at, now)


def _lead_alone(ticket: Ticket, move: Move, by: Actor) -> None:
    """Keep departments with a part, and all others, from acting for the lead."""
    if by.role == "department" and by.department != ticket.department and not OWN_PART & set(move.effects):
        raise WrongRoleError(
            f"{ticket.no} is {ticket.department}'s; {by.department or by.user} can act on its own part alone"
        )


def possible(ticket: Ticket, by: Actor, rulebook: Rulebook) -> tuple[Move, ...]:
    """List what somebody can do with a ticket now; moves whose object is not there, such as a stage, are left out."""
    own = by.role != "department" or by.department == ticket.department
    takers = any(line.takes for code, line in rulebook.lines.items() if code != ticket.reporter)
    holds = bool(ticket.holder) and ticket.holder == by.user
    there = {
        "hand_to": takers and not ticket.holder,
        "recall": bool(ticket.holder),
        "line_take": holds,
        "line_report": holds,
        "line_done": holds,
        "line_refuse": holds,
        "part_done": bool(open_parts(ticket, "joint", by.department or "-")),
        "arrive": bool(open_parts(ticket, "whistle", by.department or "-")),
        "release": bool(open_parts(ticket)),
        "lower": ticket.level != LEVELS[0],
        "escalate": ticket.level != LEVELS[-1],
        "supervise": not ticket.supervised,
        "unsupervise": ticket.supervised,
        "asked": ticket.waiting,
        "clear_doubt": ticket.doubtful,
        "confirm_doubt": ticket.doubtful,
        "by_words": answered_by_words(ticket, rulebook),
        "stage": any(s.done_at is None for s in ticket.stages[:-1]),
        "extend": bool(ticket.extension_asked),
        "refuse_extension": bool(ticket.extension_asked),
    }
    moves = rulebook.lifecycle.possible(ticket.state, by.role)
    return tuple(
        m
        for m in moves
        if all(there.get(effect, True) for effect in m.effects) and (own or OWN_PART & set(m.effects))
    )


def tick_at(ticket: Ticket) -> datetime | None:
    """Return the next time at which the clock changes something by itself, or None for a ticket at rest."""
    if ticket.state in AT_REST:
        return None
    changes: list[datetime] = []
    if ticket.lamp == "green":
        changes.append(ticket.yellow_at)
    elif ticket.lamp == "yellow":
        changes.append(ticket.orange_at)
    elif ticket.lamp == "orange":
        changes.append(ticket.due_at + JUST_AFTER)
    elif ticket.next_charge_at is not None:
        changes.append(ticket.next_charge_at)
    if ticket.received_at is None and not ticket.response_missed:
        changes.append(ticket.response_due_at + JUST_AFTER)
    changes += [stage.due_at + JUST_AFTER for stage in stages.running(ticket)]
    changes += [part.due_at + JUST_AFTER for part in whistled(ticket) if part.due_at is not None]
    changes += [at for at in (visits.next_at(ticket), handover.next_at(ticket)) if at is not None]
    return min(changes, default=None)


def next_due_at(ticket: Ticket) -> datetime:
    """Return the time that presses next: of the first stage still running, else of the whole ticket."""
    return min((stage.due_at for stage in stages.running(ticket)), default=ticket.due_at)


def lamp_of(ticket: Ticket, now: datetime) -> str:
    """Tell the lamp of a ticket at a time; a ticket at rest keeps the lamp it ended with."""
    if ticket.state in AT_REST:
        return ticket.lamp
    return lamp(now, ticket.yellow_at, ticket.orange_at, ticket.due_at)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, (tuple, list)) else v for k, v in fields.items() if v is not None}
