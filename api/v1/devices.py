"""Safety devices over HTTP: heartbeats from the platforms they report to, and a list of those that are silent.

A platform signs in with an account of the role ``device``.
"""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import SENDERS, STAFF, access
from api.answers.device import DeviceAnswer, DevicePage, EntitledPage, InsideNow, MessageTaken, Repairs
from api.errors import TooBigError
from api.forms import ChangeForm, Code, Form, Short
from api.hearing import LARGEST_MESSAGE, take
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import DeviceAsk, seen_area
from api.views.shape import plain
from api.world import World
from data.desk.devices import NewDevice
from data.queries.alarms import inside_of, live_share, open_repairs
from data.registers.devices import coverage, find_device, list_devices, list_unequipped
from data.store.kinds.alarms import DEVICE
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.inside import inside_now
from dispatch.lifecycle import Action
from dispatch.resident import masked_resident

router = Router(prefix="/api/v1/devices", tags=["devices"])


TAKEN: dict[int | str, dict[str, Any]] = {
    201: {"model": MessageTaken, "description": "The message is on disk; 200 for one that was taken before"},
    422: {"description": "The message cannot be read; it is kept all the same"},
}


class HeartbeatForm(Form):
    """A heartbeat, of now when it says no time."""

    at: AwareDatetime | None = None


class DeviceChangeForm(ChangeForm):
    """What is to be changed of a device; what is left out stays as it is."""

    kind: Code | None = None
    resident: Annotated[str, Field(max_length=32)] | None = None
    station: Annotated[str, Field(max_length=32)] | None = None
    room: Short | None = None
    firmware: Short | None = None
    consent: bool | None = None
    removed: bool | None = None


class NewDeviceForm(ChangeForm):
    """A device that is put into a home, or set up at a station, such as a kiosk."""

    no: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    kind: Code
    resident: Annotated[str, Field(max_length=32)] = ""
    station: Annotated[str, Field(max_length=32)] = ""
    room: Short = ""
    firmware: Short = ""
    consent: bool = True


@router.post("/{no}/heartbeat", response_model=DeviceAnswer, **access("device", "admin", outside="hidden"))
def heartbeat(
    no: str, world: WorldDep, account: AccountDep, form: HeartbeatForm | None = None
) -> JSONResponse:
    """Take a heartbeat; sent twice, or late after a newer one, it changes nothing."""
    now, by = world.clock(), account.actor()
    at = (form.at if form else None) or now
    done = world.desk.act(DEVICE, no, Action(name="hear", by=by, fields={"at": at}), now)
    return JSONResponse(device_view(world, done.fact))


async def message_body(request: Request) -> bytes:
    """Read the body of a message.

    Raises
    ------
    TooBigError
    """
    body = await request.body()
    if len(body) > LARGEST_MESSAGE:
        raise TooBigError(f"a message has at most {LARGEST_MESSAGE} bytes")
    return body


@router.post("/{no}/messages", response_model=MessageTaken, responses=TAKEN, **access("device", "admin"))
def take_message(
    no: str, world: WorldDep, account: AccountDep, body: Annotated[bytes, Depends(message_body)]
) -> JSONResponse:
    """Take one message of a device; the answer means that it is on disk. See docs/devices.md."""
    message, told = take(world, no, body, account.actor())
    shown = {
        "id": message.id,
        "answer": told["answer"],
        "alarm": told["alarm"],
        "at": told["counts_at"],
        "faults": told["faults"],
    }
    status = 200 if told["answer"] == "repeated" else 201
    return JSONResponse(plain(shown, world.zone), status_code=status)


@router.get("/inside", response_model=InsideNow, **access(*STAFF))
def inside(world: WorldDep, account: AccountDep, cause: str = "toilet_stay", area: str = "") -> JSONResponse:
    """List who is inside now with the running time, nearest to an alarm first; ``cause`` empty for all countdowns."""
    now, prefix = world.clock(), seen_area(world, account, area)
    with world.database.read() as session:
        lines = inside_now(inside_of(session, prefix), now, cause)
    return JSONResponse({"items": plain(lines, world.zone), "as_of": plain(now, world.zone)})


