"""How each indicator is counted: one small function from the facts of an area and period to a figure.

Void and merged tickets are left out everywhere, so that duplicates count once, with their parent.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import compress
from statistics import median
from typing import Any, TypeAlias

from grid.area_facts import ON_REGISTER, Facts, OrderFact
from grid.history import History
from grid.indicators import Indicator, Measure, normalise
from grid.rates import OF_DUE

Case: TypeAlias = History | OrderFact

RESIDENT_CHANNELS = frozenset({"phone", "web", "wechat", "counter", "kiosk", "hotline", "open311"})
URGENT = frozenset({"urgent", "emergency"})
VOLUNTARY = frozenset({"volunteer", "social_worker", "charity"})
THREE_MINUTES = timedelta(minutes=3)
CONTENT = 4
MOST_FREQUENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure, the rows it was counted from, and those left out.

    ``cases`` are the tickets or orders behind it, of a share those in its upper part; ``rest`` are the others of the
    lower part. Both are empty for what is counted from registers, which name persons.
    """

    value: float | None
    rows: int
    told: str
    left_out: int = 0
    left_out_why: str = ""
    cases: Sequence[Case] = ()
    rest: Sequence[Case] = ()


def behind(indicator: Indicator, facts: Facts) -> Counted | None:
    """Give an indicator with the very cases it was counted from, None where the records cannot tell it."""
    return MEASURES[indicator.id](facts) if not indicator.missing else None


def measure(indicator: Indicator, facts: Facts, parent: float | None = None) -> Measure:
    """Count one indicator.

    Parameters
    ----------
    indicator : Indicator
    facts : Facts
        Of the area alone; see `Facts.of_area`.
    parent : float, optional
        The figure of the area above, for shares of it.

    Returns
    -------
    Measure
        Without value, and with the reason, where the records cannot tell or nothing was counted.
    """
    if indicator.missing or indicator.id not in MEASURES:
        return Measure(id=indicator.id, value=None, why=indicator.missing or "no way to count it is known")
    counted = MEASURES[indicator.id](facts)
    value = 0.0 if counted.value is None and indicator.empty == "zero" else counted.value
    return Measure(
        id=indicator.id,
        value=value,
        rows=counted.rows,
        filter=counted.told,
        left_out=counted.left_out,
        left_out_why=counted.left_out_why,
        why="" if value is not None else "nothing to count in the period",
        normalised=normalise(indicator, value, {**facts.bases, "parent": parent}),
    )


def _people(told: str, *names: str) -> Callable[[Facts], Counted]:
    def counted(facts: Facts) -> Counted:
        n = facts.head_count(*names)
        return Counted(value=n, rows=n, told=f"residents of the register, {told}")

    return counted


def _share(part: int, whole: int, told: str, scale: float = 100.0) -> Counted:
    return Counted(value=scale * part / whole if whole else None, rows=whole, told=told)


def _split(rows: Sequence[Case], among: Callable[[Any], bool], told: str) -> Counted:
    """Tell the share, in percent, of the rows that something holds for."""
    marks = [among(row) for row in rows]
    cases, rest = (
        list(compress(rows, marks)),
        [row for row, mark in zip(rows, marks, strict=True) if not mark],
    )
    return replace(_share(len(cases), len(rows), told), cases=cases, rest=rest)


def _number(rows: Sequence[Case], told: str) -> Counted:
    return Counted(value=len(rows), rows=len(rows), told=told, cases=rows)


def _q09(facts: Facts) -> Counted:
    households = sum(c.households for c in facts.cells)
    return _share(households, len(facts.cells), "households by cell", 1.0)


def _q10(facts: Facts) -> Counted:
    workers = {c.worker for c in facts.cells if c.worker}
    vacant = sum(not c.worker for c in facts.cells)
    return Counted(
        value=len(workers),
        rows=len(facts.cells),
        told="workers named for cells",
        left_out=vacant,
        left_out_why="cells without a worker" if vacant else "",
    )


def _q13(facts: Facts) -> Counted:
    gone = sum(facts.inside(t.reported_at) for t in facts.tickets) - len(facts.accepted)
    why = "void or merged into another" if gone else ""
    return replace(_number(facts.accepted, "tickets reported"), left_out=gone, left_out_why=why)


