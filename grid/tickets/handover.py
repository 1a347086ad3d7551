"""Hand-overs to outside lines: another desk carries a ticket out while its department answers for it as before.

The department's clock goes on, and so do its points. A line holds a ticket until it closes or refuses it, or until we
take it back; each word of the line begins its limit of silence anew.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from grid.deadlines import due
from grid.plain import pack
from grid.tickets.case import Case
from grid.tickets.fact import Handover, Ticket

AT_WORK = frozenset({"dispatched", "received", "handling"})
"""States in which a line can hold a ticket; where it goes elsewhere, it is taken back."""
SILENT, REFUSED = "silent", "refused"
JUST_AFTER = timedelta(seconds=1)


def held(ticket: Ticket) -> Handover | None:
    """Return the hand-over that is open, None while no line holds the ticket."""
    return ticket.handovers[-1] if ticket.holder else None


def hand_to(case: Case) -> Case:
    """Hand the ticket to a line.

    Raises
    ------
    BadFieldError
        When the line takes nothing, or the ticket came from it.
    NotPossibleError
        When a line holds it.
    """
    code, lines = str(case.given("line")), case.rulebook.lines
    taking = {name for name, line in lines.items() if line.takes and name != case.ticket.reporter}
    if code not in taking:
        raise BadFieldError(
            "line", code, f"lines that take this ticket: {', '.join(sorted(taking)) or 'none'}"
        )
    if case.ticket.holder:
        raise NotPossibleError(f"{case.ticket.no} is with {case.ticket.holder}; take it back first")
    return _begin(case, code, str(case.given("reason")))


def route(case: Case) -> Case:
    """Hand a ticket that a department gets to the line that stands for it, if there is one."""
    case = take_back(case)
    for code, line in case.rulebook.lines.items():
        if case.ticket.department in line.departments and code != case.ticket.reporter:
            return _begin(case, code, "")
    return case


def recall(case: Case) -> Case:
    """Take the ticket back from the line.

    Raises
    ------
    NotPossibleError
        When no line holds it.
    """
    if not case.ticket.holder:
        raise NotPossibleError(f"{case.ticket.no} is with no line")
    return take_back(case)


def take_back(case: Case) -> Case:
    """End an open hand-over from our side, and what the last one left to look at."""
    open_one = held(case.ticket)
    if open_one is None:
        return case.to(line_fault="") if case.ticket.line_fault else case
    return _keep(case, replace(open_one, state="recalled", ended_at=case.now))


def follow(case: Case) -> Case:
    """Take a ticket back that is no longer worked on, whatever led there."""
    return case if case.ticket.state in AT_WORK else take_back(case)


def take(case: Case) -> Case:
    """Note the number under which a line took the ticket; for the department it stands for, this is the receipt."""
    mine = _heard(case, "taken")
    line = case.rulebook.lines[mine.line]
    if case.ticket.state == "dispatched" and case.ticket.department in line.departments:
        case = case.to(state="received", received_at=case.now, answers="")
        case = case.tell(answers="") if case.was.answers else case
    return _keep(case, mine)


def report(case: Case) -> Case:
    """Note how far a line is."""
    return _keep(case, _heard(case, "taken"))


def refuse(case: Case) -> Case:
    """Take a ticket back that a line does not take; somebody has to look at it."""
    refused = replace(_heard(case, "refused"), note=str(case.given("reason")), ended_at=case.now)
    return _keep(case, refused).to(line_fault=REFUSED)


def close(case: Case) -> Case:
    """End a hand-over with the line's evidence."""
    evidence = tuple(case.given("evidence") or ())
    return _keep(case, replace(_heard(case, "done"), evidence=evidence, ended_at=case.now))


def find_silent(case: Case) -> Case:
    """Flag a line that said nothing for longer than its limit, once for each silence; it costs no points."""
    open_one = held(case.ticket)
    if open_one is None or open_one.silent or open_one.silent_at is None or case.now <= open_one.silent_at:
        return case
    told = case.tell(line_silent=open_one.line, silent_at=open_one.silent_at.isoformat())
    return _keep(told, replace(open_one, silent=True)).to(line_fault=SILENT)


def next_at(ticket: Ticket) -> datetime | None:
    """Return the time at which the silence of a line becomes too long; None when there is nothing to become."""
    open_one = held(ticket)
    if open_one is None or open_one.silent or open_one.silent_at is None:
        return None
    return open_one.silent_at + JUST_AFTER


def _begin(case: Case, code: str, task: str) -> Case:
    made = Handover(
        line=code,
        task=task,
        by=case.action.by.user,
        at=case.now,
        department=case.ticket.department,
        state="handed",
        heard_at=case.now,
        silent_at=_silent_at(case, code),
    )
    return _keep(case.to(handovers=(*case.ticket.handovers, made)), made).to(line_fault="")


def _heard(case: Case, state: str) -> Handover:
    """Return the hand-over of the line that speaks, with what it said."""
    open_one = held(case.ticket)
    if open_one is None or open_one.line != case.action.by.user:
        raise WrongRoleError(f"{case.ticket.no} is not with {case.action.by.user} now")
    number = str(case.given("number") or "")
    if number and open_one.number not in ("", number):
        raise BadFieldError("number", number, f"it was taken as {open_one.number} before")
    return replace(
        open_one,
        state=state,
        number=number or open_one.number,
        word=str(case.given("word") or open_one.word),
        note=str(case.given("note") or open_one.note),
        heard_at=case.now,
        silent=False,
        silent_at=_silent_at(case, open_one.line),
    )


def _silent_at(case: Case, code: str) -> datetime | None:
    silence = case.rulebook.lines[code].silence
    return None if silence is None else due(case.now, silence, case.rulebook.worktime).due_at


def _keep(case: Case, last: Handover) -> Case:
    after = (*case.ticket.handovers[:-1], last)
    changed = case.to(handovers=after, holder="" if last.ended_at else last.line, line_fault="")
    return changed.tell(handovers=[pack(one) for one in after])
