"""Read from the catalogue's settings what is promised of alarms."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.rule_files import section
from grid.rulebook import AlarmSettings


def alarm_rules(folder: Path, settings: Mapping[str, Any]) -> AlarmSettings:
    """Read within what time alarms are answered.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """
    return section(folder, settings, "alarm", _alarm)


def _alarm(section: Mapping[str, Any]) -> AlarmSettings:
    answer_s, call_back_s = int(section["answer_s"]), int(section["call_back_s"])
    if not 0 < answer_s <= call_back_s:
        raise ValueError(f"answer_s: {answer_s} has to be more than 0 and at most call_back_s, {call_back_s}")
    return AlarmSettings(
        answer=timedelta(seconds=answer_s),
        call_back=timedelta(seconds=call_back_s),
        tests=frozenset(str(word).casefold() for word in section["tests"]),
    )
