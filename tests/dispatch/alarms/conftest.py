"""The rules of alarms as the catalogue ships them."""

import pytest
from alarm_centre import read

from data.rules.files import FOLDER
from dispatch.alarms.rules import AlarmRules


@pytest.fixture(scope="session")
def rules() -> AlarmRules:
    return read(FOLDER)
