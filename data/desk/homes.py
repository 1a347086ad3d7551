"""The home that an alarm is about: found by its device, and locked while it is changed."""

from dataclasses import dataclass

from sqlalchemy import select, text

from data.desk.work import Work
from data.models import DeviceRow, ResidentRow, StationRow, fact_of, table_of
from dispatch.alarms.device import AlarmDevice
from dispatch.lifecycle import Actor
from geo.place import LonLat
from grid.errors import OutsideDistrictError

DEVICES, RESIDENTS, STATIONS = map(table_of, (DeviceRow, ResidentRow, StationRow))
LOCK_HOME = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The home that a device is in, or the station it stands at; empty for one that nobody knows."""

    device: AlarmDevice | None = None
    resident: str = ""
    place: LonLat | None = None
    cell: str = ""


def lock_home(work: Work, resident: str, device: str) -> None:
    """Let changes of one home wait for each other; SQLite has one writer anyway."""
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(LOCK_HOME, {"name": f"home {resident or device}"})


def home_of(work: Work, no: str, by: Actor, *, lock: bool = False) -> Home:
    """Find a device and its home.

    Parameters
    ----------
    work : Work
    no : str
        Of the device.
    by : Actor
        Who passed the message on; a device outside their area is nobody's, so that its alarm is still taken.
    lock : bool
        Whether the row of the device is locked for this transaction.

    Returns
    -------
    Home
        Empty for an unknown device.
    """
    query = select(DEVICES).where(DEVICES.c.no == no)
    row = work.session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        return Home()
    device = fact_of(AlarmDevice, row)
    where = select(RESIDENTS.c.cell, RESIDENTS.c.lon, RESIDENTS.c.lat).where(
        RESIDENTS.c.no == device.resident
    )
    if device.station:
        where = select(STATIONS.c.area.label("cell"), STATIONS.c.lon, STATIONS.c.lat).where(
            STATIONS.c.no == device.station
        )
    home = work.session.execute(where).first() if device.resident or device.station else None
    if home is None:
        return Home(device=device, resident=device.resident)
    if not work.catalogue.rulebook.scheme.contains(by.area, home.cell):
        return Home()
    return Home(device=device, resident=device.resident, place=LonLat(home.lon, home.lat), cell=home.cell)


def cell_of(work: Work, place: LonLat) -> str:
    """Return the cell of a place; empty outside the district, where an alarm is taken all the same."""
    if work.city is None:
        return ""
    try:
        return work.city.locate(place).cell
    except OutsideDistrictError:
        return ""
