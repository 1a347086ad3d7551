"""Working time: shifts, holidays and swapped days by year."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import BadCatalogueError
from data.rules.files import guard, one_of, section, toml
from dispatch.worktime import CalendarYear, WorkdayMeans, WorkTime


def code_widths(given: list[int]) -> tuple[int, int, int, int]:
    """Read how many digits the parts of a code have: county, street, community, cell."""
    if len(given) != 4 or any(not isinstance(w, int) or w < 1 for w in given):
        raise ValueError(f"widths: {given} are not four positive whole numbers")
    county, street, community, cell = given
    return county, street, community, cell


def read_worktime(folder: Path, settings: Mapping[str, Any]) -> WorkTime:
    """Read shifts, holidays and swapped days; the calendars of all years in the folder."""
    years = tuple(
        guard(path, lambda path=path: _year(toml(path)))  # type: ignore[misc]  # default binds the path
        for path in sorted(folder.glob("calendar_*.toml"))
    )

    def make(section: Mapping[str, Any]) -> WorkTime:
        try:
            zone = ZoneInfo(section["zone"])
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"zone: {section['zone']!r} is unknown") from None
        means = one_of("workday_means", section["workday_means"], get_args(WorkdayMeans))
        shifts = tuple(_shift(text) for text in section["shifts"])
        return WorkTime(zone=zone, shifts=shifts, years=years, workday_means=cast("WorkdayMeans", means))

    return section(folder, settings, "worktime", make)


def _shift(text: str) -> tuple[time, time]:
    start, _, end = text.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _year(table: Mapping[str, Any]) -> CalendarYear:
    days: set[date] = set()
    for row in table["holiday"]:
        if row["to"] < row["from"]:
            raise BadCatalogueError(f"holiday {row['name']} ends before it starts")
        days.update(row["from"] + timedelta(days=n) for n in range((row["to"] - row["from"]).days + 1))
    return CalendarYear(
        year=table["year"],
        holidays=frozenset(days),
        workdays=frozenset(table["workdays"]),
        source=table["source"],
    )
