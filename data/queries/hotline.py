"""Cases of outside lines: which ticket each became, and which changed since a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import EventRow, ImportRow, TicketRow, fact_of
from grid.ticket import Ticket

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a report came from: a line, its number there, and the hash of what it said."""

    line: str
    number: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket under its outside number; ``changed_at`` is its last event, the clock's own left out."""

    number: str
    content_hash: str
    ticket: Ticket
    changed_at: datetime


def import_values(origin: Origin, no: str) -> dict[str, str]:
    """Give the row of an origin among the imports, without its time."""
    return {
        "kind": _kind(origin.line), "key": origin.number, "row_hash": origin.content_hash, "target": no,
    }  # fmt: skip


def _kind(line: str) -> str:
    return f"line {line}"


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
    changed = select(EventRow.aggregate).where(
        EventRow.kind == "ticket", EventRow.at >= since, EventRow.name != "tick"
    )
    return _cases(session, line, TicketRow.no.in_(changed))


def _cases(session: Session, line: str, condition: ColumnElement[bool]) -> list[Case]:
    changed_at = (
        select(func.max(EventRow.at))
        .where(EventRow.kind == "ticket", EventRow.aggregate == TicketRow.no, EventRow.name != "tick")
        .scalar_subquery()
    )
    query = (
        select(ImportRow, TicketRow, changed_at)
        .join(TicketRow, TicketRow.no == ImportRow.target)
        .where(ImportRow.kind == _kind(line), condition)
        .order_by(changed_at, TicketRow.id)
        .limit(MOST)
    )
    return [
        Case(number=kept.key, content_hash=kept.row_hash, ticket=fact_of(Ticket, row), changed_at=at)
        for kept, row, at in session.execute(query)
    ]
