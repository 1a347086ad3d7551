"""The nearest members by plain search from where the question stands: Dijkstra, stopped at the k-th best.

Nothing has to be kept but who stands where, so members may move as they like. The streets are the arcs of
the chordal graph that carry a weight of their own (`BASE`): one order of nodes serves both directions.
Members are named by a roster, a table of numbers (see the constants). A member has two entries, one for
each end of where it stands: ``2 * member`` and ``2 * member + 1``; entries at a rank are chained both ways.
"""

from heapq import heappop, heappush

import numpy as np
from numba import njit

from geo._kernels.knn import MEMBER, consider
from geo._kernels.memory import (
    Bool,
    Int,
    Int32s,
    Int64s,
    int32s_at,
    int64s_at,
    uint8s_at,
    uint32s_at,
)
from geo._kernels.rows import (
    ARCS,
    BASE,
    DOWN_ARC,
    DOWN_FIRST,
    DOWN_TAIL,
    METRIC,
    NODES,
    UP_FIRST,
    UP_HEAD,
)
from geo._kernels.weights import FAR

ROADS, INBOUND = 0, 1  # address of the table of the metric, and 1 when members travel to the question
FIRST_AT, NEXT, BEFORE, STANDS, EXTRA = 2, 3, 4, 5, 6
FLAGS, MEMBERS = 7, 8
ROSTER = 9

NONE = np.int32(-1)
LOW = 0xFFFFFFFF


@njit(cache=True)
def stand(address: Int, member: Int, spot: Int, spot_b: Int) -> None:
    """Let a member stand at the two ranks of its spot and no longer where it stood; -1 is nowhere."""
    roster = int64s_at(address, ROSTER)
    entries = 2 * roster[MEMBERS]
    first_at = int32s_at(roster[FIRST_AT], int64s_at(roster[ROADS], METRIC)[NODES])
    after, before = int32s_at(roster[NEXT], entries), int32s_at(roster[BEFORE], entries)
    stands, extra = int32s_at(roster[STANDS], entries), int32s_at(roster[EXTRA], entries)
    for end in range(2):
        entry = 2 * member + end
        if stands[entry] >= 0:
            if before[entry] >= 0:
                after[before[entry]] = after[entry]
            else:
                first_at[stands[entry]] = after[entry]
            if after[entry] >= 0:
                before[after[entry]] = before[entry]
        here = spot_b if end else spot
        stands[entry] = NONE
        if here >= 0:
            rank = here & LOW
            stands[entry], extra[entry] = rank, here >> 32
            before[entry], after[entry] = NONE, first_at[rank]
            if first_at[rank] >= 0:
                before[first_at[rank]] = entry
            first_at[rank] = entry


@njit(cache=True, nogil=True)
def is_wanted(member: Int, kinds: Int64s, members: Int, flags: Int64s, wanted: Int) -> Bool:
    """Tell whether a member is of one of the kinds and has the wanted flags."""
    if flags[member] & wanted != wanted:
        return False
    for c in range(kinds.shape[0]):  # noqa: SIM110 - the compiler knows no any() of a generator
        if uint8s_at(kinds[c], members)[member]:
            return True
    return False


@njit(cache=True, nogil=True)
def relax(metric: Int64s, rank: Int, distance: Int, side: Int, reached: Int32s, heap: list[Int]) -> None:
    """Reach the neighbours of a rank, leaving it on side 0, arriving at it on side 1."""
    up_first = int64s_at(metric[UP_FIRST], metric[NODES] + 1)
    up_head = uint32s_at(metric[UP_HEAD], metric[ARCS])
    down_first = int64s_at(metric[DOWN_FIRST], metric[NODES] + 1)
    down_tail = uint32s_at(metric[DOWN_TAIL], metric[ARCS])
    down_arc = uint32s_at(metric[DOWN_ARC], metric[ARCS])
    base = int32s_at(metric[BASE], 2 * metric[ARCS])
    for arc in range(up_first[rank], up_first[rank + 1]):
        total = np.int32(distance + base[2 * arc + side])
        if total < reached[up_head[arc]]:
            reached[up_head[arc]] = total
            heappush(heap, (np.int64(total) << 32) | np.int64(up_head[arc]))
    for j in range(down_first[rank], down_first[rank + 1]):
        total = np.int32(distance + base[2 * np.int64(down_arc[j]) + 1 - side])
        if total < reached[down_tail[j]]:
            reached[down_tail[j]] = total
            heappush(heap, (np.int64(total) << 32) | np.int64(down_tail[j]))


