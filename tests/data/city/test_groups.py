"""Homes by area: counts, sums and quantiles held to lists of single people."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.city.groups import Groups

HOME = st.tuples(st.sampled_from("abc"), st.integers(1, 5), st.sampled_from([0.5, 1.0, 7.25, 30.0, np.inf]))


@given(homes=st.lists(HOME, max_size=12), share=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_quantiles_are_those_of_all_people_in_a_row(
    homes: list[tuple[str, int, float]], share: float
) -> None:
    codes, people, minutes = (np.array([home[i] for home in homes]) for i in range(3))
    groups = Groups.of(codes.astype(np.str_), people.astype(np.int64))
    minutes = minutes.astype(np.float64)
    told = groups.quantiles(minutes, (share,))[:, 0].tolist()
    for code, found in zip(groups.codes, told, strict=True):
        row = sorted(m for c, n, m in homes if c == code for _ in range(n))
        assert found == row[-(-len(row) * round(100 * share) // 100) - 1]
    few = groups.only(np.arange(len(groups.codes))[1:])
    assert few[0].codes == groups.codes[1:]
    assert few[0].quantiles(minutes[few[1]], (share,))[:, 0].tolist() == told[1:]


@given(homes=st.lists(HOME, max_size=12))
def test_counts_and_sums(homes: list[tuple[str, int, float]]) -> None:
    codes, people, minutes = (np.array([home[i] for home in homes]) for i in range(3))
    groups = Groups.of(codes.astype(np.str_), people.astype(np.int64))
    near = minutes.astype(np.float64) <= 7.25
    by_hand = [sum(n for c, n, m in homes if c == code and m <= 7.25) for code in groups.codes]
    assert groups.count(near).tolist() == by_hand
    assert groups.sums(near.astype(np.float64)).tolist() == by_hand
    assert groups.totals.sum() == sum(n for _, n, _ in homes)


def test_without_homes_everything_is_out_of_reach() -> None:
    nobody = Groups.all(np.empty(0, np.int64))
    assert nobody.quantiles(np.empty(0), (0.5,)).tolist() == [[np.inf]]
    assert nobody.totals.tolist() == [0]
