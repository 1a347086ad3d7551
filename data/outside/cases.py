"""Cases of outside lines: which ticket each became, what was handed to a line, and which changed since a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import ContactRow, EventRow, ImportRow, TicketRow, fact_of
from data.store.origins import origin_kind
from dispatch.resident import Contact
from grid.tickets.ticket import Ticket

MOST = 500
TOLD = (EventRow.kind == "ticket") & (EventRow.name != "tick")
CHANGED_AT = select(func.max(EventRow.at)).where(TOLD, EventRow.aggregate == TicketRow.no).scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket under its outside number; ``changed_at`` is its last event, the clock's own left out."""

    number: str
    content_hash: str
    ticket: Ticket
    changed_at: datetime


def known_case(session: Session, line: str, number: str) -> Case | None:
    """Give the case of a number, None when the line has not handed it over."""
    found = _cases(session, line, ImportRow.key == number)
    return found[0] if found else None


def case_for(session: Session, line: str, number: str) -> Case:
    """Give the case of a number.

    Raises
    ------
    MissingError
    """
    found = known_case(session, line, number)
    if found is None:
        raise MissingError(f"case {number} was not handed over by this line")
    return found


def changed_cases(session: Session, line: str, since: datetime) -> list[Case]:
    """Give the cases to which something happened at a time or after it, the longest ago first, at most 500."""
    return _cases(session, line, _changed(since))


def _changed(since: datetime) -> ColumnElement[bool]:
    """Give the condition that something happened to a ticket at a time or after it."""
    return TicketRow.no.in_(select(EventRow.aggregate).where(TOLD, EventRow.at >= since))


def _cases(session: Session, line: str, condition: ColumnElement[bool]) -> list[Case]:
    query = (
        select(ImportRow, TicketRow, CHANGED_AT)
        .join(TicketRow, TicketRow.no == ImportRow.target)
        .where(ImportRow.kind == origin_kind(line), condition)
        .order_by(CHANGED_AT, TicketRow.id)
        .limit(MOST)
    )
    return [
        Case(number=kept.key, content_hash=kept.row_hash, ticket=fact_of(Ticket, row), changed_at=at)
        for kept, row, at in session.execute(query)
    ]


def handed_to(line: str) -> ColumnElement[bool]:
    """Give the condition that a ticket is or was with a line."""
    return cast(TicketRow.handovers, String).contains(f'"line": "{line}"', autoescape=True)


def handed_tickets(
    session: Session, line: str, since: datetime | None = None
) -> list[tuple[Ticket, datetime]]:
    """Give what a line holds, or with a time what of its tickets changed since then, the longest ago first, at most 500.

    Returns
    -------
    list of (Ticket, datetime)
        Each with the time of its last event.
    """
    wanted = TicketRow.holder == line if since is None else handed_to(line) & _changed(since)
    query = select(TicketRow, CHANGED_AT).where(wanted).order_by(CHANGED_AT, TicketRow.id).limit(MOST)
    return [(fact_of(Ticket, row), at) for row, at in session.execute(query)]


def handed_ticket(session: Session, line: str, no: str) -> Ticket:
    """Give a ticket that is or was with a line.

    Raises
    ------
    MissingError
    """
    row = session.scalar(select(TicketRow).where(TicketRow.no == no, handed_to(line)))
    if row is None:
        raise MissingError(f"ticket {no} was not handed to this line")
    return fact_of(Ticket, row)


def contact_of(session: Session, no: str) -> Contact | None:
    """Give how to reach the reporter of a ticket, None when nobody said."""
    row = session.scalar(select(ContactRow).where(ContactRow.subject == no))
    return None if row is None else fact_of(Contact, row)
