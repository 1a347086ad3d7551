"""Telephone numbers: one kept form for every way of writing, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError
from dispatch.phone import check_phone, mask_phone, read_phone, show_phone


@pytest.mark.parametrize(
    ("kept", "ways"),
    [
        (
            "13800138000",
            "138 0013 8000|+86 138-0013-8000|0086 13800138000|008613800138000|8613800138000|１３８００１３８０００|1３８００１３８０００|138—0013—8000|138.0013.8000",
        ),
        ("17908005372", "17908005372|179 0800 5372|+86 17908005372|0086-17908005372|017908005372"),
        ("17909112233", "17909112233|8617909112233"),
        ("057188881949", "0571-88881949|(0571)88881949|（０５７１）88881949|+86 571 8888 1949|0571—88881949"),
        (
            "057188881949-8012",
            "0571-88881949-8012|0571-88881949转8012|0571 8888 1949 轉 8012|057188881949 ext. 8012|057188881949#8012",
        ),
        ("88881949", "8888 1949|8888-1949"),
        ("4008123123", "400-812-3123|400 812 3123|4008123123"),
        ("4008123123-5", "400-812-3123-5|4008123123 转 5"),
        ("8008100001", "800-810-0001"),
        ("96345", "96345|９６３４５"),
        ("+85291234567", "+852 9123 4567|00852 91234567|+852-9123-4567"),
        ("+85366123456", "+853 6612 3456"),
        ("+886912345678", "+886 912 345 678|+886-0912-345-678"),
        ("+16502530000", "+1 (650) 253-0000"),
    ],
)
def test_every_way_of_writing_is_kept_as_one(kept: str, ways: str) -> None:
    assert {read_phone(way) for way in ways.split("|")} == {kept}
    assert read_phone(kept) == kept
    assert read_phone(show_phone(kept)) == kept


@pytest.mark.parametrize(
    "text",
    ["", "110", "123", "1380013800", "138001380001", "13800138000/13900139000", "abc", "R000001", "+999 1", "1" * 50, "%"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    assert read_phone(text) is None
    with pytest.raises(BadFieldError, match="country code"):
        check_phone(text)


@pytest.mark.parametrize(
    ("kept", "masked"),
    [
        ("13800138000", "138****8000"),
        ("057188881949", "**********49"),
        ("057188881949-8012", "**********49-****"),
        ("01062345678", "*********78"),  # eleven digits, but no mobile
        ("+85291234567", "**********67"),
        ("96345", "***45"),
        ("", ""),
    ],
)
def test_masked(kept: str, masked: str) -> None:
    assert mask_phone(kept) == masked


@given(st.integers(13000000000, 19999999999), st.sampled_from(["", "+86", "0086", "86"]), st.data())
def test_blanks_and_hyphens_between_digits_change_nothing(
    number: int, code: str, data: st.DataObject
) -> None:
    written = code
    for digit in str(number):
        written += data.draw(st.sampled_from(["", "", "", " ", "-"])) + digit
    assert read_phone(written) == (str(number) if len(written) <= 40 else None)


@given(st.text(max_size=45))
def test_any_text_is_a_number_or_none_and_what_is_kept_stays(text: str) -> None:
    kept = read_phone(text)
    assert kept is None or read_phone(kept) == kept
