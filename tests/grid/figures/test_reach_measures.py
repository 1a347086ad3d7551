"""Indicators of reach: equality by hand and against the plain definition, shares over cells."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.figures.facts import CellFact, CellReach, Demand
from grid.figures.measures import MEASURES, measure
from grid.figures.of_reach import gini
from tests.grid.figures.test_indicators import EMPTY, TABLE, value

SHARES = st.lists(
    st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.integers(1, 1000)), min_size=1, max_size=20
)


@pytest.mark.parametrize(
    ("shares", "weights", "found"),
    [
        ([0.5, 0.5, 0.5], [10, 20, 30], 0.0),  # all alike
        ([0, 1], [1, 1], 0.5),  # one of two has all: (0 + 1 + 1 + 0) / (2 * 4 * 0.5)
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),
        ([0, 1], [3, 1], 0.75),  # the same, three of them in one cell
        ([0.2, 0.4, 0.6], [1, 1, 1], 2 / 9),  # mean difference (0.2 * 4 + 0.4 * 2) / 9 by twice the mean 0.4
        ([0, 0], [5, 5], None),
        ([], [], None),
    ],
)
def test_inequality_by_hand(shares: list[float], weights: list[float], found: float | None) -> None:
    assert gini(shares, weights) == (None if found is None else pytest.approx(found, abs=1e-12))


@given(SHARES)
def test_inequality_is_half_the_mean_difference_by_the_mean(rows: list[tuple[float, int]]) -> None:
    found = gini([share for share, _ in rows], [weight for _, weight in rows])
    people = sum(weight for _, weight in rows)
    mean = sum(share * weight for share, weight in rows) / people
    difference = sum(v * w * abs(x - y) for x, v in rows for y, w in rows) / people**2
    if found is None:
        assert mean == 0
    else:
        assert found == pytest.approx(difference / 2 / mean, abs=1e-6)


def cell(number: int, residents: int, reached: tuple[int, int], **demand: Demand) -> CellReach:
    code = f"330102001001{number:03d}"
    counts = {"SV-E05": reached[0], "SV-B13": reached[1]}
    return CellReach(cell=code, residents=residents, reached=counts, demand=demand)


CELLS = [
    cell(1, 100, (100, 50), meal=Demand(4.0, 4.0)),
    cell(2, 300, (150, 0), meal=Demand(4.0, 0.0), repair=Demand(2.0, 1.0)),
]


def test_residents_reached_are_the_mean_over_the_core_items() -> None:
    empty = CellFact(code="330102001001003", households=0, worker="")
    cells = [*(CellFact(code=c.cell, households=1, worker="") for c in CELLS), empty]
    found = measure(TABLE["K16"], replace(EMPTY, reach=CELLS, cells=cells))
    # 250 of 400 by the first item, 50 of 400 by the second
    assert (found.value, found.rows) == (pytest.approx((62.5 + 12.5) / 2), 400)
    assert (found.left_out, found.left_out_why) == (1, "empty_cells")
    assert MEASURES["K16"](replace(EMPTY, reach=CELLS)).items == {"SV-E05": 62.5, "SV-B13": 12.5}


def test_demand_is_supported_where_two_are_near() -> None:
    found = measure(TABLE["K14"], replace(EMPTY, reach=CELLS))
    assert (found.value, found.rows) == (50.0, 3)
    assert MEASURES["K14"](replace(EMPTY, reach=CELLS)).items == {"meal": 50.0, "repair": 50.0}
    assert measure(TABLE["K14"], replace(EMPTY, reach=[cell(1, 9, (9, 9))])).value is None


def test_equality_wants_five_cells_and_somebody_who_is_reached() -> None:
    few = measure(TABLE["K20"], replace(EMPTY, reach=CELLS))
    assert (few.value, few.why) == (None, "few_cells")
    alike = [cell(n, 100 * n, (100 * n, 0)) for n in range(1, 6)]
    assert value("K20", replace(EMPTY, reach=alike)) == pytest.approx(1.0)
    one = [cell(n, 10, (10, 10) if n == 1 else (0, 0)) for n in range(1, 6)]
    assert value("K20", replace(EMPTY, reach=one)) == pytest.approx(0.2)
    nobody = measure(TABLE["K20"], replace(EMPTY, reach=[cell(n, 10, (0, 0)) for n in range(1, 6)]))
    assert (nobody.value, nobody.why) == (None, "nobody_reached")


def test_areas_keep_their_own_cells() -> None:
    facts = replace(EMPTY, reach=[*CELLS, replace(CELLS[0], cell="330102002001001")])
    parts = facts.of_areas(["330102001", "330102002"])
    assert [len(part.reach) for part in parts.values()] == [2, 1]
