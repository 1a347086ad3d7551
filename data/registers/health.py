"""What was measured of a person and what follows from it, read by those who may."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import ChronicCaseRow, HealthResultRow, HomeVisitRow, ResidentRow, fact_of
from data.store.kinds.health import CHRONIC_CASE, HEALTH_RESULT
from dispatch.health.chronic import ChronicCase, ChronicRules
from dispatch.health.result import HealthResult
from dispatch.resident import Resident


def results_of(session: Session, resident: str) -> list[HealthResult]:
    """List the results of a resident, those that were struck too, the latest first."""
    query = select(HealthResultRow).where(HealthResultRow.resident == resident)
    query = query.order_by(HealthResultRow.taken_at.desc(), HealthResultRow.id.desc())
    return [fact_of(HealthResult, row) for row in session.scalars(query)]


def result_of(session: Session, resident: str, no: str) -> HealthResult:
    """Give one result of a resident.

    Raises
    ------
    MissingError
        When the resident has none of this number.
    """
    query = select(HealthResultRow).where(HealthResultRow.no == no, HealthResultRow.resident == resident)
    row = session.scalar(query)
    if row is None:
        raise MissingError(f"{HEALTH_RESULT.name} {no} does not exist or is outside your area")
    return fact_of(HealthResult, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCase:
    """A case whose follow-up is due, and of whom."""

    case: ChronicCase
    resident: Resident


def cases_of(session: Session, resident: str) -> list[ChronicCase]:
    """List the chronic cases of a resident, those that were closed too, the latest first."""
    query = select(ChronicCaseRow).where(ChronicCaseRow.resident == resident)
    return [fact_of(ChronicCase, row) for row in session.scalars(query.order_by(ChronicCaseRow.id.desc()))]


def case_of(session: Session, resident: str, no: str) -> ChronicCase:
    """Give one case of a resident.

    Raises
    ------
    MissingError
        When the resident has none of this number.
    """
    query = select(ChronicCaseRow).where(ChronicCaseRow.no == no, ChronicCaseRow.resident == resident)
    row = session.scalar(query)
    if row is None:
        raise MissingError(f"{CHRONIC_CASE.name} {no} does not exist or is outside your area")
    return fact_of(ChronicCase, row)


def due_cases(
    session: Session, rules: ChronicRules, today: date, prefix: str, limit: int, *, missed: bool = False
) -> tuple[list[DueCase], int]:
    """List the cases whose follow-up is due of people of an area.

    Parameters
    ----------
    session : Session
    rules : ChronicRules
        Say when a follow-up is missed.
    today : date
        In the district's zone.
    prefix : str
        What codes of the area begin with; empty for all.
    limit : int
        Of the list; the count has none.
    missed : bool
        Only those past their days of grace.

    Returns
    -------
    (list of DueCase, int)
        Those that wait longest, at most so many, and how many there are.
    """
    case, due = ChronicCaseRow, ChronicCaseRow.next_on <= today
    if missed:
        after = [
            (case.condition == rule.code) & (case.next_on < today - timedelta(days=rule.grace_days))
            for rule in rules.conditions.values()
        ]
        due = or_(false(), *after)
    here = (
        (ResidentRow.no == case.resident)
        & ResidentRow.cell.startswith(prefix)
        & ResidentRow.ended_on.is_(None)
    )
    wanted = (case.state == "open", due, here)
    total = session.scalar(select(func.count(case.id)).where(*wanted)) or 0
    rows = session.execute(
        select(case, ResidentRow).where(*wanted).order_by(case.next_on, case.id).limit(limit)
    )
    found = [DueCase(case=fact_of(ChronicCase, c), resident=fact_of(Resident, r)) for c, r in rows]
    return found, total


def missed_homes(
    session: Session, rules: ChronicRules, zone: ZoneInfo, today: date, prefix: str, limit: int
) -> list[str]:
    """List the residents whose follow-up was missed and whom no visit has found since it was due.

    Parameters
    ----------
    session : Session
    rules : ChronicRules
        Say when a follow-up is missed.
    zone : ZoneInfo
        The district's.
    today : date
        In that zone.
    prefix : str
        What codes of the area begin with.
    limit : int
        Of the cases that are looked at, those that wait longest.

    Returns
    -------
    list of str
        Numbers of residents, each once.
    """
    found, _ = due_cases(session, rules, today, prefix, limit, missed=True)
    since = {one.resident.no: one.case.next_on for one in reversed(found)}
    row = HomeVisitRow
    latest = select(row.resident, func.max(row.visited_at)).where(row.counts, row.resident.in_(since))
    seen = {no: at.astimezone(zone).date() for no, at in session.execute(latest.group_by(row.resident))}
    return [
        no for no in dict.fromkeys(one.resident.no for one in found) if seen.get(no, date.min) < since[no]
    ]
