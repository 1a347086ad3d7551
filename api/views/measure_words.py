"""Units, comparisons and reasons of the indicators in the words of their pages."""

from collections.abc import Callable, Mapping
from string import Formatter

from api.locale.words import words
from grid.figures.indicators import Indicator
from grid.reasons import read_reason

BEFORE = "before: "
Say = Callable[[str], str]
GROUPS = {
    "handling": "办理质量",
    "tickets": "诉求总量",
    "voice": "居民评价与使用",
    "service": "便民服务",
    "support": "服务商与社会力量",
    "safety": "安全守护",
    "cells": "网格与走访",
    "people": "人口",
}
UNITS: Mapping[str, str] = {
    "0-1": "",
    "alarm": "起",
    "device": "台",
    "hour": "小时",
    "household": "户",
    "order": "单",
    "percent": "%",
    "person": "人",
    "point": "分",
    "provider": "家",
    "ratio": "",
    "ticket": "件",
    "ticket per 1000": "件／千人",
    "visit": "次",
    "yuan": "元",
}
NORMALISERS = {
    "share_of_parent": "占上级比重",
    "per_1000_residents": "每千居民",
    "per_1000_elders": "每千老人",
    "per_elder": "每位老人",
    "per_1000_households": "每千户",
    "per_100_households": "每百户",
    "per_cell": "每网格",
    "per_100_accepted": "每百件受理",
    "share_of_accepted": "占受理比重",
    "per_100_open": "每百件在办",
    "share_of_done_orders": "占完成订单比重",
    "per_active_provider": "每家活跃服务商",
    "share_of_providers": "占在册比重",
}
"""Normaliser -> what the comparable value is counted by; figures that are compared as they are have none."""
WHY_WORDS = {
    "nothing_counted": "期内没有可计数的记录",
    "no_records": "当时还没有记录",
    "register_without_past": "登记只有现状，没有历史",
    "zero_before": "上期为 0",
    "void_or_merged": "作废或并案",
    "no_worker": "没有网格员的网格",
    "shelved": "挂账",
    "nameless_orders": "没有登记居民的订单",
    "mixed_payment": "混合付费，未分别记账",
    "cancelled": "居民取消",
    "told_tried_untimed": "电话或窗口报的、测试、未记时刻",
    "empty_cells": "没有居民的网格",
    "few_cells": "有居民的网格少于 5 个",
    "nobody_reached": "没有居民在时限内可达",
    "nature_not_asked": "未登记诉求性质",
    "solved_not_said": "评价未说是否解决",
    "tickets_name_nobody": "工单不登记居民",
    "not_assessed": "没有有效能力评估的老人",
    "no_household": "未登记户号的走访",
    "silent_devices": "没有心跳的设备",
    "joining_unknown": "没有入驻日期的服务商",
    "records_begin_later": "上期还没有完整的记录，不作比较",
    "too_few": "件数太少，不作比较",
    # Of months that were frozen before these registers were kept.
    "no_visits": "没有走访登记",
    "no_assessments": "没有老年人能力评估登记",
    "no_devices": "没有设备登记",
    "no_joining_dates": "服务商没有入驻日期",
    "no_verifications": "登记没有最近核实日期",
}
"""Code -> why there is no figure, or what was left out."""
OLD_WHYS: Mapping[str, str] = {
    "nothing to count in the period": "nothing_counted",
    "no records of that time": "no_records",
    "the register keeps no past states": "register_without_past",
    "it was 0 before": "zero_before",
    "records begin within the earlier period": "records_begin_later",
    "too few cases to compare": "too_few",
    "void or merged into another": "void_or_merged",
    "cells without a worker": "no_worker",
    "shelved": "shelved",
    "orders that name no resident": "nameless_orders",
    "mixed payment, whose parts are not kept": "mixed_payment",
    "cancelled": "cancelled",
    "told in a talk, trials, or not timed": "told_tried_untimed",
    "cells without residents": "empty_cells",
    "fewer than five cells with residents": "few_cells",
    "nobody is reached": "nobody_reached",
    "it was not asked what they are": "nature_not_asked",
    "ratings that do not say it": "solved_not_said",
    "tickets, which name no resident": "tickets_name_nobody",
    "elders without a valid assessment": "not_assessed",
    "visits to residents of no household": "no_household",
    "devices not heard of": "silent_devices",
    "providers whose day of joining is not known": "joining_unknown",
    "no visits are kept": "no_visits",
    "no assessments of elders are kept": "no_assessments",
    "no register of devices is kept": "no_devices",
    "providers have no date of joining": "no_joining_dates",
    "records have no date of last verification": "no_verifications",
}
"""Sentence in the figures of months that were frozen before codes were kept -> its code."""


def unit_word(unit: str, lang: str) -> str:
    """Name a unit behind a number; empty for plain numbers."""
    if lang != "en":
        return UNITS[unit]
    return "%" if unit == "percent" else "" if unit in ("0-1", "ratio") else unit


def why_word(why: str, indicator: Indicator, lang: str) -> str:
    """Tell why there is no figure or what was left out, in the reader's language."""
    say = words(lang).gettext
    if why.startswith(BEFORE):
        return say("上期：{why}").format(why=why_word(why.removeprefix(BEFORE), indicator, lang))
    if why == "not_kept" or (indicator.missing and why == indicator.missing):
        return indicator.missing if lang == "en" else indicator.missing_zh
    code = OLD_WHYS.get(why, why)
    return say(WHY_WORDS[code]) if code in WHY_WORDS else why


def counted_word(filter_: str, indicator: Indicator, lang: str) -> str:
    """Tell how a figure was counted, in the reader's language; months frozen before codes were kept tell it as they do."""
    if lang != "en":
        return indicator.counted_zh
    found = read_reason(filter_)
    if found is None:
        return filter_ or indicator.counted_en
    return indicator.counted_en.format_map(
        {**dict.fromkeys(_open_in(indicator.counted_en), ""), **found.given}
    )


def _open_in(text: str) -> list[str]:
    """List the names that a text leaves open."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]
