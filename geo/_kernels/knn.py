"""The k nearest members of some categories: one scan over the ancestors of where the question stands.

Every key in a bucket is a true way to its member, and the bucket at the best meeting point holds the
shortest one; so scanning all buckets that could beat the k-th best is exact. Compare: Knopp et al.,
"Computing Many-to-Many Shortest Paths Using Highway Hierarchies" (buckets).
"""

import numpy as np
from numba import njit

from geo._kernels.buckets import (
    ARENA,
    ARENA_WORDS,
    BOARD,
    COUNT,
    FLAG_ITEMS,
    FLAGS,
    INBOUND,
    INLINE,
    ROADS,
    site_row,
)
from geo._kernels.memory import Int, Int32s, Int64s, fetch_ahead, int32s_at, int64s_at
from geo._kernels.rows import DEPTH, HEIGHT, LIST_ITEMS, LISTS, METRIC, NODES, RECORD, ROWS
from geo._kernels.weights import FAR

LOW = 0xFFFFFFFF
ONE = np.uint64(1)
MEMBER = 0xFFFFFFFF
NOBODY = np.int64(1) << 62


@njit(cache=True, nogil=True)
def consider(best: Int64s, found: Int, key: Int) -> Int:
    """Put a key into the sorted best ones unless its member is there already nearer; returns how many."""
    k = best.shape[0]
    at = found
    for i in range(found):
        if best[i] & MEMBER == key & MEMBER:
            at = i
    if at < found:
        if best[at] <= key:
            return found
    elif found < k:
        found += 1
    else:
        at = k - 1
    while at > 0 and best[at - 1] > key:
        best[at] = best[at - 1]
        at -= 1
    best[at] = key
    return found


@njit(cache=True, nogil=True)
def scan_bucket(
    arena: Int64s, cell: Int, reach: Int, flags: Int64s, wanted: Int, best: Int64s, found: Int, bound: Int
) -> tuple[Int, Int]:
    """Consider the keys of a bucket, `reach` away, until they cannot beat the bound any more."""
    line = cell * 8
    count = arena[line] & COUNT
    rest = (arena[line] >> 32) * 8 - INLINE
    for i in range(count):
        key = reach + (arena[line + 1 + i] if i < INLINE else arena[rest + i])
        if key >= bound:
            break
        if wanted == 0 or flags[key & MEMBER] & wanted == wanted:
            found = consider(best, found, key)
            if found == best.shape[0]:
                bound = min(bound, best[found - 1])
    return found, bound


@njit(cache=True, nogil=True)
def scan_category(
    row: Int32s,
    chains: tuple[Int64s, Int],
    columns: tuple[Int32s, Int32s],
    addresses: tuple[Int, Int, Int],
    scratch: tuple[Int32s, Int32s, Int32s],
    arena: Int64s,
    filters: tuple[Int64s, Int],
    best: Int64s,
    state: tuple[Int, Int],
) -> tuple[Int, Int]:
    """Scan the buckets of one category above a node, the one with the nearest member first."""
    lists, word = chains
    least, line_of = columns
    address_least, address_line, start = addresses
    sums, nearest, where = scratch
    begin, size, top = word >> 32, (word >> 16) & DEPTH, (word & DEPTH) + 1
    for j in range(size):
        place = lists[begin + j] >> 32
        fetch_ahead(address_least + 4 * place)
        fetch_ahead(address_line + 4 * place)
    for j in range(size):
        low = np.uint64(lists[begin + j] & LOW)
        stop = np.uint64(top if j + 1 == size else lists[begin + j + 1] & LOW)
        shift = np.uint64(lists[begin + j] >> 32) - low
        smallest = np.int32(2 * FAR)
        for i in range(low, stop):
            total = np.int32(row[i] + least[shift + i])
            sums[i] = total
            smallest = min(smallest, total)
        nearest[j] = smallest
        at = low
        while sums[at] != smallest and at + ONE < stop:
            at += ONE
        where[j] = at
        fetch_ahead(start + 64 * np.int64(line_of[shift + at]))
    found, bound = state
    while True:
        chain, smallest = 0, np.int32(2 * FAR)
        for j in range(size):
            if nearest[j] < smallest:
                chain, smallest = j, nearest[j]
        if np.int64(smallest) << 32 >= bound:
            return found, bound
        low = np.uint64(lists[begin + chain] & LOW)
        stop = np.uint64(top if chain + 1 == size else lists[begin + chain + 1] & LOW)
        shift = np.uint64(lists[begin + chain] >> 32) - low
        at = np.uint64(where[chain])
        cell, reach = np.int64(line_of[shift + at]), np.int64(row[at]) << 32
        sums[at] = 2 * FAR
        smallest, at = np.int32(2 * FAR), low
        for i in range(low, stop):
            if sums[i] < smallest:
                smallest, at = sums[i], np.uint64(i)
        nearest[chain], where[chain] = smallest, at
        fetch_ahead(start + 64 * np.int64(line_of[shift + at]))
        found, bound = scan_bucket(arena, cell, reach, filters[0], filters[1], best, found, bound)


