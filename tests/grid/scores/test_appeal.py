"""Appeals and appraisals: tables and properties of the pure floor."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.models import AppealRow, AppraisalRow, table_of
from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from grid.errors import BadRuleError
from grid.scores.appeal import Appeal, Filing, act, file_appeal, last_day_to_appeal
from grid.scores.appraisal import (
    Appraisal,
    Cases,
    Composite,
    Rater,
    composite,
    mark_centi,
    ranked,
    share_interval,
)
from grid.scores.scoring import Entry, Score, ledger_mark_centi, score

CATALOGUE = read_catalogue()
RULES, APPRAISAL = CATALOGUE.appeals, CATALOGUE.appraisal
WHOLE = replace(APPRAISAL, per_cases=0)
AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday
ENTRY = Entry(
    unit="DP30", subject="T1", kind="overdue", step=1, points_centi=-50, at=AT, rules="r", evidence="late"
)
CLERK = Actor(user="clerk", role="department", department="DP30")
FIRST = Actor(user="first", role="dispatcher")
SECOND = Actor(user="second", role="leader")


def filed(now: datetime = AT) -> Appeal:
    return file_appeal("Q1", (7, ENTRY), Filing(reason="road was closed"), CLERK, RULES, now).appeal


def step(appeal: Appeal, by: Actor, name: str, now: datetime = AT, **given: str) -> Appeal:
    return act(appeal, ENTRY, Action(name=name, by=by, fields=given), RULES, now, ENTRY.at).appeal


@pytest.mark.parametrize(("fact", "row"), [(Appeal, AppealRow), (Appraisal, AppraisalRow)])
def test_rows_match_facts(fact: type, row: type) -> None:
    assert set(table_of(row).columns.keys()) == {f.name for f in fields(fact)} | {"id"}


def test_five_working_days_to_appeal() -> None:
    until = last_day_to_appeal(ENTRY, RULES)
    assert until == AT + timedelta(days=7)  # a weekend lies between
    assert filed(until).state == "filed"
    with pytest.raises(NotPossibleError, match="could be appealed against until"):
        filed(until + timedelta(seconds=1))


def test_while_the_month_is_open_the_term_is_longer() -> None:
    later = AT + timedelta(days=20)
    made = file_appeal("Q1", (7, ENTRY), Filing(reason="x"), CLERK, RULES, later, later)
    assert made.appeal.filed_at == later


@pytest.mark.parametrize(
    ("by", "entry", "reason", "error"),
    [
        (replace(CLERK, department="DP33"), ENTRY, "x", WrongRoleError),
        (FIRST, ENTRY, "x", WrongRoleError),
        (CLERK, replace(ENTRY, points_centi=50, kind="reversal"), "x", NotPossibleError),
        (CLERK, ENTRY, "  ", BadFieldError),
    ],
)
def test_who_may_appeal_against_what(by: Actor, entry: Entry, reason: str, error: type) -> None:
    with pytest.raises(error):
        file_appeal("Q1", (7, entry), Filing(reason=reason), by, RULES, AT)


def test_a_win_takes_two_persons_and_gives_the_points_back() -> None:
    under = step(filed(), FIRST, "take_up")
    with pytest.raises(WrongRoleError, match="under review by first"):
        step(under, Actor(user="third", role="dispatcher"), "support", reason="y")
    supported = step(under, FIRST, "support", reason="true")
    assert supported.state == "second_review"
    same = Actor(user="first", role="leader")
    with pytest.raises(WrongRoleError, match="somebody else"):
        step(supported, same, "grant", reason="true")
    action = Action(name="grant", by=SECOND, fields={"reason": "proved"})
    won = act(supported, ENTRY, action, RULES, AT, ENTRY.at)
    assert won.appeal.state == "granted"
    assert [(e.kind, e.points_centi, e.at) for e in won.entries] == [("reversal", 50, ENTRY.at)]
    assert score("DP30", [ENTRY, *won.entries]).score_centi == 10_000


def test_a_refusal_can_be_taken_to_the_second_review_in_its_term() -> None:
    refused = step(step(filed(), FIRST, "take_up"), FIRST, "refuse", reason="no proof")
    assert step(refused, CLERK, "object", refused.due_at, reason="here it is").state == "second_review"
    with pytest.raises(NotPossibleError, match="could be asked for until"):
        step(refused, CLERK, "object", refused.due_at + timedelta(seconds=1), reason="late")
    lost = step(step(refused, CLERK, "object", reason="again"), SECOND, "reject", reason="no")
    assert (lost.state, lost.second_reviewer, lost.decision) == ("rejected", "second", "no")


def test_another_department_cannot_withdraw_it() -> None:
    with pytest.raises(WrongRoleError):
        step(filed(), replace(CLERK, department="DP33"), "withdraw")
    assert step(filed(), CLERK, "withdraw").state == "withdrawn"


def ledger(centi: int, unit: str = "A") -> Score:
    return Score(unit=unit, base_centi=10_000, deducted_centi=10_000 - centi, score_centi=centi, entries=1)


def test_the_composite_is_the_weighted_mean_rounded_once() -> None:
    ratings = {"A/residents": 9_000, "A/communities": 8_000, "A/departments": 8_550, "A/supervisors": 9_505}
    found = composite(ledger(9_333), Cases(due=40, on_time=30), ratings, WHOLE)
    exact = Fraction(9_333 * 60 + (9_000 + 8_000 + 8_550 + 9_505) * 10, 100)
    assert found.composite_centi == int(exact + Fraction(1, 2)) == 9_105
    assert found.missing == ()
    assert found.on_time_share == 0.75


def test_without_ratings_it_is_the_ledger_and_says_who_is_missing() -> None:
    found = composite(ledger(9_333), Cases(), {"B/residents": 0}, APPRAISAL)
    assert found.composite_centi == 9_333
    assert found.missing == tuple(r.code for r in APPRAISAL.raters)
    assert (found.on_time_share, found.low, found.high) == (None, 0.0, 1.0)


@given(
    mark=st.integers(0, 10_000), ratings=st.lists(st.integers(0, 10_000), max_size=9), weights=st.randoms()
)
def test_the_composite_lies_between_its_parts(mark: int, ratings: list[int], weights: object) -> None:
    raters = tuple(
        Rater(code=str(i), name_zh="", weight=weights.randint(1, 50))  # type: ignore[attr-defined]
        for i in range(len(ratings))
    )
    rules = replace(APPRAISAL, raters=raters)
    found = composite(ledger(mark), Cases(), {f"A/{i}": r for i, r in enumerate(ratings)}, rules)
    assert min([mark, *ratings]) <= found.composite_centi <= max([mark, *ratings])


def one(unit: str, centi: int, due: int) -> Composite:
    return composite(ledger(centi, unit), Cases(due=due, on_time=due), {}, WHOLE)


def test_few_cases_are_shown_and_not_ranked_and_equals_share_a_rank() -> None:
    table = ranked([one("A", 9_000, 10), one("B", 9_900, 9), one("C", 9_500, 30), one("D", 9_500, 11)], 10)
    assert [(c.unit, c.rank) for c in table] == [("C", 1), ("D", 1), ("A", 3), ("B", None)]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 0, 0.0, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_the_interval_agrees_with_published_figures(part: int, whole: int, low: float, high: float) -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
    assert share_interval(part, whole) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("mark", [-0.01, 100.01, 88.888])
def test_marks_are_0_to_100_with_two_decimals(mark: float) -> None:
    with pytest.raises(BadFieldError):
        mark_centi(mark)
    assert mark_centi(88.88) == 8888


@given(st.integers(0, 400), st.integers(1, 500), st.integers(1, 9))
def test_the_same_faults_cost_a_large_unit_no_more_than_a_small_one(lost: int, due: int, times: int) -> None:
    def mark(n: int) -> int:
        score = Score(
            unit="A",
            base_centi=10_000,
            deducted_centi=n * lost,
            score_centi=max(0, 10_000 - n * lost),
            entries=n,
        )
        return ledger_mark_centi(score, n * due, 100)

    assert mark(times) == mark(1)


def test_points_per_hundred_cases_are_rounded_once_and_whole_ones_where_the_city_wants_them() -> None:
    found = ledger(9_333)
    assert ledger_mark_centi(found, 40, 100) == 8_333  # 100 - 6.67 / 40 * 100, half up
    assert ledger_mark_centi(found, 40, 0) == 9_333
    assert ledger_mark_centi(found, 0, 100) == 9_333
    for odd in (-1, "many", 0.5, True):
        with pytest.raises(BadRuleError, match=r"per_cases is .*; write 0, or a number of cases"):
            replace(APPRAISAL, per_cases=odd)


def test_weights_must_count() -> None:
    with pytest.raises(BadRuleError):
        replace(APPRAISAL, ledger_weight=0)
    with pytest.raises(BadRuleError, match="twice"):
        replace(APPRAISAL, raters=(APPRAISAL.raters[0],) * 2)
