"""What is answered about the market of providers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.figures import Definition
from grid.figures.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeWanted(Answer):
    """A small trade that every community should have, and how many providers of it at ``least``."""

    code: str
    name: str
    name_en: str
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAnswer(Answer):
    """The providers of a trade in a community, and how many are lacking; ``lines`` opens them."""

    trade: str
    providers: int
    gap: int
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunitySupply(Answer):
    """The small trades of a community, in the order of ``trades``."""

    area: str
    name: str
    trades: tuple[StockAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyAnswer(Answer):
    """Small trades against what every community should have; ``enough`` of ``wanted`` pairs have as many."""

    trades: tuple[TradeWanted, ...]
    communities: tuple[CommunitySupply, ...]
    enough: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesAnswer(Answer):
    """Use per thousand eligible residents, need and support in percent; null over nothing.

    ``wanted`` is the demand of twelve months, or the eligible residents where ``by_residents``; an item of alarms counts
    them as orders.
    ``short`` tells of a support below what is aimed at. ``lines`` opens use, need and support of the area asked for;
    it is empty for those right below.
    """

    item: str
    item_name: str
    area: str
    area_name: str
    eligible: int
    orders: int
    asking: int
    nameless: int
    wanted: float
    supported: float
    use: float | None
    need: float | None
    support: float | None
    by_residents: bool
    short: bool
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandAnswer(Answer):
    """The rates of items, and of one item in the areas right below when it is asked for."""

    low_support: float
    items: tuple[RatesAnswer, ...]
    areas: tuple[RatesAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareStill(Answer):
    """The share still there after some days with its 95 % bounds; all null where that is not known yet."""

    days: int
    share: float | None
    low: float | None
    high: float | None
    at_risk: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortAnswer(Answer):
    """The providers that joined in a year; those of all years where it is empty.

    They were seen from ``first_day`` to ``last_day`` after joining; ``marks`` are at whole years.
    """

    year: str
    joined: int
    returned: int
    still: int
    lost: int
    first_day: int
    last_day: int
    marks: tuple[ShareStill, ...]
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswer(Answer):
    """The share still there from a day after joining on."""

    day: int
    at_risk: int
    lost: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysAnswer(Answer):
    """How long providers stay; ``verdict`` compares the interval at five years with one half.

    ``left_out`` are providers of whom nobody knows when they joined or left.
    """

    five_years: ShareStill
    verdict: Literal["above", "below", "open", "unknown"]
    aim: float
    whole: CohortAnswer
    cohorts: tuple[CohortAnswer, ...]
    steps: tuple[StepAnswer, ...]
    left_out: int
    silent_days: int
    return_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersFallAnswer(Answer):
    """How orders fall: on so many providers, at most so many on one, with what spread, after how many minutes."""

    providers: int
    most: int
    spread: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingAnswer(Answer):
    """Orders given out again with and without a fair share, and whether its minutes are within what is allowed."""

    orders: int
    able: int
    shared: OrdersFallAnswer
    unshared: OrdersFallAnswer
    extra_min: float
    most_extra_min: float
    within: bool
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersAnswer(Answer):
    """Who paid: orders by payer, their shares in percent, which add up to 100, and the money of those with a bill.

    ``dependence`` is the public part of the money in percent, null where none was paid. ``key`` is an area or a provider.
    """

    key: str
    name: str
    orders: Mapping[str, int]
    shares: Mapping[str, float]
    public_fen: int
    own_fen: int
    billed: int
    dependence: float | None
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingAnswer(Answer):
    """Who paid in the area, in those right below, and of each provider that did an order, the most dependent first."""

    whole: PayersAnswer
    areas: tuple[PayersAnswer, ...]
    providers: tuple[PayersAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillAnswer(Answer):
    """Something nothing happened with for so many days; ``last`` is null where nothing ever did."""

    kind: Literal["item", "provider", "cell", "button", "account", "channel"]
    key: str
    name: str
    last: datetime | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SphereAnswer(Answer):
    """The orders of a sphere by the modes they went by; those of before rules were kept by an empty one."""

    sphere: str
    name: str
    name_en: str
    orders: int
    modes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedAnswer(Answer):
    """How orders went: ``by_rule`` are those a rule took, ``direct`` those that came to a party or provider without a hand.

    Percents are of ``judged``; ``offered`` are those of ``direct`` that the rules offered to providers by themselves.
    ``judged`` are the orders of which it is kept what the rules said; percents are null over none. ``overruled`` are those
    that the desk sent elsewhere than the rule, ``passed_over`` to another provider than whom the search proposes first.
    """

    judged: int
    by_rule: int
    by_rule_percent: float | None
    direct: int
    direct_percent: float | None
    offered: int
    overruled: int
    passed_over: int
    spheres: tuple[SphereAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAnswer(Answer):
    """The market of providers in an area and a period."""

    area: str
    area_name: str
    since: datetime
    until: datetime
    as_of: datetime
    rules: str
    supply: SupplyAnswer
    demand: DemandAnswer
    stays: StaysAnswer
    sharing: SharingAnswer | None
    paying: PayingAnswer
    routed: RoutedAnswer
    still: tuple[StillAnswer, ...]
    still_after_days: Mapping[str, int]
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketLine(Answer, Line):
    """One line behind a figure, with the name of its provider or cell; residents are never named."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketLines(Answer):
    """Lines behind a figure; ``next`` is where the following ones begin, null on the last page."""

    of: str
    total: int
    items: tuple[MarketLine, ...]
    next: int | None
