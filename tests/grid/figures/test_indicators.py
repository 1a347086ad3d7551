"""Indicators: the table of definitions, counting, comparing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from geo.place import LonLat
from grid.errors import BadRuleError
from grid.figures.facts import CellFact, Facts, OrderFact, People, ProviderFact, Rating
from grid.figures.indicators import Measure, change, normalise, standing
from grid.figures.measures import MEASURES, measure
from grid.tickets.history import Dispatch, History, Return
from grid.tickets.repeats import NEVER, Settled, SettledColumns, repeated, repeats_of

CATALOGUE = read_catalogue()
TABLE = {i.id: i for i in CATALOGUE.indicators}
START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)
HERE, THERE = "330102001001001", "330102002001001"
EMPTY = Facts(start=START, end=END, rulebook=CATALOGUE.rulebook)


def test_all_fifty_two_are_defined_and_each_is_counted_or_says_why_not() -> None:
    assert list(TABLE) == [f"Q{n:02d}" for n in range(1, 33)] + [f"K{n:02d}" for n in range(1, 21)]
    assert {i.id for i in TABLE.values() if not i.missing} == set(MEASURES)


@pytest.mark.parametrize("changed", [{"direction": "left"}, {"normaliser": "per_moon"}, {"empty": "one"}])
def test_a_definition_with_an_unknown_word_is_refused(changed: dict) -> None:
    with pytest.raises(BadRuleError, match="is not one of"):
        replace(TABLE["Q01"], **changed)


def test_over_nothing_shares_are_no_data_and_counts_are_zero() -> None:
    for indicator in TABLE.values():
        found = measure(indicator, EMPTY)
        if indicator.missing:
            assert (found.value, found.why) == (None, indicator.missing)
        elif indicator.empty == "null":
            assert found.value is None, indicator.id
            assert found.why
        else:
            assert found.value == 0, indicator.id


def ticket(no: str, day: float, **more: object) -> History:
    at = START + timedelta(days=day)
    made = History(
        no=no,
        category="E0102",
        cell=HERE,
        channel="worker",
        reported_at=at,
        department="DP30",
        due_at=at + timedelta(hours=8),
        state="dispatched",
        filed_at=at,
        dispatches=(Dispatch(at=at, department="DP30", anew=False),),
    )
    return replace(made, **more)


def closed(no: str, day: float, hours: float, **more: object) -> History:
    at = START + timedelta(days=day, hours=hours)
    return ticket(no, day, state="closed", received_at=at, done_at=at, closed_at=at, **more)


def value(name: str, facts: Facts) -> float | None:
    return measure(TABLE[name], facts).value


TICKETS = [
    closed("T1", 1, 4),
    closed("T2", 2, 12, channel="phone"),
    ticket("T3", 3, channel="web", category="P0101"),
    ticket("T4", 4, state="void"),
    ticket("T5", 4, state="merged"),
    ticket("T6", 30.9, cell=THERE),
    closed("T0", -3, 4),
]


def test_tickets_are_counted_without_void_and_merged() -> None:
    facts = replace(EMPTY, tickets=TICKETS, people={HERE: People(permanent=1500, floating=500)})
    told = {name: value(name, facts) for name in ("Q13", "Q14", "Q15", "Q17", "Q18", "Q19", "Q20", "Q21")}
    assert told == {"Q13": 4, "Q14": 2, "Q15": 2, "Q17": 2.0, "Q18": 2, "Q19": 2, "Q20": 1, "Q21": 4}
    assert measure(TABLE["Q13"], facts).left_out == 2
    assert (value("K02", facts), value("K03", facts)) == (pytest.approx(100 / 3), pytest.approx(200 / 3))


def test_an_area_keeps_its_own_and_a_share_of_the_whole() -> None:
    people = {HERE: People(permanent=30, aged_60=10, alone=4), THERE: People(permanent=90)}
    facts = replace(EMPTY, tickets=TICKETS, people=people)
    own = facts.of_area(THERE[:9])
    assert value("Q13", own) == 1
    assert measure(TABLE["Q01"], own, parent=120).normalised == 75.0
    assert measure(TABLE["Q05"], facts).normalised == 400.0  # per 1,000 elders


def test_complaints_are_told_apart_and_nothing_told_is_no_data() -> None:
    rows = [ticket("T1", 1, nature="complaint"), ticket("T2", 1, nature="fault"), ticket("T3", 1)]
    found = measure(TABLE["Q16"], replace(EMPTY, tickets=rows))
    assert (found.value, found.left_out) == (1, 1)
    silent = measure(TABLE["Q16"], replace(EMPTY, tickets=rows[2:]))
    assert (silent.value, silent.why) == (None, "nature_not_asked")


def test_solved_is_a_share_of_those_who_say_it() -> None:
    said = {"T1": True, "T2": False, "T8": True, "T9": None}
    ratings = [
        Rating(no=no, about="ticket", cell=HERE, at=START, stars=5, solved=solved)
        for no, solved in said.items()
    ]
    of_order = Rating(no="S1", about="order", cell=HERE, at=START, stars=5)
    facts = replace(EMPTY, tickets=TICKETS, ratings=[*ratings, of_order])
    found = measure(TABLE["K10"], facts)
    assert found.value == pytest.approx(200 / 3)
    # T1 and T2 were closed in the month, T8 and T9 earlier
    assert (found.rows, found.asked, found.left_out) == (3, 4, 1)
    assert MEASURES["K10"](facts).rest == [ratings[1]]
    assert value("K11", facts) == 100.0


def test_returns_count_when_they_were_groundless() -> None:
    at = START + timedelta(days=5)
    returns = (
        Return(at=at, department="DP30", granted=False),
        Return(at=at, department="DP30", granted=True),
        Return(at=at, department="DP30"),
    )
    found = measure(TABLE["K06"], replace(EMPTY, tickets=[ticket("T1", 5, returns=returns)]))
    assert (found.value, found.rows) == (100.0, 1)


def test_points_and_time_used() -> None:
    facts = replace(EMPTY, tickets=TICKETS, points=[(HERE, -50), (HERE, -20), (HERE, 50)])
    assert value("K07", facts) == pytest.approx(20 / 3)  # a fifth of a point in all, by three tickets due
    urgent = [closed("U1", 1, 4, category="P0105"), closed("U2", 2, 2, category="P0105")]
    assert value("K08", replace(EMPTY, tickets=urgent)) == pytest.approx(0.375)


def order(**more: object) -> OrderFact:
    at = START + timedelta(days=1)
    made = OrderFact(
        no="S1",
        cell=HERE,
        resident="R1",
        provider=1,
        state="settled",
        urgency="urgent",
        category="repair",
        payer="self",
        price_fen=5000,
        created_at=at,
        contacted_at=at + timedelta(seconds=180),
        arrive_due_at=at + timedelta(minutes=30),
        arrived_at=at + timedelta(minutes=30),
        done_at=at + timedelta(minutes=90),
    )
    return replace(made, **more)


def test_orders_by_payer_promise_and_haste() -> None:
    slow = {"contacted_at": START + timedelta(days=1, seconds=181), "arrived_at": None, "done_at": None}
    orders = [
        order(),
        order(payer="gov", price_fen=10_000, category="volunteer", provider=2),
        order(payer="mixed", resident=""),
        order(state="cancelled", **slow),
        order(state="unmet", **slow),
        order(urgency="emergency", category="call_centre", payer="gov"),
    ]
    facts = replace(EMPTY, orders=orders)
    told = {
        n: value(n, facts) for n in ("Q22", "Q23", "Q24", "Q25", "Q26", "Q28", "Q30", "Q31", "K12", "K13")
    }
    assert told == {
        "Q22": 5,
        "Q23": 1,
        "Q24": 2,
        "Q25": 100.0,
        "Q26": 50.0,
        "Q28": 2,
        "Q30": 1.0,
        "Q31": 1,
        "K12": 80.0,
        "K13": pytest.approx(400 / 6),
    }
    assert measure(TABLE["Q26"], facts).left_out == 1


def alarm(no: str, answer_s: float | None, callback_s: float | None, **more: object) -> OrderFact:
    raised = START + timedelta(days=2)
    times = {
        "agent_accept_at": None if answer_s is None else raised + timedelta(seconds=answer_s),
        "callback_at": None if callback_s is None else raised + timedelta(seconds=callback_s),
    }
    about = {"urgency": "emergency", "category": "call_centre", "channel": "button", "created_at": raised}
    made = order(no=no, agent="" if answer_s is None else "dispatcher", **about, **times)
    return replace(made, **more)


def test_alarms_are_answered_in_time_or_not_and_trials_do_not_count() -> None:
    alarms = [
        alarm("in time", 15, 60),
        alarm("taken late", 15.1, 40),
        alarm("rung back late", 3, 61),
        alarm("never rung back", 3, None),
        alarm("never taken", None, None),
        alarm("trial", 3, None, cause="测试"),
        alarm("by phone", 0, None, channel="phone"),
        alarm("of old", None, None, agent=None),
        alarm("just raised", 3, None, created_at=END - timedelta(seconds=30)),
        order(urgency="emergency", category="gas"),
    ]
    found = measure(TABLE["K17"], replace(EMPTY, orders=alarms))
    assert (found.value, found.rows, found.left_out) == (20.0, 5, 4)
    assert [o.no for o in MEASURES["K17"](replace(EMPTY, orders=alarms)).cases] == ["in time"]


def test_cells_workers_and_providers() -> None:
    cells = [
        CellFact(code=HERE, households=300, worker="w1"),
        CellFact(code=THERE, households=500, worker=""),
    ]
    providers = [
        ProviderFact(id=1, area=HERE, state="active", categories=("volunteer",)),
        ProviderFact(id=2, area=HERE, state="left", categories=("barber",)),
    ]
    facts = replace(EMPTY, cells=cells, providers=providers)
    assert [value(n, facts) for n in ("Q09", "Q10", "Q27", "Q29")] == [400.0, 1, 1, 1]
    assert measure(TABLE["Q10"], facts).left_out_why == "no_worker"


def settled(no: str, east_m: float, day: float, closed_day: float | None = None) -> Settled:
    return Settled(
        no=no,
        category="E0102",
        place=LonLat(120.0009999 + east_m / 96_300, 30),
        reported_at=START + timedelta(days=day),
        closed_at=None if closed_day is None else START + timedelta(days=closed_day),
    )


def columns(tickets: list[Settled]) -> SettledColumns:
    def us(at: datetime | None) -> int:
        return NEVER if at is None else (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    return SettledColumns(
        no=[t.no for t in tickets],
        category=np.array([t.category for t in tickets]),
        lon=np.array([t.place.lon for t in tickets]),
        lat=np.array([t.place.lat for t in tickets]),
        reported_us=np.array([us(t.reported_at) for t in tickets]),
        closed_us=np.array([us(t.closed_at) for t in tickets]),
    )


def test_a_repeat_is_near_and_soon_after_a_closing() -> None:
    earlier = [settled("A", 0, -100, -90), settled("B", 300, -10, -1), settled("C", 600, 2, 3)]
    tickets = [
        settled("near", 49, 0),  # on the last of the ninety days
        settled("late", 0, 0.1),
        settled("far", 351, 0),
        settled("before", 600, 2.5),
    ]
    asked = np.array([t.no not in {"A", "B"} for t in [*earlier, *tickets]])
    assert repeated(columns([*earlier, *tickets]), asked) == {"near"}
    assert repeated(columns(earlier), np.zeros(3, bool)) == frozenset()


LIVES = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(-120, 120), st.one_of(st.none(), st.integers(0, 30)), st.booleans()
    ),
    min_size=1,
    max_size=30,
)


@given(LIVES, st.sampled_from([1, 1000]))
def test_repeats_found_at_once_are_those_found_one_by_one(
    lives: list[tuple[int, int, int | None, bool]], at_once: int
) -> None:
    tickets = [
        replace(settled(f"T{n}", 24.9 * x, day, None if days is None else day + days), category="AB"[n % 2])
        for n, (x, day, days, _) in enumerate(lives)
    ]
    asked = np.array([chosen for *_, chosen in lives])
    span = timedelta(days=90)
    expected = {
        t.no
        for t, chosen in zip(tickets, asked, strict=True)
        if chosen and repeats_of(t, tickets, 50.0, span)
    }
    assert repeated(columns(tickets), asked, at_once=at_once) == expected


def told(*values: float | None, rows: int = 100) -> list[Measure]:
    return [Measure(id="x", value=v, normalised=v, rows=rows) for v in values]


def test_ranks_follow_the_direction_and_leave_few_and_none_out() -> None:
    up, down = TABLE["K03"], TABLE["K05"]
    siblings = [*told(50.0, 80.0, 80.0, None), *told(99.0, rows=29)]
    assert [standing(up, s, siblings).rank for s in siblings] == [3, 1, 1, None, None]
    assert [standing(down, s, siblings).rank for s in siblings] == [1, 2, 2, None, None]
    own = standing(up, siblings[0], siblings)
    assert (own.of, own.median, own.gap, own.z) == (3, 80.0, -30.0, None)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_somebody_is_first_and_nobody_is_behind_the_last(values: list[float]) -> None:
    siblings = told(*values)
    ranks = [standing(TABLE["Q13"], s, siblings).rank or 0 for s in siblings]
    assert min(ranks) == 1
    assert max(ranks) <= len(values)
    has_z = standing(TABLE["Q13"], siblings[0], siblings).z is not None
    assert has_z <= (len(values) >= 8)


@pytest.mark.parametrize(
    ("now", "before", "absolute", "percent"),
    [(12.0, 10.0, 2.0, 20.0), (0.0, 4.0, -4.0, -100.0), (3.0, 0.0, 3.0, None), (None, 4.0, None, None)],
)
def test_changes_to_the_past(now: float, before: float, absolute: float, percent: float) -> None:
    found = change(TABLE["Q13"], told(now)[0], told(before)[0], 0)
    assert (found.absolute, found.percent) == (absolute, percent)
    assert bool(found.why) == (percent is None)


@pytest.mark.parametrize(
    ("name", "now", "before", "least", "whole", "why"),
    [
        ("Q13", 10, 10, 10, True, ""),
        ("Q13", 10, 9, 10, True, "too_few"),
        ("Q13", 9, 10, 10, True, "too_few"),
        ("K02", 30, 30, 10, True, ""),
        ("K02", 30, 29, 10, True, "too_few"),  # its own least is 30
        ("Q13", 10, 10, 10, False, "records_begin_later"),
        ("Q01", 1, 1, 10, False, ""),  # a register that was kept is whole
    ],
)
def test_a_period_that_says_too_little_is_no_comparison(
    name: str, now: int, before: int, least: int, *, whole: bool, why: str
) -> None:
    then, past = (Measure(id=name, value=50.0, rows=rows) for rows in (now, before))
    found = change(TABLE[name], then, past, least, kept=True, whole=whole)
    assert found.why == why
    assert (found.absolute is None) == bool(why)


def test_a_register_has_no_past_and_nothing_is_divided_by_nothing() -> None:
    assert change(TABLE["Q01"], told(1.0)[0], told(1.0)[0], 0).absolute is None
    assert change(TABLE["Q01"], told(3.0)[0], told(1.0)[0], 0, kept=True).absolute == 2
    assert normalise(TABLE["Q13"], 5.0, {"residents": 0}) is None
    assert normalise(TABLE["K03"], 5.0, {}) == 5.0


def test_the_response_is_judged_by_what_was_told_at_filing() -> None:
    sent = Dispatch(at=START + timedelta(days=11), department="DP30", anew=False)
    received = START + timedelta(days=11, hours=9)  # a Monday; far over what the rules of today would say
    told = ticket("R1", 11, dispatches=(sent,), received_at=received, response_due_at=received)
    older = replace(told, no="R2", response_due_at=None)  # its filing told nothing: today's rules
    assert value("K01", replace(EMPTY, tickets=[told])) == 100.0
    assert value("K01", replace(EMPTY, tickets=[older])) == 0.0
