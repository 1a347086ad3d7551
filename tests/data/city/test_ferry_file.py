"""The file of ferries: what a map tells, what is assumed, and what people may write."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shapely

from data.city.ferries import FILE, keep_timetable, minutes, read_ferries, save_ferries
from data.errors import BadFileError
from geo.osm import FerryLine

HOUR_S = 3600


def ferry(*ends: tuple[float, float], **tags: str) -> FerryLine:
    line = shapely.LineString(ends or ((120.0, 30.0), (120.01, 30.005), (120.0, 30.01)))
    return FerryLine(osm_id="w1", name="江心轮渡", line=line, tags=tags)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("00:08", 8),
        ("01:10:30", 70.5),
        ("12", 12),
        ("7.5", 7.5),
        ("PT1H10M", 70),
        ("PT45S", 0.75),
        ("soon", 0),
    ],
)
def test_durations_of_the_map(text: str, wanted: float) -> None:
    assert minutes(text) == wanted


def test_a_line_of_the_map_sails_both_ways(tmp_path: Path) -> None:
    tags = {"duration": "00:08", "interval": "00:30", "opening_hours": "06:00-21:00", "motor_vehicle": "no"}
    save_ferries(tmp_path, [ferry(**tags)])
    there, back = read_ferries(tmp_path, UTC).crossings
    assert (there.origin, there.target, back.origin, back.target) == (0, 1, 1, 0)
    assert there.line == back.line[::-1]
    assert (there.duration_s, there.boarding_s) == (480, 120)
    assert there.profiles == {"walk", "ebike"}
    (sailings,) = there.sailings
    assert sailings.weekdays == frozenset(range(7))
    assert (sailings.departs_s[0], sailings.departs_s[-1]) == (6 * HOUR_S, 21 * HOUR_S)
    assert len(sailings.departs_s) == 31


def test_lines_share_their_pier_and_one_way_stays_one_way(tmp_path: Path) -> None:
    lines = [ferry((120.0, 30.0), (120.1, 30.0)), ferry((120.1, 30.0), (120.1, 30.1), oneway="yes")]
    save_ferries(tmp_path, [*lines, ferry((120.0, 30.0), (120.1, 30.2), (120.0, 30.0))])
    found = read_ferries(tmp_path, UTC)
    assert len(found.piers) == 3
    assert [(each.origin, each.target) for each in found.crossings] == [(0, 1), (1, 0), (1, 2)]


def test_what_the_map_does_not_tell_is_assumed_and_said(tmp_path: Path) -> None:
    save_ferries(tmp_path, [ferry(opening_hours="when the tide is in")])
    (line,) = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["lines"]
    assert line["assumed"] == ["duration_min", "every_min", "hours"]
    assert line["sailings"][0]["first"] == "07:00"
    assert line["duration_min"] == 9  # 2.2 km


def test_hours_by_weekday_and_after_midnight(tmp_path: Path) -> None:
    tags = {"duration": "5", "interval": "60", "opening_hours": "Mo-Fr 06:00-08:00; Sa 22:00-01:00"}
    save_ferries(tmp_path, [ferry(**tags)])
    sailings = read_ferries(tmp_path, UTC).crossings[0].sailings
    assert [(sorted(each.weekdays), [s // HOUR_S for s in each.departs_s]) for each in sailings] == [
        ([0, 1, 2, 3, 4], [6, 7, 8]),
        ([5], [22, 23, 24, 25]),
    ]


def test_a_boat_that_never_rests_sails_at_every_hour(tmp_path: Path) -> None:
    save_ferries(tmp_path, [ferry(duration="5", interval="60", opening_hours="24/7")])
    found = read_ferries(tmp_path, UTC)
    day = [round(datetime(2026, 11, n, tzinfo=UTC).timestamp() * 1000) for n in (18, 20)]
    assert len(found.between_ms(0, day[0], day[1])) == 48  # midnight of the first is too soon to board


def test_people_may_write_times_and_closures(tmp_path: Path) -> None:
    save_ferries(tmp_path, [ferry(duration="5")])
    told = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    told["lines"][0]["sailings"] = [{"days": ["Su"], "times": ["18:15", "07:30"]}]
    told["lines"][0]["closures"] = [{"first": "2026-11-22", "last": "2026-11-23", "reason": "大雾"}]
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    found = read_ferries(tmp_path, UTC).crossings[0]
    assert found.sailings[0].departs_s == (7 * HOUR_S + 1800, 18 * HOUR_S + 900)
    assert (found.closures[0].first, found.closures[0].reason) == (date(2026, 11, 22), "大雾")


def test_people_may_write_seasons_and_holidays(tmp_path: Path) -> None:
    save_ferries(tmp_path, [ferry(duration="5")])
    told = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    summer = {"first": "2026-05-01", "last": "2026-10-07"}
    told["lines"][0]["sailings"] = [
        {"days": ["Sa", "Su"], "times": ["09:00"], "seasons": [summer], "holidays": True},
        {"days": ["Mo"], "first": "08:00", "last": "10:00", "every_min": 60, "holidays": False},
    ]
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    holidays = frozenset({date(2026, 10, 5), date(2026, 10, 12)})  # Mondays
    found = read_ferries(tmp_path, UTC, holidays)
    for day, boats in ((3, [9]), (5, [9]), (6, []), (10, []), (12, []), (19, [8, 9, 10])):
        begin = round(datetime(2026, 10, day, tzinfo=UTC).timestamp() * 1000)
        sailed = found.between_ms(0, begin, begin + 24 * HOUR_S * 1000 - 1)
        assert [(each - begin) // 1000 // HOUR_S for each in sailed] == boats
    told["lines"][0]["sailings"][0]["holidays"] = "sometimes"
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(BadFileError, match="says neither true nor false"):
        read_ferries(tmp_path, UTC)


def test_without_a_file_there_are_no_ferries(tmp_path: Path) -> None:
    assert read_ferries(tmp_path, UTC).crossings == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("{", "no timetable of ferries"),
        ('{"version": 2, "piers": [], "lines": []}', "of version 2; allowed is 1"),
        ('{"version": 1, "piers": []}', "lacks the entry 'lines'"),
        ('{"version": 1, "piers": [{"name": "", "lon": 300, "lat": 0}], "lines": []}', "no longitude"),
        ("[]", "no timetable of ferries"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, change: str, told: str) -> None:
    (tmp_path / FILE).write_text(change, encoding="utf-8")
    with pytest.raises(BadFileError, match=told):
        read_ferries(tmp_path, UTC)


def test_a_timetable_that_people_corrected_outlives_newer_streets(tmp_path: Path) -> None:
    kept, made = tmp_path / "kept", tmp_path / "made"
    kept.mkdir()
    made.mkdir()
    save_ferries(kept, [ferry()])
    told = json.loads((kept / FILE).read_text("utf-8"))
    stop = {"first": "2026-11-25", "last": "2026-11-26", "reason": "大风"}
    told["lines"][0] |= {"duration_min": 11, "closures": [stop]}
    told["lines"].append({**told["lines"][0], "name": "自家渡船", "osm_id": None})
    (kept / FILE).write_text(json.dumps(told), "utf-8")
    other = FerryLine(osm_id="w2", name="新轮渡", line=ferry((121.0, 30.0), (121.1, 30.0)).line, tags={})
    save_ferries(made, [other])
    assert keep_timetable(kept, made) == {"added": ["新轮渡"], "gone": ["江心轮渡"]}
    after = json.loads((made / FILE).read_text("utf-8"))
    assert after["lines"][:2] == told["lines"]  # durations and weather stops as they were written
    found = read_ferries(made, UTC)
    new = found.crossings[-1]
    assert {(found.piers[n].place.lon) for n in (new.origin, new.target)} == {121.0, 121.1}
    save_ferries(made, [ferry()])
    assert keep_timetable(kept, made) == {"added": [], "gone": []}
    assert json.loads((made / FILE).read_text("utf-8")) == told
    (kept / FILE).write_text("{", "utf-8")
    with pytest.raises(BadFileError, match="no timetable"):
        keep_timetable(kept, made)
    (kept / FILE).unlink()
    save_ferries(made, [ferry()])
    assert keep_timetable(kept, made)["added"] == ["江心轮渡"]
