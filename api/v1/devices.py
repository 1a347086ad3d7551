"""Safety devices over HTTP: heartbeats from the platforms they report to, and a list of those that are silent.

A platform signs in with an account of the role ``device``.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from api.access import STAFF, access
from api.answers.device import DeviceAnswer, DevicePage
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.v1.asks import DeviceAsk, seen_area
from api.views.shape import plain
from api.world import World
from data.registers.devices import list_devices
from data.store.kinds import DEVICE
from dispatch.lifecycle import Action
from dispatch.resident import Device

router = APIRouter(prefix="/api/v1/devices", tags=["devices"])


class HeartbeatForm(Form):
    """A heartbeat, of now when it says no time."""

    at: AwareDatetime | None = None


@router.post("/{no}/heartbeat", response_model=DeviceAnswer, **access("device", "admin", outside="hidden"))
def heartbeat(
    no: str, world: WorldDep, account: AccountDep, form: HeartbeatForm | None = None
) -> JSONResponse:
    """Take a heartbeat; sent twice, or late after a newer one, it changes nothing."""
    now, by = world.clock(), account.actor()
    at = (form.at if form else None) or now
    done = world.desk.act(DEVICE, no, Action(name="hear", by=by, fields={"at": at}), now)
    return JSONResponse(device_view(world, done.fact))


@router.get("", response_model=DevicePage, **access(*STAFF, outside="left_out"))
def devices(ask: Annotated[DeviceAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the devices of one's area, or only the silent ones, page by page."""
    prefix, silent = seen_area(world, account, ask.area), world.catalogue.rulebook.registers.devices.silent
    unheard_since = world.clock() - silent if ask.silent else None
    with world.database.read() as session:
        page = list_devices(session, ask.page(), prefix, ask.kind, unheard_since)
    return JSONResponse({"items": [device_view(world, d) for d in page.items], "next": page.next})


def device_view(world: World, device: Device) -> dict[str, Any]:
    """Show a device; ``live`` tells whether it was heard of lately."""
    rules = world.catalogue.rulebook
    last = device.heard_at or device.since
    shown: dict[str, Any] = plain(device, rules.worktime.zone)
    del shown["id"]
    return shown | {"live": world.clock() - last <= rules.registers.devices.silent}
