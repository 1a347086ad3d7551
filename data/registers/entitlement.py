"""What the registers tell of a person for policies: age, living state, household, and the assessment that counts."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import AssessmentRow, BillRow, ResidentRow, fact_of
from dispatch.money.bill import Bill, used_fen
from dispatch.money.eligibility import Policy, Profile
from dispatch.resident import Resident
from grid.registers import months_before


def profile_of(session: Session, resident: Resident, on: date, valid_months: int) -> Profile:
    """Return what policies ask of a person on a day.

    Parameters
    ----------
    session : Session
    resident : Resident
    on : date
    valid_months : int
        How long an assessment counts, from its day.
    """
    query = (
        select(AssessmentRow)
        .where(AssessmentRow.resident == resident.no, AssessmentRow.assessed_on <= on)
        .order_by(AssessmentRow.assessed_on.desc())
        .limit(1)
    )
    found = session.scalar(query)
    return Profile(
        on=on,
        area=resident.cell,
        age=None if resident.birth_year is None else on.year - resident.birth_year,
        kind=resident.kind,
        tags=frozenset(resident.tags),
        edition="" if found is None else found.edition,
        level=None if found is None else found.level,
        valid_until=None if found is None else months_after(found.assessed_on, valid_months),
    )


def months_after(day: date, months: int) -> date:
    """Return the day of the same number some months later, the last of a month that is too short."""
    return months_before(day, -months)


def quota_used(
    session: Session, resident: str, month: str, policies: Iterable[Policy], but: str = ""
) -> dict[str, int]:
    """Return by policy what a person used of a month's quota, in fen; ``but`` names a bill that is left out."""
    query = select(BillRow).where(BillRow.resident == resident, BillRow.month == month, BillRow.no != but)
    bills = [fact_of(Bill, row) for row in session.scalars(query)]
    return {policy.code: used_fen(bills, policy.code, month) for policy in policies}


def person(session: Session, no: str) -> Resident | None:
    """Return a person of the register, None for a number that nobody has."""
    row = session.scalar(select(ResidentRow).where(ResidentRow.no == no))
    return None if row is None else fact_of(Resident, row)
