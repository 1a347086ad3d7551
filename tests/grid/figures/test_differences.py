"""How sure differences are: against published examples, and by what they must do."""

import random

import pytest

from grid.figures.differences import numbers_differ, quantile_for, shares_differ

NEWCOMBE = [
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
    ((56, 70), (48, 80), 0.2000, 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.6000, 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.5714, 0.0582, 0.8062),
    ((5, 56), (0, 29), 0.0893, -0.0381, 0.1926),
    ((0, 10), (0, 20), 0.0000, -0.1611, 0.2775),
    ((10, 10), (0, 10), 1.0000, 0.6075, 1.0000),
]


@pytest.mark.parametrize(("now", "before", "value", "low", "high"), NEWCOMBE)
def test_the_difference_of_two_shares_is_as_published(
    now: tuple[int, int], before: tuple[int, int], value: float, low: float, high: float
) -> None:
    found = shares_differ(now, before)
    assert found is not None
    told = [part / 100 for part in (found.value, found.low, found.high)]
    assert told == pytest.approx([value, low, high], abs=2e-4)
    assert found.sure == (low > 0)


def test_nothing_is_compared_with_nothing() -> None:
    assert shares_differ((0, 0), (1, 2)) is None
    assert shares_differ((1, 2), (0, 0)) is None
    assert numbers_differ((3, 30), (0, 31)) is None


def test_numbers_are_compared_by_the_day() -> None:
    same = numbers_differ((280, 28), (310, 31))  # ten a day in both
    assert same is not None
    assert same.value == pytest.approx(1)
    assert not same.sure
    more = numbers_differ((400, 30), (300, 30))
    assert more is not None
    assert (more.sure, more.up) == (True, True)
    assert more.low < 4 / 3 < more.high
    none = numbers_differ((0, 30), (40, 30))
    assert none is not None
    assert (none.value, none.low, none.sure, none.up) == (0, 0, True, False)


def test_many_comparisons_together_err_seldom() -> None:
    assert quantile_for(1) == pytest.approx(1.96, abs=1e-3)
    assert quantile_for(500) > quantile_for(20) > quantile_for(2) > quantile_for(1)
    drawn, cells, erring = random.Random(5), 60, 0
    normal = quantile_for(cells)
    for _ in range(200):
        pairs = [
            (sum(drawn.random() < 0.5 for _ in range(60)), sum(drawn.random() < 0.5 for _ in range(60)))
            for _ in range(cells)
        ]
        found = [numbers_differ((a, 30), (b, 30), normal) for a, b in pairs if a and b]
        erring += any(one is not None and one.sure for one in found)
    assert erring <= 20  # of 200; without widening nearly all would
