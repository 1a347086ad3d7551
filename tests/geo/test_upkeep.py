"""The rule that tells when buckets pay: counts in, turns out, the same at every run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_cases import all_distances, grid

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.upkeep import KEY_NS, LEVEL_NS, SETTLE_NS, START_NS, Upkeep


def rule(entries: int = 100, pairs: int = 0, depth: float = 9) -> Upkeep:
    made = Upkeep(depth)
    made.resize(entries, pairs)
    return made


def test_the_limit_is_what_it_costs_to_build_buckets() -> None:
    assert rule().limit_ns == 1 + 100 * 10 * LEVEL_NS
    assert rule(pairs=10_000).limit_ns == 1 + 10 * (100 * LEVEL_NS + round(10_000 * KEY_NS))
    assert rule(entries=0).limit_ns == 1


@pytest.mark.parametrize(
    ("questions", "settled", "pays"),
    [
        (0, 1e9, False),
        (1, 10, False),  # somebody is near
        (1, 10_000, True),  # one long search costs more than all buckets
        (10_000, 0, True),  # many at once
    ],
)
def test_buckets_are_built_when_the_questions_to_come_cost_more(
    questions: int, settled: float, *, pays: bool
) -> None:
    assert rule().pays(questions, settled) == pays


def test_questions_and_changes_weigh_against_each_other() -> None:
    upkeep, asked = rule(), 0
    while not upkeep.pays(1, 50):
        upkeep.asked(1, 50)
        asked += 1
    assert asked == upkeep.limit_ns // (50 * SETTLE_NS + START_NS)
    upkeep.asked(1, 50)
    changes = 1
    while upkeep.changed(2, 1, 100):
        changes += 1
    assert changes == pytest.approx(100 / 2 / (1 + 100 * KEY_NS / LEVEL_NS), abs=1)
    assert not upkeep.pays(1, 50)


def test_members_of_large_categories_weigh_more() -> None:
    few, many = rule(), rule()
    for upkeep, crowd in ((few, 10), (many, 100_000)):
        upkeep.asked(1, 1e9)
        upkeep.changed(1, 1, crowd)
    assert few.balance_ns > many.balance_ns


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5000))))
def test_the_balance_stays_within_its_limits(turns: list[tuple[bool, int, int]]) -> None:
    first, second = rule(), rule()
    for is_change, count, size in turns:
        for upkeep in (first, second):
            if is_change:
                assert upkeep.changed(count, 1, size) == (upkeep.balance_ns > 0)
            else:
                upkeep.asked(count, size)
            assert 0 <= upkeep.balance_ns <= upkeep.limit_ns
    assert first.balance_ns == second.balance_ns


def test_an_index_turns_to_buckets_and_back_and_answers_the_same() -> None:
    network = grid(15, seed=1)
    turns = []

    class Watched(Upkeep):
        def pays(self, questions: int, settled: float) -> bool:
            turns.append(pays := super().pays(questions, settled))
            return pays

    index, table = NearestIndex(Hierarchy.build(network), Watched), all_distances(network)
    rng = np.random.default_rng(2)
    where = dict(enumerate(rng.integers(0, 225, 80).tolist()))
    for number, node in where.items():
        index.insert(number, node, 1)

    def ask(times: int) -> None:
        for node in rng.integers(0, 225, times).tolist():
            found = index.nearest(node, 1, 3)
            wanted = sorted((table[node, at], number) for number, at in where.items())[:3]
            assert list(zip(found[1].tolist(), found[0].tolist(), strict=True)) == wanted

    ask(150)
    assert (turns[0], turns[-1], sum(turns)) == (False, True, 1)  # asked no more once there are buckets
    for number in rng.integers(0, 80, 150).tolist():
        where[number] = int(rng.integers(225))
        index.move(number, where[number])
    before = len(turns)
    ask(150)
    assert (turns[before], turns[-1], sum(turns)) == (False, True, 2)
