"""Messages of devices: one documented format, read strictly; an alarm is never lost for a fault beside it.

The format is described for makers of devices and gateways in docs/devices.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.alarms.device import ALARMING, KEYS, MESSAGES
from dispatch.errors import BadFieldError

VERSION = 1
FIELDS = frozenset({"v", "id", "kind", "at", "key", "of", "battery", "lon", "lat", "test"})
_ID = re.compile(r"[0-9A-Za-z._:-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a device, as it came.

    ``at`` is when it happened by the device's clock, None when it did not say. ``received_at`` is the server's time.
    ``retained`` is an old state that a broker repeats to new listeners. ``faults`` are what was wrong beside it.
    """

    id: str
    device: str
    kind: str
    received_at: datetime
    at: datetime | None = None
    key: str = ""
    of: str = ""
    battery: int | None = None
    lon: float | None = None
    lat: float | None = None
    test: bool = False
    retained: bool = False
    faults: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """Name what was said, as causes name what raises them: ``press:emergency``, ``smoke``."""
        return f"{self.kind}:{self.key}" if self.key else self.kind

    def same_as(self, other: "Message") -> bool:
        """Tell whether both say the same thing of the same time."""
        return (self.kind, self.key, self.of, self.at) == (other.kind, other.key, other.of, other.at)


def message_of(
    device: str, body: Mapping[str, Any], received_at: datetime, *, retained: bool = False
) -> Message:
    """Read a message.

    Parameters
    ----------
    device : str
        Number of the device, from the address it was sent to.
    body : Mapping
        As JSON gave it.
    received_at : datetime
        Aware.
    retained : bool, optional

    Returns
    -------
    Message

    Raises
    ------
    BadFieldError
        Naming the field at fault. A time without offset or that cannot be read is refused too, but not for the kinds
        of `ALARMING`: those are taken as of ``received_at``, with the fault ``bad_time``.
    """
    if odd := sorted(set(body) - FIELDS):
        raise BadFieldError(odd[0], body[odd[0]], "fields of a message are " + ", ".join(sorted(FIELDS)))
    if body.get("v", VERSION) != VERSION:
        raise BadFieldError("v", body["v"], f"this server reads version {VERSION}")
    if not isinstance(body.get("id"), str) or not _ID.fullmatch(body["id"]):
        raise BadFieldError(
            "id", body.get("id"), "write 1 to 64 letters, digits or . _ : -, new for each message"
        )
    kind = _word(body, "kind", MESSAGES)
    key = _word(body, "key", KEYS) if kind == "press" else ""
    if kind != "press" and "key" in body:
        raise BadFieldError("key", body["key"], "only press has a key")
    of = _word(body, "of", tuple(sorted(ALARMING - {"press"}))) if "of" in body else ""
    if of and kind != "cancel":
        raise BadFieldError("of", of, "only cancel says what it undoes")
    at, faults = _time(body, kind)
    lon, lat = _position(body, kind)
    test = body.get("test", False)
    if not isinstance(test, bool):
        raise BadFieldError("test", test, "write true or false")
    return Message(
        id=body["id"],
        device=device,
        kind=kind,
        received_at=received_at,
        at=at,
        key=key,
        of=of,
        battery=_battery(body, kind),
        lon=lon,
        lat=lat,
        test=test,
        retained=retained,
        faults=faults,
    )


def _word(body: Mapping[str, Any], field: str, known: tuple[str, ...]) -> str:
    word = body.get(field)
    if not isinstance(word, str) or word not in known:
        raise BadFieldError(field, word, "write one of " + ", ".join(known))
    return word


def _time(body: Mapping[str, Any], kind: str) -> tuple[datetime | None, tuple[str, ...]]:
    text = body.get("at")
    if text is None:
        return None, ()
    try:
        at = datetime.fromisoformat(text)
        at.astimezone()
    except (TypeError, ValueError, OverflowError, OSError):
        at = None
    if at is not None and at.tzinfo is not None:
        return at, ()
    if kind in ALARMING:
        return None, ("bad_time",)
    raise BadFieldError("at", text, "write the time with its offset, such as 2026-11-18T10:24:00+08:00")


def _battery(body: Mapping[str, Any], kind: str) -> int | None:
    level = body.get("battery")
    if level is None and kind != "battery":
        return None
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= 100:
        raise BadFieldError("battery", level, "write what is left as a whole number of per cent, 0 to 100")
    return level


def _position(body: Mapping[str, Any], kind: str) -> tuple[float | None, float | None]:
    lon, lat = body.get("lon"), body.get("lat")
    if lon is None and lat is None and kind != "position":
        return None, None
    for field, value, most in (("lon", lon, 180), ("lat", lat, 90)):
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not -most <= value <= most:
            raise BadFieldError(field, value, f"write degrees of WGS-84, -{most} to {most}; both lon and lat")
    return float(lon), float(lat)  # type: ignore[arg-type]  # both are numbers here
