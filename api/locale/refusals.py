"""Refusals in the reader's language: the code says why in English, and here the sentence is found again and told in another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from api.locale.words import FOLDER

HOLE = re.compile(r"\{(\d+)\}")
DEEPEST = 3
QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence with values in it, and what it reads in another language."""

    reads: re.Pattern[str]
    told: str
    literal: int
    """Letters that are no value; the sentence with the most of them is meant."""


class Phrasebook:
    """The sentences of a language; empty where nobody translated any."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._whole: dict[str, str] = {}
        parted = []
        for text, told in texts.items():
            if not HOLE.search(text):
                self._whole[_plain(text)] = _plain(told)
                continue
            pieces = HOLE.split(text)[::2]
            reads = "(.*?)".join(re.escape(_plain(piece)) for piece in pieces)
            parted.append(Sentence(re.compile(reads, re.DOTALL), told, sum(map(len, pieces))))
        self._parted = sorted(parted, key=lambda sentence: -sentence.literal)

    def tell(self, text: str, names: Mapping[str, str], deep: int = DEEPEST) -> str:
        """Tell a sentence, and the sentences within it; what is not known stays as it is.

        Parameters
        ----------
        text : str
            What an error says.
        names : Mapping
            Words of the interface -> what they are called; values that are one of them, or a list of them.
        deep : int
            How many sentences may stand within one another.
        """
        if text in self._whole:
            return self._whole[text]
        for sentence in self._parted:
            found = sentence.reads.fullmatch(text)
            if found is not None:
                values = [self._value(value, names, deep) for value in found.groups()]
                return sentence.told.format(*values)
        return text

    def _value(self, value: str, names: Mapping[str, str], deep: int) -> str:
        if value.startswith(QUOTES):
            return value  # what somebody wrote
        parts = value.split(", ")
        if all(part in names for part in parts):
            return "、".join(names[part] for part in parts)
        return self.tell(value, names, deep - 1) if deep and " " in value else value


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


@cache
def phrasebook(lang: str) -> Phrasebook:
    """Give the sentences of a language, read from its source."""
    path = FOLDER / lang / "LC_MESSAGES" / "refusals.po"
    if not path.exists():
        return Phrasebook({})
    with path.open("rb") as source:
        read = read_po(source, locale=lang)
    return Phrasebook({str(one.id): str(one.string) for one in read if one.id and one.string})


def refused(text: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """Tell in a language why something was refused; English, and what nobody translated, stay as they are."""
    return text if lang == "en" else phrasebook(lang).tell(text, names or {})


KIND_WORDS = {
    "account": "账户",
    "alarm": "报警",
    "alarm_task": "报警任务",
    "appeal": "申诉",
    "application": "申请",
    "appraisal": "考核",
    "area": "区域",
    "bill": "账单",
    "budget": "预算",
    "call": "电话",
    "care_plan": "照护计划",
    "cell": "网格",
    "chronic_case": "慢病专案",
    "closed_month": "关账月份",
    "closure": "封路",
    "device": "设备",
    "district": "区",
    "correction": "数据更正",
    "counter_session": "柜台办事",
    "entity": "主体",
    "feed": "数据交换",
    "figures": "冻结数字",
    "hand_over": "交班",
    "health_result": "健康数据",
    "heard_word": "教的词",
    "hold": "暂停的定时任务",
    "kin": "亲属",
    "matter": "事项",
    "message": "消息",
    "module_switch": "模块开关",
    "need": "志愿需求",
    "numbers": "编号",
    "order": "订单",
    "party": "处置单位",
    "particulars": "个人资料",
    "position_consent": "位置授权",
    "provider": "服务商",
    "question": "问题",
    "resident": "居民",
    "round": "巡访",
    "rule_table": "规则表",
    "shift_layer": "值班表",
    "shift_swap": "换班",
    "station": "站点",
    "tag": "标签",
    "ticket": "工单",
    "visit": "走访",
    "webhook": "推送",
}
"""Kind of record -> what it is called in Chinese where a refusal names it."""
FORM_WORDS = {
    "missing": "必须填写",
    "extra_forbidden": "这里没有这一项",
    "string_type": "请写文字",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式要符合 {pattern}",
    "string_unicode": "请写 UTF-8 文字",
    "int_type": "请写整数",
    "int_parsing": "请写整数",
    "int_from_float": "请写整数",
    "int_parsing_size": "数太大",
    "float_type": "请写数字",
    "float_parsing": "请写数字",
    "finite_number": "请写有限的数字",
    "decimal_type": "请写数字",
    "decimal_parsing": "请写数字",
    "bool_type": "请写 true 或 false",
    "bool_parsing": "请写 true 或 false",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不小于 {ge}",
    "less_than": "要小于 {lt}",
    "less_than_equal": "不大于 {le}",
    "literal_error": "可用 {expected}",
    "enum": "可用 {expected}",
    "list_type": "请写列表",
    "tuple_type": "请写列表",
    "set_type": "请写列表",
    "dict_type": "请写 JSON 对象",
    "model_type": "请写 JSON 对象",
    "model_attributes_type": "请写 JSON 对象",
    "dataclass_type": "请写 JSON 对象",
    "json_invalid": "不是 JSON：{error}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "date_type": "请写日期，如 2026-11-18",
    "date_parsing": "请写日期，如 2026-11-18",
    "date_from_datetime_parsing": "请写日期，如 2026-11-18",
    "date_from_datetime_inexact": "请写日期，不带时刻，如 2026-11-18",
    "datetime_type": "请写时间，如 2026-11-18T10:30+08:00",
    "datetime_parsing": "请写时间，如 2026-11-18T10:30+08:00",
    "datetime_from_date_parsing": "请写时间，如 2026-11-18T10:30+08:00",
    "timezone_aware": "请写时差，如 2026-11-18T10:30+08:00",
    "time_parsing": "请写时刻，如 08:30",
    "bytes_type": "请附文件",
    "none_required": "请不填",
}
"""Kind of a form's fault, as Pydantic names them -> what is allowed, in Chinese."""


def form_fault(fault: Mapping[str, Any], lang: str) -> str:
    """Tell what a form allows where it was filled in wrongly; in English where the kind of fault has no word here."""
    told = FORM_WORDS.get(str(fault["type"]))
    if lang == "en" or told is None:
        return str(fault["msg"]) if lang == "en" else refused(str(fault["msg"]), lang)
    return told.format(**fault.get("ctx", {}))
