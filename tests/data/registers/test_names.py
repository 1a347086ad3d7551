"""Names as they are compared: traditional, variant, compatibility and full-width writing, pinyin, initials."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.registers.names import fold
from data.registers.pinyin import search_keys
from tests.conftest import SHARED


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("張三", "张三"),
        ("曾國藩", "曾国藩"),
        ("於蘭", "于兰"),
        ("裏", "裡"),  # two regional forms of one
        ("𠮷田一郎", "吉田一郎"),
        ("呂布", "吕布"),  # the first is a compatibility ideograph in some registers
        ("Ａｎｎａ　Ｗａｎｇ", "anna wang"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("买买提 艾山", "买买提・艾山"),
        ("㛃（jie）明", "㛃明"),
    ],
)
def test_ways_of_writing_one_name(written: str, same: str) -> None:
    assert fold(written) == fold(same)


def test_near_names_stay_apart() -> None:
    names = ["余", "佘", "于", "干", "芸", "艺", "余%", "余_", "章", "张"]
    assert len({fold(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("单于䶮", "chanyuyan", "cyy"),
        ("吕布", "lvbu", "lb"),
        ("李乾", "liqian", "lq"),  # its simplified form sounds otherwise
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Anna Wang", "annawang", "aw"),
        ("Ａｎｎａ　Ｗａｎｇ", "annawang", "aw"),
        ("", "", ""),
    ],
)
def test_pinyin(name: str, pinyin: str, initials: str) -> None:
    assert search_keys(name) == {"folded": fold(name), "pinyin": pinyin, "initials": initials}


@given(st.text(st.one_of(st.characters(categories=["Lo"]), st.sampled_from("AaüÉ ·•%_")), max_size=30))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_names_of_the_cases_are_found_by_their_own_writing() -> None:
    path = SHARED / "cases" / "tickets" / "residents_names.csv"
    if not path.exists():
        pytest.skip("the shared cases are not here")
    names = [row["name"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
    assert all(search_keys(name)["folded"] and search_keys(name)["pinyin"] for name in names)
