"""Kinds of matters: ours are whole; a file with a hole is refused with file, line, and what is allowed."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from data.errors import BadCatalogueError
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER
from tests.conftest import rules

FILE = "matter_MC02_1.toml"
CIVIL = ["community", "relief", "minimum", "veterans", "volunteer", "elder", "organisations"]
DAY = date(2026, 11, 18)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


def test_every_civil_business_and_every_item_group_has_a_matter_with_parties_and_promise() -> None:
    matters = rules().matters
    begun = [table.kind for table in matters.in_force(DAY).values()]
    groups = {kind.group for kind in begun}
    assert {f"civil_{one}" for one in CIVIL} <= groups
    tops = {code for code, group in matters.groups.items() if not group.of}
    assert len(tops) == 8
    assert tops == {matters.groups[group].of or group for group in groups}
    assert {kind.applicant for kind in begun} == {"resident", "business"}
    assert all(len({stage.party for stage in kind.stages}) > 1 for kind in begun)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('party = "DP02"', 'party = "DP99"', "line 78: party: 'DP99' is not in departments.csv"),
        ('joint = ["DP07", "DP17"]', 'joint = ["DP77"]', "joint: 'DP77' is not in departments.csv"),
        ('joint = ["DP07", "DP17"]', 'joint = ["DP02"]', "each department has one part in a stage"),
        ('code = "doctor_order"', 'code = "poem"', "code: 'poem' is not in papers.csv"),
        ("share = 30", "share = 20", "share 90 percent of the promise, not 100"),
        ('label_en = "Persons in the household"\n', "", "label_en is missing"),
        ('["重大疾病", "Serious illness"]', '["重大疾病"]', "give both languages"),
        ('["pay", "同意"', '["visit", "同意"', "'visit' leads back to itself"),
        (
            '["pay", "同意"',
            '["paid", "同意"',
            "next: 'paid' is no stage or end; these are visit, review, pay",
        ),
        ('["pay", "同意"', '["granted", "同意"', "'pay' is never reached from 'visit'"),
        (
            'when = { field = "cause", is = ["other"] }',
            'when = { field = "members", is = [1] }',
            "line 38: when: 'members' is no field that is asked before",
        ),
        ('is = ["other"]', 'is = ["flood"]', "which are illness, fire, accident, other"),
        ('is = ["other"]', 'in = ["other"]', "write {field = ..., is = [...]}"),
        ('known = "phone"', 'known = "income"', "'income' is not one of name, phone, address, birth_year"),
        ('limit = "10 work_day"', 'limit = "10 day"', "limit: '10 day' is no limit"),
        ('begun_by = ["resident",', 'begun_by = ["leader",', "'leader' is not one of resident, worker"),
        ('group = "civil_relief"', 'group = "art"', "group: 'art' is not in matter_groups.csv"),
        ("version = 1", "version = 1\ncolour = 3", "colour: unknown field"),
        ('name = "members"', 'name = "cause"', "'cause' stands twice"),
        ('type = "number"', 'type = "choice"', "a field of type choice has them, and no other"),
    ],
)
def test_a_hole_is_refused_with_its_place(folder: Path, old: str, new: str, told: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCatalogueError) as refused:
        read_catalogue(folder)
    assert FILE in str(refused.value)
    assert told in str(refused.value)


def test_a_matter_without_end_is_refused(folder: Path) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text.partition("[[end]]")[0], encoding="utf-8")
    with pytest.raises(BadCatalogueError, match=f"{FILE} line 1: end is missing"):
        read_catalogue(folder)


def test_one_version_stands_in_one_file(folder: Path) -> None:
    shutil.copy(folder / FILE, folder / "matter_MC02_2.toml")
    with pytest.raises(BadCatalogueError, match=r"version 1 of MC02 stands in matter_MC02_1\.toml too"):
        read_catalogue(folder)


def test_a_version_is_in_force_from_its_day_on(folder: Path) -> None:
    text = (folder / FILE).read_text(encoding="utf-8").replace("version = 1", "version = 2")
    later = text.replace("since = 2026-01-01", "since = 2026-12-01")
    (folder / "matter_MC02_2.toml").write_text(later, encoding="utf-8")
    matters = read_catalogue(folder).matters
    versions = [matters.in_force(date(2026, *day))["MC02"].kind.version for day in ((11, 30), (12, 1))]
    assert versions == [1, 2]
    assert matters.in_force(date(2025, 12, 31)) == {}
