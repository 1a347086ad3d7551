"""From a contraction order to the chordal graph and its elimination tree.

Nodes are named by rank here, 0 contracted first. The upward neighbours of a node are its ancestors in the
tree, sorted; the first one is its parent. Method: Dibbelt, Strasser, Wagner, "Customizable Contraction
Hierarchies", and the usual symbolic elimination of sparse matrices.
"""

import numpy as np
from numba import njit

from geo._kernels.memory import Bytes, Int32s, Int64s, UInt32s


@njit(cache=True, nogil=True)
def neighbours_above(first_out: Int64s, head: Int32s, rank: Int32s) -> tuple[Int64s, Int32s]:
    """List for each rank the higher ranks joined with it by an arc of either direction, unsorted."""
    count = rank.shape[0]
    first = np.zeros(count + 1, np.int64)
    for tail in range(count):
        for arc in range(first_out[tail], first_out[tail + 1]):
            low, high = rank[tail], rank[head[arc]]
            if low != high:
                first[min(low, high) + 1] += 1
    for v in range(count):
        first[v + 1] += first[v]
    above = np.empty(first[count], np.int32)
    end = first[:-1].copy()
    for tail in range(count):
        for arc in range(first_out[tail], first_out[tail + 1]):
            low, high = rank[tail], rank[head[arc]]
            if low != high:
                above[end[min(low, high)]] = max(low, high)
                end[min(low, high)] += 1
    return first, above


@njit(cache=True, nogil=True)
def eliminate(first: Int64s, above: Int32s) -> tuple[Int64s, Int32s, Int32s]:
    """Contract all nodes in order: upward lists (sorted) and the parent of each rank, -1 at a root."""
    count = first.shape[0] - 1
    up_first = np.zeros(count + 1, np.int64)
    up_head = np.empty(above.shape[0] * 2 + 16, np.int32)
    parent = np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    end = 0
    for v in range(count):
        begin = end
        need = end + first[v + 1] - first[v]
        c = child[v]
        while c >= 0:
            need += up_first[c + 1] - up_first[c]
            c = sibling[c]
        if need > up_head.shape[0]:
            larger = np.empty(max(need, 2 * up_head.shape[0]), np.int32)
            larger[:end] = up_head[:end]
            up_head = larger
        seen[v] = v
        for e in range(first[v], first[v + 1]):
            u = above[e]
            if seen[u] != v:
                seen[u] = v
                up_head[end] = u
                end += 1
        c = child[v]
        while c >= 0:
            for e in range(up_first[c], up_first[c + 1]):
                u = up_head[e]
                if seen[u] != v:
                    seen[u] = v
                    up_head[end] = u
                    end += 1
            c = sibling[c]
        up_first[v + 1] = end
        if end > begin:
            up_head[begin:end] = np.sort(up_head[begin:end])
            p = up_head[begin]
            parent[v] = p
            sibling[v] = child[p]
            child[p] = v
    return up_first, up_head[:end].copy(), parent


@njit(cache=True, nogil=True)
def postorder(parent: Int32s) -> Int32s:
    """Find a new rank for each rank: children before parents, the largest child next to its parent."""
    count = parent.shape[0]
    size = np.ones(count, np.int32)
    for v in range(count):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    first = np.zeros(count + 2, np.int64)  # group 0 holds the roots, group v + 1 the children of v
    for v in range(count):
        first[parent[v] + 2] += 1
    for v in range(count + 1):
        first[v + 1] += first[v]
    members = np.empty(count, np.int32)
    end = first.copy()
    for v in range(count):
        members[end[parent[v] + 1]] = v
        end[parent[v] + 1] += 1
    begin = np.zeros(count, np.int32)
    renamed = np.empty(count, np.int32)
    position = 0
    for i in range(first[0], first[1]):
        begin[members[i]] = position
        position += size[members[i]]
    for v in range(count - 1, -1, -1):
        renamed[v] = begin[v] + size[v] - 1
        low, high = first[v + 1], first[v + 2]
        for i in range(low, high - 1):
            if size[members[i]] > size[members[high - 1]]:
                members[i], members[high - 1] = members[high - 1], members[i]
        position = begin[v]
        for i in range(low, high):
            begin[members[i]] = position
            position += size[members[i]]
    return renamed


@njit(cache=True, nogil=True)
def rename(
    up_first: Int64s, up_head: Int32s, parent: Int32s, renamed: Int32s
) -> tuple[Int64s, UInt32s, UInt32s]:
    """Name upward lists and parents by new ranks; the parent of a root becomes the number of nodes.

    A list stays sorted, for it names a path to the root.
    """
    count = parent.shape[0]
    old = np.empty(count, np.int32)
    for v in range(count):
        old[renamed[v]] = v
    first = np.zeros(count + 1, np.int64)
    head = np.empty(up_head.shape[0], np.uint32)
    above = np.empty(count, np.uint32)
    for v in range(count):
        end = first[v]
        for e in range(up_first[old[v]], up_first[old[v] + 1]):
            head[end] = renamed[up_head[e]]
            end += 1
        first[v + 1] = end
        p = parent[old[v]]
        above[v] = count if p < 0 else renamed[p]
    return first, head, above


