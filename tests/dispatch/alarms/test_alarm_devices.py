"""Devices that fall silent, run low or are not tried; homes that are silent too long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alarm_centre import ZONE, at, read
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.files import FOLDER
from dispatch.alarms.device import AlarmDevice, DeviceKind, heard, repairs
from dispatch.alarms.inactivity import silent_at
from dispatch.alarms.rules import AlarmRules, OwnPlan
from dispatch.errors import DispatchError

PENDANT = AlarmDevice(no="D1", kind="pendant", resident="R1", since=at(0))
DAY = 86_400
IN_LONDON = replace(read(FOLDER), zone=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("device", "seconds", "faults"),
    [
        (PENDANT, DAY - 1, []),
        (PENDANT, DAY, ["silent"]),  # put in and never heard of
        (replace(PENDANT, heard_at=at(100)), DAY + 99, []),
        (replace(PENDANT, heard_at=at(100)), DAY + 100, ["silent"]),
        (replace(PENDANT, battery=20), 5, ["battery_low"]),
        (replace(PENDANT, battery=21), 5, []),
        (replace(PENDANT, clock_wrong_at=at(3)), 5, ["clock_wrong"]),
        (replace(PENDANT, heard_at=at(35 * DAY)), 35 * DAY, ["untested"]),
        (replace(PENDANT, heard_at=at(35 * DAY), tested_at=at(9)), 35 * DAY, []),
        (replace(PENDANT, battery=3), 36 * DAY, ["silent", "battery_low", "untested"]),
        (replace(PENDANT, battery=3, removed_at=at(7)), 36 * DAY, []),
    ],
)
def test_faults_are_repairs(rules: AlarmRules, device: AlarmDevice, seconds: int, faults: list[str]) -> None:
    times = rules.times
    found = repairs(device, rules.devices["pendant"], times.silent_device, times.battery_low, at(seconds))
    assert [r.fault for r in found] == faults
    assert all(r.since <= at(seconds) and r.key == ("D1", r.fault) for r in found)


def test_an_old_message_changes_nothing() -> None:
    new = heard(PENDANT, at(100), active=True, tested=True)
    assert heard(new, at(50), active=True, tested=True) == new


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": frozenset({"sing"})},
        {"messages": frozenset({"press"})},
        {"keys": ("life",)},
        {"keys": ("red",)},
    ],
)
def test_a_kind_of_device_is_whole(wrong: dict[str, object]) -> None:
    with pytest.raises(DispatchError):
        DeviceKind(code="x", name_zh="x", name_en="x", **wrong)  # type: ignore[arg-type]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("last", "due", "cause"),
    [
        ("2026-11-18T08:00", "2026-11-18T12:00", "inactivity"),
        ("2026-11-18T18:00", "2026-11-18T22:00", "inactivity"),
        ("2026-11-18T20:00", "2026-11-19T06:00", "inactivity_night"),  # 2 h of day, then the whole night
        ("2026-11-18T22:30", "2026-11-19T10:00", "inactivity"),  # 7.5 h of night, then 4 h of day
        ("2026-11-19T03:00", "2026-11-19T10:00", "inactivity"),
        ("2026-11-19T06:00", "2026-11-19T10:00", "inactivity"),
    ],
)
def test_silence_is_counted_by_day_and_by_night_apart(
    rules: AlarmRules, last: str, due: str, cause: str
) -> None:
    assert silent_at(local(last), rules, OwnPlan()) == (local(due), cause)


def test_a_person_has_limits_of_their_own_and_is_left_in_peace_while_away(rules: AlarmRules) -> None:
    own = OwnPlan(limits_s={"inactivity": 7200})
    assert silent_at(local("2026-11-18T08:00"), rules, own)[0] == local("2026-11-18T10:00")
    away = OwnPlan(away_until=local("2026-11-20T12:00"))
    assert silent_at(local("2026-11-18T08:00"), rules, away)[0] == local("2026-11-20T16:00")


@settings(deadline=None)
@given(minutes=st.integers(0, 60 * 24 * 365))
def test_against_a_count_of_minutes(minutes: int) -> None:
    """A plain model walks the minutes, in a zone whose offset changes twice a year."""
    rules = IN_LONDON
    last = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due, cause = silent_at(last, rules, OwnPlan())
    day = night = 0
    moment = last
    while day < 240 and night < 480:
        clock = moment.astimezone(rules.zone).time()
        dark = clock.hour >= 22 or clock.hour < 6
        day, night = day + (not dark), night + dark
        moment += timedelta(minutes=1)
    assert (due, cause) == (moment, "inactivity" if day == 240 else "inactivity_night")
