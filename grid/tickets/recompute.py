"""Provisional deadlines counted again when the holidays of their year are published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.lifecycle import Action, Actor, Event
from dispatch.worktime import Limit, WorkTime
from grid.deadlines import Due, due, explanation, lamp
from grid.reasons import Reason
from grid.rulebook import Rulebook
from grid.scores.appeal import Plea
from grid.scores.scoring import Entry, reverse
from grid.tickets import stages
from grid.tickets.case import Case
from grid.tickets.overdue import charge_overdue, overdue_times
from grid.tickets.ticket import AT_REST, Outcome, Ticket, later

CLOCK = Actor(user="clock", role="clock")
WHY = "the calendar of the year was published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a deadline was counted from: a start and the limits that ran one after the other.

    ``at_most`` is the deadline taken over from a duplicate, which stays when the own one becomes later.
    """

    start: datetime
    limits: tuple[Limit, ...]
    at_most: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What was taken for one step of being overdue and not given back by a recount.

    ``number`` is its row in the ledger, ``plea`` how an appeal against it stands (empty without one, and when it was
    lost), ``counts_at`` the time from which a reversal counts.
    """

    number: int
    entry: Entry
    counts_at: datetime
    plea: Plea = ""


def run_of(events: Iterable[Event]) -> Run | None:
    """Read from a ticket's events, oldest first, what its deadline in force was counted from; None without a report."""
    run: Run | None = None
    own = asked = ""
    for event in events:
        told = event.payload
        if event.name == "reported":
            own = str(told["limit"])
        if event.name == "extend":
            asked = str(told["limit"])
        if event.name == "absorb" and run is not None and "due_at" in told:
            run = replace(run, at_most=datetime.fromisoformat(str(told["due_at"])))
        if "explanation" not in told or event.name == "recompute":
            continue
        if event.name == "grant_extension" and run is not None:
            run = replace(run, limits=(*run.limits, Limit.parse(asked)), at_most=None)
        else:
            run = _begun(event, own)
    return run


def _begun(event: Event, own: str) -> Run:
    """Read a run that began with an event; older events did not tell its limit."""
    stretches: list[dict[str, Any]] = list(event.payload["explanation"])
    text = str(event.payload.get("run", own))
    if event.name == "resume" and "run" not in event.payload:
        clock = "urgent_hour" if own.endswith(("urgent_hour", "natural_day")) else "work_hour"
        text = f"{sum(int(s['counted_s']) for s in stretches) / 3600:.6f} {clock}"
    return Run(start=datetime.fromisoformat(stretches[0]["from"]), limits=(Limit.parse(text),))


def recompute(
    ticket: Ticket,
    run: Run,
    charged: Iterable[Charge],
    rulebook: Rulebook,
    now: datetime,
) -> Outcome | None:
    """Count the provisional deadlines of an open ticket again.

    A time that became earlier binds from now at the earliest; points taken for a time that became later are given
    back, and charged anew where it passed too. A step that an appeal won back is never charged anew; one under
    appeal is left to the appeal as long as it would be charged anew.

    Parameters
    ----------
    ticket : Ticket
    run : Run
    charged : iterable of Charge
    rulebook : Rulebook
    now : datetime

    Returns
    -------
    Outcome or None
        None when the ticket is at rest, is not provisional, or nothing would change.
    """
    if ticket.state in AT_REST or not _is_provisional(ticket):
        return None
    counted = _count(run, rulebook.worktime)
    found = counted[-1]
    due_at = min(found.due_at, run.at_most) if run.at_most else found.due_at
    due_at = max(due_at, min(now, ticket.due_at))
    case = Case(
        ticket=replace(
            ticket,
            version=ticket.version + 1,
            told_at=later(ticket.told_at, now),
            due_at=due_at,
            yellow_at=min(found.yellow_at, due_at),
            orange_at=min(found.orange_at, due_at),
            provisional=any(part.provisional for part in counted),
        ),
        was=ticket,
        action=Action(name="recompute", by=CLOCK),
        rulebook=rulebook,
        now=now,
    )
    case = stages.recount(case)
    if (case.ticket.due_at, case.ticket.provisional, case.ticket.stages) == (
        ticket.due_at,
        ticket.provisional,
        ticket.stages,
    ):
        return None
    if due_at > ticket.due_at:
        case = _give_back(case, charged)
    after = case.ticket
    case = case.to(lamp=lamp(now, after.yellow_at, after.orange_at, after.due_at))
    if ticket.accepted_at is not None and case.ticket.lamp == "red":
        case = charge_overdue(case)
    case = case.tell(
        old_due_at=ticket.due_at.isoformat(),
        due_at=due_at.isoformat(),
        explanation=[stretch for part in counted for stretch in explanation(part)],
        provisional=after.provisional,
        why=WHY,
    )
    payload = {"from": ticket.state, "to": ticket.state, **case.told}
    event = Event(name="recompute", at=now, by=CLOCK.user, role=CLOCK.role, payload=payload)
    return Outcome(ticket=case.ticket, events=(event,), entries=case.entries)


def _is_provisional(ticket: Ticket) -> bool:
    return ticket.provisional or any(s.provisional and s.done_at is None for s in ticket.stages)


def _count(run: Run, worktime: WorkTime) -> list[Due]:
    counted: list[Due] = []
    for limit in run.limits:
        counted.append(due(counted[-1].due_at if counted else run.start, limit, worktime))
    return counted


def _give_back(case: Case, charged: Iterable[Charge]) -> Case:
    steps = len(overdue_times(case))
    settled: set[int] = set()
    back: list[Entry] = []
    for one in charged:
        if one.plea == "won" or (one.plea == "open" and one.entry.step <= steps):
            settled.add(one.entry.step)
        else:
            back.append(reverse(one.number, one.entry, one.counts_at, Reason("calendar_published")))
    cleared = case.to(overdue_steps=0, next_charge_at=None, settled_steps=tuple(sorted(settled)))
    return replace(cleared, entries=(*cleared.entries, *back))
