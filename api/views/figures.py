"""Figures as pages and answers show them: each with its definition, its denominator, and its change or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.locale.words import words
from api.views.measure_words import WHY_WORDS
from api.world import World
from grid.figures.facts import Facts
from grid.figures.indicators import Change, difference, why_incomparable
from grid.figures.league import LeagueRow
from grid.figures.sets import SHARES as PARTS
from grid.figures.sets import count_sets

SETS = {
    "reported": "期内上报的全部工单",
    "accepted": "期内上报的工单；作废、并案的不计",
    "open": "期末前已立案而未结案的工单；作废、并案的不计",
    "overdue": "期末未结案且现行时限已过的工单；挂账的不计",
    "due": "现行时限在期内、且已经过了的工单；未立案、作废、并案、挂账的不计",
    "on_time": "应结案的工单中，在现行时限前处置完的",
    "late": "应结案的工单中，没有在现行时限前处置完的",
    "closed": "期内结案的工单",
    "rated": "期内评价过的工单",
    "content": "期内评价为 4 星、5 星的工单",
    "told": "期内评价过、并说了是否解决的工单",
    "solved": "居民说“已解决”的工单",
    "asked": "期内结案或评价过、居民可以评价的工单",
    "reworked": "应结案的工单中，返过工的",
    "unsigned": "签收时限在期内、没有按时签收的工单",
}
ORDER_SETS = {
    "placed": "期内下的全部订单",
    "unmet": "期内下的订单中，没有服务商接的，含已转办的",
    "promised": "承诺到达时间在期内的订单，居民取消的也在内",
    "arrivals_due": "承诺到达时间在期内的订单；居民取消的不计",
    "arrived": "应上门的订单中，按承诺时间到达的",
    "not_arrived": "应上门的订单中，没有按承诺时间到达的",
}
SHARES = {
    "handled_on_time": "按期处置的工单 ÷ 应结案的工单（现行时限在期内且已经过了）",
    "solved_of_told": "期内评价中居民说“已解决”的 ÷ 说了是否解决的",
    "arrived": "承诺到达时间在期内、按时上门的订单 ÷ 全部（居民取消的不计）",
    "satisfied": "期内对工单的评价中 4 星、5 星的 ÷ 全部评价",
    "lost_per_100": "期内扣分（冲销已减）÷ 应结案的工单 × 100；排名的依据，件数多少不影响",
    "score": "100 − 百件扣分，最低 0",
    "change": "与上一期的同一段相比：上月同期，或紧接着的前一段同样天数",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The counts of a period and of the one before it; ``whole`` where records reach back to its start."""

    now: Mapping[str, int]
    before: Mapping[str, int]
    least: int
    whole: bool

    @classmethod
    def of(cls, now: Facts, before: Facts, least: int, *, whole: bool) -> "Compared":
        """Count the sets of two periods."""
        return cls(now=count_sets(now), before=count_sets(before), least=least, whole=whole)

    def share(self, name: str) -> tuple[float | None, Change]:
        """Give a share in percent, None over nothing, and its change in percentage points."""
        part, whole = PARTS[name].part, PARTS[name].whole
        now, before = (percent(told[part], told[whole]) for told in (self.now, self.before))
        return now, self._change(now, before, self.now[whole], self.before[whole])

    def number(self, name: str) -> tuple[int, Change]:
        """Give the number of a set and its change."""
        now, before = self.now[name], self.before[name]
        return now, self._change(now, before, now, before)

    def _change(self, now: float | None, before: float | None, rows: int, rows_before: int) -> Change:
        why = why_incomparable(rows, rows_before, self.least, whole=self.whole)
        if why or now is None or before is None:
            return Change(before=before, absolute=None, percent=None, why=why)
        return difference(now, before)


def percent(part: int, whole: int) -> float | None:
    """Tell a part of a whole in percent, None over nothing."""
    return 100 * part / whole if whole else None


def definitions(lang: str) -> dict[str, str]:
    """Tell in a language what each set and share is."""
    say = words(lang).gettext
    return {name: say(text) for name, text in (SETS | SHARES).items()}


def order_definitions(lang: str) -> dict[str, str]:
    """Tell in a language what each set of orders is."""
    say = words(lang).gettext
    return {name: say(text) for name, text in ORDER_SETS.items()}


def definition_view(*names: str) -> dict[str, dict[str, Any]]:
    """Tell what figures of an answer are: their sets, in Chinese and English."""
    zh, en = definitions("zh"), definitions("en")
    return {
        name: {"zh": zh[name], "en": en[name]}
        | ({"part": PARTS[name].part, "whole": PARTS[name].whole} if name in PARTS else {})
        for name in names
    }


def change_word(change: Change, lang: str, unit: str = "") -> tuple[str, str]:
    """Write a change, a dash for none, and why there is none."""
    why = words(lang).gettext(WHY_WORDS[change.why]) if change.why in WHY_WORDS else ""
    if change.absolute is None:
        return "—", why
    return (f"{change.absolute:+.1f}" if unit == "%" else f"{change.absolute:+,.0f}").replace("-", "−"), why


def league_view(world: World, rows: list[LeagueRow]) -> list[dict[str, Any]]:
    """Show the ranking of departments; the same rows everywhere."""
    return [
        {
            "rank": row.rank,
            "department": row.unit,
            "name": world.city.department_name(row.unit),
            "score": row.mark_centi / 100,
            "lost_per_100": row.lost_centi / 100,
            "deducted": row.score.deducted_centi / 100,
            "entries": row.score.entries,
            "due": row.due,
            "on_time": row.on_time,
            "late": row.late,
            "on_time_share": round(row.on_time / row.due, 4) if row.due else None,
            "low": round(row.low, 4),
            "high": round(row.high, 4),
            "like_cases": row.like.cases if row.like else 0,
            "like_own": round(row.like.own, 4) if row.like else None,
            "like_others": round(row.like.others, 4) if row.like else None,
            "few_cases": row.rank is None,
        }
        for row in rows
    ]
