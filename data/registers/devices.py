"""Lists of safety devices."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from data.models import DeviceRow, ResidentRow, SilenceRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.resident import Device

SORTS = {"no": DeviceRow.no, "since": DeviceRow.since}


def list_devices(
    session: Session, ask: Ask, prefix: str, kind: str = "", unheard_since: datetime | None = None
) -> Page[Device]:
    """List devices in homes whose cells begin so, of one kind, or unheard since a time."""
    query = select(DeviceRow).join(ResidentRow, ResidentRow.no == DeviceRow.resident)
    if prefix:
        query = query.where(ResidentRow.cell.startswith(prefix))
    if kind:
        query = query.where(DeviceRow.kind == kind)
    if unheard_since is not None:
        last = func.coalesce(DeviceRow.heard_at, DeviceRow.since, type_=DeviceRow.since.type)
        query = query.where(last < unheard_since)
    return turn(session, query, ask, SORTS, DeviceRow.id, lambda row: fact_of(Device, row))


def live_at(end: datetime, silent: timedelta) -> ColumnElement[bool]:
    """Give the condition that a device was heard of, or put in, within the time before an end."""
    over = exists().where(
        SilenceRow.device == DeviceRow.no, SilenceRow.since < end - silent, SilenceRow.until >= end
    )
    last = func.coalesce(DeviceRow.heard_at, DeviceRow.since, type_=DeviceRow.since.type)
    return and_(DeviceRow.since < end, last >= end - silent, ~over)
