"""What files tell of the care for people: assessments of elders."""

from datetime import date

from sqlalchemy import delete, insert

from data.exchange import Desks, Fields
from data.models import AssessmentRow
from dispatch.errors import BadFieldError


def past_day(fields: Fields, desks: Desks, name: str) -> date | None:
    """Give a field as a day that has come, None when empty.

    Raises
    ------
    BadFieldError
    """
    day = fields.day(name)
    if day is not None and day > desks.catalogue.rulebook.worktime.local(desks.now).date():
        raise BadFieldError(name, day.isoformat(), "this day is still to come")
    return day


def assessment_of(fields: Fields, desks: Desks, resident: str) -> dict[str, object] | None:
    """Read how able a resident was found, None when the row does not tell.

    Raises
    ------
    BadFieldError
        When edition or day are missing, or the edition has no such level.
    """
    if not fields.text("ability_level"):
        return None
    level, edition = fields.whole("ability_level", 0), fields.text("ability_edition", needed=True)
    desks.catalogue.rulebook.registers.elders.check(edition, level)
    day = past_day(fields, desks, "assessed_on")
    if day is None:
        raise BadFieldError("assessed_on", "", "tell the day of the assessment, such as 2026-11-18")
    return {"resident": resident, "assessed_on": day, "edition": edition, "level": level}


def keep_assessment(desks: Desks, found: dict[str, object]) -> None:
    """Add an assessment to those of earlier days; one of the same day is put right."""
    same_day = (
        AssessmentRow.resident == found["resident"],
        AssessmentRow.assessed_on == found["assessed_on"],
    )
    desks.session.execute(delete(AssessmentRow).where(*same_day))
    desks.session.execute(insert(AssessmentRow), [found])
