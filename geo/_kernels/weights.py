"""Weights of the chordal graph from the weights of the roads.

Slot 2a holds the way up along arc a, slot 2a + 1 the way down. FAR means no way; two of it still fit 32 bits.
Method: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies".
"""

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo._kernels.memory import Int, Int32s, Int64s, UInt32s

FAR = np.int32(1 << 29)
ONE = np.uint64(1)
TWO = np.uint64(2)


@njit(cache=True, nogil=True)
def take_weights(slot: Int32s, weight: Int32s, out: Int32s) -> None:
    """Give each slot the least weight of its input arcs, FAR without one."""
    out[:] = FAR
    for arc in range(slot.shape[0]):
        s = slot[arc]
        if s >= 0 and weight[arc] < out[s]:
            out[s] = weight[arc]


@njit(cache=True, nogil=True)
def push_triangles(
    low: Int, high: Int, up_first: Int64s, tri_first: Int64s, third: UInt32s, out: Int32s
) -> None:
    """Relax all listed triangles whose lowest corner lies in low .. high - 1, ascending."""
    p = np.uint64(tri_first[low])
    for v in range(low, high):
        begin, end = np.uint64(up_first[v]), np.uint64(up_first[v + 1])
        stop = np.uint64(tri_first[v + 1])
        i = begin
        while p < stop:
            up, down = out[TWO * i], out[TWO * i + ONE]
            for j in range(i + ONE, end):
                t = TWO * np.uint64(third[p])
                p += ONE
                out[t] = min(out[t], np.int32(down + out[TWO * j]))
                out[t + ONE] = min(out[t + ONE], np.int32(up + out[TWO * j + ONE]))
            i += ONE


@njit(cache=True, nogil=True)
def pull_triangles(
    nodes: Int64s,
    up_first: Int64s,
    up_depth: NDArray[np.uint16],
    down: tuple[Int64s, UInt32s, UInt32s],
    place: Int64s,
    out: Int32s,
) -> None:
    """Relax all triangles above the given ranks, ascending; `place` is scratch as long as the tree is high."""
    down_first, down_tail, down_arc = down
    for position in range(nodes.shape[0]):
        u = nodes[position]
        begin, end = up_first[u], up_first[u + 1]
        count = end - begin
        mine, levels = out[2 * begin : 2 * end], up_depth[begin:end]
        for i in range(count):
            place[levels[i]] = i
        for j in range(down_first[u], down_first[u + 1]):
            arc = np.int64(down_arc[j])
            stop = up_first[down_tail[j] + ONE]
            up, back = out[2 * arc], out[2 * arc + 1]
            others = stop - arc - 1
            if others == 0 or (up >= FAR and back >= FAR):
                continue
            theirs = out[2 * (arc + 1) : 2 * stop]
            if others == count:
                for i in range(count):
                    mine[2 * i] = min(mine[2 * i], np.int32(back + theirs[2 * i]))
                    mine[2 * i + 1] = min(mine[2 * i + 1], np.int32(up + theirs[2 * i + 1]))
            else:
                their_levels = up_depth[arc + 1 : stop]
                for i in range(others):
                    q = TWO * np.uint64(place[their_levels[i]])
                    mine[q] = min(mine[q], np.int32(back + theirs[2 * i]))
                    mine[q + ONE] = min(mine[q + ONE], np.int32(up + theirs[2 * i + 1]))


@njit(cache=True, nogil=True)
def repair(
    dirty: Int64s,
    base: Int32s,
    up_first: Int64s,
    up: tuple[UInt32s, NDArray[np.uint16]],
    down: tuple[Int64s, UInt32s, UInt32s],
    place: Int64s,
    out: Int32s,
) -> Int:
    """Bring weights up to date after the base weights of arcs above the dirty ranks changed.

    Returns how many ranks were computed anew. Worth it for a few arcs near each other; else start afresh.
    """
    up_head, up_depth = up
    waiting = np.zeros(up_first.shape[0] - 1, np.uint8)
    heap = [np.int64(0) for _ in range(0)]
    for i in range(dirty.shape[0]):
        if not waiting[dirty[i]]:
            waiting[dirty[i]] = 1
            heappush(heap, dirty[i])
    one, done = np.empty(1, np.int64), 0
    while len(heap) > 0:
        u = heappop(heap)
        done += 1
        begin, end = up_first[u], up_first[u + 1]
        before = out[2 * begin : 2 * end].copy()
        out[2 * begin : 2 * end] = base[2 * begin : 2 * end]
        one[0] = u
        pull_triangles(one, up_first, up_depth, down, place, out)
        changed = end
        while changed > begin:
            i = changed - 1
            if out[2 * i] != before[2 * (i - begin)] or out[2 * i + 1] != before[2 * (i - begin) + 1]:
                break
            changed -= 1
        # a changed arc (u, y) is a side of every triangle (u, x, y): the arc above min(x, y) may change
        for i in range(begin, min(changed, end - 1)):
            h = np.int64(up_head[i])
            if not waiting[h]:
                waiting[h] = 1
                heappush(heap, h)
        waiting[u] = 0
    return done
