"""How indicators of service orders, alarms and ratings are counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from grid.figures.counted import Count, Counted, line_of, number, share, split
from grid.figures.facts import VOLUNTARY, AlarmFact, Facts, OrderFact
from grid.figures.lines import Line, by_cell

URGENT = frozenset({"urgent", "emergency"})
THREE_MINUTES = timedelta(minutes=3)


def _q22(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and not o.is_alarm]
    return number(rows)


def _q23(facts: Facts) -> Counted:
    """Count residents; each is shown by their newest order, so that nobody is named."""
    named = [o for o in facts.done_orders if o.resident]
    nameless = len(facts.done_orders) - len(named)
    last = {o.resident: o for o in sorted(named, key=lambda o: (o.created_at, o.no))}
    return replace(
        number(list(last.values())),
        rows=len(named),
        left_out=nameless,
        left_out_why="nameless_orders" if nameless else "",
    )


def _q24(facts: Facts) -> Counted:
    return number([o for o in facts.done_orders if o.payer in ("gov", "mixed")])


def _amount(payer: str) -> Count:
    """Count what one side paid: by the bill of an order, else its price where one side pays all."""

    def counted(facts: Facts) -> Counted:
        rows = [o for o in facts.done_orders if _paid_fen(o, payer) is not None]
        unknown = sum(o.payer == "mixed" and o.public_fen is None for o in facts.done_orders)
        return replace(
            number(rows),
            told=[line_of(o, (_paid_fen(o, payer) or 0) / 100) for o in rows],
            value=sum(_paid_fen(o, payer) or 0 for o in rows) / 100,
            left_out=unknown,
            left_out_why="mixed_payment" if unknown else "",
        )

    return counted


def _paid_fen(order: OrderFact, payer: str) -> int | None:
    """Return what one side paid of an order, None for nothing that is known."""
    if order.public_fen is not None:
        return (order.public_fen if payer == "gov" else order.own_fen) or None
    return order.price_fen if order.payer == payer else None


def _q28(facts: Facts) -> Counted:
    serving = sorted({o.provider for o in facts.done_orders if o.provider is not None})
    told = [Line(kind="provider", no=str(provider)) for provider in serving]
    return Counted(value=len(serving), rows=len(facts.done_orders), told=told)


def _q30(facts: Facts) -> Counted:
    spent = [
        (o, o.done_at - o.arrived_at)
        for o in facts.done_orders
        if o.category in VOLUNTARY and o.arrived_at and o.done_at
    ]
    hours = sum((span for _, span in spent), timedelta()) / timedelta(hours=1)
    told = [line_of(o, span / timedelta(hours=1)) for o, span in spent]
    return replace(number([o for o, _ in spent]), value=hours, told=told)


def _q31(facts: Facts) -> Counted:
    return number(facts.raised)


def _k04(facts: Facts) -> Counted:
    residents = facts.head_count("permanent", "floating")
    found = share(len(facts.users), residents)
    told = by_cell(
        ((cell, 1) for cell, _ in facts.users),
        ((cell, p.permanent + p.floating) for cell, p in facts.people.items()),
    )
    return replace(found, left_out_why="tickets_name_nobody", told=told)


def _k11(facts: Facts) -> Counted:
    return split(facts.ratings, lambda r: r.is_content)


def _k12(facts: Facts) -> Counted:
    found = split(facts.arrivals_due, lambda o: o.arrived_in_time)
    gone = len(facts.promised) - found.rows
    return replace(found, left_out=gone, left_out_why="cancelled" if gone else "")


def _k13(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and o.urgency in URGENT]
    return split(rows, _contacted_soon)


def _contacted_soon(order: OrderFact) -> bool:
    return _within(THREE_MINUTES, order.created_at, order.contacted_at)


def _k17(facts: Facts) -> Counted:
    limits = facts.rulebook.alarm

    def answered(alarm: AlarmFact) -> bool:
        return _within(limits.answer, alarm.raised_at, alarm.taken_at) and _within(
            limits.call_back, alarm.raised_at, alarm.called_at
        )

    def counts(alarm: AlarmFact) -> bool:
        over = alarm.raised_at + limits.call_back <= facts.end
        return alarm.counts and (over or answered(alarm))

    terms = {"answer_s": f"{limits.answer.seconds}", "call_back_s": f"{limits.call_back.seconds}"}
    found = split([a for a in facts.raised if counts(a)], answered, **terms)
    gone = len(facts.raised) - found.rows
    return replace(found, left_out=gone, left_out_why="told_tried_untimed" if gone else "")


def _within(span: timedelta, start: datetime, at: datetime | None) -> bool:
    return at is not None and at - start <= span


OF_SERVICES: Mapping[str, Count] = {
    "Q22": _q22,
    "Q23": _q23,
    "Q24": _q24,
    "Q25": _amount("gov"),
    "Q26": _amount("self"),
    "Q28": _q28,
    "Q30": _q30,
    "Q31": _q31,
    "K04": _k04,
    "K11": _k11,
    "K12": _k12,
    "K13": _k13,
    "K17": _k17,
}
