"""Questions about alarms: lists, whom one told, who goes, who is inside, where a device was last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from data.models import (
    AlarmRow,
    CountdownRow,
    DeviceRow,
    MessageRow,
    NoticeRow,
    RepairRow,
    ResidentRow,
    StationRow,
    TaskRow,
    fact_of,
)
from data.queries.paging import Ask, Page, turn
from dispatch.alarms.countdown import Countdown
from dispatch.alarms.fact import Alarm
from dispatch.alarms.notice import Notice
from dispatch.alarms.task import Task
from geo.place import LonLat

SORTS = {"raised_at": AlarmRow.raised_at, "no": AlarmRow.no, "queued_at": AlarmRow.queued_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """What to list; empty fields do not filter."""

    state: str = ""
    queue: str = ""
    cause: str = ""
    resident: str = ""
    device: str = ""
    since: datetime | None = None
    until: datetime | None = None
    open: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions."""
        exact = ("state", "queue", "cause", "resident", "device")
        given: list[ColumnElement[bool]] = [
            getattr(AlarmRow, name) == getattr(self, name) for name in exact if getattr(self, name)
        ]
        if self.since:
            given.append(AlarmRow.raised_at >= self.since)
        if self.until:
            given.append(AlarmRow.raised_at < self.until)
        if self.open:
            given.append(AlarmRow.closed_at.is_(None))
        return given


def list_alarms(
    session: Session, scope: ColumnElement[bool], wanted: AlarmFilter, ask: Ask, prefix: str = ""
) -> Page[Alarm]:
    """List the alarms inside a scope."""
    query = select(AlarmRow).where(scope, *wanted.conditions())
    if prefix:
        query = query.where(AlarmRow.cell.startswith(prefix))
    return turn(session, query, ask, SORTS, AlarmRow.id, lambda row: fact_of(Alarm, row))


def open_alarms(session: Session, scope: ColumnElement[bool]) -> list[Alarm]:
    """List every open alarm inside a scope: those nobody has taken first, the newest on top; then by age; drills last."""
    query = select(AlarmRow).where(scope, AlarmRow.closed_at.is_(None))
    found = [fact_of(Alarm, row) for row in session.scalars(query)]
    waiting = sorted((a for a in found if not a.agent), key=lambda a: a.queued_at, reverse=True)
    listed = waiting + sorted((a for a in found if a.agent), key=lambda a: a.raised_at)
    return sorted(listed, key=lambda a: a.drill)


def drills(session: Session, scope: ColumnElement[bool], since: datetime, until: datetime) -> list[Alarm]:
    """List the drills begun in a span of time inside a scope, the newest first."""
    begun = (AlarmRow.raised_at >= since, AlarmRow.raised_at < until)
    query = select(AlarmRow).where(scope, AlarmRow.drill, *begun).order_by(AlarmRow.id.desc())
    return [fact_of(Alarm, row) for row in session.scalars(query)]


def notices_of(session: Session, alarm: str) -> list[Notice]:
    """List whom an alarm told by which channel, in order of time."""
    query = select(NoticeRow).where(NoticeRow.alarm == alarm).order_by(NoticeRow.due_at, NoticeRow.id)
    return [fact_of(Notice, row) for row in session.scalars(query)]


def tasks_of(session: Session, alarm: str) -> list[Task]:
    """List who was asked to go to an alarm, in the order of asking."""
    query = select(TaskRow).where(TaskRow.alarm == alarm).order_by(TaskRow.id)
    return [fact_of(Task, row) for row in session.scalars(query)]


def open_tasks_of(session: Session, person: str) -> list[Task]:
    """List the open tasks of a person, oldest first."""
    query = select(TaskRow).where(TaskRow.person == person, TaskRow.ended_at.is_(None)).order_by(TaskRow.id)
    return [fact_of(Task, row) for row in session.scalars(query)]


def inside_of(session: Session, prefix: str) -> list[Countdown]:
    """List the open countdowns of homes in an area."""
    query = select(CountdownRow).where(CountdownRow.ended_at.is_(None))
    if prefix:
        query = query.join(ResidentRow, ResidentRow.no == CountdownRow.resident).where(
            ResidentRow.cell.startswith(prefix)
        )
    return [fact_of(Countdown, row) for row in session.scalars(query)]


def last_position(session: Session, device: str) -> tuple[LonLat, datetime] | None:
    """Give where a device last said to be, and when; None when it never did."""
    mine = (MessageRow.device == device) & MessageRow.lon.is_not(None) & (MessageRow.answer != "refused")
    row = session.scalars(
        select(MessageRow).where(mine).order_by(MessageRow.counts_at.desc()).limit(1)
    ).first()
    if row is None or row.lon is None or row.lat is None:
        return None
    return LonLat(row.lon, row.lat), row.counts_at


S = TypeVar("S", bound=Select[*tuple[Any, ...]])
DEVICE_CELL = func.coalesce(ResidentRow.cell, StationRow.area, "")
"""The cell of the home that a device is in, or of the station it stands at; see `located`."""


def located(query: S) -> S:
    """Join devices with the home that each is in, or the station that it stands at."""
    at_home = query.outerjoin(ResidentRow, ResidentRow.no == DeviceRow.resident)
    return at_home.outerjoin(StationRow, StationRow.no == DeviceRow.station)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRepair:
    """A device that somebody has to see to, with its community's cell."""

    device: str
    kind: str
    resident: str
    cell: str
    fault: str
    since: datetime


def open_repairs(session: Session, prefix: str) -> list[OpenRepair]:
    """List open repairs of homes in an area, oldest first."""
    query = (
        located(select(RepairRow, DeviceRow, DEVICE_CELL).join(DeviceRow, DeviceRow.no == RepairRow.device))
        .where(RepairRow.ended_at.is_(None))
        .order_by(RepairRow.since, RepairRow.id)
    )
    if prefix:
        query = query.where(DEVICE_CELL.startswith(prefix))
    return [
        OpenRepair(
            device=repair.device,
            kind=device.kind,
            resident=device.resident,
            cell=cell,
            fault=repair.fault,
            since=repair.since,
        )
        for repair, device, cell in session.execute(query)
    ]


def live_share(session: Session, since: datetime, prefix: str) -> tuple[int, int]:
    """Count the devices in homes of an area, and those heard of since a time."""
    last = func.coalesce(DeviceRow.heard_at, DeviceRow.since, type_=DeviceRow.since.type)
    query = located(select(func.count(), func.count().filter(last >= since)).select_from(DeviceRow)).where(
        DeviceRow.removed_at.is_(None)
    )
    if prefix:
        query = query.where(DEVICE_CELL.startswith(prefix))
    total, live = session.execute(query).one()
    return int(total), int(live)
