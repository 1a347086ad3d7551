"""Categories, natures, stages, departments, lines and the settings of tickets."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast, get_args

from data.errors import BadCatalogueError
from data.rules.files import guard, one_of, toml
from dispatch.worktime import Limit
from grid.deadlines import Stage
from grid.hotline import Hotline, hotlines_of
from grid.rulebook import Category, ClosureSettings, Department, Kind, Nature, TicketSettings


def lines(path: Path, *known: Collection[str]) -> Mapping[str, Hotline]:
    """Read the outside lines, by code."""
    return guard(path, lambda: hotlines_of(toml(path), *known))


def department(row: Mapping[str, str]) -> Department:
    """Read one department."""
    return Department(code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], kind=row["kind"])


def response(section: Mapping[str, Any]) -> dict[bool, Limit]:
    """Read the times for a first answer, of urgent and other categories."""
    return {True: Limit.parse(section["urgent"]), False: Limit.parse(section["normal"])}


def category(row: Mapping[str, str], response: Mapping[bool, Limit]) -> Category:
    """Read one issue category."""
    urgent = one_of("urgent", row["urgent"], ("Y", "N")) == "Y"
    return Category(
        code=row["code"],
        kind=cast("Kind", one_of("kind", row["kind"], get_args(Kind))),
        class_zh=row["class_zh"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        owner=row["owner"],
        urgent=urgent,
        limit=Limit.parse(row["limit"]),
        response=response[urgent],
        stages=tuple(_stage(text) for text in row["stages"].split(";") if text),
        filing_condition=row["filing_condition"],
        closing_condition=row["closing_condition"],
        closing_zh=row["closing_zh"],
    )


def nature(row: Mapping[str, str]) -> Nature:
    """Read one nature of a report."""

    def yes(name: str) -> bool:
        return one_of(name, row[name], ("Y", "N")) == "Y"

    return Nature(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        complaint=yes("complaint"),
        answered=yes("answered"),
    )


def _stage(text: str) -> Stage:
    name, _, limit = text.partition("=")
    return Stage(name=name, limit=Limit.parse(limit))


def stage_names(path: Path, categories: Mapping[str, Category]) -> Mapping[str, str]:
    """Read the names of stages."""
    names: dict[str, str] = guard(path, lambda: dict(toml(path)["labels"]))
    for category in categories.values():
        for stage in category.stages:
            if stage.name not in names:
                raise BadCatalogueError(f"{path.name}: no label for stage {stage.name!r} of {category.code}")
    return names


def closure(section: Mapping[str, Any]) -> ClosureSettings:
    """Read the limits that signs of false closure are judged by."""
    return ClosureSettings(
        photo_far_m=float(section["photo_far_m"]),
        photo_early=timedelta(minutes=section["photo_early_min"]),
        photo_like_bits=int(section["photo_like_bits"]),
        low_rating=int(section["low_rating"]),
    )


def ticket_settings(section: Mapping[str, Any]) -> TicketSettings:
    """Read the settings of tickets."""
    return TicketSettings(
        like_case_radius_m=float(section["like_case_radius_m"]),
        like_case_span=timedelta(hours=section["like_case_hours"]),
        gps_error_m=float(section["gps_error_m"]),
        most_extensions=int(section["most_extensions"]),
        most_returns=int(section["most_returns"]),
        contest_limit=Limit.parse(section["contest_limit"]),
        verify_limit=Limit.parse(section["verify_limit"]),
        most_visits=int(section["most_visits"]),
        whistle_urgent=Limit.parse(section["whistle_urgent"]),
        whistle_normal=Limit.parse(section["whistle_normal"]),
        waiting_days=int(section["waiting_days"]),
    )
