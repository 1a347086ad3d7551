"""Distance rows: from each node up to each of its ancestors in the elimination tree, root first.

A shortest way climbs to a common ancestor and comes down, so the distance of two nodes is the least sum of
two rows over the shared part of their ways to the root. Compare: Ouyang et al., "When Hierarchy Meets 2-Hop
Labeling"; Farhan et al., arXiv 2506.18013.
"""

import numpy as np
from numba import njit

from geo._kernels.memory import Int, Int32s, Int64s, UInt32s
from geo._kernels.weights import FAR

DEPTH = 0xFFFF
LOW = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def build_rows(
    low: Int,
    high: Int,
    record: Int64s,
    up_first: Int64s,
    up_head: UInt32s,
    weights: Int32s,
    side: Int,
    rows: Int32s,
) -> None:
    """Fill the rows of ranks high - 1 .. low from those of higher ranks; side 0 goes up, 1 comes down."""
    for v in range(high - 1, low - 1, -1):
        depth = record[2 * v + 1] & DEPTH
        row = rows[record[2 * v] : record[2 * v] + depth + 1]
        row[:] = FAR
        for arc in range(up_first[v], up_first[v + 1]):
            weight = weights[2 * arc + side]
            if weight >= FAR:
                continue
            u = np.int64(up_head[arc])
            size = (record[2 * u + 1] & DEPTH) + 1
            above = rows[record[2 * u] : record[2 * u] + size]
            for i in range(size):
                row[i] = min(row[i], np.int32(weight + above[i]))
        row[depth] = 0


@njit(cache=True, nogil=True)
def shared_size(word_a: Int, word_b: Int, lists: Int64s) -> Int:
    """How many ancestors two nodes share, from the second words of their records; 0 in different trees."""
    begin_a, size_a, depth_a = word_a >> 32, (word_a >> 16) & DEPTH, word_a & DEPTH
    begin_b, size_b, depth_b = word_b >> 32, (word_b >> 16) & DEPTH, word_b & DEPTH
    j = 0
    both = min(size_a, size_b)
    while j < both and lists[begin_a + j] == lists[begin_b + j]:
        j += 1
    if j == 0:
        return 0
    end_a = depth_a + 1 if j == size_a else lists[begin_a + j] & 0xFFFFFFFF
    end_b = depth_b + 1 if j == size_b else lists[begin_b + j] & 0xFFFFFFFF
    return min(end_a, end_b)


@njit(cache=True, nogil=True)
def least_sum(a: Int32s, b: Int32s, size: Int) -> Int:
    """Least sum of two rows over their first items."""
    best = FAR
    for i in range(size):
        best = min(best, np.int32(a[i] + b[i]))
    return best


@njit(cache=True, nogil=True)
def distance(source: Int, target: Int, record: Int64s, lists: Int64s, up: Int32s, down: Int32s) -> Int:
    """Distance from rank to rank; FAR without a way."""
    size = shared_size(record[2 * source + 1], record[2 * target + 1], lists)
    a, b = record[2 * source], record[2 * target]
    return least_sum(up[a : a + size], down[b : b + size], size)


@njit(cache=True, nogil=True)
def distance_one(source: Int, target: Int, record: Int64s, lists: Int64s, up: Int32s, down: Int32s) -> Int:
    """Distance of one pair of ranks."""
    return np.int64(distance(source, target, record, lists, up, down))


@njit(cache=True, nogil=True)
def distance_pairs(
    sources: Int64s, targets: Int64s, record: Int64s, lists: Int64s, up: Int32s, down: Int32s, out: Int32s
) -> None:
    """Distances of many pairs of ranks; -1 without a way."""
    for i in range(sources.shape[0]):
        found = distance(sources[i], targets[i], record, lists, up, down)
        out[i] = found if found < FAR else -1


@njit(cache=True, nogil=True)
def distance_table(
    sources: Int64s, targets: Int64s, record: Int64s, lists: Int64s, up: Int32s, down: Int32s, out: Int32s
) -> None:
    """Distances from each source to each target, -1 without a way.

    Sources and targets are ``rank << 32 | place in the table``; sorted ones share what they touch.
    """
    for i in range(sources.shape[0]):
        row = sources[i] & LOW
        for j in range(targets.shape[0]):
            found = distance(sources[i] >> 32, targets[j] >> 32, record, lists, up, down)
            out[row, targets[j] & LOW] = found if found < FAR else -1
