"""The tickets and ratings of a period that figures count, inside an area or of a department; the lists behind them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from data.figures.histories import Chronicle
from data.figures.ratings import ticket_ratings
from data.models import EntryRow, TicketRow, fact_of
from data.queries.paging import Ask, Page, numbered, turn
from data.queries.tickets import SORTS, CellCount
from grid.figures.facts import Facts
from grid.figures.rates import OF_DUE
from grid.period import Period
from grid.rulebook import Rulebook
from grid.scores.scoring import Entry
from grid.tickets.history import History
from grid.tickets.ticket import Ticket

MOST_PLACES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which tickets are counted: codes of cells that begin so, of a department, nature, category, some numbers; all when empty.

    ``only`` is None where no numbers are asked for.
    """

    prefix: str = ""
    department: str = ""
    nature: str = ""
    category: str = ""
    only: frozenset[str] | None = None

    def holds(self, ticket: History) -> bool:
        """Tell whether a ticket is among them, by its department at that time."""
        return (
            ticket.cell.startswith(self.prefix)
            and self.department in ("", ticket.department)
            and self.nature in ("", ticket.nature)
            and self.category in ("", ticket.category)
            and (self.only is None or ticket.no in self.only)
        )

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions on the rows of tickets, by their department now; those of ``only`` are not among them."""
        given = [within(self.prefix)] if self.prefix else []
        if self.department:
            given.append(TicketRow.department == self.department)
        if self.nature:
            given.append(TicketRow.nature == self.nature)
        if self.category:
            given.append(TicketRow.category == self.category)
        return given


def collect_tickets(
    session: Session, rulebook: Rulebook, chronicle: Chronicle, period: Period, where: Where
) -> Facts:
    """Read the tickets and ratings of a period as they stood at its end; nothing else of `Facts` is filled."""
    tickets = [t for t in chronicle.histories(session, period, where.prefix) if where.holds(t)]
    conditions = where.conditions()
    what = f"ratings of tickets of {where.prefix}/{where.department}/{where.nature}/{where.category}"
    ratings = chronicle.remembered(
        session, what, period, lambda: ticket_ratings(session, period, *conditions)
    )
    if where.only is not None:
        ratings = [r for r in ratings if r.no in where.only]
    return Facts(start=period.start, end=period.end, rulebook=rulebook, tickets=tickets, ratings=ratings)


def within(prefix: str) -> ColumnElement[bool]:
    """Give the condition that a ticket lies where cell codes begin so; the empty prefix is everywhere."""
    return TicketRow.cell.startswith(prefix)


def list_numbers(session: Session, scope: ColumnElement[bool]) -> frozenset[str]:
    """List the numbers of the tickets inside a scope."""
    return frozenset(session.scalars(select(TicketRow.no).where(scope)))


def narrowed(state: str, number: str) -> ColumnElement[bool]:
    """Give the condition that a ticket is in a state now and its number holds some text; any for empty ones."""
    given = [TicketRow.state == state] if state else []
    if number:
        given.append(TicketRow.no.icontains(number, autoescape=True))
    return and_(true(), *given)


def count_set(session: Session, scope: ColumnElement[bool], numbers: Collection[str]) -> int:
    """Count the tickets of some numbers inside a scope; 0 for none."""
    query = select(func.count()).select_from(TicketRow).where(scope, numbered(session, TicketRow.no, numbers))
    return session.scalar(query) or 0


def list_set(
    session: Session, scope: ColumnElement[bool], numbers: Collection[str], ask: Ask
) -> Page[Ticket]:
    """List the tickets behind a number as they are now, page by page, without those outside a scope."""
    query = select(TicketRow).where(scope, numbered(session, TicketRow.no, numbers))
    return turn(session, query, ask, SORTS, TicketRow.id, lambda row: fact_of(Ticket, row))


def count_categories(facts: Facts, among: Collection[str], most: int) -> list[tuple[str, int, int]]:
    """Count the cases of some categories that were reported, and those open at the end; the most frequent first."""
    counted, still = (
        Counter(t.category for t in tickets if t.category in among)
        for tickets in (_reported(facts), facts.open_at_end)
    )
    order = sorted(counted, key=lambda category: (-counted[category], category))
    return [(category, counted[category], still[category]) for category in order[:most]]


def _reported(facts: Facts) -> list[History]:
    return [t for t in facts.tickets if facts.inside(t.reported_at)]


def ledger(session: Session, period: Period, where: Where, unit: str = "") -> list[Entry]:
    """Read the entries of a period whose tickets lie inside an area, of one unit or of all, oldest first."""
    query = (
        select(EntryRow)
        .join(TicketRow, TicketRow.no == EntryRow.subject)
        .where(EntryRow.at >= period.start, EntryRow.at < period.end, within(where.prefix))
        .order_by(EntryRow.at, EntryRow.id)
    )
    if unit:
        query = query.where(EntryRow.unit == unit)
    return [fact_of(Entry, row) for row in session.scalars(query)]


def daily_on_time(facts: Facts, zone: ZoneInfo) -> list[tuple[date, int, int]]:
    """Count by local day of the deadline the cases due and those handled on time; days without cases are left out."""
    on_time = OF_DUE["handled_on_time"]
    counted = Counter((t.due_at.astimezone(zone).date(), on_time(t)) for t in facts.due)
    days = sorted({day for day, _ in counted})
    return [(day, counted[day, True] + counted[day, False], counted[day, True]) for day in days]


def cell_figures(facts: Facts) -> list[CellCount]:
    """Count by cell the tickets reported in a period, open and overdue at its end; cells without any are left out."""
    groups = (_reported(facts), facts.open_at_end, facts.overdue)
    total, still, late = (Counter(t.cell for t in group) for group in groups)
    return [CellCount(cell=c, total=total[c], open=still[c], overdue=late[c]) for c in sorted(total | still)]


def places(session: Session, scope: ColumnElement[bool], numbers: Sequence[str]) -> NDArray[np.float64]:
    """Give longitude and latitude of tickets inside a scope, newest first, at most 20,000.

    Returns
    -------
    ndarray of float, shape (tickets, 2)
        Degrees; (0, 2) when there are none.
    """
    query = select(TicketRow.lon, TicketRow.lat).where(scope, numbered(session, TicketRow.no, numbers))
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(MOST_PLACES)).all()
    return np.array([(r.lon, r.lat) for r in rows], np.float64).reshape(-1, 2)


def frequent_categories(
    session: Session, base: Sequence[ColumnElement[bool]], since: datetime, most: int
) -> list[str]:
    """Give the categories reported most often since a time, the most frequent first."""
    query = (
        select(TicketRow.category)
        .where(TicketRow.reported_at >= since, *base)
        .group_by(TicketRow.category)
        .order_by(func.count().desc(), TicketRow.category)
        .limit(most)
    )
    return list(session.scalars(query))
