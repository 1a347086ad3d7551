"""Safety devices: kinds, what they may send, and faults that make work for who keeps them, never an alarm."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.errors import DispatchError

MESSAGES = (
    "press",
    "enter",
    "exit",
    "fall",
    "cancel",
    "smoke",
    "gas",
    "water",
    "test",
    "heartbeat",
    "battery",
    "position",
)
KEYS = ("emergency", "community", "life")
ALWAYS = frozenset({"test", "heartbeat", "battery"})
"""Messages every kind of device may send."""
ALARMING = frozenset({"press", "fall", "smoke", "gas", "water"})
"""Messages that may be about a life: taken from every device, and even when the time they give cannot be read."""
FAULTS = ("silent", "battery_low", "untested", "clock_wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKind:
    """A kind of device: the messages it may send beyond those of all devices, and its keys.

    ``sign_of_life`` tells that what it sends means somebody moves outside toilet and bed. ``tested_days`` is within
    how many days it is to be tried by a press, None when it is not.

    Raises
    ------
    DispatchError
        For a message or key that does not exist.
    """

    code: str
    name_zh: str
    name_en: str
    messages: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    sign_of_life: bool = False
    tested_days: int | None = None

    def __post_init__(self) -> None:
        if odd := sorted(self.messages - set(MESSAGES)):
            raise DispatchError(f"device {self.code}: no message is called {odd[0]!r}")
        if odd_keys := [key for key in self.keys if key not in KEYS]:
            raise DispatchError(f"device {self.code}: no key is called {odd_keys[0]!r}")
        if ("press" in self.messages) != bool(self.keys):
            raise DispatchError(f"device {self.code}: who sends press names its keys, and nobody else does")

    def sends(self, message: str) -> bool:
        """Tell whether a device of this kind may send a kind of message."""
        return message in self.messages or message in ALWAYS

    def shows_life(self, message: str) -> bool:
        """Tell whether a kind of message means that somebody moves in the home, outside toilet and bed."""
        return self.sign_of_life and message in self.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDevice:
    """A safety device in a home, or at a station for whoever comes; the times are None before the first of their kind.

    ``resident`` is who lives in the home, ``station`` where it stands; one of them is empty.

    ``active_at`` is its last sign of life of a person; ``clock_wrong_at`` when its clock was last found ahead;
    ``removed_at`` when it was taken out. ``consent`` is the person's, to what it tells.
    """

    no: str
    kind: str
    resident: str = ""
    since: datetime
    heard_at: datetime | None = None
    active_at: datetime | None = None
    tested_at: datetime | None = None
    battery: int | None = None
    clock_wrong_at: datetime | None = None
    removed_at: datetime | None = None
    room: str = ""
    firmware: str = ""
    consent: bool = True
    station: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Work for who keeps the device; one open task for each device and fault, however often it is found."""

    device: str
    fault: str
    since: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What may be open once."""
        return self.device, self.fault


def repairs(
    device: AlarmDevice, kind: DeviceKind, silent: timedelta, battery_low: int, now: datetime
) -> tuple[Repair, ...]:
    """List what is wrong with a device now.

    Parameters
    ----------
    device : AlarmDevice
    kind : DeviceKind
    silent : timedelta
        So long without any message is too long.
    battery_low : int
        Per cent.
    now : datetime

    Returns
    -------
    tuple of Repair
        In the order of `FAULTS`; empty for a sound device and for one that was taken out.
    """
    if device.removed_at is not None:
        return ()
    found: dict[str, datetime] = {}
    heard_at = device.heard_at or device.since
    if now - heard_at >= silent:
        found["silent"] = heard_at + silent
    if device.battery is not None and device.battery <= battery_low:
        found["battery_low"] = heard_at
    if kind.tested_days is not None:
        test_due_at = (device.tested_at or device.since) + timedelta(days=kind.tested_days)
        if now >= test_due_at:
            found["untested"] = test_due_at
    if device.clock_wrong_at is not None:
        found["clock_wrong"] = device.clock_wrong_at
    return tuple(Repair(device=device.no, fault=f, since=found[f]) for f in FAULTS if f in found)


def heard(device: AlarmDevice, at: datetime, *, active: bool = False, tested: bool = False) -> AlarmDevice:
    """Note that a device spoke.

    Parameters
    ----------
    device : AlarmDevice
    at : datetime
        Aware; a message older than the last changes nothing.
    active : bool
        Whether it means that a person moves.
    tested : bool
        Whether it was tried by a press.

    Returns
    -------
    AlarmDevice
    """
    heard_at = max(device.heard_at or at, at)
    active_at = max(device.active_at or at, at) if active else device.active_at
    tested_at = max(device.tested_at or at, at) if tested else device.tested_at
    return replace(device, heard_at=heard_at, active_at=active_at, tested_at=tested_at)
