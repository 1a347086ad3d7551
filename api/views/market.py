"""The market of providers as it is shown: parts with names, figures with the key that opens their lines."""

from collections.abc import Callable, Mapping
from typing import Any

from api.locale.words import words
from api.views.names import area_name, cell_name
from api.views.shape import plain
from api.world import World
from data.figures.market.asked import Market
from data.figures.market.rates import Rates
from data.figures.market.routed import RoutedOrders
from data.figures.market.stays import Cohort, Stays
from data.figures.market.whole import Told
from dispatch.matching.fair_share import Sharing
from dispatch.providers.market import Payers, Standstill
from dispatch.providers.survival import FIVE_YEARS_DAYS, YEAR_DAYS, Curve
from grid.area import Area
from grid.figures.lines import Line

OPENED = ("use", "need", "support")
YEARS = (1, 2, 3, 5)
AIM = 0.5
"""Half of those that joined still there after five years is what is aimed at."""
DIGITS = 4
MEANINGS = {
    "supply": "社区内在册可接单、属于该行当的服务商家数，对照每社区应有家数；登记现状",
    "use": "使用率（点击率）：期内下单数 ÷ 可申请该项服务的居民 × 1000",
    "need": "需求率：期内下过单的居民（去重）÷ 可申请该项服务的居民；没有登记姓名的订单另计",
    "support": "支撑率：近 12 个月的需求中，承诺时间内有两家合适服务商的 ÷ 全部；一键呼叫等报警按能到场的网格员算，不按呼叫中心算",
    "stays": "存活率：按加入年份，仍在册、且规定天数内做过单的服务商占比（卡普兰–迈耶法，95％ 区间）；规定天数内回来的不算流失，之后回来的另算一批；登记之前就在的，从有记录那天算起",
    "sharing": "把近 30 天的订单按现在的服务商重派两遍：考虑均衡、不考虑均衡，比较接单分布和居民等待的分钟数",
    "paid": "期内完成的订单按谁付钱分：政府、政府和个人、个人、免费；各项合计 100％",
    "dependence": "已结账的钱里公家付的 ÷ 全部",
    "routed": "按规则直达：下单时由规则定下承办方；直达承办单位的不经调度台之手，留在调度台的写明原因",
    "still": "超过规定天数没有动静：项目没人下单、服务商没接过单、网格没人走访、按钮没人测试、工作账号没人登录、渠道没有来件",
}


CHANNEL_WORDS = {
    "button": "一键呼叫",
    "counter": "窗口",
    "device": "传感设备",
    "hotline": "热线",
    "kiosk": "自助机",
    "open311": "开放接口",
    "phone": "电话",
    "web": "网页",
    "wechat": "小程序",
    "worker": "网格员",
}


def market_view(world: World, market: Market, told: Told) -> dict[str, Any]:
    """Show the whole market."""
    area = world.city.areas.get(market.area)
    zh, en = words("zh").gettext, words("en").gettext
    rules = world.catalogue.market
    return {
        "area": market.area,
        "area_name": area.name if area else world.city.district.name,
        "since": plain(market.period.start, world.zone),
        "until": plain(market.period.end, world.zone),
        "as_of": plain(market.now, world.zone),
        "rules": world.catalogue.version,
        "supply": supply_view(world, told),
        "demand": {
            "low_support": rules.low_support,
            "items": [rates_view(world, one, opened=True) for one in told.rates],
            "areas": [rates_view(world, one, opened=False) for one in told.areas],
        },
        "stays": stays_view(world, told.stays),
        "sharing": sharing_view(world, told.sharing),
        "paying": paying_view(world, market, told),
        "routed": routed_view(world, told.routed),
        "still": [still_view(world, one) for one in told.still],
        "still_after_days": {kind: span.days for kind, span in rules.still_after.items()},
        "definitions": {name: {"zh": zh(text), "en": en(text)} for name, text in MEANINGS.items()},
    }


def routed_view(world: World, routed: RoutedOrders) -> dict[str, Any]:
    """Show how orders went by rule, by sphere."""
    spheres = world.catalogue.routing.spheres

    def percent_of(number: int) -> float | None:
        return round(100 * number / routed.judged, 1) if routed.judged else None

    return {
        "judged": routed.judged,
        "by_rule": routed.by_rule,
        "by_rule_percent": percent_of(routed.by_rule),
        "direct": routed.direct,
        "direct_percent": percent_of(routed.direct),
        "offered": routed.offered,
        "overruled": routed.overruled,
        "passed_over": routed.passed_over,
        "spheres": [
            {
                "sphere": one.sphere,
                "name": spheres[one.sphere].name_zh,
                "name_en": spheres[one.sphere].name_en,
                "orders": one.orders,
                "modes": dict(one.modes),
            }
            for one in routed.spheres
        ],
    }


