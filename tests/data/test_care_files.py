"""Files about the care for people: assessments with the residents, visits, devices."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from data.desk import Desk
from data.home import Home
from data.models import AssessmentRow
from tests.data.test_exchange import RESIDENT, take, write_csv

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
    assert (found.outcome, found.note.split(":")[0].split()[0]) == ("rejected", field)
    assert kept(desk) == []
