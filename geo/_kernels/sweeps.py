"""One pass up and one pass down the hierarchy reach every node from any number of starts.

Method: Delling et al., "PHAST"; here the starts carry owners. A key is ``distance << 32 | owner``, so the
lowest owner wins among equals.
"""

import numpy as np
from numba import njit

from geo._kernels.memory import Int, Int32s, Int64s, UInt32s
from geo._kernels.weights import FAR

ONE = np.uint64(1)
TWO = np.uint64(2)
SHIFT = np.int64(32)
FAR_KEY = np.int64(FAR) << SHIFT


@njit(cache=True, nogil=True)
def sweep(
    ranks: Int64s, keys: Int64s, up_first: Int64s, up_head: UInt32s, weights: Int32s, side: Int, best: Int64s
) -> None:
    """Spread the keys of some ranks to all; side 0 leads from the starts to all, 1 from all to the starts."""
    best[:] = FAR_KEY
    for i in range(ranks.shape[0]):
        best[ranks[i]] = min(best[ranks[i]], keys[i])
    climb, descend = np.uint64(side), np.uint64(1 - side)
    count = up_first.shape[0] - 1
    for v in range(count):
        key = best[v]
        if key < FAR_KEY:
            for arc in range(np.uint64(up_first[v]), np.uint64(up_first[v + 1])):
                u = up_head[arc]
                best[u] = min(best[u], key + (np.int64(weights[TWO * arc + climb]) << SHIFT))
    for i in range(count):
        v = count - 1 - i
        key = best[v]
        for arc in range(np.uint64(up_first[v]), np.uint64(up_first[v + 1])):
            key = min(key, best[up_head[arc]] + (np.int64(weights[TWO * arc + descend]) << SHIFT))
        best[v] = key


@njit(cache=True, nogil=True)
def spread(rank: Int32s, best: Int64s, travel: Int32s, owner: Int32s) -> None:
    """Sort keys by rank into distance and owner by node, -1 where nothing was reached."""
    for node in range(rank.shape[0]):
        key = best[rank[node]]
        reached = key < FAR_KEY
        travel[node] = np.int32(key >> SHIFT) if reached else np.int32(-1)
        owner[node] = np.int32(key & 0x7FFFFFFF) if reached else np.int32(-1)
