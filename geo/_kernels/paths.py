"""The arcs of a shortest way: climb from both ends, meet, and unpack every shortcut into its triangle."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo._kernels.memory import Int, Int32s, Int64s, UInt32s
from geo._kernels.weights import FAR

Graph = tuple[Int64s, UInt32s, NDArray[np.uint16], UInt32s, UInt32s]
Down = tuple[Int64s, UInt32s, UInt32s]


@njit(cache=True, nogil=True)
def climb(start: Int, depth: Int, side: Int, graph: Graph, weights: Int32s) -> tuple[Int64s, Int64s]:
    """Distance between a rank and each of its ancestors by depth, and the last arc on the way there."""
    up_first, _, up_depth, _, parent = graph
    distance = np.full(depth + 1, np.int64(FAR), np.int64)
    entry = np.full(depth + 1, np.int64(-1), np.int64)
    distance[depth] = 0
    v = start
    for level in range(depth, -1, -1):
        reached = distance[level]
        if reached < FAR:
            for arc in range(up_first[v], up_first[v + 1]):
                above = up_depth[arc]
                if reached + weights[2 * arc + side] < distance[above]:
                    distance[above] = reached + weights[2 * arc + side]
                    entry[above] = arc
        v = np.int64(parent[v])
    return distance, entry


@njit(cache=True, nogil=True)
def way(
    source: Int,
    target: Int,
    shared: Int,
    depth: Int32s,
    graph: Graph,
    down: Down,
    weights: Int32s,
    base: Int32s,
) -> Int64s:
    """Slots of the original arcs from rank to rank, in order; empty when there is no way or nothing to go.

    The two have `shared` ancestors in common, themselves included.
    """
    up_tail, parent = graph[3], graph[4]
    rising, entry_up = climb(source, depth[source], 0, graph, weights)
    falling, entry_down = climb(target, depth[target], 1, graph, weights)
    best, meeting = np.int64(FAR), -1
    for level in range(shared - 1, -1, -1):
        if rising[level] + falling[level] < best:
            best, meeting = rising[level] + falling[level], level
    if meeting < 0:
        return np.empty(0, np.int64)
    hub = source
    for _ in range(depth[source] - meeting):
        hub = np.int64(parent[hub])
    falls = [np.int64(0) for _ in range(0)]
    v, level = hub, meeting
    while v != target:
        arc = entry_down[level]
        falls.append(2 * arc + 1)
        v = np.int64(up_tail[arc])
        level = depth[v]
    waiting = falls[::-1]
    v, level = hub, meeting
    while v != source:
        arc = entry_up[level]
        waiting.append(2 * arc)
        v = np.int64(up_tail[arc])
        level = depth[v]
    return unpack(waiting, graph, down, weights, base)


@njit(cache=True, nogil=True)
def unpack(waiting: list[Int], graph: Graph, down: Down, weights: Int32s, base: Int32s) -> Int64s:
    """Replace each shortcut, the last one first, by the two lower sides of its triangle."""
    up_first, up_head, _, up_tail, _ = graph
    down_first, down_tail, down_arc = down
    slots = [np.int64(0) for _ in range(0)]
    while len(waiting) > 0:
        slot = waiting.pop()
        if base[slot] == weights[slot]:
            slots.append(slot)
            continue
        arc, falls = slot >> 1, slot & 1
        x, y = np.int64(up_tail[arc]), up_head[arc]
        for j in range(down_first[x], down_first[x + 1]):
            low = np.int64(down_arc[j])
            high, end = low + 1, up_first[np.int64(down_tail[j]) + 1]
            while high < end and up_head[high] < y:
                high += 1
            if high == end or up_head[high] != y:
                continue
            first, second = (2 * high + 1, 2 * low) if falls else (2 * low + 1, 2 * high)
            if weights[first] + weights[second] == weights[slot]:
                waiting.append(second)
                waiting.append(first)
                break
    return np.array(slots, np.int64)
