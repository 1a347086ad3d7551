from zoneinfo import ZoneInfo

import pytest

from api.pages.reasons import WHYS, evidence, limit, reason
from dispatch.worktime import CLOCKS

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("not received by 2026-11-02T02:00:00+00:00", "截至 11-02 10:00 未签收"),
        ("due 2026-10-23T15:16:29+00:00, 0 working days over", "应于 10-23 23:16 前办结，已超期"),
        (
            "due 2026-10-23T15:16:29+00:00, 3 working days over",
            "应于 10-23 23:16 前办结，已超期 3 个工作日",
        ),
        ("check 2 failed: 现场仍未恢复", "第 2 次核查不通过：现场仍未恢复"),
        ("return refused: 属于本部门", "退回不成立：属于本部门"),
        ("anything else", "anything else"),
    ],
)
def test_evidence_is_told_in_chinese_and_local_time(told: str, shown: str) -> None:
    assert evidence(told, "zh", ZONE) == shown
    assert evidence(told, "en", ZONE) == told


def test_a_text_that_only_looks_like_a_time_stays() -> None:
    assert evidence("not received by Tuesday", "zh", ZONE) == "截至 Tuesday 未签收"


def test_every_clock_has_a_word() -> None:
    for clock in CLOCKS:
        assert limit(f"4 {clock}", "zh") != f"4 {clock}"
        assert limit(f"4 {clock}", "en") == f"4 {clock.replace('_', ' ')}"
    assert limit("soon", "zh") == "soon"


def test_known_reasons_are_translated_and_others_stay() -> None:
    assert reason("weekend", "zh") == "周末"
    assert reason("weekend", "en") == "weekend"
    assert reason("full moon", "zh") == "full moon"
    assert all(WHYS.values())
