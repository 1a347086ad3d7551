"""Read from the catalogue's settings what is promised of alarms, and whom services have to reach."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any, cast, get_args

from data.errors import BadCatalogueError
from data.rules.files import one_of, rows, section
from dispatch.item import PROFILES, Direction, Mode, Profile, ServiceItem, Urgency
from dispatch.reach import ReachRules
from grid.figures.facts import People
from grid.rulebook import (
    AlarmSettings,
    Department,
)


def alarm_rules(folder: Path, settings: Mapping[str, Any]) -> AlarmSettings:
    """Read within what time alarms are answered.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """
    return section(folder, settings, "alarm", _alarm)


def reach_rules(folder: Path, settings: Mapping[str, Any], items: Mapping[str, ServiceItem]) -> ReachRules:
    """Read which items are core and what counts as near.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """

    def make(section: Mapping[str, Any]) -> ReachRules:
        rules = ReachRules(
            core_items=tuple(section["core_items"]),
            walk_min=float(section["walk_min"]),
            at=time.fromisoformat(section["at"]),
            eligible=dict(section["eligible"]),
            responders=frozenset(section["responders"]),
        )
        rules.check(items, frozenset(f.name for f in fields(People)))
        return rules

    return section(folder, settings, "reach", make)


def _alarm(section: Mapping[str, Any]) -> AlarmSettings:
    answer_s, call_back_s = int(section["answer_s"]), int(section["call_back_s"])
    if not 0 < answer_s <= call_back_s:
        raise ValueError(f"answer_s: {answer_s} has to be more than 0 and at most call_back_s, {call_back_s}")
    return AlarmSettings(
        answer=timedelta(seconds=answer_s),
        call_back=timedelta(seconds=call_back_s),
        tests=frozenset(str(word).casefold() for word in section["tests"]),
    )


def service_items(path: Path, departments: Mapping[str, Department]) -> dict[str, ServiceItem]:
    """Read the service items, by code."""
    items = {i.code: i for i in rows(path, _item)}
    for item in items.values():
        if item.department not in departments:
            raise BadCatalogueError(
                f"{path.name}: {item.code} belongs to {item.department}, not in departments.csv"
            )
    return items


def _item(row: Mapping[str, str]) -> ServiceItem:
    def minutes(field: str) -> int | None:
        return int(row[field]) if row[field] else None

    return ServiceItem(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        function=row["function"],
        function_zh=row["function_zh"],
        department=row["department"],
        category=row["category"],
        sphere=row["sphere"],
        mode=cast("Mode", one_of("mode", row["mode"], get_args(Mode))),
        urgency=cast("Urgency", one_of("urgency", row["urgency"], get_args(Urgency))),
        direction=cast("Direction", one_of("direction", row["direction"], get_args(Direction))),
        profile=cast("Profile", one_of("profile", row["profile"], PROFILES)),
        promise_ack_min=minutes("promise_ack_min"),
        promise_arrive_min=minutes("promise_arrive_min"),
        promise_complete_h=minutes("promise_complete_h"),
        payer=row["payer"],
        price_fen=int(row["price_fen"]),
        licences=tuple(filter(None, row.get("licences", "").split(";"))),
    )
