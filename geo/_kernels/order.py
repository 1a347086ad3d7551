"""A contraction order by nested dissection along inertial flow cuts; needs coordinates, no library.

Method: Schild, Sommer, "On Balanced Separators in Road Networks": sort the nodes along a direction, join the
first and the last quarter each to a terminal, and cut along the least number of streets between them.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo._kernels.memory import Int, Int32s, Int64s

Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]
LEAF = 3
QUARTER = 0.25


@njit(cache=True, nogil=True)
def levels_from(
    first: Int64s, head: Int32s, flow: Bytes, sources: Int32s, is_sink: Bytes, level: Int32s, queue: Int32s
) -> bool:
    """Breadth-first levels over arcs with room left; tells whether a sink is reached."""
    level[:] = -1
    end, begin = 0, 0
    for i in range(sources.shape[0]):
        level[sources[i]] = 0
        queue[end] = sources[i]
        end += 1
    sink_level = -1
    while begin < end:
        v = queue[begin]
        begin += 1
        if 0 <= sink_level <= level[v]:
            break
        for a in range(first[v], first[v + 1]):
            u = head[a]
            if flow[a] < 1 and level[u] < 0:
                level[u] = level[v] + 1
                queue[end] = u
                end += 1
                if is_sink[u] == 1:
                    sink_level = level[u]
    return sink_level >= 0


@njit(cache=True, nogil=True)
def augment(
    first: Int64s,
    head: Int32s,
    back: Int32s,
    flow: Bytes,
    source: Int,
    is_sink: Bytes,
    level: Int32s,
    next_arc: Int64s,
    path: Int32s,
) -> bool:
    """Push one unit from a source along rising levels to a sink, if there is a way left."""
    v, size = source, 0
    while is_sink[v] == 0:
        advanced = False
        while next_arc[v] < first[v + 1]:
            a = next_arc[v]
            u = head[a]
            if flow[a] < 1 and level[u] == level[v] + 1:
                path[size] = a
                size += 1
                v = u
                advanced = True
                break
            next_arc[v] += 1
        if not advanced:
            if size == 0:
                return False
            size -= 1
            v = head[back[path[size]]]
            next_arc[v] += 1
    for i in range(size):
        flow[path[i]] += 1
        flow[back[path[i]]] -= 1
    return True


@njit(cache=True, nogil=True)
def cut(first: Int64s, head: Int32s, back: Int32s, ranking: Int64s, limit: Int) -> tuple[Int, Bytes]:
    """Least cut between the first and the last quarter of a ranking: its size and the side of each node.

    Gives up with size `limit` when the cut is no smaller than that.
    """
    count = first.shape[0] - 1
    ends = max(1, int(count * QUARTER))
    sources = ranking[:ends].astype(np.int32)
    is_sink = np.zeros(count, np.int8)
    is_sink[ranking[count - ends :]] = 1
    flow = np.zeros(head.shape[0], np.int8)
    level, queue, path = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int32)
    size = 0
    while True:
        if not levels_from(first, head, flow, sources, is_sink, level, queue):
            break
        next_arc = first[:-1].copy()
        for i in range(ends):
            while augment(first, head, back, flow, sources[i], is_sink, level, next_arc, path):
                size += 1
                if size >= limit:
                    return limit, is_sink
    side = np.zeros(count, np.int8)
    for v in range(count):
        side[v] = level[v] >= 0
    return size, side


@njit(cache=True, nogil=True)
def part_graph(
    nodes: Int64s, first: Int64s, head: Int32s, part: Int32s, name: Int, local: Int32s
) -> tuple[Int64s, Int32s, Int32s]:
    """Graph of the nodes of one part, numbered by place, with the arc back for each arc."""
    count, total = nodes.shape[0], 0
    for i in range(count):
        part[nodes[i]] = name
        local[nodes[i]] = i
        total += first[nodes[i] + 1] - first[nodes[i]]
    inner = np.zeros(count + 1, np.int64)
    heads, back = np.empty(total, np.int32), np.empty(total, np.int32)
    end = 0
    for i in range(count):
        for a in range(first[nodes[i]], first[nodes[i] + 1]):
            if part[head[a]] == name:
                heads[end] = local[head[a]]
                end += 1
        inner[i + 1] = end
    for i in range(count):
        for a in range(inner[i], inner[i + 1]):
            for b in range(inner[heads[a]], inner[heads[a] + 1]):
                if heads[b] == i:
                    back[a] = b
                    break
    return inner, heads[:end].copy(), back[:end].copy()


@njit(cache=True, nogil=True)
def split(nodes: Int64s, first: Int64s, head: Int32s, back: Int32s, x: Floats, y: Floats) -> tuple[Int, Int]:
    """Sort the nodes of a part in place: one side, other side, separator; returns the sizes of the sides."""
    count = nodes.shape[0]
    best = count + head.shape[0] + 1
    side = np.zeros(count, np.int8)
    for direction in range(4):
        along_x = np.array([1.0, 0.0, 1.0, 1.0])[direction]
        along_y = np.array([0.0, 1.0, 1.0, -1.0])[direction]
        ranking = np.argsort(x[nodes] * along_x + y[nodes] * along_y)
        size, cut_side = cut(first, head, back, ranking, best)
        if size < best:
            best, side = size, cut_side
    touches = np.zeros(count, np.int8)
    touching = np.zeros(2, np.int64)
    for i in range(count):
        for a in range(first[i], first[i + 1]):
            if side[i] != side[head[a]]:
                touches[i] = 1
                touching[side[i]] += 1
                break
    thin = 1 if touching[1] <= touching[0] else 0
    sorted_nodes, end = np.empty(count, np.int64), 0
    sizes = np.zeros(3, np.int64)
    for group in range(3):
        for i in range(count):
            separates = touches[i] == 1 and side[i] == thin
            if (group == 2 and separates) or (group == side[i] and not separates):
                sorted_nodes[end] = nodes[i]
                end += 1
                sizes[group] += 1
    nodes[:] = sorted_nodes
    return sizes[0], sizes[1]


@njit(cache=True, nogil=True)
def inertial_order(first: Int64s, head: Int32s, x: Floats, y: Floats) -> Int64s:
    """Nodes in the order of their contraction; the graph is symmetric, without loops or parallel arcs."""
    count = x.shape[0]
    order = np.arange(count)
    part, local = np.zeros(count, np.int32), np.zeros(count, np.int32)
    waiting, name = [(0, count)], 0
    while len(waiting) > 0:
        begin, end = waiting.pop()
        if end - begin <= LEAF:
            continue
        name += 1
        nodes = order[begin:end]
        inner, heads, back = part_graph(nodes, first, head, part, name, local)
        left, right = split(nodes, inner, heads, back, x, y)
        waiting.append((begin, begin + left))
        waiting.append((begin + left, begin + left + right))
    return order
