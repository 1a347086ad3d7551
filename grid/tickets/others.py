"""Other departments in a ticket: those that handle a part of it, and those whistled to the spot.

The lead department answers for the deadline; each of the others for its part alone: a report of what it did, or
presence on the spot by a set time.
"""

from dataclasses import replace
from datetime import datetime

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from geo.place import LonLat, distance_m
from grid.deadlines import due
from grid.plain import pack
from grid.reasons import Reason
from grid.tickets.case import Case
from grid.tickets.fact import Part, Ticket

OWN_PART = frozenset({"part_done", "arrive"})
"""Effects that belong to a department with a part; everything else is for the lead."""


def open_parts(ticket: Ticket, kind: str = "", department: str = "") -> tuple[Part, ...]:
    """Return the parts still open, of one kind or one department when named."""
    return tuple(
        p
        for p in ticket.parts
        if p.done_at is None
        and not p.released
        and (not kind or p.kind == kind)
        and (not department or p.department == department)
    )


def whistled(ticket: Ticket) -> tuple[Part, ...]:
    """Return the calls to the spot whose time runs: neither answered, nor released, nor found late."""
    return tuple(p for p in open_parts(ticket, "whistle") if not p.late)


def join(case: Case) -> Case:
    """Add a department that handles a part."""
    return _add(case, "joint", None)


def whistle(case: Case) -> Case:
    """Call a department to the spot; it has to be there within the set time."""
    settings = case.rulebook.settings
    limit = settings.whistle_urgent if case.ticket.urgent else settings.whistle_normal
    return _add(case, "whistle", due(case.now, limit, case.rulebook.worktime).due_at)


def _add(case: Case, kind: str, due_at: datetime | None) -> Case:
    department = case.known_department()
    if kind == "joint" and department == case.ticket.department:
        raise BadFieldError("department", department, "it leads this ticket already; name another one")
    if open_parts(case.ticket, kind, department):
        raise NotPossibleError(f"{department} has an open part of this kind in {case.ticket.no} already")
    part = Part(
        department=department,
        kind=kind,
        task=str(case.given("reason")),
        asked_by=case.action.by.user,
        asked_at=case.now,
        due_at=due_at,
    )
    return _change(case, (*case.ticket.parts, part)).to(joint=True)


def release(case: Case) -> Case:
    """Let a department off its open parts.

    Raises
    ------
    BadFieldError
        When it has none.
    """
    department = str(case.given("department"))
    if not open_parts(case.ticket, department=department):
        others = ", ".join(sorted({p.department for p in open_parts(case.ticket)})) or "none"
        raise BadFieldError("department", department, f"departments with an open part: {others}")
    return _let_off(case, department)


def let_off_whistled(case: Case) -> Case:
    """Let everybody whistled off; the ticket rests."""
    off = whistled(case.ticket)
    return _change(case, tuple(replace(p, released=True) if p in off else p for p in case.ticket.parts))


def _let_off(case: Case, department: str) -> Case:
    off = open_parts(case.ticket, department=department)
    return _change(case, tuple(replace(p, released=True) if p in off else p for p in case.ticket.parts))


def part_done(case: Case) -> Case:
    """Take the report of a department on its own part."""
    return _end(case, "joint")


def arrive(case: Case) -> Case:
    """Record that a whistled department is on the spot; where it stood is told when known."""
    ended = _end(case, "whistle")
    part = next(p for p in ended.ticket.parts if p.done_at == case.now and p.kind == "whistle")
    ended = ended.tell(on_time=part.due_at is None or case.now <= part.due_at)
    lon, lat = case.given("lon"), case.given("lat")
    if lon is None or lat is None:
        return ended
    return ended.tell(distance_m=round(distance_m(LonLat(lon, lat), case.ticket.place), 1))


def _end(case: Case, kind: str) -> Case:
    own = case.action.by.department
    mine = open_parts(case.ticket, kind, own)
    if not own or not mine:
        raise WrongRoleError(
            f"{own or case.action.by.user} has no open part of this kind in {case.ticket.no}"
        )
    note, evidence = str(case.given("note") or ""), tuple(case.given("evidence") or ())
    after = tuple(
        replace(p, done_at=case.now, note=note, evidence=evidence) if p == mine[0] else p
        for p in case.ticket.parts
    )
    return _change(case, after).tell(part=own)


def all_reported(case: Case) -> Case:
    """Let the lead finish only when every joint department has reported or was released.

    Raises
    ------
    NotPossibleError
        Naming those who have not.
    """
    if missing := sorted({p.department for p in open_parts(case.ticket, "joint")}):
        raise NotPossibleError(
            f"{', '.join(missing)} did not report their part of {case.ticket.no} yet; "
            "wait for them, or have the dispatcher release them"
        )
    return let_off_whistled(case)


def find_late(case: Case) -> Case:
    """Charge each department that was not on the spot in time, once, with the time it was due."""
    missed = [p for p in whistled(case.ticket) if p.due_at is not None and case.now > p.due_at]
    for part in missed:
        step = 1 + sum(p.late and p.department == part.department for p in case.ticket.parts)
        at = part.due_at or case.now
        why = Reason("whistle_late", {"by": at.isoformat()})
        case = case.charge("whistle_late", step, at, why, unit=part.department)
        case = _change(case, tuple(replace(p, late=True) if p == part else p for p in case.ticket.parts))
    return case


def _change(case: Case, parts: tuple[Part, ...]) -> Case:
    if parts == case.ticket.parts:
        return case
    return case.to(parts=parts).tell(parts=[pack(p) for p in parts])
