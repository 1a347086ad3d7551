"""The desk's part for tickets: lock, decide, keep."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, aliased

from data.desk.appeals import counts_from
from data.desk.signs import note_uses, signs
from data.errors import MissingError
from data.models import (
    AccountRow,
    AppealRow,
    CellRow,
    EntryRow,
    FollowKeyRow,
    TicketRow,
    columns_of,
    fact_of,
    table_of,
)
from data.queries.tickets import timeline
from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from grid.plain import pack
from grid.scores.scoring import Entry
from grid.tickets import ticket as tickets
from grid.tickets.recompute import Charge, recompute, run_of
from grid.tickets.ticket import Outcome, Report, Ticket, next_due_at, tick_at

Decided: TypeAlias = tuple[Ticket, Outcome]
CLOCK = Actor(user="clock", role="clock")
TICKETS = table_of(TicketRow)
LOCK = select(TICKETS).where(TICKETS.c.no == bindparam("wanted")).with_for_update()
KEEP = update(TICKETS).where(TICKETS.c.no == bindparam("wanted"))


def file_ticket(
    session: Session, catalogue: Catalogue, new: Report, by: Actor, now: datetime, key: str = ""
) -> Outcome:
    """Decide and keep a new ticket; of a ``key`` to follow it by only the hash is kept.

    Raises
    ------
    UnknownCategoryError, BadFieldError
    """
    outcome = tickets.report(new, by, catalogue.rulebook, now)
    session.execute(insert(TICKETS), _values(outcome.ticket))
    note_uses(session, new.no, new.photos, by.user, now)
    if key:
        session.execute(insert(FollowKeyRow), {"no": new.no, "key_hash": key_hash(key)})
    return outcome


def act_on_ticket(
    session: Session, catalogue: Catalogue, no: str, action: Action, now: datetime
) -> list[Decided]:
    """Decide and keep one action on a ticket, and what it does to others.

    A duplicate's parent takes it in; its reporter is told so, and is told again when the parent is closed.

    Returns
    -------
    list of (Ticket, Outcome)
        As it was and what became of it: of the ticket first, then of the others.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = _locked(session, no)

    def decide(ticket: Ticket, taken: Action) -> Outcome:
        outcome = tickets.act(ticket, taken, catalogue.rulebook, now)
        if found := signs(session, catalogue, outcome.ticket, taken):
            doubt = Action(name="doubt", by=CLOCK, fields={"doubts": [pack(one) for one in found]})
            outcome = _and_then(outcome, tickets.act(outcome.ticket, doubt, catalogue.rulebook, now))
        note_uses(session, ticket.no, taken.fields.get("evidence") or (), taken.by.user, now)
        _keep(session, outcome.ticket)
        return outcome

    if action.name == "merge" and action.fields.get("parent"):
        parent = _parent(session, before, str(action.fields["parent"]))
        merged = decide(before, action)
        merged = _and_then(merged, decide(merged.ticket, _tell("merged", parent.no)))
        taken_in = decide(parent, replace(action, name="absorb", fields={"child": _deadline_of(before)}))
        taken_in = _and_then(taken_in, decide(taken_in.ticket, _tell("absorbed", no)))
        return [(before, merged), (parent, taken_in)]
    if action.name == "visit":
        _check_worker(session, str(action.fields.get("worker", "")))
    if action.name == "move_cell":
        _check_cell(session, str(action.fields.get("cell", "")))
    decided = [(before, decide(before, action))]
    if decided[0][1].ticket.state == "closed" != before.state:
        decided += [(child, decide(child, _tell("closed", no))) for child in _children(session, no)]
    return decided


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


def recompute_ticket(
    session: Session, catalogue: Catalogue, no: str, now: datetime
) -> tuple[Ticket, Outcome | None]:
    """Count the provisional deadlines of a ticket again by the log; gives it as it was and what became of it.

    Raises
    ------
    MissingError
        When there is no such number.
    """
    before = _locked(session, no)
    run = run_of(timeline(session, "ticket", no))
    if run is None:
        return before, None
    charged = _charged(session, catalogue, no, now)
    outcome = recompute(before, run, charged, catalogue.rulebook, now)
    if outcome is not None:
        _keep(session, outcome.ticket)
    return before, outcome


def key_hash(key: str) -> str:
    """Hash the key with which a reporter follows a ticket."""
    return hashlib.sha256(key.encode()).hexdigest()


def may_follow(session: Session, no: str, key: str) -> bool:
    """Tell whether a key opens the dialogue of a ticket."""
    kept = session.scalar(select(FollowKeyRow.key_hash).where(FollowKeyRow.no == no))
    return kept is not None and hmac.compare_digest(kept, key_hash(key))


def _locked(session: Session, no: str) -> Ticket:
    row = session.execute(LOCK, {"wanted": no}).first()
    if row is None:
        raise MissingError(f"ticket {no} does not exist")
    return fact_of(Ticket, row)


def _keep(session: Session, ticket: Ticket) -> None:
    session.execute(KEEP, {"wanted": ticket.no, **_values(ticket)})


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
    rows = session.execute(
        select(TICKETS).where(TICKETS.c.parent == no).order_by(TICKETS.c.id).with_for_update()
    )
    return [fact_of(Ticket, row) for row in rows]


def _values(ticket: Ticket) -> dict[str, Any]:
    return {**columns_of(ticket), "tick_at": tick_at(ticket), "next_due_at": next_due_at(ticket)}


def _charged(session: Session, catalogue: Catalogue, no: str, now: datetime) -> list[Charge]:
    """Give what was taken for being overdue, without what a recount gave back before.

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