@njit(cache=True, nogil=True)
def depths(parent: UInt32s) -> tuple[Int32s, Int32s]:
    """Depth (0 at a root) and size of the subtree of each rank."""
    count = parent.shape[0]
    depth = np.zeros(count, np.int32)
    size = np.ones(count, np.int32)
    for i in range(count):
        v = count - 1 - i
        if parent[v] < count:
            depth[v] = depth[parent[v]] + 1
    for v in range(count):
        if parent[v] < count:
            size[parent[v]] += size[v]
    return depth, size


@njit(cache=True, nogil=True)
def lower_neighbours(up_first: Int64s, up_head: UInt32s) -> tuple[Int64s, UInt32s, UInt32s]:
    """List for each rank the tails of the upward arcs that end there, ascending, and those arcs."""
    count = up_first.shape[0] - 1
    first = np.zeros(count + 1, np.int64)
    for e in range(up_head.shape[0]):
        first[up_head[e] + 1] += 1
    for v in range(count):
        first[v + 1] += first[v]
    tail = np.empty(up_head.shape[0], np.uint32)
    arc = np.empty(up_head.shape[0], np.uint32)
    end = first[:-1].copy()
    for v in range(count):
        for e in range(up_first[v], up_first[v + 1]):
            u = up_head[e]
            tail[end[u]] = v
            arc[end[u]] = e
            end[u] += 1
    return first, tail, arc


@njit(cache=True, nogil=True)
def slots_of_arcs(
    first_out: Int64s, head: Int32s, rank: Int32s, up_first: Int64s, up_head: UInt32s
) -> Int32s:
    """Slot of each input arc: twice the upward arc, plus one when it leads down; -1 for a loop."""
    slot = np.full(head.shape[0], -1, np.int32)
    for tail in range(rank.shape[0]):
        for arc in range(first_out[tail], first_out[tail + 1]):
            v, u = rank[tail], rank[head[arc]]
            if v == u:
                continue
            low, high = min(v, u), max(v, u)
            begin, end = up_first[low], up_first[low + 1]
            while begin < end:
                middle = (begin + end) >> 1
                if np.int64(up_head[middle]) < high:
                    begin = middle + 1
                else:
                    end = middle
            slot[arc] = 2 * begin + (1 if v > u else 0)
    return slot


@njit(cache=True, nogil=True)
def triangle_tops(up_first: Int64s, up_head: UInt32s, is_top: Bytes) -> tuple[Int64s, UInt32s]:
    """For each rank and each pair of its upward arcs whose lower head is no top: the arc that joins them."""
    count = up_first.shape[0] - 1
    first = np.zeros(count + 1, np.int64)
    total = 0
    for v in range(count):
        for i in range(up_first[v], up_first[v + 1]):
            if is_top[up_head[i]]:
                break
            total += up_first[v + 1] - 1 - i
        first[v + 1] = total
    third = np.empty(total, np.uint32)
    end = 0
    for v in range(count):
        for i in range(up_first[v], up_first[v + 1]):
            u = up_head[i]
            if is_top[u]:
                break
            e = up_first[u]
            for j in range(i + 1, up_first[v + 1]):
                while up_head[e] != up_head[j]:
                    e += 1
                third[end] = e
                end += 1
    return first, third


@njit(cache=True, nogil=True)
def chain_lists(parent: UInt32s, depth: Int32s) -> tuple[Int64s, Int64s]:
    """Make records and chain lists, so that a query walks to the root without looking at parents.

    A chain is a run of consecutive ranks, each the parent of the next lower one; its places, counted
    from the highest rank down, are consecutive too. A list names the chains from the root down to one
    chain: ``place << 32 | depth`` of the first node of each. A record holds, for each rank, where its
    distance row begins and ``first of list << 32 | length of list << 16 | depth``.
    """
    count = parent.shape[0]
    top = np.empty(count, np.uint32)
    length = np.zeros(count, np.int64)
    begin = np.zeros(count, np.int64)
    total = 0
    for i in range(count):
        v = count - 1 - i
        p = parent[v]
        if p < count and np.int64(p) == v + 1:
            top[v] = top[p]
        else:
            top[v] = v
            length[v] = 1 if p == count else length[top[p]] + 1
            begin[v] = total
            total += length[v]
    lists = np.empty(total, np.int64)
    record = np.empty(2 * count, np.int64)
    for i in range(count):
        v = count - 1 - i
        t = top[v]
        if np.int64(t) == v:
            for j in range(length[v] - 1):
                lists[begin[v] + j] = lists[begin[top[parent[v]]] + j]
            lists[begin[v] + length[v] - 1] = (np.int64(i) << 32) | np.int64(depth[v])
        record[2 * v + 1] = (begin[t] << 32) | (length[t] << 16) | np.int64(depth[v])
    position = np.int64(0)
    for v in range(count):
        record[2 * v] = position
        position += np.int64(depth[v]) + 1
    return record, lists
