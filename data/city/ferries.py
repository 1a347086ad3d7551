"""The timetable of a district's ferries: a file that people may correct, made from the map at first.

A map tells duration, interval and hours of a line at best. What it does not tell is assumed and listed in ``assumed``
of the line, so that whoever knows the real timetable finds what to correct; a weather stop is a closure added here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from re import fullmatch
from typing import Any

import numpy as np
from opening_hours import OpeningHours, validate

from data.errors import BadFileError
from geo.ferries import Closure, Crossing, Pier, Sailings, Season, Timetable
from geo.osm import FerryLine
from geo.place import LonLat, great_circle_m

FILE = "ferries.json"
VERSION = 1
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEEK = datetime(2024, 7, 1)  # noqa: DTZ001 - hours of the map are local clock time; a Monday in summer
USUAL_HOURS = "07:00-18:00"
USUAL_INTERVAL_MIN = 60
USUAL_M_PER_S = 4.0
BOARDING_MIN = 2
REFUSED = frozenset({"no", "private"})
_ACCESS = {
    "walk": ("foot", "access"),
    "ebike": ("bicycle", "access"),
    "drive": ("motorcar", "motor_vehicle", "vehicle", "access"),
}

Json = dict[str, Any]


def save_ferries(folder: Path, ferries: Iterable[FerryLine]) -> None:
    """Write the timetable of the ferry lines of a map; without lines it has no piers."""
    piers: dict[tuple[float, float], int] = {}
    lines = []
    for ferry in ferries:
        ends = [(round(lon, 7), round(lat, 7)) for lon, lat in (ferry.line.coords[0], ferry.line.coords[-1])]
        numbers = [piers.setdefault(end, len(piers)) for end in ends]
        if numbers[0] != numbers[1]:
            lines.append(_line(ferry, numbers))
    named = [{"name": "", "lon": lon, "lat": lat} for lon, lat in piers]
    text = json.dumps({"version": VERSION, "piers": named, "lines": lines}, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def keep_timetable(folder: Path, made: Path) -> dict[str, list[str]]:
    """Keep the timetable that people may have corrected when the streets are made anew; lines new on the map are added.

    Parameters
    ----------
    folder : Path
        Of the timetable in use; without the file the one just made stands.
    made : Path
        Where `save_ferries` wrote that of the newer map; what is kept is written there.

    Returns
    -------
    dict
        Names of the lines ``added``, and of those ``gone`` from the map, which sail on until somebody takes them out.

    Raises
    ------
    BadFileError
        When the timetable in use is none.
    """
    path, new = folder / FILE, json.loads((made / FILE).read_text(encoding="utf-8"))
    if not path.exists():
        return {"added": [line["name"] for line in new["lines"]], "gone": []}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        known = {line["osm_id"] for line in kept["lines"] if line.get("osm_id")}
        offset = len(kept["piers"])
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise BadFileError(f"{path} is no timetable of ferries: {problem}") from None
    added = [line for line in new["lines"] if line["osm_id"] not in known]
    on_map = {line["osm_id"] for line in new["lines"]}
    gone = [line["name"] for line in kept["lines"] if line.get("osm_id") and line["osm_id"] not in on_map]
    if added:
        kept["piers"] += new["piers"]
        kept["lines"] += [line | {"piers": [offset + pier for pier in line["piers"]]} for line in added]
    (made / FILE).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {"added": [line["name"] for line in added], "gone": gone}


def read_ferries(folder: Path, zone: tzinfo, holidays: frozenset[date] = frozenset()) -> Timetable:
    """Read the timetable; a folder without the file has no ferries.

    Sailings may name ``seasons``, a list of ``first`` and ``last`` day, and ``holidays``: true for boats that sail
    on public holidays whatever their weekday, false for boats that do not.

    Raises
    ------
    BadFileError
        When the file is no timetable; the message says where.
    """
    path = folder / FILE
    if not path.exists():
        return Timetable((), (), zone, holidays)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        piers = [Pier(pier["name"], LonLat(pier["lon"], pier["lat"])) for pier in told["piers"]]
        if told["version"] == VERSION:
            boats = [boat for line in told["lines"] for boat in _crossings(line)]
            return Timetable(piers, boats, zone, holidays)
    except KeyError as problem:
        raise BadFileError(f"{path} lacks the entry {problem}") from None
    except (ValueError, TypeError) as problem:
        raise BadFileError(f"{path} is no timetable of ferries: {problem}") from None
    raise BadFileError(f"{path} is of version {told['version']}; allowed is {VERSION}")


def changed_ns(folder: Path) -> int:
    """Tell when the file was changed, in nanoseconds since 1970; 0 without a file."""
    try:
        return (folder / FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _line(ferry: FerryLine, numbers: list[int]) -> Json:
    """Tell a line of the map as the file does."""
    assumed = []
    duration_min = minutes(ferry.tags.get("duration", ""))
    if not duration_min:
        assumed.append("duration_min")
        lon, lat = np.array(ferry.line.coords)[:, :2].T
        length_m = float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
        duration_min = max(1, round(length_m / USUAL_M_PER_S / 60))
    interval_min = minutes(ferry.tags.get("interval", ""))
    if not interval_min:
        assumed.append("every_min")
        interval_min = USUAL_INTERVAL_MIN
    hours = ferry.tags.get("opening_hours", "")
    if not hours or not validate(hours):
        assumed.append("hours")
        hours = USUAL_HOURS
    return {
        "name": ferry.name,
        "osm_id": ferry.osm_id,
        "piers": numbers,
        "oneway": ferry.tags.get("oneway") == "yes",
        "profiles": [profile for profile in _ACCESS if _may_board(profile, ferry.tags)],
        "duration_min": duration_min,
        "boarding_min": BOARDING_MIN,
        "sailings": _sailings(hours, interval_min),
        "closures": [],
        "assumed": assumed,
        "line": [[round(lon, 7), round(lat, 7)] for lon, lat, *_ in ferry.line.coords],
    }


def _may_board(profile: str, tags: Mapping[str, str]) -> bool:
    """Let the most particular tag decide; a boat that says nothing takes everybody."""
    told = [tags[key] for key in _ACCESS[profile] if key in tags]
    return not told or told[0] not in REFUSED


def minutes(text: str) -> float:
    """Read a duration of the map: ``00:08``, ``01:10:30``, ``8`` (minutes) or ``PT1H10M``; 0 when it is none."""
    if clock := fullmatch(r"(\d+):(\d\d)(?::(\d\d))?", text.strip()):
        hours, mins, secs = (int(part or 0) for part in clock.groups())
        return hours * 60 + mins + secs / 60
    if spoken := fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.strip()):
        hours, mins, secs = (int(part or 0) for part in spoken.groups())
        return hours * 60 + mins + secs / 60
    return float(text) if fullmatch(r"\d+(\.\d+)?", text.strip()) else 0.0


def _sailings(hours: str, interval_min: float) -> list[Json]:
    """Sail a week through at an interval within opening hours; days of the same hours are told together."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for day, first_s, last_s in _spans(hours):
        spans.setdefault(day, []).append((first_s, last_s))
    together: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in sorted(spans):
        together.setdefault(tuple(spans[day]), []).append(day)
    return [
        {
            "days": [DAYS[day] for day in days],
            "first": _clock(first_s),
            "last": _clock(last_s),
            "every_min": interval_min,
        }
        for hours_of, days in together.items()
        for first_s, last_s in hours_of
    ]


