"""The buckets of members against plain sorted lists; small inputs, run once without compilation too."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from road_cases import ancestors, grid

from geo._kernels.buckets import COUNT, INLINE
from geo._kernels.weights import FAR
from geo.board import Board
from geo.hierarchy import Hierarchy

Int64s = NDArray[np.int64]


def held_by(board: Board, place: int) -> list[int]:
    """Keys of the bucket of the first category at a place."""
    line_of, arena = board._in_use[1], board._arena  # noqa: SLF001 - what is under test
    if not line_of[place]:
        return []
    line = int(line_of[place]) * 8
    facts = int(arena[line])
    count, rest = facts & COUNT, (facts >> 32) * 8
    inline = arena[line + 1 : line + 1 + min(count, INLINE)].tolist()
    return [*inline, *arena[rest : rest + max(0, count - INLINE)].tolist()]


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_buckets_are_sorted_lists(data: st.DataObject) -> None:
    network = grid(3, seed=1)
    hierarchy = Hierarchy.build(network)
    topology, metric = hierarchy.topology, hierarchy.metric
    board = Board(metric, np.zeros(64, np.int64), inbound=False)
    spot_of: dict[int, tuple[int, int]] = {}
    category = frozenset((7,))
    board.insert(63, category, (0, -1))
    board.remove(63, category, (0, -1))
    for _ in range(data.draw(st.integers(1, 60))):
        member, spot = data.draw(st.integers(0, 40)), (data.draw(st.integers(0, 8)), -1)
        if member not in spot_of:
            board.insert(member, category, spot)
            spot_of[member] = spot
        elif data.draw(st.booleans()):
            board.move(member, category, spot_of[member], spot)
            spot_of[member] = spot
        else:
            board.remove(member, category, spot_of.pop(member))
    for ancestor in range(9):
        expected = []
        for member, (rank, _) in spot_of.items():
            if ancestor in ancestors(topology, rank):
                travel = int(metric.rows_down[topology.record[2 * rank] + topology.depth[ancestor]])
                expected.append(travel << 32 | member)
        assert held_by(board, 8 - ancestor) == sorted(key for key in expected if key >> 32 < FAR)
