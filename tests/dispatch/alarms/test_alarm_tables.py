"""The catalogue's tables of alarms: whole as shipped, and refused with the file's name when not."""

import re
import shutil
from pathlib import Path

import pytest
from alarm_centre import read

from data.errors import BadCatalogueError
from data.rules.files import FOLDER
from dispatch.alarms.cause import BUILT_IN
from dispatch.alarms.device import KEYS, MESSAGES
from dispatch.alarms.rules import AlarmRules

CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_every_cause_has_a_ladder_and_something_that_raises_it(rules: AlarmRules) -> None:
    counted = {rule.cause for rule in rules.countdowns}
    for cause in rules.causes.values():
        assert cause.ladder in rules.ladders
        assert cause.raised_by or cause.code in counted | BUILT_IN, cause.code


def test_every_key_and_alarm_message_raises_something(rules: AlarmRules) -> None:
    for said in (*(f"press:{key}" for key in KEYS), "smoke", "gas", "water"):
        assert rules.raised_by(said) is not None
    assert {rule.starts for rule in rules.countdowns} >= {"fall", "enter"}
    assert {m for kind in rules.devices.values() for m in kind.messages} <= set(MESSAGES)


def test_each_queue_has_its_key(rules: AlarmRules) -> None:
    queues = {key: found.queue for key in KEYS if (found := rules.raised_by(f"press:{key}"))}
    assert queues == {"emergency": "emergency", "community": "community", "life": "life"}


def test_every_label_is_in_both_languages(rules: AlarmRules) -> None:
    for table in (rules.causes, rules.devices, rules.closings):
        for row in table.values():
            assert CHINESE.search(row.name_zh), row.code
            assert row.name_en
            assert not CHINESE.search(row.name_en), row.code
    for lifecycle in (rules.lifecycle, rules.task_lifecycle):
        assert all(CHINESE.search(label) for label in lifecycle.labels.values())
        assert all(CHINESE.search(m.label) for rows in lifecycle.moves.values() for m in rows.values())


@pytest.mark.parametrize("ladder", ["emergency", "together", "fire", "look", "look_night"])
def test_every_emergency_rings_back_and_sends_family_and_people_nearby(
    rules: AlarmRules, ladder: str
) -> None:
    asked = {post for step in rules.ladders[ladder].steps for post in step.tell}
    assert {"agent", "shift_leader", "holder", "family", "street"} <= asked
    assert asked & {"community", "responder"}


def test_every_open_state_takes_presses_and_says_what_the_clock_does(rules: AlarmRules) -> None:
    for state in rules.lifecycle.states:
        actions = {m.action for m in rules.lifecycle.possible(state)}
        assert {"press", "clear"} <= actions, state
        if state != "closed":
            assert {"step", "clock_moved", "unreached", "accept", "decline", "arrive", "note"} <= actions, (
                state
            )
        if state not in ("closed", "raised"):
            assert "close" in actions, state


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("alarms.toml", 'ladder = "fire"', 'ladder = "flood"', "cause smoke wants ladder 'flood'"),
        ("alarms.toml", 'requeued = "requeued"', 'requeued = "later"', "the queue wants ladder 'later'"),
        ("alarms.toml", 'queue = "life"', 'queue = "fun"', "queue 'fun' is none of"),
        ("alarms.toml", 'raised_by = ["gas"]', 'raised_by = ["smoke"]', "smoke raises smoke and gas"),
        ("alarms.toml", 'tell = ["fire"]', 'tell = ["brigade"]', "unknown post 'brigade'"),
        ("alarms.toml", 'task = "open_door"', 'task = "kick"', "unknown task 'kick'"),
        ("alarms.toml", 'until = ["taken"]', "until = []", "names no condition"),
        ("alarms.toml", 'until = ["taken"]', 'until = ["tired"]', "unknown condition 'tired'"),
        ("alarms.toml", 'channels = ["live"]', 'channels = ["fax"]', "unknown channel 'fax'"),
        ("alarms.toml", "after_s = 15,", "after_s = -15,", "no whole number of seconds"),
        ("alarms.toml", "after_s = 15,", "after_s = 31,", "order of their time"),
        ("alarms.toml", 'code = "ring_next"', 'code = "ring"', "two steps of one code"),
        (
            "alarms.toml",
            'code = "ring", after_s = 0',
            'code = "ring", after_s = 1',
            "first step has to be due at 0 s",
        ),
        ("alarms.toml", "most = 4", "most = 0", "are more than 0"),
        ("alarms.toml", "turn_s = 30", "turns_s = 30", "turns_s"),
        ("alarms.toml", "least_s = 300", "least_s = 700", "within least_s and most_s"),
        ("alarms.toml", 'cause = "toilet_stay"', 'cause = "bath"', "countdown 'bath' is no cause"),
        ("alarms.toml", 'device = "toilet_door"', 'device = "smoke"', "smoke does not send enter and exit"),
        ("alarms.toml", 'ends = "exit"', 'ends = "enter"', "cannot start and end with enter"),
        ("alarms.toml", 'night = "22:00-06:00"', 'night = "late"', "no part of a day"),
        ("alarms.toml", 'wants = "met"', 'wants = "luck"', "wants is met, handed_over or nothing"),
        ("alarms.toml", "join_s = 30", "join_s = true", "join_s: True is no whole number"),
        ("alarms.toml", "idle_s = 300", "", "idle"),
        ("alarms.toml", "idle_s = 300", "idle_s = 300\nwait_s = 3", "wait"),
        ("alarms.toml", 'name_en = "smoke"', "", "name_en"),
        ("alarms.toml", 'raised_by = ["gas"]', "", "nothing raises cause gas"),
        ("alarms.toml", 'raised_by = ["gas"]', 'raised_by = ["gas", "hum"]', "'hum' is no message"),
        ("alarms.toml", "[cause.unbound]", "[cause.stranger]", "nothing raises cause stranger"),
        (
            "alarms.toml",
            '"press:life"',
            '"press:emergency"',
            "press:emergency raises emergency_key and life_key",
        ),
        ("alarm_lifecycle.toml", 'effect = ["take"]', 'effect = ["grab"]', "unknown effect 'grab'"),
        ("alarm_task_lifecycle.toml", 'role = ["clock"]', 'role = ["time"]', "unknown role 'time'"),
    ],
)
def test_a_table_with_a_hole_is_refused_by_name(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCatalogueError, match=re.escape(file)) as refused:
        read(folder)
    assert said in str(refused.value)