def _spans(hours: str) -> Iterator[tuple[int, int, int]]:
    """Yield weekday, opening and closing in seconds after its midnight; what is open for days is cut at midnight."""
    whole_day = timedelta(days=1)
    for begin, end, state, _ in OpeningHours(hours).intervals(WEEK - whole_day, WEEK + 8 * whole_day):
        if str(state) != "open":
            continue
        day = datetime.combine(begin.date(), time())
        days = (
            [day + n * whole_day for n in range((end - day).days + 1)] if end - begin > whole_day else [day]
        )
        for each in days:
            last = min(end, each + whole_day - timedelta(minutes=1)) if len(days) > 1 else end
            first_s, last_s = (round((clock - each).total_seconds()) for clock in (max(begin, each), last))
            if 0 <= (each - WEEK).days < 7:
                yield (each - WEEK).days, first_s, last_s


def _crossings(line: Json) -> Iterable[Crossing]:
    """One crossing there and, unless the line is one-way, one back at the same times."""
    there, back = line["piers"]
    way = tuple((float(lon), float(lat)) for lon, lat in line["line"])
    closures = (
        Closure(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]), each.get("reason", ""))
        for each in line["closures"]
    )
    first = Crossing(
        name=line["name"],
        origin=there,
        target=back,
        duration_s=round(line["duration_min"] * 60),
        boarding_s=round(line["boarding_min"] * 60),
        sailings=tuple(_read_sailings(each) for each in line["sailings"]),
        closures=tuple(closures),
        line=way,
        profiles=frozenset(line["profiles"]),
    )
    yield first
    if not line["oneway"]:
        yield replace(first, origin=back, target=there, line=way[::-1])


def _read_sailings(told: Json) -> Sailings:
    """Read sailings told as times, or as first, last and interval."""
    days = frozenset(DAYS.index(day) for day in told["days"])
    if "times" in told:
        sailings = Sailings(days, tuple(sorted(_seconds(clock) for clock in told["times"])))
    else:
        first_s, last_s = _seconds(told["first"]), _seconds(told["last"])
        sailings = Sailings.every(days, first_s, last_s, round(told["every_min"] * 60))
    if (holidays := told.get("holidays")) not in (None, True, False):
        raise ValueError(f"holidays {holidays!r} says neither true nor false")
    seasons = (
        Season(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]))
        for each in told.get("seasons", ())
    )
    return replace(sailings, seasons=tuple(seasons), holidays=holidays)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _seconds(clock: str) -> int:
    """Read ``HH:MM``; hours from 24 on are after midnight."""
    hours, mins = clock.split(":")
    return int(hours) * 3600 + int(mins) * 60
