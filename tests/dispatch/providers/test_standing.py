"""How ratings of orders become that of a provider."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import DispatchError
from dispatch.providers.standing import StandingRules, Stars, rated, trade_mean

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
RULES = StandingRules(prior_stars=4.0, prior_weight=5.0, half_life=timedelta(days=180))
some_stars = st.lists(st.tuples(st.integers(1, 5), st.floats(0, 2000)), max_size=40)


def stars(*of_days: tuple[int, float]) -> list[Stars]:
    return [Stars(stars=n, at=NOW - timedelta(days=days)) for n, days in of_days]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), 4.0),
        (((1, 0),), 3.5),  # (20 + 1) / 6
        (((1, 0),) * 4, 2.67),  # (20 + 4) / 9
        (((1, 180),) * 4, 3.14),  # each weighs half: (20 + 2) / 7
        (((5, 0), (1, 360)), 4.04),  # the older one weighs a quarter: (20 + 5 + 0.25) / 6.25
    ],
)
def test_means_by_hand(rows: tuple[tuple[int, float], ...], expected: float) -> None:
    assert rated(stars(*rows), 4.0, RULES, NOW) == expected


def test_a_trade_is_drawn_to_what_is_usual_while_few_rated_it() -> None:
    assert trade_mean(0, 0, RULES) == 4.0
    assert trade_mean(4, 4, RULES) == pytest.approx(24 / 9)
    assert trade_mean(3000, 1000, RULES) == pytest.approx(3.005, abs=0.001)


@given(rows=some_stars, usual=st.floats(1, 5))
def test_a_rating_lies_between_its_ratings_and_the_trade(rows: list[tuple[int, float]], usual: float) -> None:
    found = rated(stars(*rows), usual, RULES, NOW)
    values = [usual, *(n for n, _ in rows)]
    assert min(values) - 0.005 <= found <= max(values) + 0.005


@given(rows=some_stars, days=st.floats(0, 2000))
def test_a_further_poor_rating_never_lifts_and_a_newer_one_weighs_no_less(
    rows: list[tuple[int, float]], days: float
) -> None:
    before = rated(stars(*rows), 4.0, RULES, NOW)
    older = rated(stars(*rows, (1, days)), 4.0, RULES, NOW)
    newer = rated(stars(*rows, (1, days / 2)), 4.0, RULES, NOW)
    assert newer <= older + 0.01
    assert older <= before + 0.01


@pytest.mark.parametrize(
    "wrong", [{"prior_stars": 0}, {"prior_weight": 0}, {"half_life": timedelta(0)}], ids=str
)
def test_rules_that_cannot_hold_are_refused(wrong: dict) -> None:
    with pytest.raises(DispatchError):
        StandingRules(**wrong)
