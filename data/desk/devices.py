"""Safety devices at the door: registered in a home, heartbeats, and the silences between them that were too long.

Of heartbeats only the last is kept. With the silences that is enough to tell for any past time which devices were
live, and a device that speaks again after one is told in the log.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import DeviceRow, ResidentRow, SilenceRow, StationRow
from data.queries.alarms import DEVICE_CELL, located
from data.store.done import Done
from data.store.kinds.alarms import DEVICE
from dispatch.alarms.device import AlarmDevice, heard
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event

WRONG_CLOCK = timedelta(minutes=5)
TOLD = ("since", "heard_at", "active_at", "tested_at", "battery", "clock_wrong_at")
"""What the device told itself: no file knows it better."""
KEEPS = frozenset({"dispatcher", "admin"})
"""Who puts devices in and takes them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDevice(Start[AlarmDevice]):
    """A device in the home of a registered resident, new or changed."""

    device: AlarmDevice


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice(Start[AlarmDevice]):
    """A device that is put into a home or set up at a station; its number stands on it."""

    device: AlarmDevice


def put_device(work: Work, new: PutDevice, by: Actor) -> Done[AlarmDevice]:
    """Register or change a device; what its heartbeats told stays.

    Raises
    ------
    BadFieldError
        When the resident is not registered.
    """
    resident = new.device.resident
    if (
        not new.device.station
        and work.session.scalar(select(ResidentRow.id).where(ResidentRow.no == resident)) is None
    ):
        raise BadFieldError(
            "resident", resident, "this resident is not registered; take the residents in first"
        )
    return put(work, DEVICE, new.device, by, keep=TOLD)


def register_device(work: Work, new: NewDevice, by: Actor) -> Done[AlarmDevice]:
    """Register a device in the home of a resident, or at a station, of one's area.

    Raises
    ------
    BadFieldError
        For a number that is taken, a kind that the rules do not know, and a resident who is not of one's area.
    """
    device = new.device
    if work.session.scalar(select(DeviceRow.id).where(DeviceRow.no == device.no)) is not None:
        raise BadFieldError("no", device.no, "another number; a device with this one is registered")
    return put(work, DEVICE, _checked(work, device, by), by)


def act_on_device(work: Work, no: str, action: Action) -> Done[AlarmDevice]:
    """Take a heartbeat of the time ``at``, where one older than the last changes nothing; or change, remove, bring back.

    Fields of ``change`` are ``kind``, ``resident``, ``station``, ``room``, ``firmware`` and ``consent``. A removed device is kept.

    Raises
    ------
    MissingError
        When there is no such device in the area of who tells; one elsewhere looks the same.
    BadFieldError
        For a time that is still to come.
    NotPossibleError
        For any other action.
    """
    if action.name in ("change", "remove", "resume"):
        return _kept(work, _in_area(work, no, action.by), action)
    if action.name != "hear":
        raise NotPossibleError(f"a device can be heard of; {action.name!r} is not possible")
    at: datetime = action.fields["at"]
    if at > work.now + WRONG_CLOCK:
        raise BadFieldError("at", at.isoformat(), "this time is still to come")
    device = _in_area(work, no, action.by)
    if device.heard_at is None and at <= device.since:
        return Done(kind=DEVICE, before=device, after=device)
    return spoken(work, device, heard(device, min(at, work.now)), action.by)


def _kept(work: Work, device: AlarmDevice, action: Action) -> Done[AlarmDevice]:
    """Change what the register holds of a device, take it out of the home, or put it back."""
    by = action.by
    if by.role not in KEEPS:
        raise WrongRoleError(f"devices are kept by {', '.join(sorted(KEEPS))}, not by {by.role}")
    if action.name == "resume":
        if device.removed_at is None:
            raise NotPossibleError(f"device {device.no} is in its home")
        return put(work, DEVICE, replace(device, removed_at=None), by)
    if device.removed_at is not None:
        raise NotPossibleError(f"device {device.no} was removed; bring it back first")
    if action.name == "remove":
        return put(work, DEVICE, replace(device, removed_at=work.now), by)
    return put(work, DEVICE, _checked(work, replace(device, **action.fields), by), by)


def _checked(work: Work, device: AlarmDevice, by: Actor) -> AlarmDevice:
    kinds, scheme = work.catalogue.alarms.devices, work.catalogue.rulebook.scheme
    if device.kind not in kinds:
        raise BadFieldError("kind", device.kind, "kinds are " + ", ".join(sorted(kinds)))
    if device.station:
        if device.resident:
            raise BadFieldError("station", device.station, "a device is in a home or at a station, not both")
        query = select(StationRow.area).where(StationRow.no == device.station, StationRow.closed_on.is_(None))
        cell = work.session.scalar(query)
        if cell is None or not scheme.contains(by.area, cell):
            raise BadFieldError("station", device.station, "the number of an open station of your area")
        return device
    home = select(ResidentRow.cell).where(ResidentRow.no == device.resident, ResidentRow.ended_on.is_(None))
    cell = work.session.scalar(home)
    if cell is None or not scheme.contains(by.area, cell):
        raise BadFieldError("resident", device.resident, "the number of a registered resident of your area")
    return device


def spoken(work: Work, before: AlarmDevice, after: AlarmDevice, by: Actor) -> Done[AlarmDevice]:
    """Keep what a device told of itself, and the silence before where that was too long.

    Parameters
    ----------
    work : Work
    before, after : AlarmDevice
        As it was kept, and as its message leaves it.
    by : Actor
        Who passed the message on.

    Returns
    -------
    Done
        With an event only when it speaks again after a silence.
    """
    events: tuple[Event, ...] = ()
    last, at = before.heard_at or before.since, after.heard_at
    if at is not None and at - last > work.catalogue.rulebook.registers.devices.silent:
        work.session.execute(insert(SilenceRow), {"device": before.no, "since": last, "until": at})
        told = {"silent_since": last.isoformat(), "heard_at": at.isoformat()}
        events = (Event(name="heard_again", at=work.now, by=by.user, role=by.role, payload=told),)
    return Done(kind=DEVICE, before=before, after=after, events=events)


def _in_area(work: Work, no: str, by: Actor) -> AlarmDevice:
    """Lock a device whose home lies in the actor's area."""
    missing = MissingError(f"device {no} is not registered in your area")
    try:
        device = work.locked(DEVICE, no)
    except MissingError:
        raise missing from None
    cell = work.session.scalar(located(select(DEVICE_CELL).select_from(DeviceRow)).where(DeviceRow.no == no))
    prefix = work.catalogue.rulebook.scheme.prefix(by.area) if by.area else ""
    if cell is None or not cell.startswith(prefix):
        raise missing
    return device


DEVICES = Deeds(kind=DEVICE, starts={PutDevice: put_device, NewDevice: register_device}, act=act_on_device)
