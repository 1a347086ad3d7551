"""What was measured of a person, read by those who may."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import HealthResultRow, fact_of
from data.store.kinds.health import HEALTH_RESULT
from dispatch.health.result import HealthResult


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
