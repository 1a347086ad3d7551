"""Members of one category, kept at every ancestor of where they stand, nearest first.

The board is a table of numbers that names every array of one index in one direction (see the constants);
queries and changes take its address alone. A bucket belongs to one category and one ancestor. Its keys
are ``distance << 32 | member``, sorted: the first seven lie in one cache line behind a word of facts,
``cell of the rest << 32 | size class of the rest << 24 | count``; the rest lie in a block of
``8 << class`` words. Lines and blocks come from one arena of 64-byte cells; free ones are chained by class.
A category is two tables by place: the least distance (FAR when empty) and the cell of the line.
"""

import numpy as np
from numba import njit

from geo._kernels.memory import Bool, Int, Int32s, Int64s, fetch_ahead, int32s_at, int64s_at, shift_words
from geo._kernels.rows import DEPTH, HEIGHT, LIST_ITEMS, LISTS, METRIC, NODES, RECORD, row_of
from geo._kernels.weights import FAR

ROADS, INBOUND = 0, 1  # address of the table of the metric, and 1 when members travel to the question
ARENA, ARENA_WORDS, ARENA_END, LARGEST = 2, 3, 4, 5
FLAGS, FLAG_ITEMS = 6, 7
FREE = 8  # first of the chains of free pieces, one per class
CLASSES = 24
BOARD = FREE + CLASSES

INLINE = 7
COUNT = 0xFFFFFF
LOW = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def site_row(metric: Int64s, side: Int, spot: Int, spot_b: Int) -> tuple[Int, Int32s]:
    """Distances from (side 0) or to a site and the ancestors of the lower one of its two ends, root first.

    A spot is ``cost << 32 | rank``. The ends are neighbours, so one is an ancestor of the other; without
    a second end `spot_b` is -1.
    """
    low, high = spot, spot_b
    if spot_b >= 0 and spot_b & LOW < spot & LOW:
        low, high = spot_b, spot
    rank, cost = low & LOW, np.int32(low >> 32)
    own = row_of(metric, rank, side)
    if cost == 0 and high < 0:
        return rank, own
    row = np.empty(own.shape[0], np.int32)
    for i in range(own.shape[0]):
        row[i] = min(FAR, np.int32(own[i] + cost))
    if high >= 0:
        cost = np.int32(high >> 32)
        other = row_of(metric, high & LOW, side)
        for i in range(other.shape[0]):
            row[i] = min(row[i], np.int32(other[i] + cost))
    return rank, row


@njit(cache=True)
def take(board: Int64s, arena: Int64s, size_class: Int) -> Int:
    """Take a free piece of ``8 << class`` words; the caller made sure that there is room."""
    cell = board[FREE + size_class]
    if cell > 0:
        board[FREE + size_class] = arena[cell * 8]
        return cell
    cell = board[ARENA_END]
    board[ARENA_END] = cell + (1 << size_class)
    return cell


@njit(cache=True)
def give(board: Int64s, arena: Int64s, size_class: Int, cell: Int) -> None:
    """Chain a piece to the free ones."""
    arena[cell * 8] = board[FREE + size_class]
    board[FREE + size_class] = cell


@njit(cache=True)
def add_key(board: Int64s, arena: Int64s, line_of: Int32s, least: Int32s, place: Int, key: Int) -> None:
    """Put a key into a bucket."""
    cell = np.int64(line_of[place])
    if cell == 0:
        cell = take(board, arena, 0)
        line_of[place] = cell
        arena[cell * 8] = 0
    line = cell * 8
    facts = arena[line]
    count = facts & COUNT
    inline_count = min(count, INLINE)
    carried = key
    if count < INLINE or key < arena[line + INLINE]:
        i = line + inline_count
        if count >= INLINE:
            carried = arena[i]
            i -= 1
        while i > line and arena[i] > key:
            arena[i + 1] = arena[i]
            i -= 1
        arena[i + 1] = key
        least[place] = np.int32(arena[line + 1] >> 32)
    if count >= INLINE:
        facts = add_to_block(board, arena, facts, carried)
    arena[line] = facts + 1


@njit(cache=True)
def add_to_block(board: Int64s, arena: Int64s, facts: Int, key: Int) -> Int:
    """Put a key into the block behind a line; returns the facts with the block they name now."""
    held = (facts & COUNT) - INLINE
    size_class, cell = (facts >> 24) & 0xFF, facts >> 32
    if held == 0:
        size_class, cell = 0, take(board, arena, 0)
    elif held == 8 << size_class:
        larger = take(board, arena, size_class + 1)
        for i in range(held):
            arena[larger * 8 + i] = arena[cell * 8 + i]
        give(board, arena, size_class, cell)
        size_class, cell = size_class + 1, larger
        board[LARGEST] = max(board[LARGEST], size_class)
    begin = cell * 8
    low, high = begin, begin + held
    while low < high:
        middle = (low + high) >> 1
        if arena[middle] < key:
            low = middle + 1
        else:
            high = middle
    address = board[ARENA] + 8 * low
    shift_words(address + 8, address, begin + held - low)
    arena[low] = key
    return (cell << 32) | (size_class << 24) | (facts & COUNT)


