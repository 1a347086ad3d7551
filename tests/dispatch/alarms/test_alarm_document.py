"""docs/devices.md says what the code does: a simulator is written from it alone."""

import json
import re
from pathlib import Path

import pytest
from alarm_centre import at

from dispatch.alarms.device import ALWAYS, KEYS, MESSAGES
from dispatch.alarms.hearing import ANSWERS
from dispatch.alarms.message import FIELDS, message_of
from dispatch.alarms.rules import AlarmRules

TEXT = (Path(__file__).parents[3] / "docs" / "devices.md").read_text(encoding="utf-8")


def table(head: str) -> list[list[str]]:
    """Cells of the rows of the table whose heading starts so."""
    lines = TEXT.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def words(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


def test_fields_kinds_and_answers_are_all_told() -> None:
    assert sorted(w for row in table("field") for w in words(row[0])) == sorted(FIELDS)
    assert sorted(w for row in table("kind") for w in words(row[0])) == sorted(MESSAGES)
    assert sorted(w for row in table("`answer`") for w in words(row[0])) == sorted(ANSWERS)
    assert all(f"`{key}`" in TEXT for key in KEYS)


def test_what_each_device_sends_and_counts_is_told(rules: AlarmRules) -> None:
    told: dict[str, list[str]] = {}
    for row in table("device"):
        for code in words(row[0]):
            told[code] = row[1:]
    assert sorted(told) == sorted(rules.devices)
    for code, kind in rules.devices.items():
        sends = set(re.findall(r"\w+", told[code][0])) & set(MESSAGES)
        assert kind.messages - ALWAYS <= sends, code
        counted = [rule for rule in rules.countdowns if rule.device == code]
        for rule in counted:
            after_s = rule.after.total_seconds()
            said = f"{after_s:.0f} s" if after_s < 60 else f"{after_s / 60:.0f} min"
            assert said in told[code][3], code
        assert bool(counted) == (
            told[code][3] not in ("", "none; silence by day 4 h or by night 8 h is an alarm")
        )


def test_the_times_told_are_those_of_the_catalogue(rules: AlarmRules) -> None:
    times = rules.times
    assert times.clock_error.total_seconds() == 300
    assert "in the future, up to 5 min" in TEXT
    assert times.stale.total_seconds() == 24 * 3600
    assert "older than 24 h" in TEXT
    assert times.settle.total_seconds() == 5
    assert "waits 5 s" in TEXT
    assert times.repeat.total_seconds() == 600
    assert "only within 10 min" in TEXT
    assert times.silent_device.total_seconds() == 24 * 3600
    assert f"{times.battery_low} % or less" in TEXT


@pytest.mark.parametrize(
    "body", [json.loads(line) for line in re.findall(r'^\{"v".*\}$', TEXT, re.MULTILINE)]
)
def test_the_example_is_read(body: dict[str, object]) -> None:
    message = message_of("D00001", body, at(0))
    assert (message.kind, message.key, message.said) == ("press", "emergency", "press:emergency")