@njit(cache=True, nogil=True)
def search_from(
    roster: Int64s,
    kinds: Int64s,
    spot: Int,
    spot_b: Int,
    wanted: Int,
    limit: Int,
    reached: Int32s,
    best: Int64s,
) -> tuple[Int, Int]:
    """Find the best keys; returns how many there are and how many nodes were settled.

    `reached` holds FAR for every rank, before and after.
    """
    metric, members = int64s_at(roster[ROADS], METRIC), roster[MEMBERS]
    first_at = int32s_at(roster[FIRST_AT], metric[NODES])
    after, extra = int32s_at(roster[NEXT], 2 * members), int32s_at(roster[EXTRA], 2 * members)
    flags, side = int64s_at(roster[FLAGS], members), roster[INBOUND]
    bound = min(np.int64(limit) + 1, np.int64(FAR)) << 32
    heap, settled = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for start in (spot, spot_b):
        if start >= 0 and start >> 32 < reached[start & LOW]:
            reached[start & LOW] = start >> 32
            heappush(heap, np.int64(start))
    found = 0
    while best.shape[0] > 0 and len(heap) > 0:
        key = heappop(heap)
        distance, rank = key >> 32, key & LOW
        if distance << 32 >= bound:
            heappush(heap, key)
            break
        if distance > reached[rank]:
            continue
        settled.append(rank)
        entry = np.int64(first_at[rank])
        while entry >= 0:
            candidate = ((distance + extra[entry]) << 32) | (entry >> 1)
            if candidate < bound and is_wanted(entry >> 1, kinds, members, flags, wanted):
                found = consider(best, found, candidate)
                if found == best.shape[0]:
                    bound = min(bound, best[found - 1])
            entry = np.int64(after[entry])
        relax(metric, rank, distance, side, reached, heap)
    for rank in settled:
        reached[rank] = FAR
    for key in heap:
        reached[key & LOW] = FAR
    return found, len(settled)


@njit(cache=True, nogil=True)
def search_one(
    address: Int, table: Int, spot: Int, spot_b: Int, k: Int, wanted: Int, limit: Int, reached: Int32s
) -> tuple[Int64s, Int]:
    """Members and distances of the k nearest, shape (2, found), and how many nodes were settled."""
    kinds = int64s_at(table + 8, int64s_at(table, 1)[0])
    best = np.empty(k, np.int64)
    roster = int64s_at(address, ROSTER)
    found, settled = search_from(roster, kinds, spot, spot_b, wanted, limit, reached, best)
    out = np.empty((2, found), np.int64)
    for i in range(found):
        out[0, i], out[1, i] = best[i] & MEMBER, best[i] >> 32
    return out, settled


@njit(cache=True, nogil=True)
def search_batch(
    address: Int,
    table: Int,
    rows: Int64s,
    spots: Int64s,
    wanted: Int,
    limit: Int,
    reached: Int32s,
    members: Int64s,
    travel: Int64s,
) -> Int:
    """Answer for many spots, each into its row; rows are filled up with -1. Returns nodes settled."""
    kinds = int64s_at(table + 8, int64s_at(table, 1)[0])
    roster, k, total = int64s_at(address, ROSTER), members.shape[1], 0
    best = np.empty(k, np.int64)
    for position in range(rows.shape[0]):
        q, spot, spot_b = rows[position], spots[position, 0], spots[position, 1]
        found, settled = search_from(roster, kinds, spot, spot_b, wanted, limit, reached, best)
        total += settled
        for i in range(k):
            members[q, i] = best[i] & MEMBER if i < found else -1
            travel[q, i] = best[i] >> 32 if i < found else -1
    return total
