"""Distance rows: from each node up to each of its ancestors in the elimination tree, root first.

A shortest way climbs to a common ancestor and comes down, so the distance of two nodes is the least sum of
two rows over the shared part of their ways to the root. Compare: Ouyang et al., "When Hierarchy Meets 2-Hop
Labeling"; Farhan et al., arXiv 2506.18013.

Rows may be kept for the upper part of the tree alone. Below it a row is climbed: upward arcs lead to the
last node without a row, whose upward neighbours hold every way out (the graph is chordal), and their rows
lead on. All of this is named by one table of numbers, `METRIC` words long, passed by its address.
"""

import numpy as np
from numba import njit

from geo._kernels.memory import Int, Int32s, Int64s, UInt32s, int32s_at, int64s_at, uint16s_at, uint32s_at
from geo._kernels.weights import FAR

DEPTH = 0xFFFF
LOW = 0xFFFFFFFF

NODES, ARCS, LIST_ITEMS, HEIGHT = 0, 1, 2, 3
RECORD, LISTS, UP_FIRST, UP_HEAD, UP_DEPTH, PARENT, WEIGHTS = 4, 5, 6, 7, 8, 9, 10
ROWS = 11  # two addresses: rows up (from the node), rows down (to the node)
BASE, DOWN_FIRST, DOWN_TAIL, DOWN_ARC = 13, 14, 15, 16
METRIC = 17


@njit(cache=True, nogil=True)
def build_rows(
    before: Int64s,
    record: Int64s,
    up_first: Int64s,
    up_head: UInt32s,
    weights: Int32s,
    side: Int,
    rows: Int32s,
) -> None:
    """Fill the rows in a record that are not in the one before, root first; side 0 goes up, 1 comes down."""
    count = up_first.shape[0] - 1
    for i in range(count):
        v = count - 1 - i
        begin, depth = record[2 * v], record[2 * v + 1] & DEPTH
        if begin < 0 or before[2 * v] >= 0:
            continue
        row = rows[begin : begin + depth + 1]
        row[:] = FAR
        for arc in range(up_first[v], up_first[v + 1]):
            weight = weights[2 * arc + side]
            if weight >= FAR:
                continue
            u = np.int64(up_head[arc])
            size = (record[2 * u + 1] & DEPTH) + 1
            above = rows[record[2 * u] : record[2 * u] + size]
            for j in range(size):
                row[j] = min(row[j], np.int32(weight + above[j]))
        row[depth] = 0


@njit(cache=True, nogil=True)
def row_of(metric: Int64s, rank: Int, side: Int) -> Int32s:
    """Distances from a rank (side 0), or to it (1), for each of its ancestors; kept or climbed."""
    record = int64s_at(metric[RECORD] + 16 * rank, 2)
    size = (record[1] & DEPTH) + 1
    if record[0] >= 0:
        return int32s_at(metric[ROWS + side] + 4 * record[0], size)
    return climbed_row(metric, rank, side, size)


@njit(cache=True, nogil=True)
def climbed_row(metric: Int64s, rank: Int, side: Int, size: Int) -> Int32s:
    """Make the row of a rank that keeps none."""
    record = int64s_at(metric[RECORD], 2 * metric[NODES])
    parent = uint32s_at(metric[PARENT], metric[NODES])
    up_first = int64s_at(metric[UP_FIRST], metric[NODES] + 1)
    up_head = uint32s_at(metric[UP_HEAD], metric[ARCS])
    up_depth = uint16s_at(metric[UP_DEPTH], metric[ARCS])
    weights = int32s_at(metric[WEIGHTS], 2 * metric[ARCS])
    row = np.full(size, FAR, np.int32)
    row[size - 1] = 0
    v = np.int64(rank)
    for i in range(size):
        reached = row[size - 1 - i]
        if reached < FAR:
            for arc in range(up_first[v], up_first[v + 1]):
                level = up_depth[arc]
                row[level] = min(row[level], np.int32(reached + weights[2 * arc + side]))
        above = np.int64(parent[v])
        if i + 1 == size or record[2 * above] >= 0:
            break
        v = above
    begin, exits = up_first[v], up_first[v + 1] - up_first[v]
    direct = np.empty(exits, np.int32)
    for i in range(exits):
        direct[i] = row[up_depth[begin + i]]
    for i in range(exits):
        level = np.int64(up_depth[begin + i])
        if row[level] < direct[i] or direct[i] >= FAR:
            continue  # a lower exit leads there sooner, and with it to all above
        first = record[2 * np.int64(up_head[begin + i])]
        kept = int32s_at(metric[ROWS + side] + 4 * first, level + 1)
        for j in range(level):
            row[j] = min(row[j], np.int32(direct[i] + kept[j]))
    return row


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
def shared_by(metric: Int64s, source: Int, target: Int) -> Int:
    """How many ancestors two ranks share."""
    record = int64s_at(metric[RECORD], 2 * metric[NODES])
    lists = int64s_at(metric[LISTS], metric[LIST_ITEMS])
    return shared_size(record[2 * source + 1], record[2 * target + 1], lists)


@njit(cache=True, nogil=True)
def least_sum(a: Int32s, b: Int32s, size: Int) -> Int:
    """Least sum of two rows over their first items."""
    best = FAR
    for i in range(size):
        best = min(best, np.int32(a[i] + b[i]))
    return best


@njit(cache=True, nogil=True)
def distance(metric: Int64s, source: Int, target: Int) -> Int:
    """Distance from rank to rank; FAR without a way."""
    size = shared_by(metric, source, target)
    return least_sum(row_of(metric, source, 0), row_of(metric, target, 1), size)


@njit(cache=True, nogil=True)
def distance_one(address: Int, source: Int, target: Int) -> Int:
    """Distance of one pair of ranks."""
    return np.int64(distance(int64s_at(address, METRIC), source, target))


@njit(cache=True, nogil=True)
def distance_pairs(address: Int, sources: Int64s, targets: Int64s, out: Int32s) -> None:
    """Distances of many pairs of ranks; -1 without a way."""
    metric = int64s_at(address, METRIC)
    for i in range(sources.shape[0]):
        found = distance(metric, sources[i], targets[i])
        out[i] = found if found < FAR else -1


@njit(cache=True, nogil=True)
def distance_table(address: Int, sources: Int64s, targets: Int64s, out: Int32s) -> None:
    """Distances from each source to each target, -1 without a way.

    Sources and targets are ``rank << 32 | place in the table``; sorted ones share what they touch.
    """
    metric = int64s_at(address, METRIC)
    falling = [row_of(metric, target >> 32, 1) for target in targets]
    for i in range(sources.shape[0]):
        source, row = sources[i] >> 32, sources[i] & LOW
        rising = row_of(metric, source, 0)
        for j in range(targets.shape[0]):
            size = shared_by(metric, source, targets[j] >> 32)
            found = least_sum(rising, falling[j], size)
            out[row, targets[j] & LOW] = found if found < FAR else -1
