import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.views.reasons import ENTRY_WORDS, WHYS, evidence, evidence_view, limit, reason
from dispatch.worktime import CLOCKS
from grid.reasons import Reason, read_reason
from tests.conftest import ROOT

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


AT = "2026-10-23T15:16:29+00:00"


@pytest.mark.parametrize(
    ("why", "zh", "en"),
    [
        (Reason("not_received", {"by": AT}), "截至 10-23 23:16 未签收", "not received by 10-23 23:16"),
        (
            Reason("overdue", {"due_at": AT, "days": 0}),
            "应于 10-23 23:16 前办结，已超期",
            "due 10-23 23:16, overdue",
        ),
        (
            Reason("overdue", {"due_at": AT, "days": 3}),
            "应于 10-23 23:16 前办结，已超期 3 个工作日",
            "due 10-23 23:16, 3 working days over",
        ),
        (
            Reason("check_failed", {"times": 2, "reason": "仍未{恢复}"}),
            "第 2 次核查不通过：仍未{恢复}",
            "check 2 failed: 仍未{恢复}",
        ),
        (
            Reason("stage_late", {"stage": "repair", "due_at": AT}),
            "阶段“修复”应于 10-23 23:16 前完成，未完成",
            'stage "Repair" was due 10-23 23:16 and not done',
        ),
        (
            Reason("appeal_granted", {"appeal": "Q1", "reason": "属实", "kind": "kick"}),
            "申诉 Q1 成立：属实",
            "appeal Q1 granted: 属实",
        ),
        (Reason("urged", {"times": 1}), "第 1 次催办：", "urged 1 times: "),  # a parameter that is not there
        (Reason("from_later", {"x": 1}), '{"code":"from_later","x":1}', '{"code":"from_later","x":1}'),
    ],
)
def test_a_code_is_told_in_both_languages(why: Reason, zh: str, en: str) -> None:
    written = why.write()
    assert read_reason(written) == why
    assert [evidence(written, lang, ZONE, {"repair": "修复"}) for lang in ("zh", "en")] == [zh, en]
    shown = evidence_view(written, ZONE, {"repair": "修复"})
    assert (shown["reason"]["code"], shown["told_zh"], shown["told_en"]) == (why.code, zh, en)


@pytest.mark.parametrize("text", ["due soon", "", "{", '{"no":"code"}', "{}", '{"code":1}'])
def test_what_is_no_code_is_no_reason_and_stays(text: str) -> None:
    assert read_reason(text) is None
    assert evidence(text, "en", ZONE) == evidence(text, "zh", ZONE) == text


@given(st.dictionaries(st.text(max_size=5).filter("code".__ne__), st.text() | st.integers(), max_size=4))
def test_what_is_written_is_read_again(given: dict) -> None:
    why = Reason("overdue", given)
    assert read_reason(why.write()) == why
    assert Reason("overdue", dict(reversed(given.items()))).write() == why.write()


def test_every_fault_and_each_way_back_has_its_words() -> None:
    """No fault is charged with a reason that pages cannot tell."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "grid").rglob("*.py"))
    codes = set(re.findall(r'Reason\(\s*"(\w+)"', sources))
    assert len(codes) >= 10
    assert codes <= set(ENTRY_WORDS)