def _q14(facts: Facts) -> Counted:
    return _number([t for t in facts.accepted if t.channel == "worker"], "tickets reported by cell workers")


def _q15(facts: Facts) -> Counted:
    rows = [t for t in facts.accepted if t.channel in RESIDENT_CHANNELS]
    return _number(rows, "tickets that came by " + ", ".join(sorted(RESIDENT_CHANNELS)))


def _q17(facts: Facts) -> Counted:
    residents = facts.head_count("permanent", "floating")
    value = 1000 * len(facts.accepted) / residents if residents else None
    return replace(_number(facts.accepted, "tickets reported, by residents"), value=value)


def _q18(facts: Facts) -> Counted:
    return _number(facts.closed, "tickets closed")


def _q19(facts: Facts) -> Counted:
    return _number(facts.open_at_end, "tickets filed before the end and not closed by then")


def _q20(facts: Facts) -> Counted:
    rows = [t for t in facts.open_at_end if t.is_due and t.due_at < facts.end]
    shelved = sum(not t.is_due for t in facts.open_at_end)
    found = _number(rows, "open tickets whose deadline in force is over")
    return replace(found, left_out=shelved, left_out_why="shelved" if shelved else "")


def _q21(facts: Facts) -> Counted:
    by_category = Counter(t.category for t in facts.accepted)
    most = sorted(by_category.items(), key=lambda kv: (-kv[1], kv[0]))[:MOST_FREQUENT]
    found = _split(facts.accepted, lambda t: t.category in dict(most), "categories " + ", ".join(dict(most)))
    return replace(found, value=len(found.cases))


def _q22(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and not o.is_alarm]
    return _number(rows, "orders placed, without alarms")


def _q23(facts: Facts) -> Counted:
    named = [o for o in facts.done_orders if o.resident]
    nameless = len(facts.done_orders) - len(named)
    return replace(
        _number(named, "residents of orders done"),
        value=len({o.resident for o in named}),
        left_out=nameless,
        left_out_why="orders that name no resident" if nameless else "",
    )


def _q24(facts: Facts) -> Counted:
    return _number(
        [o for o in facts.done_orders if o.payer in ("gov", "mixed")], "orders done, paid gov or mixed"
    )


def _amount(payer: str) -> Callable[[Facts], Counted]:
    def counted(facts: Facts) -> Counted:
        rows = [o for o in facts.done_orders if o.payer == payer and o.price_fen is not None]
        mixed = sum(o.payer == "mixed" for o in facts.done_orders)
        return replace(
            _number(rows, f"prices of orders done, paid {payer}"),
            value=sum(o.price_fen or 0 for o in rows) / 100,
            left_out=mixed,
            left_out_why="mixed payment, whose parts are not kept" if mixed else "",
        )

    return counted


def _q27(facts: Facts) -> Counted:
    n = sum(p.state in ON_REGISTER for p in facts.providers)
    return Counted(value=n, rows=n, told="providers that did not leave")


def _q28(facts: Facts) -> Counted:
    found = _number(facts.done_orders, "providers of orders done here")
    return replace(found, value=len({o.provider for o in facts.done_orders}))


def _q29(facts: Facts) -> Counted:
    n = sum(p.state == "active" and bool(VOLUNTARY & set(p.categories)) for p in facts.providers)
    return Counted(value=n, rows=n, told="active providers of " + ", ".join(sorted(VOLUNTARY)))


def _q30(facts: Facts) -> Counted:
    rows = [o for o in facts.done_orders if o.category in VOLUNTARY and o.arrived_at and o.done_at]
    spent = sum(((o.done_at - o.arrived_at) for o in rows if o.done_at and o.arrived_at), timedelta())
    told = "arrival to end of orders done by volunteers and social organisations"
    return replace(_number(rows, told), value=spent / timedelta(hours=1))


def _q31(facts: Facts) -> Counted:
    return _number([o for o in facts.orders if facts.inside(o.created_at) and o.is_alarm], "alarms raised")


def _k01(facts: Facts) -> Counted:
    rows = [t for t in facts.dispatched if facts.inside(facts.response_due_at(t))]
    return _split(rows, facts.answered_in_time, "tickets whose response was due")


