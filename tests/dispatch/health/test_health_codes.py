"""Codes and units of results: exact factors, check digits, and what stands out, by table and by property."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BadCatalogueError
from data.rules.catalogue import Catalogue
from data.rules.files import FOLDER, toml
from data.rules.health import CODES, health_rules
from dispatch.errors import BadFieldError
from dispatch.health.code import HealthCode, is_loinc

WEIGHT = HealthCode(
    code="weight", loinc="29463-7", name_zh="体重", name_en="Weight", unit="kg",
    units={"kg": Fraction(1), "[lb_av]": Fraction(45359237, 100000000)}, least=0.5, most=400, low=40, high=100,
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("8480-6", True),
        ("15074-8", True),  # Glucose in blood, as HL7's own example has it
        ("85354-9", True),
        ("8480-7", False),  # the check digit of another
        ("4880-6", False),  # two digits the other way round
        ("84806", False),
        ("", False),
        ("x-1", False),
    ],
)
def test_the_check_digit_of_loinc(code: str, right: bool) -> None:  # noqa: FBT001 - a case of the table
    assert is_loinc(code) is right


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(100, "kg", "high"), (99.99, "kg", ""), (40, "kg", ""), (39.9, "kg", "low"), (220.5, "[lb_av]", "high")],
)
def test_what_stands_out(value: float, unit: str, told: str) -> None:
    assert WEIGHT.stands_out(value, unit) == told


@given(st.floats(min_value=0.5, max_value=400))
def test_a_value_is_judged_alike_in_every_unit(kilos: float) -> None:
    pounds = float(Fraction(kilos) / WEIGHT.units["[lb_av]"])
    assert WEIGHT.in_unit(pounds, "[lb_av]") == pytest.approx(kilos, rel=1e-15)


def test_a_refused_value_is_told_the_range_in_its_own_unit() -> None:
    with pytest.raises(BadFieldError, match=r"between 1.10231 and 881.849 \[lb_av\]"):
        WEIGHT.check(900, "[lb_av]")
    with pytest.raises(BadFieldError, match=r"kg, \[lb_av\]"):
        WEIGHT.check(60, "KG")


@pytest.mark.parametrize(
    "wrong",
    [
        {"loinc": "29463-8"},
        {"units": {"kg": Fraction(2)}},
        {"units": {"kg": Fraction(1), "g": Fraction(0)}},
        {"low": 500},
        {"most": 0.1},
        {"low": 101, "high": 100},
    ],
)
def test_a_code_that_cannot_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="weight"):
        replace(WEIGHT, **wrong)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pulse,8867-4,脉搏,Pulse,/min,,20,250,,,,Y", "8867-4 stands twice"),
        ("x,8480-7,某,X,kg,,1,2,,,,Y", "line 13: x: 8480-7 is no LOINC code"),
        ("x,39156-5,某,X,kg/m2,g=about 2,1,2,,,,Y", "line 13"),
        ("x,39156-5,某,X,kg/m2,kg/m2=1,1,2,,,,Y", "kg/m2 stands twice"),
    ],
)
def test_a_table_with_a_hole_is_refused(catalogue: Catalogue, tmp_path: Path, line: str, told: str) -> None:
    assert catalogue.health.codes["systolic"].units["kPa"] == Fraction(1000000, 133322)
    (tmp_path / CODES).write_text((FOLDER / CODES).read_text() + line + "\n")
    settings = FOLDER / "settings.toml"
    (tmp_path / settings.name).write_text(settings.read_text())
    with pytest.raises(BadCatalogueError, match=told):
        health_rules(tmp_path, toml(settings))
