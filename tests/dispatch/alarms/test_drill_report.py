"""What came of drills: seconds from the beginning, medians by agent, those that nobody took."""

from datetime import timedelta

import pytest

from dispatch.alarms.drill import report
from dispatch.alarms.rules import AlarmRules
from tests.dispatch.alarms.alarm_centre import Centre, agent, at


@pytest.fixture
def centre(rules: AlarmRules) -> Centre:
    return Centre(rules=rules)


def test_a_drill_is_told_on_open_pages_alone(centre: Centre) -> None:
    centre.press(at(0), drill=True)
    centre.run(at(0), at(1000))
    posts = {row.post for row in centre.rows.values()}
    assert posts == {"agent", "shift_leader", "street"}
    assert {row.channel for row in centre.rows.values()} == {"live"}


def test_a_report_counts_each_drill_from_its_beginning(centre: Centre) -> None:
    empty = report([])
    assert (empty.drills, empty.agents, empty.untaken) == ((), (), 0)
    untaken = centre.press(at(0), drill=True)
    assert report([untaken]).untaken == 1
    centre.do("take", agent("anna"), at(9))
    well = centre.do("well", agent("anna"), at(31))
    told = report([well, untaken])
    assert (told.untaken, [a.taken for a in told.agents]) == (1, [1])
    (anna,) = told.agents
    assert (anna.agent, anna.take_s, anna.call_back_s) == ("anna", 9.0, 31.0)
    assert told.drills[0].close_s is None
    assert told.drills[0].raised_at + timedelta(seconds=9) == well.taken_at
