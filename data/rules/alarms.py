"""Read the rules of alarms from the catalogue: times, devices, causes, countdowns, ladders, lifecycles."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.rules.files import guard, toml
from data.rules.lifecycles import read_lifecycle
from dispatch.alarms import effects, task
from dispatch.alarms.cause import Cause, Closing, Hours
from dispatch.alarms.countdown import CountdownRule
from dispatch.alarms.device import DeviceKind
from dispatch.alarms.duty import CHANNELS
from dispatch.alarms.ladder import Ladder, Step
from dispatch.alarms.rules import AlarmRules, AlarmTimes

FILE = "alarms.toml"
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


def read_alarms(folder: Path, version: str, zone: ZoneInfo) -> AlarmRules:
    """Read and prove everything alarms are judged by.

    Parameters
    ----------
    folder : Path
        The catalogue's.
    version : str
        Of the catalogue.
    zone : ZoneInfo
        In whose wall time hours and nights are.

    Returns
    -------
    AlarmRules

    Raises
    ------
    BadCatalogueError
        Naming the file and the table at fault.
    """
    path = folder / FILE
    table = toml(path)
    alarm = read_lifecycle(folder / "alarm_lifecycle.toml", frozenset(effects.EFFECTS), effects.FIELDS)
    own_part = read_lifecycle(folder / "alarm_task_lifecycle.toml", frozenset(task.EFFECTS), task.FIELDS)

    def make() -> AlarmRules:
        return AlarmRules(
            version=version,
            zone=zone,
            lifecycle=alarm,
            task_lifecycle=own_part,
            causes={code: _cause(code, row) for code, row in table["cause"].items()},
            ladders={code: _ladder(code, row) for code, row in table["ladder"].items()},
            closings={code: Closing(code=code, **row) for code, row in table["closing"].items()},
            countdowns=tuple(_countdown(row) for row in table["countdown"]),
            devices={code: _device(code, row) for code, row in table["device"].items()},
            times=_times(table["times"], table["inactivity"]),
            requeued=table["requeued"],
        )

    return guard(path, make)


def _seconds(where: str, value: object) -> timedelta:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{where}: {value!r} is no whole number of seconds")
    return timedelta(seconds=value)


def _hours(text: str) -> Hours:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f"hours: {text!r} is no part of a day such as 22:00-06:00")
    return Hours(start=time.fromisoformat(found[1]), end=time.fromisoformat(found[2]))


def _times(row: Mapping[str, Any], silence: Mapping[str, Any]) -> AlarmTimes:
    told = dict(row)
    tries, battery_low = int(told.pop("tries")), int(told.pop("battery_low"))
    warn = tuple(_seconds("warn_s", s) for s in told.pop("warn_s"))
    spans = {name.removesuffix("_s"): _seconds(name, value) for name, value in told.items()}
    return AlarmTimes(
        **spans,
        tries=tries,
        battery_low=battery_low,
        warn=warn,
        day_silence=_seconds("day_s", silence["day_s"]),
        night_silence=_seconds("night_s", silence["night_s"]),
        night=_hours(silence["night"]),
    )


def _cause(code: str, row: Mapping[str, Any]) -> Cause:
    told = dict(row)
    told["raised_by"] = tuple(row.get("raised_by", ()))
    told["items"] = tuple(row.get("items", ()))
    told["at_hours"] = tuple((_hours(part["hours"]), part["ladder"]) for part in row.get("at_hours", ()))
    return Cause(code=code, **told)


def _ladder(code: str, row: Mapping[str, Any]) -> Ladder:
    return Ladder(code=code, steps=tuple(_step(code, step) for step in row["steps"]))


def _step(ladder: str, row: Mapping[str, Any]) -> Step:
    told: dict[str, Any] = dict(row)
    where = f"ladder {ladder}, step {row.get('code', '?')}"
    for name in ("after", "turn", "resend"):
        if f"{name}_s" in told:
            told[name] = _seconds(f"{where}, {name}_s", told.pop(f"{name}_s"))
    for name in ("tell", "until", "channels"):
        told[name] = tuple(told.get(name, CHANNELS if name == "channels" else ()))
    try:
        return Step(**told)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None


def _countdown(row: Mapping[str, Any]) -> CountdownRule:
    told: dict[str, Any] = dict(row)
    for name in ("after", "least", "most"):
        told[name] = _seconds(f"{name}_s", told.pop(f"{name}_s"))
    told["hours"] = _hours(row["hours"]) if "hours" in row else None
    return CountdownRule(**told)


def _device(code: str, row: Mapping[str, Any]) -> DeviceKind:
    told = dict(row)
    told["messages"], told["keys"] = frozenset(row.get("messages", ())), tuple(row.get("keys", ()))
    return DeviceKind(code=code, **told)
