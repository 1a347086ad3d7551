import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.views.measure_words import OLD_WHYS, WHY_WORDS, counted_word, why_word
from api.views.reasons import ENTRY_WORDS, WHYS, evidence, evidence_view, limit, reason
from data.rules.catalogue import read_catalogue
from dispatch.worktime import CLOCKS
from grid.figures.facts import Facts
from grid.figures.measures import behind
from grid.reasons import Reason, read_reason
from tests.conftest import ROOT

ZONE = ZoneInfo("Asia/Shanghai")
START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


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


INDICATORS = {i.id: i for i in read_catalogue().indicators}


def test_every_code_of_a_figure_has_words_and_no_sentence_is_kept() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "grid" / "figures").glob("*.py"))
    codes = {
        word
        for line in re.findall(r"(?:why=|why = |return )([^\n]*)", sources)
        for word in re.findall(r'"([a-z_ ]+)"', line)
    }
    assert {"nothing_counted", "no_worker", "few_cells", "too_few"} <= codes
    assert not {code for code in codes if " " in code}
    assert {"nothing_counted", "register_without_past", "records_begin_later", "too_few"} <= set(WHY_WORDS)
    assert set(OLD_WHYS.values()) <= set(WHY_WORDS)


@pytest.mark.parametrize(
    ("why", "zh", "en"),
    [
        ("too_few", "件数太少，不作比较", "too few cases to compare"),
        ("before: no_records", "上期：当时还没有记录", "the period before: no records of that time"),
        (
            "nothing to count in the period",
            "期内没有可计数的记录",
            "nothing to count in the period",
        ),  # as frozen before
        ("before: it was 0 before", "上期：上期为 0", "the period before: it was 0 before"),
        ("", "", ""),
        ("from later", "from later", "from later"),
    ],
)
def test_why_there_is_no_figure_is_told_in_both_languages(why: str, zh: str, en: str) -> None:
    assert [why_word(why, INDICATORS["Q13"], lang) for lang in ("zh", "en")] == [zh, en]


def test_how_it_was_counted_is_told_with_its_parameters() -> None:
    given = Reason("K17", {"answer_s": "15", "call_back_s": "60"}).write()
    assert counted_word(given, INDICATORS["K17"], "en") == (
        "alarms raised; taken within 15 s and rung back within 60 s"
    )
    assert counted_word(given, INDICATORS["K17"], "zh") == INDICATORS["K17"].counted_zh
    assert (
        counted_word("alarms raised, as frozen before", INDICATORS["K17"], "en")
        == "alarms raised, as frozen before"
    )
    assert counted_word("", INDICATORS["Q13"], "en") == "tickets reported"


def test_every_indicator_gives_what_its_definition_leaves_open() -> None:
    for indicator in INDICATORS.values():
        empty = Facts(start=START, end=END, rulebook=read_catalogue().rulebook)
        open_words = set(re.findall(r"\{(\w+)\}", indicator.counted_en))
        counted = behind(indicator, empty)
        assert counted is None or open_words == set(counted.given), indicator.id
