"""Tickets at the door: take a report, carry out an action, and what that does to other tickets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from data.desk.appeals import counts_from
from data.desk.contacts import keep_contact
from data.desk.follow_keys import keep_key
from data.desk.signs import note_uses, signs
from data.desk.work import Deeds, Start, Work
from data.models import (
    AccountRow,
    AppealRow,
    CellRow,
    EntryRow,
    TicketRow,
    fact_of,
    table_of,
)
from data.queries.tickets import timeline
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.kinds.cases import TICKET
from data.store.photos import check_photos
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from dispatch.resident import Contact
from grid.plain import pack
from grid.scores.scoring import Entry
from grid.tickets import ticket as tickets
from grid.tickets.recompute import Charge, recompute, run_of
from grid.tickets.ticket import Outcome, Report, Ticket, next_due_at, tick_at

CLOCK = Actor(user="clock", role="clock")
RECOMPUTE = Action(name="recompute", by=CLOCK)
"""Count the provisional deadlines of a ticket again; nothing is changed when they stay."""
# Statements over tables, made once: the door is used thousands of times a minute.
TABLE = table_of(TicketRow)
LOCK = select(TABLE).where(TABLE.c.no == bindparam("wanted")).with_for_update()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket(Start[Ticket]):
    """A report to be taken; its own number is ignored, one is drawn.

    Parameters
    ----------
    report : Report
    contact : Contact, optional
        How to reach the reporter.
    key : str
        With it the reporter can read and write the ticket's dialogue without an account; only its hash is kept.
    """

    report: Report
    contact: Contact | None = None
    key: str = ""


def file_ticket(work: Work, new: NewTicket, by: Actor) -> Done[Ticket]:
    """Take a report; the ticket tells department, deadline and reason at once.

    Raises
    ------
    UnknownCategoryError, BadFieldError
    """
    session = work.session
    check_photos(session, new.report.photos, work.now)
    no = work.draw(TICKET)
    outcome = tickets.report(replace(new.report, no=no), by, work.catalogue.rulebook, work.now)
    note_uses(session, no, new.report.photos, by.user, work.now)
    if new.key:
        keep_key(session, no, new.key)
    keep_contact(work, no, new.contact)
    return _done(None, outcome)


def act_on_ticket(work: Work, no: str, action: Action) -> Done[Ticket]:
    """Carry out one action on a ticket, and what it does to others.

    A duplicate's parent takes it in; its reporter is told so, and is told again when the parent is closed.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(TICKET, no)
    if action == RECOMPUTE:
        return _recompute(work, before)
    if action.name == "merge" and action.fields.get("parent"):
        parent = _parent(work.session, before, str(action.fields["parent"]))
        merged = _decide(work, before, action)
        merged = _and_then(merged, _decide(work, merged.ticket, _tell("merged", parent.no)))
        taken_in = _decide(
            work, parent, replace(action, name="absorb", fields={"child": _deadline_of(before)})
        )
        taken_in = _and_then(taken_in, _decide(work, taken_in.ticket, _tell("absorbed", no)))
        return replace(_done(before, merged), others=(_done(parent, taken_in),))
    if action.name == "visit":
        _check_worker(work.session, str(action.fields.get("worker", "")))
    if action.name == "move_cell":
        _check_cell(work.session, str(action.fields.get("cell", "")))
    outcome = _decide(work, before, action)
    children: list[Ticket] = []
    if outcome.ticket.state == "closed" != before.state:
        children = _children(work.session, no)
    told = tuple(_done(child, _decide(work, child, _tell("closed", no))) for child in children)
    return replace(_done(before, outcome), others=told)


def _decide(work: Work, ticket: Ticket, action: Action) -> Outcome:
    """Decide an action, and look for signs of false closure in what it brought."""
    rulebook = work.catalogue.rulebook
    outcome = tickets.act(ticket, action, rulebook, work.now)
    if found := signs(work.session, work.catalogue, outcome.ticket, action):
        doubt = Action(name="doubt", by=CLOCK, fields={"doubts": [pack(one) for one in found]})
        outcome = _and_then(outcome, tickets.act(outcome.ticket, doubt, rulebook, work.now))
    note_uses(work.session, ticket.no, action.fields.get("evidence") or (), action.by.user, work.now)
    return outcome


