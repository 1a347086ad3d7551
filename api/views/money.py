"""What is shown of bills, and of why a policy pays or not, in words."""

from typing import Any

from api.locale.words import words
from api.views.shape import plain
from api.world import World
from dispatch.money.bill import Bill
from dispatch.money.eligibility import Verdict
from dispatch.money.transfer import yuan

WHY_WORDS = {
    "eligible": "符合条件：补贴 {amount} 元，自付 {own} 元，本月额度补贴前尚余 {left} 元",
    "no_policy": "当地当日没有可用的补贴政策",
    "not_this_item": "该政策不含此项服务",
    "too_young": "未达到该政策的年龄",
    "age_unknown": "登记中没有出生年份，无法判断年龄",
    "wrong_household": "户籍或家庭情况不在该政策范围内",
    "excluded": "已享受的待遇不能与该政策同时享受",
    "not_assessed": "没有能力评估，先评估后补贴",
    "assessment_expired": "能力评估已过有效期，复评后再补贴",
    "other_edition": "能力评估所依据的标准版本不符",
    "able_enough": "评估等级不在补贴范围内",
    "quota_used": "本月额度已用完",
    "nothing_to_pay": "保险支付后没有自付部分",
}
"""Code of a verdict -> how it is told."""


def bill_view(world: World, bill: Bill) -> dict[str, Any]:
    """Show a bill without for whom it is."""
    shown: dict[str, Any] = plain(bill, world.zone)
    del shown["resident"]
    return shown | {"payer": bill.paid_by}


def verdict_view(world: World, verdict: Verdict) -> dict[str, Any]:
    """Show what a policy gives, or why it gives nothing, told in both languages."""
    policy = world.catalogue.money.policy(verdict.policy, verdict.version)
    shown: dict[str, Any] = plain(verdict, world.zone)
    return shown | {
        "payer": verdict.paid_by,
        "policy_name_zh": policy.name_zh if policy else "",
        "policy_name_en": policy.name_en if policy else "",
        "told_zh": _told(verdict, "zh"),
        "told_en": _told(verdict, "en"),
    }


def _told(verdict: Verdict, lang: str) -> str:
    given = {name: yuan(getattr(verdict, f"{name}_fen")) for name in ("amount", "own", "left")}
    return words(lang).gettext(WHY_WORDS[verdict.why]).format(**given)
