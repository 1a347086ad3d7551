"""Sessions at counters by scope and time, and how it stands with what they took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.models import ContactRow, CounterSessionRow, OrderRow, QuestionRow, ResidentRow, TicketRow, fact_of
from dispatch.counter import CounterSession
from dispatch.orders.order import Order
from dispatch.questions import Question
from dispatch.resident import Contact
from grid.tickets.ticket import Ticket

MOST = 500
TakenFact = Ticket | Order | Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who stands behind a session: the person it is for, and who came in their place; None for not known."""

    person: Contact | None = None
    came: Contact | None = None


def sessions_since(
    session: Session, scope: ColumnElement[bool], since: datetime, station: str = ""
) -> list[CounterSession]:
    """List sessions inside a scope that were opened since a time or are open, the latest first, at most 500; of a station when one is named."""
    row = CounterSessionRow
    query = select(row).where(scope, or_(row.opened_at >= since, row.state == "open"))
    if station:
        query = query.where(row.station == station)
    found = session.scalars(query.order_by(row.opened_at.desc(), row.id.desc()).limit(MOST))
    return [fact_of(CounterSession, one) for one in found]


def taken_by(session: Session, sessions: Iterable[CounterSession]) -> Mapping[str, TakenFact]:
    """Read the tickets, orders and questions of sessions, by their numbers."""
    numbers = [item.no for one in sessions for item in one.items]
    tickets = session.scalars(select(TicketRow).where(TicketRow.no.in_(numbers)))
    orders = session.scalars(select(OrderRow).where(OrderRow.no.in_(numbers)))
    questions = session.scalars(select(QuestionRow).where(QuestionRow.no.in_(numbers)))
    return (
        {row.no: fact_of(Ticket, row) for row in tickets}
        | {row.no: fact_of(Order, row) for row in orders}
        | {row.no: fact_of(Question, row) for row in questions}
    )


def parties_of(session: Session, sessions: Sequence[CounterSession]) -> Mapping[str, Party]:
    """Read who stands behind sessions, by their numbers; the person is of the register, else of the contacts."""
    residents = {one.resident for one in sessions if one.resident}
    people = {
        row.no: Contact(name=row.name, phone=row.phone, address=row.address)
        for row in session.scalars(select(ResidentRow).where(ResidentRow.no.in_(residents)))
    }
    subjects = {no for one in sessions for no in (one.no, *(item.no for item in one.items))}
    contacts = {
        row.subject: fact_of(Contact, row)
        for row in session.scalars(select(ContactRow).where(ContactRow.subject.in_(subjects)))
    }
    return {one.no: _party(one, people, contacts) for one in sessions}


def _party(one: CounterSession, people: Mapping[str, Contact], contacts: Mapping[str, Contact]) -> Party:
    came = contacts.get(one.no) if one.relation != "self" else None
    person = people.get(one.resident)
    if person is None:
        mine = [contacts[no] for no in _subjects(one) if no in contacts]
        person = mine[0] if mine else None
    return Party(person=person, came=came)


def _subjects(one: CounterSession) -> tuple[str, ...]:
    """Name what the contact of the person may stand beside; the session's own is that of who came in their place."""
    items = tuple(item.no for item in one.items)
    return (one.no, *items) if one.relation == "self" else items
