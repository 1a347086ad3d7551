"""A small alarm centre for tests: the clock in the hand, rows with unique keys, and a plug to pull."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.alarm_rules import alarm_rules
from data.rules import FOLDER, ROLES
from dispatch.alarms.rules import AlarmRules


@pytest.fixture(scope="session")
def rules() -> AlarmRules:
    return read(FOLDER)


def read(folder: Path) -> AlarmRules:
    return alarm_rules(folder, "v1", ZoneInfo("Asia/Shanghai"), ROLES)
