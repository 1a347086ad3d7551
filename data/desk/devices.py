"""Safety devices in homes: heartbeats, and the silences between them that were too long.

Of heartbeats only the last is kept. With the silences that is enough to tell for any past time which devices were
live, and a device that speaks again after one is told in the log.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import DeviceRow, ResidentRow, SilenceRow, fact_of, table_of
from data.rules.catalogue import Catalogue
from data.store.chain import append
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor, Event
from dispatch.resident import Device

KIND = "device"
WRONG_CLOCK = timedelta(minutes=5)


def heard(session: Session, catalogue: Catalogue, no: str, at: datetime, by: Actor, now: datetime) -> Device:
    """Take a heartbeat; one older than the last changes nothing.

    Raises
    ------
    MissingError
        When there is no such device in the area of who tells; one elsewhere looks the same.
    BadFieldError
        For a time that is still to come.
    """
    if at > now + WRONG_CLOCK:
        raise BadFieldError("at", at.isoformat(), "this time is still to come")
    prefix = catalogue.rulebook.scheme.prefix(by.area) if by.area else ""
    query = (
        select(table_of(DeviceRow))
        .join(ResidentRow, ResidentRow.no == DeviceRow.resident)
        .where(DeviceRow.no == no, ResidentRow.cell.startswith(prefix))
        .with_for_update(of=DeviceRow)
    )
    row = session.execute(query).first()
    if row is None:
        raise MissingError(f"device {no} is not registered in your area")
    device, at = fact_of(Device, row), min(at, now)
    last = device.heard_at or device.since
    if at <= last:
        return device
    if at - last > catalogue.rulebook.registers.devices.silent:
        session.execute(insert(SilenceRow), {"device": no, "since": last, "until": at})
        told = {"silent_since": last.isoformat(), "heard_at": at.isoformat()}
        event = Event(name="heard_again", at=now, by=by.user, role=by.role, payload=told)
        append(session, KIND, no, [event], [], catalogue.version)
    session.execute(update(DeviceRow).where(DeviceRow.id == device.id).values(heard_at=at))
    return replace(device, heard_at=at)
