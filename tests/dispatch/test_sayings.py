"""Everyday words: what is meant by what callers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError
from dispatch.sayings import Saying, check_saying, fold, meanings

NAMES = {"order": {"S1": "理发上门"}, "report": {"P1": "路灯"}}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("漏水", "SV-B01"),
        ("厨房漏 水了！", "SV-B01"),
        ("修灯", "SV-B05"),
        ("剪头发", "SV-E15"),
        ("给老人送饭", "SV-E05"),
        ("陪诊", "SV-H07"),
        ("救命啊", "SV-E01"),
        ("门口路灯不亮", "P0118"),
        ("邻居太吵", "E2108"),
        ("请问几点开门", ""),
    ],
)
def test_the_words_of_callers_are_understood(catalogue: Catalogue, said: str, code: str) -> None:
    names = {
        "order": {i.code: i.name_zh for i in catalogue.items.values()},
        "report": {c.code: c.name_zh for c in catalogue.rulebook.categories.values()},
    }
    assert meanings(said, catalogue.intake.sayings, names)[0].code == code  # type: ignore[arg-type]


def test_the_longest_word_wins_and_each_meaning_comes_once() -> None:
    sayings = (
        Saying(text="灯", item="S2"),
        Saying(text="路灯坏", category="P1"),
        Saying(text="灯坏", item="S2"),
    )
    found = meanings("路灯坏了", sayings, NAMES)  # type: ignore[arg-type]
    assert [(one.wanted, one.code, one.word) for one in found] == [
        ("report", "P1", "路灯坏"),
        ("order", "S2", "灯坏"),
    ]
    assert meanings("", sayings, NAMES) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "。。", "13800138000", "一二三四五六七八九十一二三", "３０１室301"])
def test_what_is_no_word_is_not_kept(text: str) -> None:
    with pytest.raises(BadFieldError):
        check_saying(text)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    st.text(min_size=2, max_size=20), st.lists(st.sampled_from(["灯", "路灯", "灯坏", "头发"]), max_size=4)
)
def test_a_meaning_is_always_backed_by_a_word(text: str, words: list[str]) -> None:
    sayings = [Saying(text=word, item=f"I{n}") for n, word in enumerate(words)]
    for one in meanings(text, sayings, {}):
        assert fold(one.word) in fold(text)
