"""A catalogue with a hole: every fault is found, with file, line and field, and the reference says what is read."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from api.locale.untranslated import find_untranslated
from api.views.measure_words import UNITS as UNIT_WORDS
from data.errors import BadCatalogueError
from data.rules.catalogue import read_catalogue
from data.rules.columns import Field
from data.rules.csv_tables import CSV_TABLES
from data.rules.files import FOLDER
from data.rules.holes import find_holes
from data.rules.reference import catalogue_reference
from data.rules.tables import TABLES
from grid.figures.indicators import UNITS
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_ours_has_no_hole() -> None:
    assert find_holes(FOLDER) == []
    assert find_untranslated(FOLDER, {}) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        # an indicator without a function
        ("indicators.csv", "Q01,", "Q99,", "indicators.csv line 2: id: no function counts 'Q99'"),
        # unknown words
        (
            "indicators.csv",
            "decision,person,",
            "decision,persons,",
            "indicators.csv line 2: unit: 'persons' is not one of",
        ),
        (
            "indicators.csv",
            "Q01,常住人口数,Permanent residents",
            "Q01,常住人口数,",
            "indicators.csv line 2: name_en is missing",
        ),
        (
            "items.csv",
            ",gov,0,\n",
            ",crown,0,\n",
            "items.csv line 2: payer: 'crown' is not one of gov, self, mixed, free",
        ),
        ("items.csv", "卫生,紧急医疗救助转接", "卫生,", "items.csv line 2: name_zh is missing"),
        (
            "items.csv",
            ",DP01,emergency_medical",
            ",DP99,emergency_medical",
            "items.csv line 2: department: 'DP99' is not in departments.csv",
        ),
        ("items.csv", "SV-H02", "SV-H01", "items.csv line 3: code: 'SV-H01' is listed twice"),
        (
            "items.csv",
            "emergency,provider_to_resident,drive,1,",
            "emergency,provider_to_resident,drive,soon,",
            "items.csv line 2: promise_ack_min: 'soon' is no whole number",
        ),
        (
            "osm_categories.csv",
            "shop,barber,barber",
            "shop,barber,barbr",
            "osm_categories.csv line 3: category: no item of items.csv wants 'barbr'",
        ),
        (
            "issues.csv",
            ",DP21,Y,5 work_day",
            ",DP21,Y,5 workday",
            "issues.csv line 2: limit: '5 workday' is no limit",
        ),
        (
            "issues.csv",
            ",DP21,Y,5 work_day",
            ",DP77,Y,5 work_day",
            "issues.csv line 2: owner: 'DP77' is not in departments.csv",
        ),
        (
            "issues.csv",
            "protect=2 urgent_hour",
            "prtect=2 urgent_hour",
            "issues.csv line 2: stages: no label for stage 'prtect'",
        ),
        (
            "departments.csv",
            "Health commission,gov",
            "Health commission,firm",
            "departments.csv line 2: kind: 'firm' is not one of",
        ),
        (
            "natures.csv",
            "complaint,投诉举报,Complaint,Y,N",
            "complaint,投诉举报,Complaint,yes,N",
            "natures.csv line 3: complaint: 'yes' is no yes or no",
        ),
        (
            "responsibility.csv",
            ",P0101,DP21,owner",
            ",P0101,DP99,owner",
            "responsibility.csv line 3: department: 'DP99' is not in departments.csv",
        ),
        (
            "settings.toml",
            '"elder_alone"',
            '"elder_alon"',
            "special_tags: 'elder_alon' is not one of elder_alone",
        ),
        ("settings.toml", '"SV-H04"', '"SV-Z99"', "core_items: 'SV-Z99' is not in items.csv"),
        ("settings.toml", "gps_error_m", "gps_eror_m", "gps_eror_m: unknown field"),
        ("settings.toml", "[figures]", "[figurs]", "settings.toml line 1: [figures] is missing"),
        ("settings.toml", "[figures]", "[figurs]", "[figurs]: unknown section"),
        ("settings.toml", "answer_s = 15", "answer_s = 1.5", "answer_s: 1.5 is no whole number"),
        ("scoring.toml", 'kind = "kick"', 'kind = "kik"', "kind: 'kik' is not one of"),
        ("scoring.toml", 'kind = "kick"', 'kind = "kik"', "nothing says what 'kick' costs"),
        ("appraisal.toml", "weight = 10", 'weight = "ten"', "weight: 'ten' is no whole number"),
        ("ticket_lifecycle.toml", "label = ", "lable = ", "lable: unknown field"),
        ("visits.toml", 'label = "平安"\n', "", "label is missing"),
    ],
)
def test_a_hole_is_named_by_file_line_and_field(
    folder: Path, file: str, old: str, new: str, fault: str
) -> None:
    change(folder, file, old, new)
    found = find_holes(folder)
    assert any(fault in hole for hole in found), found
    assert (
        all(hole.split(":")[0].startswith(file.split(".", maxsplit=1)[0]) for hole in found)
        or file == "items.csv"
    )
    assert all(" line " in hole.split(":")[0] for hole in found)
    with pytest.raises(BadCatalogueError, match=" line "):
        read_catalogue(folder)


@pytest.mark.parametrize(
    ("file", "action"),
    [
        ("alarm_lifecycle.toml", "unreached"),
        ("alarm_lifecycle.toml", "lapse"),
        ("order_lifecycle.toml", "route"),
        ("order_lifecycle.toml", "to_desk"),
        ("ticket_lifecycle.toml", "tick"),
        ("provider_lifecycle.toml", "fail_trial"),
    ],
)
def test_no_table_of_a_district_takes_a_step_from_the_clock(folder: Path, file: str, action: str) -> None:
    (line,) = [
        one
        for one in (folder / file).read_text(encoding="utf-8").splitlines()
        if one.startswith(f"{action} = ")
    ][:1]
    change(folder, file, line + "\n", "")
    with pytest.raises(BadCatalogueError, match=f"{file}: in state .* the clock has to be let do {action};"):
        read_catalogue(folder)


def test_the_line_of_a_toml_fault_is_that_of_its_section(folder: Path) -> None:
    lines = (FOLDER / "scoring.toml").read_text(encoding="utf-8").splitlines()
    change(folder, "scoring.toml", 'kind = "kick"', 'kind = "kik"')
    (fault,) = [hole for hole in find_holes(folder) if "'kik'" in hole]
    line = int(fault.split(" line ")[1].split(":")[0])
    assert lines[line - 1] == "[[deduction]]"
    assert lines[line] == 'kind = "kick"'


def test_every_fault_is_told_at_once(folder: Path) -> None:
    change(folder, "items.csv", "DP01,emergency_medical", "DP99,emergency_medical")
    change(folder, "scoring.toml", "points_centi = 50", 'points_centi = "half"')
    change(folder, "natures.csv", "Complaint", "")
    assert len(find_holes(folder)) == 3


@pytest.mark.parametrize(
    "file", sorted(p.name for p in FOLDER.iterdir() if not p.name.startswith(("calendar", "matter_M")))
)
def test_a_file_that_is_not_there_is_a_hole(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert any(hole.startswith(f"{file}: cannot be read") for hole in find_holes(folder))


def test_a_label_without_english_is_a_hole_until_the_catalogue_says_it(folder: Path) -> None:
    change(folder, "visits.toml", "平安", "一切安好")
    (fault,) = find_untranslated(folder, {})
    assert fault == "visits.toml line 7: no English for '一切安好'; add it to english.toml"
    (folder / "english.toml").write_text('"一切安好" = "All is well"\n', encoding="utf-8")
    own = read_catalogue(folder).english
    assert own == {"一切安好": "All is well"}
    assert find_untranslated(folder, own) == []


def test_the_reference_is_the_one_in_the_docs() -> None:
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert text == catalogue_reference(FOLDER), "run: jinlin rules reference > docs/catalogue.md"


def test_every_file_and_column_of_ours_is_described() -> None:
    files = {table.file for table in TABLES} | {p.name for p in FOLDER.glob("calendar_*.toml")}
    files |= {p.name for p in FOLDER.glob("matter_M*.toml")}
    assert {p.name for p in FOLDER.iterdir()} <= files
    for table in CSV_TABLES:
        header = next(csv.reader(io.StringIO((FOLDER / table.file).read_text(encoding="utf-8"))))
        assert header == [field.name for field in table.fields]


def test_every_unit_has_a_word() -> None:
    assert set(UNIT_WORDS) == set(UNITS)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("yes or no", (True, "Y", "N"), (1, "J", 0)),
        ("whole number", (0, "7"), (-1, "1.5", True, 2.0)),
        ("number", (0, 1.5, "2"), (-1, "x", True)),
        ("limit", ("4 work_hour",), ("4", "x work_hour", 4)),
        ("day", ("2026-11-18",), ("2026-13-01",)),
        ("time", ("10:00",), ("25:00",)),
        ("code", ("a_b", "@street"), ("a b", 3)),
        ("list", ([], ["a"]), ("a",)),
        ("table", ({},), ([],)),
    ],
)
def test_types(kind: str, good: tuple, bad: tuple) -> None:
    field = Field(name="f", type=kind)  # type: ignore[arg-type]
    assert [field.fault(value) for value in good] == [""] * len(good)
    assert all(field.fault(value) == f"f: {value!r} is no {kind}" for value in bad)