@njit(cache=True)
def drop_key(board: Int64s, arena: Int64s, line_of: Int32s, least: Int32s, place: Int, key: Int) -> None:
    """Take a key out of a bucket, if it is there."""
    cell = np.int64(line_of[place])
    if cell == 0:
        return
    line = cell * 8
    facts = arena[line]
    count = facts & COUNT
    inline_count = min(count, INLINE)
    i = line + 1
    while i <= line + inline_count and arena[i] < key:
        i += 1
    found = i <= line + inline_count and arena[i] == key
    if found:
        while i < line + inline_count:
            arena[i] = arena[i + 1]
            i += 1
    if count > INLINE:
        first = drop_from_block(board, arena, facts, key, found)
        if first < 0:
            return
        if found:
            arena[line + INLINE] = first
        if count == INLINE + 1:
            give(board, arena, (facts >> 24) & 0xFF, facts >> 32)
    elif not found:
        return
    arena[line] = facts - 1
    if count == 1:
        give(board, arena, 0, cell)
        line_of[place] = 0
        least[place] = FAR
    else:
        least[place] = np.int32(arena[line + 1] >> 32)


@njit(cache=True)
def drop_from_block(board: Int64s, arena: Int64s, facts: Int, key: Int, lead: Bool) -> Int:
    """Take the lead, or one key, out of a block; returns what was taken, -1 when it is not there."""
    begin, held = (facts >> 32) * 8, (facts & COUNT) - INLINE
    low, high = begin, begin + held
    if not lead:
        while low < high:
            middle = (low + high) >> 1
            if arena[middle] < key:
                low = middle + 1
            else:
                high = middle
        if low == begin + held or arena[low] != key:
            return -1
    taken = arena[low]
    address = board[ARENA] + 8 * low
    shift_words(address, address + 8, begin + held - low - 1)
    return taken


@njit(cache=True)
def change(
    board: Int64s,
    table: Int64s,
    member: Int,
    spot: Int,
    spot_b: Int,
    adds: Int,
) -> None:
    """Add a member to, or drop it from, every bucket above it in some categories."""
    arena = int64s_at(board[ARENA], board[ARENA_WORDS])
    metric = int64s_at(board[ROADS], METRIC)
    nodes = metric[NODES]
    lists = int64s_at(metric[LISTS], metric[LIST_ITEMS])
    rank, row = site_row(metric, 1 - board[INBOUND], spot, spot_b)
    word = int64s_at(metric[RECORD] + 16 * rank, 2)[1]
    begin, size, depth = word >> 32, (word >> 16) & DEPTH, word & DEPTH
    places = np.empty(depth + 1, np.int64)
    for c in range(table.shape[0] // 2):
        least, line_of = int32s_at(table[2 * c], nodes), int32s_at(table[2 * c + 1], nodes)
        for j in range(begin, begin + size):
            low = lists[j] & LOW
            stop = depth + 1 if j + 1 == begin + size else lists[j + 1] & LOW
            first = (lists[j] >> 32) - low
            fetch_ahead(table[2 * c] + 4 * (first + low))
            for i in range(low, stop):
                places[i] = first + i
                fetch_ahead(board[ARENA] + 64 * np.int64(line_of[first + i]))
        for i in range(depth + 1):
            if row[i] < FAR:
                key = (np.int64(row[i]) << 32) | member
                if adds:
                    add_key(board, arena, line_of, least, places[i], key)
                else:
                    drop_key(board, arena, line_of, least, places[i], key)


@njit(cache=True)
def has_room(board: Int64s, categories: Int) -> Bool:
    """Tell whether one more member surely fits into the arena."""
    height = int64s_at(board[ROADS], METRIC)[HEIGHT]
    cells = height * categories * (2 + (2 << board[LARGEST]))
    return (board[ARENA_END] + cells) * 8 <= board[ARENA_WORDS]


@njit(cache=True)
def move_member(address: Int, table: Int, member: Int, spot: Int, spot_b: Int, new: Int, new_b: Int) -> Bool:
    """Drop a member at one place and add it at another; False, and nothing done, for want of room.

    A spot of -1 is nowhere: the member comes, or goes. A table begins with twice the number of
    categories; two addresses per category follow. The interpreter lock is kept: no query runs meanwhile.
    """
    board = int64s_at(address, BOARD)
    categories = int64s_at(table + 8, int64s_at(table, 1)[0])
    if new >= 0 and not has_room(board, categories.shape[0] // 2):
        return False
    for adds in range(2):
        here, here_b = (new, new_b) if adds else (spot, spot_b)
        if here >= 0:
            change(board, categories, member, here, here_b, adds)
    return True
