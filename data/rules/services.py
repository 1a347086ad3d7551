"""Read from the catalogue's settings what is promised of alarms, and whom services have to reach."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from data.rules.files import section
from dispatch.item import ServiceItem
from dispatch.reach import ReachRules
from grid.figures.facts import People
from grid.rulebook import AlarmSettings


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
