"""Units, comparisons and reasons of the indicators in the words of their pages."""

from collections.abc import Mapping

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
WHYS: Mapping[str, str] = {
    "nothing to count in the period": "期内没有可计数的记录",
    "no records of that time": "当时还没有记录",
    "the register keeps no past states": "登记只有现状，没有历史",
    "it was 0 before": "上期为 0",
    "void or merged into another": "作废或并案",
    "cells without a worker": "没有网格员的网格",
    "shelved": "挂账",
    "orders that name no resident": "没有登记居民的订单",
    "mixed payment, whose parts are not kept": "混合付费，未分别记账",
    "cancelled": "居民取消",
    "told in a talk, trials, or not timed": "电话或窗口报的、测试、未记时刻",
    "cells without residents": "没有居民的网格",
    "fewer than five cells with residents": "有居民的网格少于 5 个",
    "nobody is reached": "没有居民在时限内可达",
    "it was not asked what they are": "未登记诉求性质",
    "ratings that do not say it": "评价未说是否解决",
    "tickets, which name no resident": "工单不登记居民",
    "elders without a valid assessment": "没有有效能力评估的老人",
    "visits to residents of no household": "未登记户号的走访",
    # Of months that were frozen before these registers were kept.
    "no visits are kept": "没有走访登记",
    "no assessments of elders are kept": "没有老年人能力评估登记",
    "no register of devices is kept": "没有设备登记",
    "providers have no date of joining": "服务商没有入驻日期",
    "records have no date of last verification": "登记没有最近核实日期",
    "devices not heard of": "没有心跳的设备",
    "providers whose day of joining is not known": "没有入驻日期的服务商",
}


def unit_word(unit: str, lang: str) -> str:
    """Name a unit behind a number; empty for plain numbers."""
    if lang != "en":
        return UNITS[unit]
    return "%" if unit == "percent" else "" if unit in ("0-1", "ratio") else unit


def why_word(why: str, missing_zh: str, lang: str) -> str:
    """Tell why there is no figure or what was left out, in the reader's language."""
    if lang == "en":
        return why
    if why.startswith("before: "):
        return "上期：" + WHYS.get(why.removeprefix("before: "), missing_zh or why)
    return WHYS.get(why, missing_zh or why)
