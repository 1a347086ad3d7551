"""Texts that strangers read tell nothing of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.personal import MASK, mask_personal, name_like


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("垃圾成堆，电话 13812345678", "垃圾成堆，电话 ***"),
        ("电话138 1234 5678，快来", "电话***，快来"),
        ("打+86-138-1234-5678", "打***"),
        ("１３８１２３４５６７８", "***"),
        ("一三八幺二三四五六七八", "***"),
        ("一 三 八 零 零 〇 零 八 零 零 零", "***"),
        ("138O0138O00", "***"),
        ("0571-88881949转2", "***转2"),
        ("(0571)8888 1949", "(***"),
        ("身份证33010219390101123X丢了", "身份证***丢了"),
        ("发到 li.ming@example.com", "发到 ***"),
        ("加微信 liming_2026 聊", "加微信 *** 聊"),
        ("微信号：abc12345", "微信号：***"),
        ("QQ 12345678", "QQ ***"),
        ("浙A12345停在消防通道", "***停在消防通道"),
        ("京A·D12345挡路", "***挡路"),
        ("文三路12号3幢2单元502室漏水", "文三路12号3幢***漏水"),
        ("5幢2-301漏水", "5幢***漏水"),
        ("三单元楼道灯坏", "***楼道灯坏"),
        ("张秀英家漏水", "***家漏水"),
    ],
)
def test_what_tells_of_a_person_is_masked(text: str, shown: str) -> None:
    assert mask_personal(text, {"张秀英"}) == shown


@pytest.mark.parametrize(
    "text",
    [
        "12345没有人接",
        "2026-11-30 10:24 起没有水",
        "2026/11/3和2026.11.30两天",
        "井盖编号330102",
        "3号楼东侧第2棵树",
        "二零二六年十一月三十日",
        "户外广告牌倒了，房子外墙脱落",
        "水深约30厘米，长1200米",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal(text) == text


def test_words_that_begin_with_a_surname_are_asked_of_the_register() -> None:
    assert "张秀英" in name_like("住在三楼的张秀英和欧阳小文说")
    assert "欧阳小文" in name_like("住在三楼的张秀英和欧阳小文说")
    assert name_like("") == name_like("no name") == frozenset()


@given(
    st.text("0123456789", min_size=11, max_size=11),
    st.sampled_from(["", " ", "-", " - ", ".", "，"]),
    st.text("的在路边灯坏了", max_size=5),
)
def test_no_writing_of_a_mobile_number_comes_through(digits: str, between: str, around: str) -> None:
    phone = "1" + digits[1:]
    shown = mask_personal(f"{around}电话{between.join(phone)}{around}")
    assert MASK in shown
    assert sum(sign.isdigit() for sign in shown) == 0
