"""The desk's part for tickets: lock, decide, keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.appeals import counts_from
from data.errors import MissingError
from data.models import AppealRow, EntryRow, TicketRow, columns_of, fact_of, table_of
from data.queries.tickets import timeline
from data.rules import Catalogue
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor, Event
from grid import ticket as tickets
from grid.recompute import recompute, run_of
from grid.scoring import Entry
from grid.ticket import Outcome, Report, Ticket, next_due_at, tick_at

TICKETS = table_of(TicketRow)
LOCK = select(TICKETS).where(TICKETS.c.no == bindparam("wanted")).with_for_update()
KEEP = update(TICKETS).where(TICKETS.c.no == bindparam("wanted"))


def file_ticket(session: Session, catalogue: Catalogue, new: Report, by: Actor, now: datetime) -> Outcome:
    """Decide and keep a new ticket.

    Raises
    ------
    UnknownCategoryError, BadFieldError
    """
    outcome = tickets.report(new, by, catalogue.rulebook, now)
    session.execute(insert(TICKETS), _values(outcome.ticket))
    return outcome


def act_on_ticket(
    session: Session, catalogue: Catalogue, no: str, action: Action, now: datetime
) -> tuple[Ticket, Outcome]:
    """Decide and keep one action on a ticket; gives it as it was and what became of it.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = _locked(session, no)
    if parent := action.fields.get("parent"):
        _check_parent(session, no, str(parent))
    outcome = tickets.act(before, action, catalogue.rulebook, now)
    _keep(session, outcome.ticket)
    return before, outcome


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
    steps = timeline(session, "ticket", no)
    run = run_of(Event(name=s.name, at=s.at, by=s.by, role=s.role, payload=s.payload) for s in steps)
    if run is None:
        return before, None
    charged = _charged(session, catalogue, no, now)
    outcome = recompute(before, run, charged, catalogue.rulebook, now)
    if outcome is not None:
        _keep(session, outcome.ticket)
    return before, outcome


def _locked(session: Session, no: str) -> Ticket:
    row = session.execute(LOCK, {"wanted": no}).first()
    if row is None:
        raise MissingError(f"ticket {no} does not exist")
    return fact_of(Ticket, row)


def _keep(session: Session, ticket: Ticket) -> None:
    session.execute(KEEP, {"wanted": ticket.no, **_values(ticket)})


def _check_parent(session: Session, no: str, parent: str) -> None:
    row = session.execute(LOCK, {"wanted": parent}).first()
    if row is None or row.parent:
        raise BadFieldError(
            "parent", parent, f"{no} can be merged only into a ticket that is no duplicate itself"
        )


def _values(ticket: Ticket) -> dict[str, Any]:
    return {**columns_of(ticket), "tick_at": tick_at(ticket), "next_due_at": next_due_at(ticket)}


def _charged(session: Session, catalogue: Catalogue, no: str, now: datetime) -> list[tuple[Entry, datetime]]:
    """Give what was taken for being overdue, each with the time a reversal counts from.

    What was appealed against is left to the appeal; what was given back before is left out.
    """
    mine = select(EntryRow).where(EntryRow.subject == no).order_by(EntryRow.id)
    entries = [(row.id, fact_of(Entry, row)) for row in session.scalars(mine)]
    appealed = set(session.scalars(select(AppealRow.entry).where(AppealRow.subject == no)))
    back = [(e.step, e.points_centi) for _, e in entries if e.kind == "reversal"]
    taken = []
    for number, entry in entries:
        if entry.kind != "overdue" or number in appealed:
            continue
        if (entry.step, -entry.points_centi) in back:
            back.remove((entry.step, -entry.points_centi))
            continue
        taken.append((entry, counts_from(session, catalogue, entry, now)))
    return taken
