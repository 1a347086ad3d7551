"""Cells as people type them, each brought to one form or refused."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.files.values import lost_digits, plain, tidy
from dispatch.errors import BadFieldError


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01",
        "2026.5.1",
        "2026/5/1",
        "2026年5月1日",
        "２０２６－０５－０１",
        "20260501",
        "46143",
        "2026-05-01T00:00:00",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert tidy("day", "joined_on", text) == "2026-05-01"


@pytest.mark.parametrize("text", ["18/11/2026", "5/1/26", "2026-13-01", "2026-02-30", "soon", "1234"])
def test_a_day_that_may_be_another_one_is_refused(text: str) -> None:
    with pytest.raises(BadFieldError):
        tidy("day", "joined_on", text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-11-18 10:30", "2026-11-18T10:30:00"),
        ("2026/11/18 10:30:15", "2026-11-18T10:30:15"),
        ("2026年11月18日 10时30分", "2026-11-18T10:30:00"),
        ("2026-11-18 下午2:05", "2026-11-18T14:05:00"),
        ("2026-11-18 12:05 AM", "2026-11-18T00:05:00"),
        ("2026-11-18T10:30:00+08:00", "2026-11-18T10:30:00+08:00"),
        ("2026-11-18T10:30Z", "2026-11-18T10:30:00Z"),
        ("2026-11-18", "2026-11-18"),
        ("46143.5", "2026-05-01T12:00:00"),
    ],
)
def test_a_time_keeps_its_offset(text: str, told: str) -> None:
    assert tidy("time", "reported_at", text) == told
    if told != "2026-11-18":
        datetime.fromisoformat(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("１２０．１５", 120.15),
        ("120,1433", 120.1433),
        ("120.15°E", 120.15),
        ("W118.25", -118.25),
        ("120°9′36″", 120.16),
        ("30度15分", 30.25),
        ("东经120.15度", 120.15),
        ("33°30'S", -33.5),
    ],
)
def test_degrees_are_read_however_they_are_written(text: str, told: float) -> None:
    assert float(tidy("degree", "lon", text)) == pytest.approx(told)


@pytest.mark.parametrize(
    ("type_", "text"), [("degree", "nan"), ("number", "inf"), ("whole", "2.5"), ("whole", "many")]
)
def test_what_is_no_number_is_refused(type_: str, text: str) -> None:
    with pytest.raises(BadFieldError):
        tidy(type_, "f", text)


def test_whole_numbers_have_separators_and_units() -> None:
    assert tidy("whole", "households", "1,234户") == "1234"
    assert tidy("whole", "birth_year", "1950年") == "1950"


@pytest.mark.parametrize("text", ["3.30102E+17", "1.38E+10", "330102195003071000"])
def test_digits_that_a_sheet_lost_are_refused(text: str) -> None:
    with pytest.raises(BadFieldError, match="lost digits"):
        tidy("code", "no", text)


def test_codes_keep_their_letters_and_zeros() -> None:
    assert tidy("code", "no", "00E12") == "00E12"
    assert tidy("code", "phone", "13800000021.0") == "13800000021"
    assert tidy("code", "no", "11010519491231002X") == "11010519491231002X"


def test_an_error_of_a_sheet_is_no_value() -> None:
    with pytest.raises(BadFieldError, match="formula"):
        tidy("text", "name", "#N/A")


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["{0}-{1}-{2}", "{0}/{1:02d}/{2:02d}", "{0}年{1}月{2}日", "{0}.{1}.{2}"]),
)
def test_every_day_survives_being_written(day: date, form: str) -> None:
    assert tidy("day", "f", form.format(day.year, day.month, day.day)) == day.isoformat()


@given(st.integers(0, 10**15 - 1))
def test_numbers_that_a_sheet_can_hold_lose_nothing(number: int) -> None:
    assert not lost_digits(float(number))
    assert tidy("code", "no", plain(float(number))) == str(number)
