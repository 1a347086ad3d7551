"""Many at once: held against every assignment there is, and against scipy's dense solver on larger ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from dispatch.errors import BadFieldError
from dispatch.matching.assign import Assignment, Look, Offers, assign

NEVER = 10**6


def look_in(table: list[dict[int, int]]) -> Look:
    """Offers from a table of costs by provider, one row an order."""

    def look(order: int, k: int) -> Offers:
        rows = sorted(table[order].items(), key=lambda row: (row[1], row[0]))
        return Offers([p for p, _ in rows[:k]], [c for _, c in rows[:k]], len(rows) <= k)

    return look


def least(table: list[dict[int, int]], rooms: dict[int, int], missed: list[int]) -> int:
    """Try everything."""
    best = sum(missed)
    for chosen in product(*([None, *row] for row in table)):
        if all(chosen.count(p) <= rooms.get(p, 0) for p in set(chosen) if p is not None):
            cost = sum(m if p is None else row[p] for p, row, m in zip(chosen, table, missed, strict=True))
            best = min(best, cost)
    return best


def check(table: list[dict[int, int]], rooms: dict[int, int], missed: list[int], found: Assignment) -> None:
    """An answer keeps every limit, costs what it says, and its prices prove it against all pairs of the table."""
    cost = 0
    for provider, row, lost in zip(found.chosen, table, missed, strict=True):
        cost += lost if provider is None else row[provider]
    assert found.total == cost
    for provider in set(found.chosen) - {None}:
        assert found.chosen.count(provider) <= rooms[provider]
    pays = [
        min([lost, *(c + found.prices.get(p, 0) for p, c in row.items())])
        for row, lost in zip(table, missed, strict=True)
    ]
    assert all(price > 0 for price in found.prices.values())
    worth = sum(price * max(0, rooms.get(p, 0)) for p, price in found.prices.items())
    assert found.bound == found.total == sum(pays) - worth


tables = st.lists(
    st.dictionaries(st.integers(0, 4), st.integers(-20, 60), max_size=5), min_size=0, max_size=5
)


@settings(max_examples=400, deadline=None)
@given(tables, st.dictionaries(st.integers(0, 4), st.integers(0, 2)), st.data(), st.integers(1, 3))
def test_it_is_the_least_of_all_assignments(
    table: list[dict[int, int]], rooms: dict[int, int], data: st.DataObject, first: int
) -> None:
    missed = data.draw(st.lists(st.sampled_from([0, 30, 100]), min_size=len(table), max_size=len(table)))
    found = assign(missed, rooms, look_in(table), first=first)
    check(table, rooms, missed, found)
    assert found.total == least(table, rooms, missed)


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_is_assigned_as_by_a_dense_solver(seed: int) -> None:
    draw = np.random.default_rng(seed)
    orders, providers = 120, 60
    costs = draw.integers(1, 1000, (orders, providers))
    suits = draw.random((orders, providers)) < 0.4
    rooms = dict(enumerate(draw.integers(seed % 2 * 2, 4 + seed % 2, providers).tolist()))
    table = [{p: int(costs[o, p]) for p in range(providers) if suits[o, p]} for o in range(orders)]
    missed = [NEVER] * orders
    found = assign(missed, rooms, look_in(table), first=4)
    check(table, rooms, missed, found)
    columns = np.repeat(np.arange(providers), [rooms[p] for p in range(providers)])
    dense = np.where(suits, costs, NEVER)[:, columns].astype(float)
    dense = np.hstack((dense, np.full((orders, orders), float(NEVER))))
    rows, taken = linear_sum_assignment(dense)
    assert found.total == int(dense[rows, taken].sum())
    if None not in found.chosen:  # with room for all, far from all pairs are looked at
        assert found.looked_at < suits.sum() / 2


def test_the_nearest_goes_elsewhere_when_the_whole_gains() -> None:
    table = [{1: 10, 2: 12}, {1: 11, 2: 60}]  # one by one: 10 + 60
    found = assign([NEVER] * 2, {1: 1, 2: 1}, look_in(table))
    assert found.chosen == (2, 1)
    assert found.total == 23


def test_nobody_and_nothing() -> None:
    assert assign([], {}, look_in([])) == Assignment(chosen=(), total=0, bound=0)
    assert assign([7], {}, look_in([{}])).chosen == (None,)
    with pytest.raises(BadFieldError):
        assign([10**10], {}, look_in([{}]))
