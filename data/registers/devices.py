"""Lists of safety devices."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select, true
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import DeviceRow, ResidentRow, SilenceRow, fact_of
from data.queries.alarms import DEVICE_CELL, located
from data.queries.paging import Ask, Page, turn
from dispatch.alarms.device import AlarmDevice
from dispatch.resident import Resident

ENTITLED_AGE = 60
ENTITLING = ("elder_alone", "empty_nest")
SORTS = {"no": DeviceRow.no, "since": DeviceRow.since}


def list_devices(
    session: Session, ask: Ask, prefix: str, kind: str = "", unheard_since: datetime | None = None
) -> Page[AlarmDevice]:
    """List devices in homes and at stations whose cells begin so, of one kind, or unheard since a time."""
    query = located(select(DeviceRow))
    if prefix:
        query = query.where(DEVICE_CELL.startswith(prefix))
    if kind:
        query = query.where(DeviceRow.kind == kind)
    if unheard_since is not None:
        last = func.coalesce(DeviceRow.heard_at, DeviceRow.since, type_=DeviceRow.since.type)
        query = query.where(last < unheard_since)
    return turn(session, query, ask, SORTS, DeviceRow.id, lambda row: fact_of(AlarmDevice, row))


def find_device(session: Session, no: str, prefix: str) -> AlarmDevice:
    """Find a device in a home, or at a station, whose cell begins so.

    Raises
    ------
    MissingError
        When there is none there; one elsewhere looks the same.
    """
    query = located(select(DeviceRow)).where(DeviceRow.no == no)
    row = session.scalar(query.where(DEVICE_CELL.startswith(prefix)))
    if row is None:
        raise MissingError(f"device {no} is not registered in your area")
    return fact_of(AlarmDevice, row)


def live_at(end: datetime, silent: timedelta) -> ColumnElement[bool]:
    """Give the condition that a device was heard of, or put in, within the time before an end."""
    over = exists().where(
        SilenceRow.device == DeviceRow.no, SilenceRow.since < end - silent, SilenceRow.until >= end
    )
    last = func.coalesce(DeviceRow.heard_at, DeviceRow.since, type_=DeviceRow.since.type)
    return and_(DeviceRow.since < end, last >= end - silent, ~over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of a community: residents entitled to a device, and those of them who have one."""

    community: str
    entitled: int
    equipped: int


def entitled(year: int, prefix: str) -> ColumnElement[bool]:
    """Give the condition on residents who may have a device: 60 or older, and alone or of an empty nest."""
    tags = cast(ResidentRow.tags, String)
    alone = or_(*(tags.contains(f'"{tag}"', autoescape=True) for tag in ENTITLING))
    old = ResidentRow.birth_year <= year - ENTITLED_AGE
    here = ResidentRow.cell.startswith(prefix) if prefix else true()
    return and_(old, alone, here, ResidentRow.ended_on.is_(None))


def list_unequipped(session: Session, ask: Ask, year: int, prefix: str) -> Page[Resident]:
    """List those who are entitled to a device and have none."""
    query = select(ResidentRow).where(entitled(year, prefix), ~_equipped())
    return turn(
        session, query, ask, {"no": ResidentRow.no}, ResidentRow.id, lambda row: fact_of(Resident, row)
    )


def coverage(session: Session, year: int, prefix: str, digits: int) -> list[Coverage]:
    """Count by community who is entitled and who is equipped; ``digits`` is the length of a community's code."""
    community = func.substr(ResidentRow.cell, 1, digits)
    query = (
        select(community, func.count(), func.sum(case((_equipped(), 1), else_=0)))
        .where(entitled(year, prefix))
        .group_by(community)
        .order_by(community)
    )
    return [
        Coverage(community=code, entitled=total, equipped=int(has))
        for code, total, has in session.execute(query)
    ]


def _equipped() -> ColumnElement[bool]:
    return exists().where(DeviceRow.resident == ResidentRow.no, DeviceRow.removed_at.is_(None))