def _done(before: Ticket | None, outcome: Outcome) -> Done[Ticket]:
    return Done(
        kind=TICKET,
        before=before,
        after=outcome.ticket,
        events=outcome.events,
        entries=outcome.entries,
        row=_times(outcome.ticket),
    )


def _times(ticket: Ticket) -> Mapping[str, Any]:
    """Return when the clock changes a ticket next, and the time that presses next."""
    return {"tick_at": tick_at(ticket), "next_due_at": next_due_at(ticket)}


def _and_then(first: Outcome, second: Outcome) -> Outcome:
    return Outcome(
        ticket=second.ticket,
        events=(*first.events, *second.events),
        entries=(*first.entries, *second.entries),
    )


def _tell(message: str, about: str) -> Action:
    return Action(name="tell", by=CLOCK, fields={"message": message, "about": about})


def _deadline_of(ticket: Ticket) -> dict[str, str]:
    return {
        "no": ticket.no,
        "due_at": ticket.due_at.isoformat(),
        "yellow_at": ticket.yellow_at.isoformat(),
        "orange_at": ticket.orange_at.isoformat(),
    }


def _recompute(work: Work, before: Ticket) -> Done[Ticket]:
    """Count the provisional deadlines of a ticket again by the log."""
    run = run_of(timeline(work.session, TICKET.name, before.no))
    if run is None:
        return Done(kind=TICKET, before=before, after=before)
    charged = _charged(work.session, work.catalogue, before.no, work.now)
    outcome = recompute(before, run, charged, work.catalogue.rulebook, work.now)
    return Done(kind=TICKET, before=before, after=before) if outcome is None else _done(before, outcome)


def _parent(session: Session, child: Ticket, no: str) -> Ticket:
    row = session.execute(LOCK, {"wanted": no}).first()
    if row is None or row.parent or no == child.no:
        allowed = f"{child.no} can be merged only into another ticket that is no duplicate itself"
        raise BadFieldError("parent", no, allowed)
    if row.state in ("closed", "void"):
        raise BadFieldError(
            "parent", no, f"it is {row.state}; what comes again later is a repeat, not a duplicate"
        )
    if row.accepted_at is None and child.accepted_at is not None:
        raise BadFieldError("parent", no, "it is not accepted yet; accept it first, so that its clock runs")
    return fact_of(Ticket, row)


def _check_worker(session: Session, user: str) -> None:
    known = select(AccountRow.id).where(
        AccountRow.user == user, AccountRow.role == "worker", AccountRow.active
    )
    if session.scalar(known) is None:
        raise BadFieldError("worker", user, "give the account of an active grid worker")


def _check_cell(session: Session, code: str) -> None:
    if session.scalar(select(CellRow.id).where(CellRow.code == code)) is None:
        raise BadFieldError("cell", code, "give a code of /api/v1/cells")


def _children(session: Session, no: str) -> list[Ticket]:
    rows = session.execute(select(TABLE).where(TABLE.c.parent == no).order_by(TABLE.c.id).with_for_update())
    return [fact_of(Ticket, row) for row in rows]


def _charged(session: Session, catalogue: Catalogue, no: str, now: datetime) -> list[Charge]:
    """Return what was taken for being overdue, without what a recount gave back before.

    The entries are locked, so that an appeal decided at the same time comes wholly before or after.
    """
    mine = EntryRow.subject == no, EntryRow.kind == "overdue"
    session.execute(select(EntryRow.id).where(*mine).with_for_update())
    back = aliased(EntryRow)
    query = (
        select(EntryRow, AppealRow.state, back.id)
        .outerjoin(AppealRow, AppealRow.entry == EntryRow.id)
        .outerjoin(back, back.reverses == EntryRow.id)
        .where(*mine)
        .order_by(EntryRow.id)
    )
    taken = []
    for row, state, reversal in session.execute(query):
        plea = catalogue.appeals.plea(state) if state else ""
        if reversal is None or plea == "won":
            entry = fact_of(Entry, row)
            counts_at = counts_from(session, catalogue, entry, now)
            taken.append(Charge(number=row.id, entry=entry, counts_at=counts_at, plea=plea))
    return taken


TICKETS = Deeds(kind=TICKET, starts={NewTicket: file_ticket}, act=act_on_ticket)
