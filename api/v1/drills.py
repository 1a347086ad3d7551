"""Drills of the desk over HTTP: begun for a cause or a device, and what came of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import access
from api.answers.alarm import AlarmAnswer
from api.answers.drill import DrillsAnswer
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import seen_area
from api.views.alarm import alarm_view
from api.views.shape import plain
from api.world import World
from data.desk.alarms import RaiseAlarm
from data.models import ResidentRow, StationRow
from data.queries.alarms import drills
from data.queries.scope import seen
from data.registers.devices import find_device
from data.store.kinds.alarms import ALARM
from dispatch.alarms.alarm import Cry
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.drill import DrillReport, report
from geo.place import LonLat
from grid.account import Account

router = Router(prefix="/api/v1/alarms/drills", tags=["drills"])
LEADING = ("dispatcher", "leader", "admin")
SHOWN = timedelta(days=31)
NO_DEVICE: dict[int | str, dict[str, Any]] = {404: {"description": "No device of that number in one's area"}}


class DrillForm(Form):
    """A drill: the cause to be tried, and a device of one's area at whose place it is to be."""

    cause: Annotated[str, Field(min_length=1, max_length=40)] = "emergency_key"
    device: Annotated[str, Field(max_length=64)] = ""


@router.get("", response_model=DrillsAnswer, **access(*LEADING))
def list_(world: WorldDep, account: AccountDep, since: AwareDatetime | None = None) -> JSONResponse:
    """Tell what came of the drills since a time, by default of the last 31 days: each, and the medians by agent."""
    now = world.clock()
    with world.database.read() as session:
        found = report_of(session, world, account, since or now - SHOWN)
    return JSONResponse(plain(found, world.zone))


def report_of(session: Session, world: World, account: Account, since: AwareDatetime) -> DrillReport:
    """Report on the drills inside an account's scope."""
    after_now = world.clock() + timedelta(seconds=1)
    return report(drills(session, seen(ALARM, account.actor(), world.scheme), since, after_now))


@router.post("", response_model=AlarmAnswer, responses=NO_DEVICE, status_code=201, **access(*LEADING))
def begin(form: DrillForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Begin a drill: an alarm marked as one, that names no person and rings at the desk alone."""
    now = world.clock()
    cry = Cry(no="", cause=form.cause, at=now, drill=True)
    if form.device:
        with world.database.read() as session:
            device = find_device(session, form.device, seen_area(world, account, ""))
            place, cell, area = _where(session, world, device)
        cry = replace(cry, device=device.no, place=place, cell=cell, area=area)
    done = world.desk.start(RaiseAlarm(cry=cry), account.actor(), now)
    return JSONResponse(alarm_view(world, done.fact, account, now), status_code=201)


def _where(session: Session, world: World, device: AlarmDevice) -> tuple[LonLat, str, str]:
    """Give place, cell and community of a device that is in a home or at a station."""
    if device.station:
        station = session.scalars(select(StationRow).where(StationRow.no == device.station)).one()
        return LonLat(station.lon, station.lat), "", station.area
    home = session.scalars(select(ResidentRow).where(ResidentRow.no == device.resident)).one()
    return LonLat(home.lon, home.lat), home.cell, world.scheme.community_of(home.cell)
