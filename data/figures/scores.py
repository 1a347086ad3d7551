"""Scores from the ledger: entries of a period, and the one ranking of departments."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.figures.sets import Where, ledger
from data.models import EntryRow, TicketRow, fact_of
from grid.figures.facts import Facts
from grid.figures.league import LeagueRow, count_tallies, table
from grid.period import Period
from grid.scores.appraisal import AppraisalRules
from grid.scores.scoring import Entry


def in_part(subject: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """Give the condition that what an entry or appeal is about lies where codes begin with a prefix; all for none."""
    if not prefix:
        return true()
    return subject.in_(select(TicketRow.no).where(TicketRow.cell.startswith(prefix)))


def entries(session: Session, period: Period, unit: str = "", prefix: str = "") -> list[Entry]:
    """Read the ledger entries of a period [start, end), of one unit or of all, of a part of the district or of it all."""
    query = select(EntryRow).where(EntryRow.at >= period.start, EntryRow.at < period.end)
    if unit:
        query = query.where(EntryRow.unit == unit)
    if prefix:
        query = query.where(in_part(EntryRow.subject, prefix))
    query = query.order_by(EntryRow.at, EntryRow.id)
    return [fact_of(Entry, row) for row in session.scalars(query)]


def rank_departments(
    session: Session, facts: Facts, rules: AppraisalRules, prefix: str = ""
) -> list[LeagueRow]:
    """Rank departments by what the ledger leaves of the base; those with too few cases come last, unranked.

    Parameters
    ----------
    session : Session
    facts : Facts
        Tickets of the area, of all departments.
    rules : AppraisalRules
        Say how many cases points are counted by, and which number of cases is not ranked.
    prefix : str
        What codes of cells of the area begin with.

    Returns
    -------
    list of LeagueRow
        Empty without cases due and entries.
    """
    period = Period(start=facts.start, end=facts.end)
    found = ledger(session, period, Where(prefix=prefix))
    return table(count_tallies(facts.due), found, rules.least_cases, rules.per_cases)