def _of_due(name: str) -> Callable[[Facts], Counted]:
    def counted(facts: Facts) -> Counted:
        return _split(facts.due, OF_DUE[name], f"tickets due by their deadline in force: {name}")

    return counted


def _k04(facts: Facts) -> Counted:
    residents = facts.head_count("permanent", "floating")
    found = _share(len(facts.users), residents, "residents with an order in the twelve months to the end")
    return replace(found, left_out_why="tickets, which name no resident")


def _k06(facts: Facts) -> Counted:
    dispatched = sum(facts.inside(d.at) for t in facts.tickets for d in t.dispatches)
    groundless = [t for t in facts.tickets for r in t.returns if facts.inside(r.at) and r.granted is False]
    return replace(
        _share(len(groundless), dispatched, "dispatches; returns ruled groundless"), cases=groundless
    )


def _k07(facts: Facts) -> Counted:
    lost = -sum(points for _, points in facts.points)
    told = "points of the ledger by tickets due, reversals taken off"
    return replace(_share(lost, len(facts.due), told, 1.0), cases=facts.due)


def _k08(facts: Facts) -> Counted:
    timed = [(t, share) for t in facts.closed if (share := facts.time_used(t)) is not None]
    told = "tickets closed: time from filing to closing by time to the deadline, in their own clock"
    found = _number([t for t, _ in timed], told)
    return replace(found, value=median(share for _, share in timed) if timed else None)


def _k09(facts: Facts) -> Counted:
    told = "tickets reported with one of the kind within 50 m closed in the 90 days before"
    return _split(facts.accepted, lambda t: t.no in facts.repeats, told)


def _k11(facts: Facts) -> Counted:
    content = sum(stars >= CONTENT for _, stars in facts.ratings)
    return _share(content, len(facts.ratings), "ratings of tickets and orders; 4 or 5 stars")


def _k12(facts: Facts) -> Counted:
    promised = [o for o in facts.orders if facts.inside(o.arrive_due_at)]
    rows = [o for o in promised if o.state != "cancelled"]
    found = _split(rows, _arrived_in_time, "orders whose promised arrival lay in the period")
    gone = len(promised) - len(rows)
    return replace(found, left_out=gone, left_out_why="cancelled" if gone else "")


def _arrived_in_time(order: OrderFact) -> bool:
    due_at, at = order.arrive_due_at, order.arrived_at
    return due_at is not None and at is not None and at <= due_at


def _k13(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and o.urgency in URGENT]
    return _split(
        rows, _contacted_soon, "urgent and emergency orders placed; provider contacted within 180 s"
    )


def _contacted_soon(order: OrderFact) -> bool:
    return order.contacted_at is not None and order.contacted_at - order.created_at <= THREE_MINUTES


MEASURES: Mapping[str, Callable[[Facts], Counted]] = {
    "Q01": _people("permanent", "permanent"),
    "Q02": _people("floating", "floating"),
    "Q03": _people("60 or older", "aged_60"),
    "Q04": _people("80 or older", "aged_80"),
    "Q05": _people("60 or older and tagged as living alone", "alone"),
    "Q07": _people("tagged as on allowance or aid", "aided"),
    "Q08": _people("tagged as veteran, disabled or living alone", "cared_for"),
    "Q09": _q09,
    "Q10": _q10,
    "Q13": _q13,
    "Q14": _q14,
    "Q15": _q15,
    "Q17": _q17,
    "Q18": _q18,
    "Q19": _q19,
    "Q20": _q20,
    "Q21": _q21,
    "Q22": _q22,
    "Q23": _q23,
    "Q24": _q24,
    "Q25": _amount("gov"),
    "Q26": _amount("self"),
    "Q27": _q27,
    "Q28": _q28,
    "Q29": _q29,
    "Q30": _q30,
    "Q31": _q31,
    "K01": _k01,
    "K02": _of_due("closed_on_time"),
    "K03": _of_due("closed"),
    "K04": _k04,
    "K05": _of_due("reworked"),
    "K06": _k06,
    "K07": _k07,
    "K08": _k08,
    "K09": _k09,
    "K11": _k11,
    "K12": _k12,
    "K13": _k13,
}
