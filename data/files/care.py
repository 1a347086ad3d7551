"""What files tell of the care for people: assessments of elders, visits, devices."""

from dataclasses import replace
from typing import Any

from data.desk.devices import PutDevice
from data.desk.residents import Ability
from data.desk.visits import NewVisit
from data.files.fields import IMPORTER, Desks, Fields, Taken, known, past_day, past_time
from data.store.kinds.alarms import DEVICE
from dispatch.alarms.device import AlarmDevice
from dispatch.errors import BadFieldError
from grid.home_visits import Told


def ability_of(fields: Fields, desks: Desks) -> Ability | None:
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
    return Ability(assessed_on=day, edition=edition, level=level)


def take_visit(fields: Fields, desks: Desks, target: str) -> Taken:
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
    told = Told(
        resident=fields.text("resident"),
        household=fields.text("household"),
        visited_at=fields.time("visited_at"),
        finding=fields.text("finding", needed=True),
        note=fields.text("note"),
        confirmed=fields.yes("confirmed"),
        at=fields.place() if fields.placed else None,
        by=fields.text("worker"),
    )
    done = desks.desk.start(NewVisit(told=told, old=True), IMPORTER, desks.now)
    return Taken(key=done.fact.no, done=done)


def take_device(fields: Fields, desks: Desks, target: str) -> Taken:
    """Take in a device in the home of a registered resident; what its heartbeats told since stays.

    Raises
    ------
    BadFieldError
    """
    no = target or fields.text("no", needed=True)
    before = known(desks, DEVICE, no)
    given: dict[str, Any] = {}
    if before is None or fields.told("resident"):
        given["resident"] = fields.text("resident", needed=True)
    if before is None or fields.told("kind"):
        given["kind"] = desks.catalogue.rulebook.registers.devices.check_kind(fields.text("kind"))
    for name in ("room", "firmware"):
        if fields.told(name):
            given[name] = fields.text(name)
    since, heard_at = past_time(fields, desks, "since"), past_time(fields, desks, "heard_at")
    if before is None or since is not None:
        given["since"] = since or heard_at or desks.now
    if heard_at is not None:
        given["heard_at"] = heard_at
    device = AlarmDevice(no=no, **given) if before is None else replace(before, **given)
    return Taken(key=no, done=desks.desk.start(PutDevice(device=device), IMPORTER, desks.now))
