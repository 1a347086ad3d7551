"""What files tell of the care for people: assessments of elders, visits, devices."""

from sqlalchemy import delete, insert, select

from data.files.fields import IMPORTER, Desks, Fields, past_day, past_time
from data.models import AssessmentRow, DeviceRow, ResidentRow
from dispatch.errors import BadFieldError
from grid.home_visits import Told

YES = frozenset({"Y", "YES", "TRUE", "1", "是"})


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


def take_visit(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Take in a visit of however long ago, told by nobody but the file.

    Raises
    ------
    BadFieldError, MissingError
        Also for a visit that was taken in before with other content: the log is not rewritten.
    """
    if target:
        raise BadFieldError(
            "no", target, "this visit was taken in before with other content; visits are not rewritten"
        )
    placed = fields.text("lon") or fields.row.geometry is not None
    told = Told(
        resident=fields.text("resident"),
        household=fields.text("household"),
        visited_at=fields.time("visited_at"),
        finding=fields.text("finding", needed=True),
        note=fields.text("note"),
        confirmed=fields.text("confirmed").upper() in YES,
        at=fields.place() if placed else None,
        by=fields.text("worker"),
    )
    return str(desks.desk.visit(told, IMPORTER, desks.now, old=True).fact.no), ""


def take_device(fields: Fields, desks: Desks, target: str) -> tuple[str, str]:
    """Take in a device in the home of a registered resident; what its heartbeats told since stays.

    Raises
    ------
    BadFieldError
    """
    no = target or fields.text("no", needed=True)
    resident = fields.text("resident", needed=True)
    if desks.session.scalar(select(ResidentRow.id).where(ResidentRow.no == resident)) is None:
        raise BadFieldError(
            "resident", resident, "this resident is not registered; take the residents in first"
        )
    kind = desks.catalogue.rulebook.registers.devices.check_kind(fields.text("kind"))
    since, heard_at = past_time(fields, desks, "since"), past_time(fields, desks, "heard_at")
    row = desks.session.scalar(select(DeviceRow).where(DeviceRow.no == no))
    if row is None:
        row = DeviceRow(no=no, since=since or heard_at or desks.now, heard_at=heard_at)
        desks.session.add(row)
    row.kind, row.resident = kind, resident
    desks.session.flush()
    return no, ""
