"""How indicators of service orders, alarms and ratings are counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from grid.figures.counted import Count, Counted, number, share, split
from grid.figures.facts import VOLUNTARY, Facts, OrderFact

URGENT = frozenset({"urgent", "emergency"})
SPOKEN = frozenset({"phone", "counter"})
THREE_MINUTES = timedelta(minutes=3)


def _q22(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and not o.is_alarm]
    return number(rows, "orders placed, without alarms")


def _q23(facts: Facts) -> Counted:
    named = [o for o in facts.done_orders if o.resident]
    nameless = len(facts.done_orders) - len(named)
    return replace(
        number(named, "residents of orders done"),
        value=len({o.resident for o in named}),
        left_out=nameless,
        left_out_why="orders that name no resident" if nameless else "",
    )


def _q24(facts: Facts) -> Counted:
    return number(
        [o for o in facts.done_orders if o.payer in ("gov", "mixed")], "orders done, paid gov or mixed"
    )


def _amount(payer: str) -> Count:
    def counted(facts: Facts) -> Counted:
        rows = [o for o in facts.done_orders if o.payer == payer and o.price_fen is not None]
        mixed = sum(o.payer == "mixed" for o in facts.done_orders)
        return replace(
            number(rows, f"prices of orders done, paid {payer}"),
            value=sum(o.price_fen or 0 for o in rows) / 100,
            left_out=mixed,
            left_out_why="mixed payment, whose parts are not kept" if mixed else "",
        )

    return counted


def _q28(facts: Facts) -> Counted:
    found = number(facts.done_orders, "providers of orders done here")
    return replace(found, value=len({o.provider for o in facts.done_orders}))


def _q30(facts: Facts) -> Counted:
    rows = [o for o in facts.done_orders if o.category in VOLUNTARY and o.arrived_at and o.done_at]
    spent = sum(((o.done_at - o.arrived_at) for o in rows if o.done_at and o.arrived_at), timedelta())
    told = "arrival to end of orders done by volunteers and social organisations"
    return replace(number(rows, told), value=spent / timedelta(hours=1))


def _q31(facts: Facts) -> Counted:
    return number([o for o in facts.orders if facts.inside(o.created_at) and o.is_alarm], "alarms raised")


def _k04(facts: Facts) -> Counted:
    residents = facts.head_count("permanent", "floating")
    found = share(len(facts.users), residents, "residents with an order in the twelve months to the end")
    return replace(found, left_out_why="tickets, which name no resident")


def _k11(facts: Facts) -> Counted:
    content = sum(r.is_content for r in facts.ratings)
    return share(content, len(facts.ratings), "ratings of tickets and orders; 4 or 5 stars")


def _k12(facts: Facts) -> Counted:
    promised = [o for o in facts.orders if facts.inside(o.arrive_due_at)]
    rows = [o for o in promised if o.state != "cancelled"]
    found = split(rows, _arrived_in_time, "orders whose promised arrival lay in the period")
    gone = len(promised) - len(rows)
    return replace(found, left_out=gone, left_out_why="cancelled" if gone else "")


def _arrived_in_time(order: OrderFact) -> bool:
    due_at, at = order.arrive_due_at, order.arrived_at
    return due_at is not None and at is not None and at <= due_at


def _k13(facts: Facts) -> Counted:
    rows = [o for o in facts.orders if facts.inside(o.created_at) and o.urgency in URGENT]
    return split(rows, _contacted_soon, "urgent and emergency orders placed; provider contacted within 180 s")


def _contacted_soon(order: OrderFact) -> bool:
    return _within(THREE_MINUTES, order.created_at, order.contacted_at)


def _k17(facts: Facts) -> Counted:
    limits = facts.rulebook.alarm
    alarms = [o for o in facts.orders if facts.inside(o.created_at) and o.is_alarm]

    def answered(order: OrderFact) -> bool:
        return _within(limits.answer, order.created_at, order.agent_accept_at) and _within(
            limits.call_back, order.created_at, order.callback_at
        )

    def counts(order: OrderFact) -> bool:
        kept = order.agent is not None and order.channel not in SPOKEN
        over = order.created_at + limits.call_back <= facts.end
        return kept and order.cause.casefold() not in limits.tests and (over or answered(order))

    told = f"alarms raised, taken within {limits.answer.seconds} s and rung back within {limits.call_back.seconds} s"
    found = split([o for o in alarms if counts(o)], answered, told)
    gone = len(alarms) - found.rows
    return replace(found, left_out=gone, left_out_why="told in a talk, trials, or not timed" if gone else "")


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
