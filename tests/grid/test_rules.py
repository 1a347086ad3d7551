"""Codes, responsibility, scores, like cases: tables and properties."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.worktime import Limit
from geo.place import LonLat
from grid.area import CodeScheme
from grid.deadlines import due
from grid.errors import BadCodeError, BadRuleError, NoRuleError
from grid.reasons import Reason, read_reason
from grid.responsibility import ResponsibilityRule, check_rules, responsible
from grid.scores.scoring import Deduction, Entry, reverse, score, score_each
from grid.tickets.duplicates import Sighting, like_cases

SCHEME = CodeScheme()
DAY = date(2026, 11, 18)
AT = datetime(2026, 11, 18, tzinfo=UTC)
RULES = read_catalogue().rulebook


@pytest.mark.parametrize(
    "code", ["33010201600", "3301020160011", "33010201600x", "", "３３０１０２０１６００１"]
)
def test_area_codes_of_the_wrong_shape_are_refused(code: str) -> None:
    with pytest.raises(BadCodeError, match="12 digits"):
        SCHEME.check_area(code)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("330100000000", "3301"),  # the city
        ("330102000000", "330102"),  # the district
        ("330102016000", "330102016"),  # the street
        ("330102016001", "330102016001"),  # the community
        ("370102013006008", "370102013006008"),  # a cell
    ],
)
def test_what_lies_inside_an_area_begins_with_its_prefix(code: str, prefix: str) -> None:
    assert SCHEME.prefix(code) == prefix


def test_other_widths_are_a_setting() -> None:
    wide = CodeScheme((6, 4, 3, 3))
    assert wide.check_cell("3301020016001001") == "3301020016001001"
    assert wide.street_of("3301020016001001") == "3301020016000"


def rule(cells: str, category: str, department: str, **more: object) -> ResponsibilityRule:
    made = ResponsibilityRule(
        cells=cells,
        category=category,
        department=department,
        basis="place",
        source=f"{cells or '*'} x {category or '*'}",
    )
    return replace(made, **more)


def test_the_most_particular_rule_wins() -> None:
    rules = [
        rule("", "", "@district"),
        rule("", "E01", "A"),
        rule("330102", "", "B"),
        rule("330102001", "E0102", "@street"),
    ]

    def who(cell: str, category: str) -> str:
        return responsible(rules, cell, category, DAY, SCHEME).department

    assert who("330102001001001", "E0102") == "330102001000"
    assert who("330102002001001", "E0102") == "B"  # the place is more particular than the category
    assert who("330103001001001", "E0102") == "A"
    assert who("330103001001001", "P0101") == "330103000000"


def test_a_rule_binds_from_its_first_day_until_the_day_before_its_end() -> None:
    rules = [rule("", "", "OLD"), rule("", "E", "NEW", since=date(2026, 11, 18), until=date(2026, 11, 20))]
    days = [
        responsible(rules, "330102001001001", "E0102", date(2026, 11, d), SCHEME).department
        for d in (17, 18, 19, 20)
    ]
    assert days == ["OLD", "NEW", "NEW", "OLD"]


def test_a_hole_in_the_rules_is_an_error_not_a_guess() -> None:
    with pytest.raises(NoRuleError, match="no rule"):
        responsible([rule("", "P", "A")], "330102001001001", "E0102", DAY, SCHEME)


def test_the_checker_names_gaps_overlaps_shadows_and_dead_rules() -> None:
    rules = [
        rule("", "P", "A"),
        rule("", "E0102", "B"),
        rule("", "E0102", "C"),
        rule("330102", "P0101", "D"),
        rule("330102001", "P", "E"),
        rule("330102001", "P0101", "F"),
        rule("999", "", "G"),
    ]
    found = check_rules(rules, ["330102001001001", "330102001002001"], ["P0101", "E0102", "E0104"], DAY)
    assert {(f.kind, f.where) for f in found} == {
        ("gap", "330102001001001 x E0104"),
        ("overlap", "330102001001001 x E0102"),
        ("shadowed", "* x E0102"),
        ("shadowed", "* x P"),
        ("shadowed", "330102 x P0101"),
        ("shadowed", "330102001 x P"),
        ("unused", "999 x *"),
    }


def test_the_catalogue_answers_for_every_category() -> None:
    found = check_rules(RULES.responsibility, ["330102001001001", "330102006009010"], RULES.categories, DAY)
    assert [f for f in found if f.kind in ("gap", "overlap")] == []


def test_deductions_follow_the_published_defaults() -> None:
    late = RULES.deductions["overdue"]
    assert [late.step_centi(n, urgent=False) for n in (1, 2, 3)] == [50, 10, 10]
    assert (
        sum(late.step_centi(n, urgent=False) for n in range(1, 40)) == 200
    )  # never more than two points a ticket
    assert late.step_centi(1, urgent=True) == 100
    failed = RULES.deductions["check_failed"]
    assert [failed.step_centi(n, urgent=False) for n in (1, 2, 3, 4)] == [20, 20, 50, 20]


@given(
    points=st.integers(0, 500),
    again=st.integers(0, 100),
    cap=st.integers(1, 900),
    steps=st.integers(1, 60),
    urgent=st.booleans(),
)
def test_no_ticket_costs_more_than_the_cap(
    points: int, again: int, cap: int, steps: int, *, urgent: bool
) -> None:
    row = Deduction(
        kind="k", name_zh="", points_centi=points, again_centi=again, cap_centi=cap, doubles_if_urgent=True
    )
    taken = [row.step_centi(n, urgent=urgent) for n in range(1, steps + 1)]
    assert all(t >= 0 for t in taken)
    assert sum(taken) <= cap


def test_a_negative_deduction_is_no_deduction() -> None:
    with pytest.raises(BadRuleError, match="must not be negative"):
        Deduction(kind="gift", name_zh="", points_centi=-5)


def entry(points: int, unit: str = "A") -> Entry:
    return Entry(
        unit=unit, subject="T1", kind="overdue", step=1, points_centi=points, at=AT, rules="r", evidence=""
    )


def test_a_score_is_base_less_entries_with_a_floor() -> None:
    assert score("A", []).score_centi == 10_000
    assert score("A", [entry(-50), entry(-10), entry(-999, "B")]).score_centi == 9_940
    assert score("A", [entry(-20_000)]).score_centi == 0


def test_a_reversal_gives_the_points_back_and_leaves_the_fact() -> None:
    first = entry(-50)
    back = reverse(7, first, AT + timedelta(days=1), Reason("appeal_granted", {"appeal": "Q1"}))
    whole = score("A", [first, back])
    assert (whole.score_centi, whole.entries) == (10_000, 2)
    why = read_reason(back.evidence)
    assert why == Reason("appeal_granted", {"appeal": "Q1", "kind": "overdue"})
    assert back.reverses == 7


def test_each_unit_is_scored_from_its_own_entries() -> None:
    table = score_each(["B", "A", "C"], [entry(-50, "C"), entry(-10, "B")])
    assert [(s.unit, s.score_centi) for s in table] == [("A", 10_000), ("B", 9_990), ("C", 9_950)]


def sighting(no: str, metres_east: float, hours: float, category: str = "E0102") -> Sighting:
    return Sighting(
        no=no,
        category=category,
        place=LonLat(120 + metres_east / 96_300, 30),
        reported_at=AT + timedelta(hours=hours),
    )


def test_like_cases_are_near_in_space_time_and_kind() -> None:
    others = [
        sighting("near", 30, -2),
        sighting("far", 80, -2),
        sighting("old", 10, -25),
        sighting("other", 5, -1, "E0104"),
        sighting("new", 0, 0),
        sighting("edge", -45, -24),
    ]
    found = like_cases(sighting("new", 0, 0), others, 50, timedelta(hours=24))
    assert [f.no for f in found] == ["near", "edge"]


def test_a_deadline_into_an_unpublished_year_is_provisional() -> None:
    end_of_year = datetime(2026, 12, 31, 8, tzinfo=UTC)
    assert due(end_of_year, Limit.parse("2 work_day"), RULES.worktime).provisional
    assert not due(end_of_year, Limit.parse("2 natural_day"), RULES.worktime).provisional
    assert not due(AT, Limit.parse("2 work_day"), RULES.worktime).provisional