@njit(cache=True, nogil=True)
def search(
    board: Int64s,
    table: Int64s,
    spot: Int,
    spot_b: Int,
    wanted: Int,
    limit: Int,
    scratch: tuple[Int32s, Int32s, Int32s],
    best: Int64s,
) -> Int:
    """Find the best keys over some categories; returns how many there are."""
    if best.shape[0] == 0:
        return 0
    metric, side = int64s_at(board[ROADS], METRIC), board[INBOUND]
    nodes = metric[NODES]
    record = int64s_at(metric[RECORD], 2 * nodes)
    lists = int64s_at(metric[LISTS], metric[LIST_ITEMS])
    arena = int64s_at(board[ARENA], board[ARENA_WORDS])
    filters = int64s_at(board[FLAGS], board[FLAG_ITEMS]), wanted
    begin = record[2 * (spot & LOW)]
    if begin >= 0:
        for i in range(0, 4 * ((record[2 * (spot & LOW) + 1] & DEPTH) + 1), 64):
            fetch_ahead(metric[ROWS + side] + 4 * begin + i)
    rank, row = site_row(metric, side, spot, spot_b)
    chains = lists, record[2 * rank + 1]
    state = (0, min(np.int64(limit) + 1, np.int64(FAR)) << 32)
    for c in range(table.shape[0] // 2):
        columns = int32s_at(table[2 * c], nodes), int32s_at(table[2 * c + 1], nodes)
        addresses = table[2 * c], table[2 * c + 1], board[ARENA]
        state = scan_category(row, chains, columns, addresses, scratch, arena, filters, best, state)
    return state[0]


@njit(cache=True, nogil=True)
def scratch_of(board: Int64s) -> tuple[Int32s, Int32s, Int32s]:
    """Scratch for one thread: sums by depth, least sum by chain and its depth."""
    height = int64s_at(board[ROADS], METRIC)[HEIGHT]
    return np.empty(height, np.int32), np.empty(height, np.int32), np.empty(height, np.int32)


@njit(cache=True)
def nearest_one(address: Int, table: Int, spot: Int, spot_b: Int, k: Int, wanted: Int, limit: Int) -> Int64s:
    """Members and distances of the k nearest, shape (2, found). Keeps the interpreter lock: it is short."""
    board = int64s_at(address, BOARD)
    categories = int64s_at(table + 8, int64s_at(table, 1)[0])
    best = np.empty(k, np.int64)
    found = search(board, categories, spot, spot_b, wanted, limit, scratch_of(board), best)
    out = np.empty((2, found), np.int64)
    for i in range(found):
        out[0, i], out[1, i] = best[i] & MEMBER, best[i] >> 32
    return out


@njit(cache=True, nogil=True)
def nearest_batch(
    address: Int,
    table: Int,
    rows: Int64s,
    spots: Int64s,
    wanted: Int,
    limit: Int,
    members: Int64s,
    travel: Int64s,
) -> None:
    """Answer for many spots, shape (questions, 2), each into its row; rows are filled up with -1.

    Sorted by rank, neighbours share what they touch.
    """
    board = int64s_at(address, BOARD)
    categories = int64s_at(table + 8, int64s_at(table, 1)[0])
    k = members.shape[1]
    best = np.empty(k, np.int64)
    scratch = scratch_of(board)
    for position in range(rows.shape[0]):
        q, spot, spot_b = rows[position], spots[position, 0], spots[position, 1]
        found = search(board, categories, spot, spot_b, wanted, limit, scratch, best)
        for i in range(k):
            members[q, i] = best[i] & MEMBER if i < found else -1
            travel[q, i] = best[i] >> 32 if i < found else -1
