"""Files about the care for people: assessments with the residents, visits, devices."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from data.desk.door import Desk
from data.files.takeout import Wanted, take_out
from data.models import AssessmentRow, CellRow, DeviceRow, HomeVisitRow, ResidentRow
from data.queries.visits import verify_visits
from data.registers.checks import register_faults
from data.store.home import Home
from data.store.kinds.alarms import DEVICE
from dispatch.lifecycle import Action, Actor
from grid.home_visits import VisitRules
from tests.conftest import NOW
from tests.data.files.test_exchange import RESIDENT, take, write_csv

ELDER = RESIDENT | {
    "ability_level": "2",
    "ability_edition": "GB/T 42195-2022",
    "assessed_on": "2026-03-01",
}


def kept(desk: Desk) -> list[tuple[str, date, str, int]]:
    columns = AssessmentRow.resident, AssessmentRow.assessed_on, AssessmentRow.edition, AssessmentRow.level
    with desk.database.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def test_assessments_come_with_residents_and_add_up(tmp_path: Path, desk: Desk, place: Home) -> None:
    path = tmp_path / "a.csv"
    assert take(write_csv(path, ELDER), "residents", desk, place).verdicts[0].outcome == "new"
    first = ("R1", date(2026, 3, 1), "GB/T 42195-2022", 2)
    assert kept(desk) == [first]
    later = ELDER | {"ability_level": "3", "assessed_on": "2026-10-01"}
    take(write_csv(path, later), "residents", desk, place)
    assert kept(desk) == [first, ("R1", date(2026, 10, 1), "GB/T 42195-2022", 3)]
    take(write_csv(path, later | {"ability_level": "4"}), "residents", desk, place)  # put right
    take(write_csv(path, RESIDENT | {"name": "王明"}), "residents", desk, place)  # a file that does not tell
    assert kept(desk) == [first, ("R1", date(2026, 10, 1), "GB/T 42195-2022", 4)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ability_level", "5"),
        ("ability_level", "light"),
        ("ability_edition", ""),
        ("ability_edition", "GB/T 99"),
        ("assessed_on", ""),
        ("assessed_on", "2026-11-19"),
    ],
)
def test_a_bad_assessment_refuses_the_whole_row(
    tmp_path: Path, desk: Desk, place: Home, field: str, value: str
) -> None:
    found = take(write_csv(tmp_path / "a.csv", ELDER | {field: value}), "residents", desk, place).verdicts[0]
    assert (found.outcome, found.note.split(":")[0].split()[0]) == ("refused", field)
    assert kept(desk) == []


VISIT = {
    "no": "Z1",
    "resident": "R1",
    "household": "",
    "visited_at": "2026-03-01T09:00+08:00",
    "finding": "well",
    "note": "血压偏高",
    "worker": "w9",
    "confirmed": "是",
    "lon": "120.005",
    "lat": "30.005",
}


def test_visits_come_from_a_file_and_are_not_rewritten(tmp_path: Path, desk: Desk, place: Home) -> None:
    path = tmp_path / "a.csv"
    take(write_csv(path, RESIDENT | {"household": "H1"}), "residents", desk, place)
    rows = [
        VISIT,
        VISIT | {"no": "Z2", "resident": "", "household": "H1", "lon": "", "lat": "", "confirmed": ""},
        VISIT | {"no": "Z3", "resident": "R9"},
        VISIT | {"no": "Z4", "finding": "happy"},
        VISIT | {"no": "Z5", "visited_at": "2027-01-01T09:00+08:00"},
        VISIT | {"no": "Z6", "finding": "absent"},
    ]
    found = take(write_csv(path, *rows), "visits", desk, place)
    assert [v.outcome for v in found.verdicts] == ["new", "new"] + ["refused"] * 4
    assert "resident R9 is not registered" in found.verdicts[2].note
    assert [v.note.split(":")[0].split()[0] for v in found.verdicts[3:]] == [
        "finding",
        "visited_at",
        "confirmed",
    ]
    with desk.database.read() as session:
        first, second = session.scalars(select(HomeVisitRow).order_by(HomeVisitRow.id))
        assert (first.by, first.distance_m, first.household, second.by) == ("w9", 0.0, "H1", "w9")
        assert session.scalars(select(ResidentRow.verified_at)).one() == first.visited_at
        assert verify_visits(session) == []
    assert take(path, "visits", desk, place).counts == {"same": 2, "refused": 4}
    again = take(write_csv(path, VISIT | {"note": "好"}), "visits", desk, place)
    assert "not rewritten" in again.verdicts[0].note


def test_visits_go_out_without_persons(tmp_path: Path, desk: Desk, place: Home) -> None:
    path = tmp_path / "a.csv"
    take(write_csv(path, RESIDENT | {"household": "H1"}), "residents", desk, place)
    take(write_csv(path, VISIT), "visits", desk, place)
    with desk.database.read() as session:
        assert take_out(session, "visits", path, Wanted(), ZoneInfo("Asia/Shanghai")) == 1
        take_out(session, "events", tmp_path / "e.csv", Wanted(), ZoneInfo("Asia/Shanghai"))
    text = path.read_text("utf-8-sig") + (tmp_path / "e.csv").read_text("utf-8-sig")
    assert "2026-03-01T09:00:00+08:00" in text
    assert not [word for word in ("R1", "H1", "血压", "120.005") if word in text]


def test_what_was_verified_stays_where_a_file_does_not_tell(tmp_path: Path, desk: Desk, place: Home) -> None:
    path, at = tmp_path / "a.csv", datetime(2026, 10, 1, 1, tzinfo=UTC)
    told = {"verified_at": "2026-10-01T09:00+08:00"}
    cell = {"code": "330102001001001", "name": "一网格", "households": "400", "worker": "w1"}
    cell |= {"wkt": "POLYGON((120 30, 120.01 30, 120.01 30.01, 120 30.01, 120 30))"}
    for kind, row, table in (("residents", RESIDENT, ResidentRow), ("cells", cell, CellRow)):
        for given in (told, {"verified_at": ""}):
            found = take(write_csv(path, row | given), kind, desk, place)
            assert found.verdicts[0].outcome != "refused", found.verdicts[0].note
            with desk.database.read() as session:
                assert (
                    session.scalars(select(table).where(table.verified_at.is_not(None))).one().verified_at
                    == at
                )
        ahead = take(write_csv(path, row | {"verified_at": "2027-01-01T09:00+08:00"}), kind, desk, place)
        assert ahead.verdicts[0].note.startswith("verified_at")


def test_devices_come_from_a_file_and_keep_what_was_heard(tmp_path: Path, desk: Desk, place: Home) -> None:
    path = tmp_path / "a.csv"
    take(write_csv(path, RESIDENT), "residents", desk, place)
    device = {"no": "D1", "resident": "R1", "kind": "fall", "since": "2026-11-01T09:00+08:00"}
    rows = [
        device,
        device | {"no": "D2", "resident": "R9"},
        device | {"no": "D3", "kind": "toaster"},
        device | {"no": "D4", "since": "2027-01-01T09:00+08:00"},
    ]
    found = take(write_csv(path, *rows), "devices", desk, place)
    assert [v.note.split(":")[0].split()[0] for v in found.verdicts[1:]] == ["resident", "kind", "since"]
    by = Actor(user="platform", role="device")
    desk.act(DEVICE, "D1", Action(name="hear", by=by, fields={"at": NOW}), NOW)
    assert take(write_csv(path, device | {"kind": "gas"}), "devices", desk, place).counts == {"changed": 1}
    with desk.database.read() as session:
        row = session.scalars(select(DeviceRow)).one()
        assert (row.kind, row.heard_at, row.since) == ("gas", NOW, datetime(2026, 11, 1, 1, tzinfo=UTC))


def test_rows_that_point_nowhere_are_told_with_a_remedy(tmp_path: Path, desk: Desk, place: Home) -> None:
    path, rulebook = tmp_path / "a.csv", desk.catalogue.rulebook
    take(write_csv(path, ELDER), "residents", desk, place)
    take(write_csv(path, VISIT), "visits", desk, place)
    with desk.database.read() as session:
        assert register_faults(session, rulebook) == []
        elders = replace(rulebook.registers.elders, editions={})
        forgetful = replace(rulebook.registers, elders=elders, visits=VisitRules())
        found = register_faults(session, replace(rulebook, registers=forgetful))
    assert [(f.register, f.rows) for f in found] == [("assessments", 1), ("home_visits", 1)]
    desk.database.write(lambda session: session.execute(delete(ResidentRow)))
    with desk.database.read() as session:
        assert [(f.register, f.fault) for f in register_faults(session, rulebook)] == [
            ("assessments", "of no resident")
        ]
