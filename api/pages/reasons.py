"""Reasons in the reader's language: the rules tell theirs in English, Chinese pages show them in Chinese."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

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
EVIDENCE: tuple[tuple[re.Pattern[str], str], ...] = (
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
    """Tell the evidence of a ledger entry, times in the district's zone, codes by the names given for them."""
    if lang == "en":
        return text
    for pattern, words in EVIDENCE:
        found = pattern.fullmatch(text)
        if found:
            return words.format(*((names or {}).get(part, _local(part, zone)) for part in found.groups()))
    return text


def _local(part: str, zone: ZoneInfo) -> str:
    try:
        return f"{datetime.fromisoformat(part).astimezone(zone):%m-%d %H:%M}" if "T" in part else part
    except ValueError:
        return part