@router.get("/repairs", response_model=Repairs, **access(*STAFF))
def repairs(world: WorldDep, account: AccountDep, area: str = "") -> JSONResponse:
    """List devices that somebody has to see to, and the share of live devices."""
    now, prefix = world.clock(), seen_area(world, account, area)
    silent = world.catalogue.rulebook.registers.devices.silent
    with world.database.read() as session:
        found, (total, live) = open_repairs(session, prefix), live_share(session, now - silent, prefix)
    return JSONResponse({"items": plain(found, world.zone), "devices": total, "live": live})


@router.get("/entitled", response_model=EntitledPage, **access(*STAFF))
def entitled(ask: Annotated[DeviceAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List who may have a device and has none, masked, page by page; and the share equipped by community."""
    prefix, year = seen_area(world, account, ask.area), world.local(world.clock()).year
    with world.database.read() as session:
        page = list_unequipped(session, ask.page(), year, prefix)
        shares = coverage(session, year, prefix, sum(world.scheme.widths[:3]))
    body = {
        "items": [plain(masked_resident(person), world.zone) for person in page.items],
        "next": page.next,
        "coverage": plain(shares, world.zone),
    }
    return JSONResponse(body)


@router.get("", response_model=DevicePage, **access(*STAFF, outside="left_out"))
def devices(ask: Annotated[DeviceAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the devices of one's area, or only the silent ones, page by page."""
    prefix, silent = seen_area(world, account, ask.area), world.catalogue.rulebook.registers.devices.silent
    unheard_since = world.clock() - silent if ask.silent else None
    with world.database.read() as session:
        page = list_devices(session, ask.page(), prefix, ask.kind, unheard_since)
    return JSONResponse({"items": [device_view(world, d) for d in page.items], "next": page.next})


@router.post("", response_model=DeviceAnswer, status_code=201, **access(*SENDERS, outside="refused"))
def register(form: NewDeviceForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Register a device in the home of a resident or at a station of one's area; ``no`` is the number that stands on it."""
    now = world.clock()
    device = AlarmDevice(since=now, **form.given())
    return JSONResponse(
        device_view(world, world.desk.start(NewDevice(device=device), account.actor(), now).fact),
        status_code=201,
    )


@router.get("/{no}", response_model=DeviceAnswer, **access(*STAFF, outside="hidden"))
def device(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a device of one's area."""
    with world.database.read() as session:
        found = find_device(session, no, seen_area(world, account, ""))
    return JSONResponse(device_view(world, found))


@router.patch("/{no}", response_model=DeviceAnswer, **access(*SENDERS, outside="hidden"))
def change(no: str, form: DeviceChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change a device of one's area, take it out of its home (``removed``), or put it back."""
    now, by = world.clock(), account.actor()
    with world.database.read() as session:
        known = find_device(session, no, seen_area(world, account, ""))
    if form.removed is False and known.removed_at is not None:
        known = world.desk.act(DEVICE, no, Action(name="resume", by=by), now).fact
    if given := form.given("removed"):
        known = world.desk.act(DEVICE, no, Action(name="change", by=by, fields=given), now).fact
    if form.removed and known.removed_at is None:
        known = world.desk.act(DEVICE, no, Action(name="remove", by=by), now).fact
    return JSONResponse(device_view(world, known))


def device_view(world: World, device: AlarmDevice) -> dict[str, Any]:
    """Show a device; ``live`` tells whether it was heard of lately."""
    rules = world.catalogue.rulebook
    last = device.heard_at or device.since
    shown: dict[str, Any] = plain(device, rules.worktime.zone)
    return shown | {"live": world.clock() - last <= rules.registers.devices.silent}
