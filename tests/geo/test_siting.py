"""Where the next places go: held against every choice there is; the bound never lies above the best."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.errors import BadPlaceError
from geo.siting import Siting, place_best

costs = st.tuples(st.integers(0, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.tuples(
        arrays(np.int64, shape, elements=st.integers(0, 50)),
        arrays(np.int64, shape[1], elements=st.integers(0, 60)),
    )
)


def least(cost: np.ndarray, usual: np.ndarray, count: int) -> int:
    choices = (
        c for size in range(1, min(count, len(cost)) + 1) for c in combinations(range(len(cost)), size)
    )
    sums = [int(np.minimum(usual, cost[list(chosen)].min(axis=0)).sum()) for chosen in choices]
    return min([int(usual.sum()), *sums])


@settings(max_examples=300, deadline=None)
@given(costs, st.integers(0, 4))
def test_no_choice_lies_below_the_bound_and_the_answer_costs_what_it_says(
    given_costs: tuple[np.ndarray, np.ndarray], count: int
) -> None:
    cost, usual = given_costs
    found = place_best(cost, usual, count)
    assert len(found.chosen) <= count
    served = np.minimum(usual, cost[list(found.chosen)].min(axis=0)) if found.chosen else usual
    assert found.cost == int(served.sum())
    best = least(cost, usual, count)
    assert found.bound <= best <= found.cost
    if count <= 1:
        assert found.cost == best
    if found.gap == 0:
        assert found.cost == best


@pytest.mark.parametrize("seed", range(5))
def test_on_a_plane_it_is_within_a_hundredth_of_the_best_and_proves_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    people, places = draw.random((150, 2)), draw.random((14, 2))
    cost = np.rint(1000 * np.hypot(*(places[:, None] - people).transpose(2, 0, 1))).astype(np.int64)
    usual = np.full(150, 2000)
    found = place_best(cost, usual, 4)
    assert found.bound <= least(cost, usual, 4) <= found.cost
    assert found.gap < 0.01


def test_what_exists_counts_and_nothing_useless_is_added() -> None:
    cost = np.array([[5, 5, 5], [0, 9, 9]])
    assert place_best(cost, [5, 5, 5], 2) == Siting((1,), 10, 10)
    assert place_best(cost, [0, 5, 5], 2) == Siting((), 10, 10)
    assert place_best(np.zeros((0, 3), np.int64), [1, 2, 3], 2) == Siting((), 6, 6)
    assert place_best(np.zeros((0, 0), np.int64), [], 2) == Siting((), 0, 0)


def test_what_does_not_fit_is_refused() -> None:
    for cost, usual, count in (([[1, 2]], [1, 2, 3], 1), ([[-1]], [1], 1), ([[1]], [1], -1)):
        with pytest.raises(BadPlaceError):
            place_best(cost, usual, count)
