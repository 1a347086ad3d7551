"""Threads that ask, change members and travel times at the same time: every answer is of one moment."""

from threading import Event, Thread

import numpy as np
import pytest
from road_cases import Buckets, Hasty, Searches, all_distances, grid

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.upkeep import Upkeep


@pytest.mark.parametrize("rule", [Buckets, Searches, Hasty])
def test_rivals_never_see_a_member_missing_or_twice(rule: type[Upkeep]) -> None:
    network = grid(10)
    index = NearestIndex(Hierarchy.build(network), rule)
    table = all_distances(network)
    for number in range(50):
        index.insert(number, number, 1)
    wrong = []

    def ask() -> None:
        rng = np.random.default_rng(1)
        for _ in range(300):
            node = int(rng.integers(100))
            members, travel = index.nearest(node, 1, 60)
            rows, _ = index.nearest_many([node] * 50, 1, 60)
            all_there = (
                sorted(members.tolist()) == list(range(50)) and (np.sort(rows[:, :50]) == np.arange(50)).all()
            )
            wrong.extend([node] * (not all_there or bool((np.diff(travel) < 0).any())))

    def shift() -> None:
        rng = np.random.default_rng(2)
        for _ in range(2000):
            index.move(int(rng.integers(50)), int(rng.integers(100)))

    def reweight() -> None:
        for factor in (2, 3, 1) * 10:
            index.hierarchy.customise(network.weight_ms * factor)

    threads = [Thread(target=work) for work in (ask, ask, shift, reweight)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    index.move(7, 3)
    assert dict(zip(*(each.tolist() for each in index.nearest(5, 1, 60)), strict=True))[7] == table[5, 3]


@pytest.mark.parametrize("rule", [Buckets, Searches, Hasty])
def test_a_question_during_reweighting_is_of_the_old_world_or_the_new(rule: type[Upkeep]) -> None:
    network = grid(12, seed=7)
    index = NearestIndex(Hierarchy.build(network), rule)
    for number in range(60):
        index.insert(number, (number * 37) % 144, 1)
    worlds = [all_distances(network, network.weight_ms * factor) for factor in (1, 3)]
    wanted = [
        [
            sorted((int(world[node, (number * 37) % 144]), number) for number in range(60))[:7]
            for node in range(144)
        ]
        for world in worlds
    ]
    wrong: list[object] = []
    done = Event()

    def ask(seed: int) -> None:
        rng = np.random.default_rng(seed)
        while not done.is_set():
            node = int(rng.integers(144))
            members, travel = index.nearest(node, 1, 7)
            found = list(zip(travel.tolist(), members.tolist(), strict=True))
            rows = index.nearest_many([node] * 20, 1, 7)
            many = {
                tuple(zip(t, m, strict=True)) for m, t in zip(*(row.tolist() for row in rows), strict=True)
            }
            possible = [world[node] for world in wanted]
            if found not in possible or len(many) != 1 or list(*many) not in possible:
                wrong.append((node, found, many))

    threads = [Thread(target=ask, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for factor in (3, 1) * 15:
        index.hierarchy.customise(network.weight_ms * factor)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong


def work(index: NearestIndex, mine: int, members: dict[int, int], problems: list[Exception]) -> None:
    """Let members of one's own come, move and go; ask between."""
    rng = np.random.default_rng(mine)
    try:
        for _ in range(400):
            number, node = int(rng.integers(500)) * 4 + mine, int(rng.integers(100))
            if number in members and rng.random() < 0.3:
                index.remove(number)
                del members[number]
                continue
            if number in members and rng.random() < 0.5:
                index.move(number, node)
            else:
                index.insert(number, node, {mine % 2, 7})
            members[number] = node
            assert (np.diff(index.nearest(node, 7, 3, inbound=bool(node % 2))[1]) >= 0).all()
    except Exception as problem:  # noqa: BLE001 - told in the main thread
        problems.append(problem)


@pytest.mark.parametrize("rule", [Buckets, Searches, Hasty])
def test_members_come_move_and_go_from_several_threads(rule: type[Upkeep]) -> None:
    network = grid(10, seed=5)
    index, table = NearestIndex(Hierarchy.build(network), rule), all_distances(network)
    left: list[dict[int, int]] = [{} for _ in range(4)]
    problems: list[Exception] = []
    threads = [Thread(target=work, args=(index, mine, left[mine], problems)) for mine in range(4)]
    for thread in threads:
        thread.start()
    for factor in (2, 1) * 5:
        index.hierarchy.customise(network.weight_ms * factor)
    for thread in threads:
        thread.join()
    assert not problems
    members = {number: node for part in left for number, node in part.items()}
    assert len(index) == len(members)
    for node in range(0, 100, 3):
        for inbound in (False, True):
            distance = table[:, node] if inbound else table[node]
            wanted = sorted((int(distance[at]), number) for number, at in members.items())[:20]
            found, travel = index.nearest(node, 7, 20, inbound=inbound)
            assert list(zip(travel.tolist(), found.tolist(), strict=True)) == wanted
