"""Elders and the special among them: conditions over the register, visits and assessments."""

from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    cast,
    false,
    func,
    or_,
    select,
)

from data.models import (
    AssessmentRow,
    HomeVisitRow,
    ResidentRow,
)
from grid.period import Period
from grid.registers import Edition, months_before
from grid.rulebook import Rulebook

ELDER, OLD = 60, 80  # years
MOMENT = timedelta(microseconds=1)


def tagged(names: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the condition that a resident has one of some tags; false for no tags."""
    tags = cast(ResidentRow.tags, String)
    return or_(false(), *(tags.contains(f'"{name}"', autoescape=True) for name in names))


def registered(on: date) -> ColumnElement[bool]:
    """Give the condition that the record of a resident holds on a day: it has not ended before."""
    return or_(ResidentRow.ended_on.is_(None), ResidentRow.ended_on >= on)


def last_day(rulebook: Rulebook, period: Period) -> date:
    """Give the last day of a period in the district's zone."""
    return rulebook.worktime.local(period.end - MOMENT).date()


def special(rulebook: Rulebook, period: Period, assessed: Subquery) -> ColumnElement[bool]:
    """Give the condition of a special elder, to be visited every month; ``assessed`` is joined from outside."""
    rules = rulebook.registers.elders
    disabled = or_(false(), *(disabled_by(edition, assessed) for edition in rules.editions.values()))
    why = (
        or_(tagged(rules.special_tags), disabled)
        if rules.special_when_disabled
        else tagged(rules.special_tags)
    )
    return and_(ResidentRow.birth_year <= period.end.year - ELDER, why)


def disabled_by(edition: Edition, assessed: Subquery) -> ColumnElement[bool]:
    """Give the condition of moderate or worse disability by one edition."""
    return and_(assessed.c.edition == edition.name, assessed.c.level >= edition.moderate)


def seen_residents(period: Period) -> Subquery:
    """Select the residents that a visit of the period found, each once."""
    row = HomeVisitRow
    within = row.counts, row.resident != "", row.visited_at >= period.start, row.visited_at < period.end
    return select(row.resident).where(*within).distinct().subquery()


def last_assessments(rulebook: Rulebook, period: Period) -> Subquery:
    """Select the last valid assessment of each resident at the end of a period: resident, edition, level."""
    until = last_day(rulebook, period)
    row, rules = AssessmentRow, rulebook.registers.elders
    latest = func.row_number().over(partition_by=row.resident, order_by=row.assessed_on.desc())
    within = (
        row.assessed_on <= until,
        row.assessed_on > months_before(until, rules.valid_months),
    )
    ranked = select(row.resident, row.edition, row.level, latest.label("latest")).where(*within).subquery()
    return select(ranked.c.resident, ranked.c.edition, ranked.c.level).where(ranked.c.latest == 1).subquery()
