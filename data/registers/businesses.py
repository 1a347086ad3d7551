"""All businesses of a person in the order of time, as far as the one who asks may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_, select
from sqlalchemy.orm import Session

from data.models import (
    AccountRow,
    AlarmRow,
    ContactRow,
    CounterSessionRow,
    HomeVisitRow,
    MatterRow,
    OrderRow,
    QuestionRow,
    TicketRow,
)
from data.queries.scope import seen
from data.store.kind import Kind
from data.store.kinds.alarms import ALARM
from data.store.kinds.cases import TICKET
from data.store.kinds.counter import COUNTER_SESSION
from data.store.kinds.intake import QUESTION
from data.store.kinds.matters import MATTER
from data.store.kinds.orders import ORDER
from data.store.kinds.people import VISIT
from dispatch.lifecycle import Actor
from grid.area import CodeScheme

Column = ColumnElement[Any] | Any
MOST = 200
PROXY = "proxy"
"""What a session at a counter is about where somebody acts for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose businesses: a resident of the register, numbers they called from, or both."""

    resident: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """One alarm, order, ticket, question, visit, matter or session at a counter: when it began, where it stands, and what it is about, as a code."""

    kind: str
    no: str
    at: datetime
    state: str
    what: str


def businesses(
    session: Session, whose: Whose, actor: Actor, scheme: CodeScheme, limit: int = MOST
) -> Sequence[Business]:
    """List the businesses of a person that the actor may see, the latest first; empty for a person without any."""
    own = whose.resident
    users = select(AccountRow.user).where(AccountRow.resident == own)
    named = select(ContactRow.subject).where(ContactRow.phone.in_(whose.phones))
    parts: tuple[tuple[Kind[Any], Sequence[Column], ColumnElement[bool]], ...] = (
        (
            ALARM,
            (AlarmRow.no, AlarmRow.raised_at, AlarmRow.state, AlarmRow.cause),
            (AlarmRow.resident == own) & ~AlarmRow.drill,
        ),
        (ORDER, (OrderRow.no, OrderRow.created_at, OrderRow.state, OrderRow.item), OrderRow.resident == own),
        (
            TICKET,
            (TicketRow.no, TicketRow.reported_at, TicketRow.state, TicketRow.category),
            TicketRow.reporter.in_(users),
        ),
        (
            QUESTION,
            (QuestionRow.no, QuestionRow.asked_at, QuestionRow.state, literal("")),
            QuestionRow.resident == own,
        ),
        (
            VISIT,
            (HomeVisitRow.no, HomeVisitRow.visited_at, literal(""), HomeVisitRow.finding),
            HomeVisitRow.resident == own,
        ),
        (
            MATTER,
            (MatterRow.no, MatterRow.begun_at, MatterRow.state, MatterRow.kind),
            MatterRow.applicant == own,
        ),
        (COUNTER_SESSION, _session_columns(), CounterSessionRow.resident == own),
    )
    found: list[Business] = []
    for kind, columns, theirs in parts:
        no, at = columns[:2]
        mine = or_(theirs, no.in_(named)) if own else no.in_(named)
        query = select(*columns).where(seen(kind, actor, scheme), mine).order_by(at.desc()).limit(limit)
        found += [
            Business(kind=kind.name, no=row[0], at=row[1], state=row[2], what=row[3])
            for row in session.execute(query)
        ]
    return sorted(found, key=lambda one: (one.at, one.no), reverse=True)[:limit]


def _session_columns() -> Sequence[Column]:
    row = CounterSessionRow
    proxied = case((or_(row.agent != "", row.relation != "self"), PROXY), else_="")
    return row.no, row.opened_at, row.state, proxied
