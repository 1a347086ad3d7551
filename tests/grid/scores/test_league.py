"""League tables: few cases, many cases, unlike cases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from grid.figures.league import Likeness, Tally, table
from grid.scores.appraisal import Cases, composite
from grid.scores.scoring import Entry

CATALOGUE = read_catalogue()
AT = datetime(2026, 11, 18, tzinfo=UTC)


def tally(unit: str, due: int, on_time: int, category: str = "E1") -> Tally:
    return Tally(unit=unit, category=category, due=due, on_time=on_time, late=due - on_time)


def entry(unit: str, points_centi: int) -> Entry:
    return Entry(
        unit=unit,
        subject="T1",
        kind="overdue",
        step=1,
        points_centi=points_centi,
        at=AT,
        rules="r",
        evidence="",
    )


def test_the_same_faults_cost_a_large_unit_no_more_than_a_small_one() -> None:
    rows = table(
        [tally("large", 1000, 900), tally("small", 10, 9), tally("worse", 10, 8)],
        [*[entry("large", -50)] * 100, entry("small", -50), entry("worse", -50), entry("worse", -50)],
        10,
        100,
    )
    assert [(r.unit, r.rank, r.lost_centi, r.mark_centi) for r in rows] == [
        ("large", 1, 500, 9_500),
        ("small", 1, 500, 9_500),
        ("worse", 3, 1_000, 9_000),
    ]


def test_few_cases_are_listed_without_rank() -> None:
    rows = table([tally("A", 9, 9), tally("B", 10, 0)], [entry("C", -20)], 10, 100)
    assert [(r.unit, r.rank, r.lost_centi) for r in rows] == [("B", 1, 0), ("A", None, 0), ("C", None, 20)]


def test_a_unit_that_serves_many_cells_and_categories_stands_once() -> None:
    rows = table([tally("A", 4, 4, "E1"), tally("A", 6, 3, "E2"), tally("A", 0, 0, "E3")], [], 10, 100)
    assert [(r.unit, r.due, r.on_time, r.late) for r in rows] == [("A", 10, 7, 3)]


def test_like_is_held_to_like() -> None:
    """A has the hard cases and does better with them than B; raw shares say the opposite."""
    rows = {
        r.unit: r
        for r in table(
            [
                tally("A", 90, 54, "hard"),
                tally("A", 10, 10, "easy"),
                tally("B", 10, 4, "hard"),
                tally("B", 90, 81, "easy"),
                tally("C", 5, 5, "own"),
            ],
            [],
            1,
            100,
        )
    }
    assert rows["A"].on_time / rows["A"].due < rows["B"].on_time / rows["B"].due
    assert rows["A"].like == Likeness(cases=100, own=0.64, others=pytest.approx(0.9 * 0.4 + 0.1 * 0.9))
    assert rows["B"].like == Likeness(cases=100, own=0.85, others=pytest.approx(0.1 * 0.6 + 0.9 * 1.0))
    assert rows["C"].like is None


CASES = st.builds(
    lambda unit, category, due, late: tally(unit, due + late, due, category),
    st.sampled_from("ABCD"),
    st.sampled_from(["E1", "E2", "E3"]),
    st.integers(0, 30),
    st.integers(0, 30),
)


@given(
    st.lists(CASES, max_size=12, unique_by=lambda t: (t.unit, t.category)),
    st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(-300, 0)), max_size=20),
    st.integers(2, 9),
)
def test_everybody_n_times_over_changes_no_rank_and_no_comparison(
    tallies: list[Tally], lost: list[tuple[str, int]], times: int
) -> None:
    entries = [entry(unit, points) for unit, points in lost]
    many = [replace(t, due=times * t.due, on_time=times * t.on_time, late=times * t.late) for t in tallies]
    once, more = table(tallies, entries, 1, 100), table(many, entries * times, 1, 100)
    # A unit without cases is counted whole, and has no rank.
    assert [(r.unit, r.rank) for r in once] == [(r.unit, r.rank) for r in more]
    assert [r.lost_centi for r in once if r.due] == [r.lost_centi for r in more if r.due]
    for a, b in zip(once, more, strict=True):
        assert (a.like is None) == (b.like is None)
        if a.like and b.like:
            assert (b.like.own, b.like.others) == (pytest.approx(a.like.own), pytest.approx(a.like.others))


@given(st.lists(CASES, max_size=12, unique_by=lambda t: (t.unit, t.category)), st.integers(0, 400))
def test_the_appraisal_s_mark_of_the_ledger_is_that_of_the_ranking(tallies: list[Tally], lost: int) -> None:
    for row in table(tallies, [entry("A", -lost)], 1, 100):
        rules = replace(CATALOGUE.appraisal, per_cases=100)
        made = composite(row.score, Cases(due=row.due, on_time=row.on_time), {}, rules)
        assert (made.composite_centi, made.parts) == (row.mark_centi, {"ledger": row.mark_centi})


def test_points_are_counted_whole_where_the_city_wants_it() -> None:
    rows = table([tally("large", 1000, 900), tally("small", 10, 9)], [entry("large", -50)] * 100, 10, 0)
    assert [(r.unit, r.mark_centi) for r in rows] == [("small", 10_000), ("large", 5_000)]
