"""What a month report says in words: what changed, where, of whom, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass

from api.locale.places import place_name
from api.locale.words import words
from api.pages.report_facts import MonthFacts
from api.views.figures import percent
from api.views.measure_words import WHY_WORDS
from api.world import World
from grid.figures.differences import Difference, numbers_differ, quantile_for, shares_differ
from grid.figures.indicators import why_incomparable
from grid.figures.sets import SHARES

Say = Callable[[str], str]
Part = tuple[int, int]
FEWEST_IN_CELL = 5
"""Cells with fewer tickets in both months together say nothing at any certainty that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one figure says of its change: a sentence, and whether the interval leaves no doubt."""

    text: str
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMoved:
    """A cell whose tickets changed for sure: how many there were in both months."""

    cell: str
    now: int
    before: int


def number(value: float, digits: int = 1, *, signed: bool = False) -> str:
    """Write a number with a true minus and thousands apart."""
    return (f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}").replace("-", "−")


def share_moved(facts: MonthFacts, world: World, say: Say, name: str, told: tuple[Part, Part]) -> Moved:
    """Say how a share changed; ``told`` are part and whole of this month and of the one before."""
    now, before = told
    share = percent(*now)
    if share is None:
        return Moved(text=say("{name}：没有可计的").format(name=name))
    head = say("{name} {share}（{part} ÷ {whole}）").format(
        name=name, share=number(share) + "%", part=number(now[0], 0), whole=number(now[1], 0)
    )
    why = why_incomparable(now[1], before[1], world.catalogue.least_compared, whole=facts.figures.whole)
    found = shares_differ(now, before)
    if why or found is None:
        return Moved(text=say("{head}；{why}。").format(head=head, why=say(WHY_WORDS[why or "no_records"])))
    text = say("{head}，上月 {before}，{points} 个百分点（95％ 区间 {low} 至 {high}）：{judged}。").format(
        head=head,
        before=number(percent(*before) or 0.0) + "%",
        points=number(found.value, signed=True),
        low=number(found.low, signed=True),
        high=number(found.high, signed=True),
        judged=_judged(say, found),
    )
    return Moved(text=text, sure=found.sure)


def number_moved(facts: MonthFacts, world: World, say: Say, name: str, counts: tuple[int, int]) -> Moved:
    """Say how a number of cases a day changed; ``counts`` are of this month and of the one before."""
    now, before = counts
    days = [round((p.end - p.start).total_seconds() / 86400, 3) for p in (facts.q.period, facts.q.before)]
    head = say("{name} {now} 件（日均 {daily}）").format(
        name=name, now=number(now, 0), daily=number(now / days[0])
    )
    why = why_incomparable(now, before, world.catalogue.least_compared, whole=facts.figures.whole)
    found = numbers_differ((now, days[0]), (before, days[1]))
    if why or found is None:
        return Moved(text=say("{head}；{why}。").format(head=head, why=say(WHY_WORDS[why or "no_records"])))
    text = say(
        "{head}，上月 {before} 件（日均 {daily}），日均 {change}（95％ 区间 {low} 至 {high}）：{judged}。"
    ).format(
        head=head,
        before=number(before, 0),
        daily=number(before / days[1]),
        change=number(100 * (found.value - 1), signed=True) + "%",
        low=number(100 * (found.low - 1), signed=True) + "%",
        high=number(100 * (found.high - 1), signed=True) + "%",
        judged=_judged(say, found),
    )
    return Moved(text=text, sure=found.sure)


def leading_moves(facts: MonthFacts, world: World, say: Say) -> list[Moved]:
    """Say how the figures that lead changed, what residents got first."""
    now, before = facts.figures.now, facts.figures.before
    names = {
        "solved_of_told": say("居民说已解决"),
        "satisfied": say("工单满意率"),
        "handled_on_time": say("按期处置率"),
    }

    def moved(name: str, now: Part, before: Part) -> Moved:
        return share_moved(facts, world, say, name, (now, before))

    def of_sets(name: str) -> Moved:
        part, whole = SHARES[name].part, SHARES[name].whole
        return moved(names[name], (now[part], now[whole]), (before[part], before[whole]))

    arrived = [(told.orders["arrived"], told.orders["arrivals_due"]) for told in (facts.now, facts.before)]
    met = [(told.asked - told.unmet, told.asked) for told in (facts.now, facts.before)]
    return [
        of_sets("solved_of_told"),
        of_sets("satisfied"),
        moved(say("按时上门率"), *arrived),
        of_sets("handled_on_time"),
        moved(say("服务满足率"), *met),
        number_moved(facts, world, say, say("上报工单"), (now["reported"], before["reported"])),
    ]


def department_moves(facts: MonthFacts, world: World, lang: str) -> tuple[list[Moved], int]:
    """Say which departments' share on time changed for sure, and how many could be compared."""
    say, least = words(lang).gettext, world.catalogue.appraisal.least_cases
    then = {row["department"]: row for row in facts.before.ranked} if facts.figures.whole else {}
    pairs = [
        (row, then[row["department"]])
        for row in facts.now.ranked
        if row["department"] in then and min(row["due"], then[row["department"]]["due"]) >= least
    ]
    normal = quantile_for(len(pairs))
    moves = []
    for row, old in pairs:
        found = shares_differ((row["on_time"], row["due"]), (old["on_time"], old["due"]), normal)
        if found is None or not found.sure:
            continue
        text = say(
            "{name}：按期处置率 {now}，上月 {before}，{points} 个百分点（区间 {low} 至 {high}）。"
        ).format(
            name=place_name(row["name"], lang),
            now=number(100 * row["on_time"] / row["due"]) + "%",
            before=number(100 * old["on_time"] / old["due"]) + "%",
            points=number(found.value, signed=True),
            low=number(found.low, signed=True),
            high=number(found.high, signed=True),
        )
        moves.append(Moved(text=text, sure=True))
    return moves, len(pairs)


def cell_moves(facts: MonthFacts) -> tuple[list[CellMoved], int]:
    """Find the cells whose tickets a day changed for sure, the greatest change first, and how many were compared."""
    if not facts.figures.whole:
        return [], 0
    now, before = facts.now.reported, facts.before.reported
    cells = [c for c in sorted({*now, *before}) if now.get(c, 0) + before.get(c, 0) >= FEWEST_IN_CELL]
    days = [(p.end - p.start).total_seconds() / 86400 for p in (facts.q.period, facts.q.before)]
    normal, moves = quantile_for(len(cells)), []
    for cell in cells:
        counts = now.get(cell, 0), before.get(cell, 0)
        found = numbers_differ((counts[0], days[0]), (counts[1], days[1]), normal) or numbers_differ(
            (counts[1], days[1]), (counts[0], days[0]), normal
        )
        if found is not None and found.sure:
            moves.append(CellMoved(cell=cell, now=counts[0], before=counts[1]))
    return sorted(moves, key=lambda m: (-abs(m.now - m.before), m.cell)), len(cells)


def _judged(say: Say, found: Difference) -> str:
    if not found.sure:
        return say("区间含“没有变化”，说不准")
    return say("确有上升") if found.up else say("确有下降")
