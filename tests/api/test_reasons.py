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


def test_codes_in_evidence_are_told_by_name() -> None:
    told = evidence("stage repair due 2026-11-18T10:30:00+00:00", "zh", ZONE, {"repair": "修复"})
    assert told == "阶段 修复 应于 11-18 18:30 前完成，未完成"
    assert evidence("closure found false: 旧照片", "zh", ZONE) == "查实处置不实：旧照片"
    assert evidence("whistled for 2026-11-18T07:00:00+00:00, not there", "zh", ZONE) == (
        "吹哨应于 11-18 15:00 前到场，未到"
    )


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
