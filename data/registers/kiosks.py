"""Kiosks: touch screens at stations, known by the registration of the device with whose name they sign in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import DeviceRow, StationRow, fact_of
from dispatch.station import Station

KIND = "kiosk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """A kiosk by its number, and the station it stands at."""

    no: str
    station: Station


def kiosk_of(session: Session, user: str) -> Kiosk | None:
    """Find the kiosk that an account speaks for: the registered one of the same number, at a station that is open.

    Parameters
    ----------
    session : Session
    user : str
        Of the account; the empty one is nobody's.

    Returns
    -------
    Kiosk or None
        None for a device of another kind, in a home, or that was taken away.
    """
    query = (
        select(StationRow)
        .join(DeviceRow, DeviceRow.station == StationRow.no)
        .where(DeviceRow.no == user, DeviceRow.kind == KIND, DeviceRow.removed_at.is_(None))
        .where(StationRow.closed_on.is_(None))
    )
    row = session.scalar(query)
    return None if row is None else Kiosk(no=user, station=fact_of(Station, row))