def supply_view(world: World, told: Told) -> dict[str, Any]:
    """Show small trades by community."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in told.stocks:
        key = f"supply:{one.community}:{one.trade.code}"
        shown = {"trade": one.trade.code, "providers": len(one.providers), "gap": one.gap, "lines": key}
        rows.setdefault(one.community, []).append(shown)
    return {
        "trades": [
            {"code": t.code, "name": t.name_zh, "name_en": t.name_en, "least": t.least}
            for t in world.catalogue.market.trades
        ],
        "communities": [
            {"area": code, "name": area_name(world, code), "trades": trades} for code, trades in rows.items()
        ],
        "enough": sum(not one.gap for one in told.stocks),
        "wanted": len(told.stocks),
    }


def rates_view(world: World, one: Rates, *, opened: bool) -> dict[str, Any]:
    """Show use, need and support of an item; lines are opened of the area that is asked for."""
    area: Area | None = world.city.areas.get(one.area)
    support = one.support
    return {
        "item": one.item,
        "item_name": world.catalogue.items[one.item].name_zh,
        "area": one.area,
        "area_name": area.name if area else world.city.district.name,
        "eligible": one.eligible,
        "orders": one.orders,
        "asking": one.asking,
        "nameless": one.nameless,
        "wanted": round(one.wanted, DIGITS),
        "supported": round(one.supported, DIGITS),
        "use": _rounded(one.use),
        "need": _rounded(one.need),
        "support": _rounded(support),
        "by_residents": one.by_residents,
        "short": support is not None and support < world.catalogue.market.low_support,
        "lines": {name: f"{name}:{one.item}" for name in OPENED} if opened else {},
    }


def stays_view(world: World, told: Stays) -> dict[str, Any]:
    """Show how long providers stay."""
    curve, rules = told.whole.curve, world.catalogue.market
    five = _mark(curve, FIVE_YEARS_DAYS)
    return {
        "five_years": five,
        "verdict": _verdict(five),
        "aim": AIM,
        "whole": _cohort(told.whole),
        "cohorts": [_cohort(cohort) for cohort in told.cohorts],
        "steps": [plain(step, world.zone) for step in curve.steps],
        "left_out": told.left_out,
        "silent_days": rules.silent_after.days,
        "return_days": rules.return_within.days,
    }


def _verdict(five: Mapping[str, Any]) -> str:
    """Compare the share after five years with what is aimed at; open while its interval holds the aim."""
    if five["share"] is None:
        return "unknown"
    low, high = five["low"], five["high"]
    if low is None or high is None:
        return "above" if five["share"] > AIM else "below"
    return "above" if low >= AIM else "below" if high < AIM else "open"


def _cohort(cohort: Cohort) -> dict[str, Any]:
    curve = cohort.curve
    return {
        "year": cohort.year,
        "joined": curve.stays,
        "returned": cohort.returned,
        "still": cohort.still,
        "lost": curve.lost,
        "first_day": curve.first_day,
        "last_day": curve.last_day,
        "marks": [_mark(curve, years * YEAR_DAYS) for years in YEARS],
        "lines": f"stays:{cohort.year}",
    }


def _mark(curve: Curve, days: int) -> dict[str, Any]:
    step = curve.at(days)
    return {
        "days": days,
        "share": _rounded(step.share) if step else None,
        "low": _rounded(step.low) if step else None,
        "high": _rounded(step.high) if step else None,
        "at_risk": step.at_risk if step else None,
    }


def sharing_view(world: World, told: Sharing | None) -> dict[str, Any] | None:
    """Show what the fair share brings and costs; None where no order could tell."""
    if told is None:
        return None
    most = world.catalogue.market.most_extra_min
    return {
        "orders": told.orders,
        "able": told.able,
        "shared": _figures(told.shared),
        "unshared": _figures(told.unshared),
        "extra_min": _rounded(told.mean_extra_min),
        "most_extra_min": most,
        "within": told.mean_extra_min <= most,
        "lines": "sharing",
    }


def _figures(given: Any) -> dict[str, Any]:  # noqa: ANN401 - of either way of giving orders out
    return {name: _rounded(getattr(given, name)) for name in ("providers", "most", "spread", "minutes")}


def paying_view(world: World, market: Market, told: Told) -> dict[str, Any]:
    """Show who paid in the area, its parts, and of each provider."""
    areas, providers = world.city.areas, world.city.providers
    paid = {payer: f"paid:{payer}" for payer in told.paying.whole.orders}
    return {
        "whole": _payers(market.area, area_name(world, market.area), told.paying.whole, paid),
        "areas": [_payers(code, areas[code].name, one, {}) for code, one in told.paying.parts.items()],
        "providers": [
            _payers(str(number), providers[number].name, one, {"all": f"earned:{number}"})
            for number, one in told.paying.providers.items()
            if number in providers
        ],
    }


def _payers(key: str, name: str, one: Payers, lines: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "orders": dict(one.orders),
        "shares": dict(one.shares),
        "public_fen": one.public_fen,
        "own_fen": one.own_fen,
        "billed": one.billed,
        "dependence": _rounded(one.dependence),
        "lines": dict(lines),
    }


def still_view(world: World, one: Standstill) -> dict[str, Any]:
    """Show something that stands still, by its name; a button by its number, an account by its user alone."""
    providers, items = world.city.providers, world.catalogue.items
    name = {
        "item": lambda: items[one.key].name_zh,
        "provider": lambda: providers[int(one.key)].name,
        "cell": lambda: cell_name(world, one.key),
        "button": lambda: one.key,
        "account": lambda: one.key,
        "channel": lambda: CHANNEL_WORDS[one.key],
    }[one.kind]()
    return {
        "kind": one.kind,
        "key": one.key,
        "name": name,
        "last": plain(one.last, world.zone),
        "days": one.days,
    }


def said(one: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """Name what stands still in a reader's language; names that people gave stay."""
    return one | {"name": say(one["name"])} if one["kind"] == "channel" else one


def line_view(world: World, line: Line) -> dict[str, Any]:
    """Show one line behind a figure."""
    name = ""
    if line.kind == "provider" and (known := world.city.providers.get(int(line.no))):
        name = known.name
    if line.kind == "cell":
        name = cell_name(world, line.no)
    shown: dict[str, Any] = plain(line, world.zone)
    return shown | {"name": name, "number": _rounded(line.number), "of": _rounded(line.of)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
