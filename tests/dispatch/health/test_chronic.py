"""Chronic cases: what opens one, held against a slow twin, and the schedule of follow-ups."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.health.chronic import ChronicCase, ChronicRule, act, is_missed, open_case, readings_that_open
from dispatch.health.code import HealthCode
from dispatch.health.result import HealthResult
from dispatch.lifecycle import Action, Actor

RULE = ChronicRule(
    code="hypertension", name_zh="高血压", name_en="Hypertension", high=("systolic", "diastolic"),
    readings=2, within_days=30, first_days=14, every_days=90, grace_days=7,
)  # fmt: skip
FIRST = date(2026, 9, 1)
SYSTOLIC = HealthCode(
    code="systolic", loinc="8480-6", name_zh="收缩压", name_en="Systolic", unit="mm[Hg]", units={"mm[Hg]": Fraction(1)},
    least=40, most=300, high=140,
)  # fmt: skip
CODES = {"systolic": SYSTOLIC}
NURSE = Actor(user="n", role="nurse")


def reading(
    day: int, value: float = 150, code: str = "systolic", unit: str = "mm[Hg]", hour: int = 1, **more: str
) -> tuple[date, HealthResult]:
    at = datetime(2026, 9, 1, hour, tzinfo=UTC) + timedelta(days=day)
    no = f"{day}.{hour}.{code}"
    told = HealthResult(
        no=no, resident="R1", code=code, value=value, unit=unit, taken_at=at, source="x", **more
    )
    return at.date(), told


@pytest.mark.parametrize(
    ("told", "opens"),
    [
        ([reading(0), reading(29)], ["0.1.systolic", "29.1.systolic"]),
        ([reading(0), reading(30)], []),  # the thirty-first day
        ([reading(0), reading(0, hour=9)], []),  # twice on one day
        ([reading(0), reading(3, 139.9)], []),
        ([reading(0), reading(3, 140)], ["0.1.systolic", "3.1.systolic"]),
        ([reading(0), reading(3, 91, "diastolic")], ["0.1.systolic", "3.1.diastolic"]),
        ([reading(0), reading(3, 19, unit="kPa")], ["0.1.systolic", "3.1.systolic"]),
        ([reading(0), reading(3, struck_why="wrong arm")], []),
        ([reading(0), reading(3, 12, "fasting_glucose", "mmol/L")], []),  # of another condition
        ([reading(40), reading(0), reading(60)], ["40.1.systolic", "60.1.systolic"]),
    ],
)
def test_what_opens_a_case(
    catalogue: Catalogue, told: list[tuple[date, HealthResult]], opens: list[str]
) -> None:
    assert [one.no for one in readings_that_open(RULE, told, catalogue.health.codes)] == opens


def test_days_before_an_earlier_case_was_closed_do_not_count(catalogue: Catalogue) -> None:
    told, codes = [reading(0), reading(3), reading(9)], catalogue.health.codes
    assert readings_that_open(RULE, told, codes, FIRST + timedelta(days=3)) == ()
    assert len(readings_that_open(RULE, told, codes, FIRST + timedelta(days=2))) == 2


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([120.0, 140.0, 185.0])), max_size=12),
    st.integers(1, 4),
    st.integers(4, 40),
)
def test_a_case_opens_when_some_days_lie_close_enough(
    told: list[tuple[int, float]], readings: int, within: int
) -> None:
    rule = replace(RULE, readings=readings, within_days=within)
    results = [reading(day, value) for day, value in told]
    opened = readings_that_open(rule, results, CODES)
    days = sorted({day for day, value in told if value >= 140})
    slow = any(max(some) - min(some) < within for some in combinations(days, readings))
    assert bool(opened) is slow
    assert opened == readings_that_open(rule, results[::-1], CODES)


def case(catalogue: Catalogue, **more: object) -> ChronicCase:
    return open_case(RULE, catalogue.chronic.lifecycle, "c", "R1", FIRST, **more)


def test_a_schedule_of_follow_ups(catalogue: Catalogue) -> None:
    rules = replace(catalogue.chronic, conditions={RULE.code: RULE})

    def acted(of: ChronicCase, name: str, today: date, by: Actor = NURSE, **fields: object) -> ChronicCase:
        return act(of, Action(name=name, by=by, fields=fields), rules, today)

    made, due = case(catalogue), FIRST + timedelta(days=14)
    assert made.next_on == due
    assert [is_missed(made, RULE, due + timedelta(days=n)) for n in (0, 7, 8)] == [False, False, True]
    late = due + timedelta(days=10)
    done = acted(made, "follow_up", late, on=due + timedelta(days=9))
    assert (done.next_on, done.follow_ups) == (due + timedelta(days=99), 1)
    for wrong in (late + timedelta(days=1), done.last_on):
        with pytest.raises(BadFieldError, match="a day from"):
            acted(done, "follow_up", late, on=wrong)
    refused = acted(done, "refuse", late, reason="不愿再来")
    assert not is_missed(refused, RULE, date(2030, 1, 1))
    with pytest.raises(NotPossibleError):
        acted(refused, "follow_up", late, on=late)
    again = acted(refused, "resume", late, reason="本人同意")
    assert (again.state, again.next_on) == ("open", late + timedelta(days=14))
    closed = acted(again, "close", late, reason="诊断不成立")
    assert (closed.closed_on, closed.why) == (late, "诊断不成立")
    with pytest.raises(NotPossibleError):
        acted(closed, "resume", late, reason="x")
    with pytest.raises(WrongRoleError):
        acted(made, "close", late, by=Actor(user="a", role="admin"), reason="x")
    with pytest.raises(BadFieldError):
        acted(made, "close", late)


@pytest.mark.parametrize("wrong", [{"high": ()}, {"readings": 0}, {"readings": 31}, {"every_days": 0}])
def test_a_rule_that_cannot_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="hypertension"):
        replace(RULE, **wrong)
