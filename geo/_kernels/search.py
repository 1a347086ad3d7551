"""Plain Dijkstra, for networks without a hierarchy and as the slow twin."""

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64] | NDArray[np.int32]


@njit(cache=True, nogil=True)
def dijkstra(
    first_out: Ints, head: Ints, weight: Ints, nodes: Ints, costs: Ints, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distances and entry arcs from several starts with initial costs; `limit` where unreached."""
    count = first_out.shape[0] - 1
    dist = np.full(count, limit, np.int64)
    entry = np.full(count, -1, np.int64)
    heap = [(np.int64(0), np.int64(-1))]
    for i in range(nodes.shape[0]):
        if costs[i] < dist[nodes[i]]:
            dist[nodes[i]] = costs[i]
            heappush(heap, (np.int64(costs[i]), np.int64(nodes[i])))
    while len(heap) > 0:
        reached, tail = heappop(heap)
        if tail < 0 or reached > dist[tail]:
            continue
        for arc in range(first_out[tail], first_out[tail + 1]):
            if weight[arc] < limit and reached + weight[arc] < dist[head[arc]]:
                dist[head[arc]] = reached + weight[arc]
                entry[head[arc]] = arc
                heappush(heap, (dist[head[arc]], np.int64(head[arc])))
    return dist, entry
