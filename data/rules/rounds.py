"""Read how days of rounds are planned: shifts, sorts of errands, what is worth which way."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.rules.columns import NAMES, Field, Table
from data.rules.files import guard, toml
from data.rules.lifecycles import read_lifecycle
from dispatch.item import PROFILES
from dispatch.rounds import acts
from dispatch.rounds.day import ErrandRule, RoundRules, ShiftRule, seconds, windows_of

FILE = "rounds.toml"
PRIORITIES = 3
MINUTE_S = 60
LONGEST_MIN = 24 * 60
ROUNDS = (
    Table(
        file=FILE,
        open=True,
        told="How days of rounds are planned.",
        fields=(
            Field(name="due_each", type="whole number", told="due visits planned for each worker by default"),
            Field(name="most", type="whole number", told="errands of one day"),
            Field(name="worth_min", type="list", unit="minutes", told="way that priority 1, 2, 3 may cost"),
            Field(
                name="own_worker_min",
                type="whole number",
                unit="minutes",
                told="way that the cell's worker is worth",
            ),
            Field(
                name="stay_min",
                type="whole number",
                unit="minutes",
                told="way that keeping the worker is worth",
            ),
            Field(
                name="promised_times", type="whole number", told="how much more a promised errand is worth"
            ),
            Field(name="told_min", type="whole number", unit="minutes", told="length of the promised window"),
            Field(name="told_step_min", type="whole number", unit="minutes", told="grid of its begin"),
        ),
    ),
    Table(
        file=FILE,
        section="shift",
        told="The shift of whom nothing else is told.",
        fields=(
            *(Field(name=name, type="time") for name in ("from", "until", "break_from", "break_until")),
            Field(name="break_min", type="whole number", unit="minutes", told="0 for no break"),
            Field(name="profile", type="code", allowed=PROFILES),
        ),
    ),
    Table(
        file=FILE,
        section="errand.*",
        told="A sort of errand: visit, check and task are used when a request does not say which.",
        fields=(
            *NAMES,
            Field(name="minutes", type="whole number", unit="minutes"),
            Field(
                name="windows",
                type="list",
                told='when it may begin, such as "08:30-11:30"; empty for any time',
            ),
            Field(name="priority", type="whole number", told="1 to 3, the highest"),
        ),
    ),
)
USUAL = ("visit", "check", "task")
"""Sorts that there have to be."""


def round_rules(folder: Path) -> RoundRules:
    """Read ``rounds.toml`` and the lifecycle of a day of rounds.

    Raises
    ------
    BadCatalogueError
        Naming the file and what is wrong in it.
    """
    path = folder / FILE
    return guard(path, lambda: _rules(folder, toml(path)))


def _rules(folder: Path, table: Mapping[str, Any]) -> RoundRules:
    errands = {code: _errand(code, told) for code, told in table["errand"].items()}
    if lacking := [code for code in USUAL if code not in errands]:
        raise ValueError(f"[errand.{lacking[0]}] is missing")
    worth = tuple(_within(f"worth_min {minutes}", int(minutes), 1) for minutes in table["worth_min"])
    if len(worth) != PRIORITIES or list(worth) != sorted(worth):
        raise ValueError(f"worth_min: {PRIORITIES} numbers that do not fall, one for each priority")
    minutes = {
        name: _within(name, int(table[name]), least)
        for name, least in (("own_worker_min", 0), ("stay_min", 0), ("told_min", 1), ("told_step_min", 1))
    }
    return RoundRules(
        shift=_shift(table["shift"]),
        errands=errands,
        worth_s=tuple(each * MINUTE_S for each in worth),
        due_each=_within("due_each", int(table["due_each"]), 0),
        most=_within("most", int(table["most"]), 1),
        own_worker_s=minutes["own_worker_min"] * MINUTE_S,
        stay_s=minutes["stay_min"] * MINUTE_S,
        promised_times=_within("promised_times", int(table["promised_times"]), 1),
        told_s=minutes["told_min"] * MINUTE_S,
        told_step_s=minutes["told_step_min"] * MINUTE_S,
        lifecycle=read_lifecycle(folder / "round_lifecycle.toml", frozenset(acts.EFFECTS), acts.FIELDS),
    )


def _errand(code: str, told: Mapping[str, Any]) -> ErrandRule:
    windows_of(told["windows"])
    if not 1 <= int(told["priority"]) <= PRIORITIES:
        raise ValueError(f"errand.{code}: priority is 1 to {PRIORITIES}")
    return ErrandRule(
        code=code,
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        minutes=_within(f"minutes of {code}", int(told["minutes"]), 1),
        windows=tuple(told["windows"]),
        priority=int(told["priority"]),
    )


def _shift(told: Mapping[str, Any]) -> ShiftRule:
    begin, end, pause_from, pause_until = (
        seconds(told[name]) for name in ("from", "until", "break_from", "break_until")
    )
    if not begin < end or not begin <= pause_from <= pause_until <= end:
        raise ValueError(
            "shift: the break has to begin within the shift, and the shift to end after it began"
        )
    pause_s = _within("break_min", int(told["break_min"]), 0) * MINUTE_S
    return ShiftRule(
        from_s=begin,
        until_s=end,
        pause_from_s=pause_from,
        pause_until_s=pause_until,
        pause_s=pause_s,
        profile=told["profile"],
    )


def _within(name: str, value: int, least: int) -> int:
    if not least <= value <= LONGEST_MIN:
        raise ValueError(f"{name}: {value} is not between {least} and {LONGEST_MIN}")
    return value
