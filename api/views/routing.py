"""How it is told where an order went by rule, and why."""

from typing import Any

from sqlalchemy.orm import Session

from api.locale.words import words
from api.views.halls import party_view
from api.world import World
from data.registers.halls import party_at
from data.store.kinds.halls import PARTY
from dispatch.orders.order import Order
from grid.account import Account

ROUTE_WORDS = {
    "item": "规则 {rule}：该服务项目由其承办",
    "category": "规则 {rule}：这一类服务由其承办",
    "function": "规则 {rule}：这一功能的服务由其承办",
    "sphere": "规则 {rule}：属{sphere}",
    "all": "规则 {rule}：通用",
    "emergency": "规则 {rule}：紧急事项由调度台处置",
    "advice": "规则 {rule}：由调度台直接答复",
    "night": "规则 {rule}：夜间无人值守，由调度台处置",
    "judgement": "规则 {rule}：由调度台逐件研判",
    "no_rule": "没有规则对应，由调度台处置",
    "no_place": "规则 {rule}：所在地没有办事处，由调度台处置",
    "nobody": "规则 {rule}：指定单位没有人接单",
    "declined": "承办单位退回",
    "late": "承办单位逾时未接",
    "recalled": "调度台收回另派",
    "overruled": "调度台没有按规则派",
}
"""Code of a decision -> how it is told."""
OFFER_WORDS = {
    "nobody": "没有合适、有空、营业中的服务商",
    "declined": "询问过的服务商没有接单",
    "late": "询问过的服务商逾时未答",
}
"""The same of an order to a provider, where it is told otherwise."""


def route_view(world: World, order: Order) -> dict[str, Any]:
    """Show whose duty an order is, who has it and who follows by name, and why, in both languages."""
    item = world.catalogue.items.get(order.item)
    sphere = world.catalogue.routing.spheres[item.sphere] if item else None
    told_as = ROUTE_WORDS | OFFER_WORDS if order.route_mode == "provider" else ROUTE_WORDS
    why = told_as.get(order.route_why, "")
    names = {"zh": sphere.name_zh, "en": sphere.name_en} if sphere else {"zh": "", "en": ""}
    told = {
        lang: words(lang).gettext(why).format(rule=order.route_rule, sphere=name) if why else ""
        for lang, name in names.items()
    }
    return {
        "sphere": sphere.code if sphere else "",
        "sphere_name": names["zh"],
        "party_name": world.city.department_name(order.party) if order.party else "",
        "deputy_name": world.city.department_name(order.deputy) if order.deputy else "",
        "route_told": told["zh"],
        "route_told_en": told["en"],
    }


def handled_by(world: World, session: Session, order: Order, account: Account) -> dict[str, Any] | None:
    """Show the handling party that has an order to those who work with it; None where none is registered."""
    if not order.party or account.role not in PARTY.scope.by_role:
        return None
    found = party_at(session, order.party, order.cell, world.scheme)
    return None if found is None else party_view(world, found, world.clock())
