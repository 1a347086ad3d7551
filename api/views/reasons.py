"""Reasons in the reader's language: the log holds codes and parameters, older records English sentences."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.locale.words import words
from grid.reasons import read_reason

WHYS: Mapping[str, str] = {
    "runs day and night": "不分昼夜连续计时",
    "natural days": "按自然日计时",
    "workday": "工作日",
    "swapped workday": "调休上班日",
    "weekend": "周末",
    "holiday": "法定节假日",
    "outside working hours": "非工作时间",
    "owner of the component": "部件权属单位",
    "in charge of the place": "按属地和职责",
    "no owner known": "权属不明，由指挥中心负责",
}
CLOCKS: Mapping[str, str] = {
    "urgent_hour": "紧急工作时",
    "work_hour": "工作时",
    "work_day": "工作日",
    "natural_day": "自然日",
}
ENTRY_WORDS = {
    "not_received": "截至 {by} 未签收",
    "overdue": "应于 {due_at} 前办结，已超期",
    "overdue_days": "应于 {due_at} 前办结，已超期 {days} 个工作日",
    "check_failed": "第 {times} 次核查不通过：{reason}",
    "stage_late": "阶段“{stage}”应于 {due_at} 前完成，未完成",
    "false_closure": "查实处置不实：{reason}",
    "whistle_late": "吹哨应于 {by} 前到场，未到",
    "return_refused": "退回不成立：{reason}",
    "urged": "第 {times} 次催办：{note}",
    "appeal_granted": "申诉 {appeal} 成立：{reason}",
    "calendar_published": "当年日历公布后重新计时",
}
"""Code of an entry of the ledger -> how it is told."""
OLD_EVIDENCE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"not received by (\S+)"), "截至 {0} 未签收"),
    (re.compile(r"due (\S+), 0 working days over"), "应于 {0} 前办结，已超期"),
    (re.compile(r"due (\S+), (\d+) working days over"), "应于 {0} 前办结，已超期 {1} 个工作日"),
    (re.compile(r"check (\d+) failed: (.*)"), "第 {0} 次核查不通过：{1}"),
    (re.compile(r"stage (\S+) due (\S+)"), "阶段 {0} 应于 {1} 前完成，未完成"),
    (re.compile(r"closure found false: (.*)"), "查实处置不实：{0}"),
    (re.compile(r"whistled for (\S+), not there"), "吹哨应于 {0} 前到场，未到"),
    (re.compile(r"return refused: (.*)"), "退回不成立：{0}"),
    (re.compile(r"\w+: appeal (\S+): (.*)"), "申诉 {0} 成立：{1}"),
)


def reason(text: str, lang: str) -> str:
    """Tell why a stretch counts or who answers; unknown reasons and English pages keep the words of the rule."""
    return text if lang == "en" else WHYS.get(text, text)


def limit(text: str, lang: str) -> str:
    """Tell a limit such as ``4 work_hour``; a text that is none stays."""
    number, _, clock = text.partition(" ")
    if clock not in CLOCKS:
        return text
    return f"{number} {clock.replace('_', ' ')}" if lang == "en" else f"{number} {CLOCKS[clock]}"


def evidence(text: str, lang: str, zone: ZoneInfo, names: Mapping[str, str] | None = None) -> str:
    """Tell the evidence of a ledger entry in a language, times in the district's zone, stages by the names given.

    English sentences from before codes were kept are told in Chinese where they are known; English pages show them as
    they are.
    """
    found = read_reason(text)
    if found is None:
        return text if lang == "en" else _old(text, zone, names or {})
    code = "overdue_days" if found.code == "overdue" and found.given.get("days") else found.code
    say = words(lang).gettext
    if code not in ENTRY_WORDS:
        return text
    given = {name: _local(str(value), zone) for name, value in found.given.items()}
    if stage := found.given.get("stage"):
        given["stage"] = say((names or {}).get(stage, stage))
    return say(ENTRY_WORDS[code]).format_map(_Given(given))


class _Given(dict[str, str]):
    """Parameters of a reason; one that an entry does not have is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def evidence_view(text: str, zone: ZoneInfo, names: Mapping[str, str]) -> dict[str, Any]:
    """Show evidence as code and parameters, None for an old sentence, and told in both languages."""
    found = read_reason(text)
    return {
        "reason": None if found is None else {"code": found.code, **found.given},
        "told_zh": evidence(text, "zh", zone, names),
        "told_en": evidence(text, "en", zone, names),
    }


def _old(text: str, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    for pattern, told in OLD_EVIDENCE:
        found = pattern.fullmatch(text)
        if found:
            return told.format(*(names.get(part, _local(part, zone)) for part in found.groups()))
    return text


def _local(part: str, zone: ZoneInfo) -> str:
    try:
        return f"{datetime.fromisoformat(part).astimezone(zone):%m-%d %H:%M}" if "T" in part else part
    except ValueError:
        return part
