"""From nodes to doors: the cheapest of the ways out of one door and into another, over a table between nodes."""

import numpy as np
from numba import njit

from geo._kernels.memory import Int32s, Int64s
from geo._kernels.weights import FAR


@njit(cache=True, nogil=True)
def join_doors(
    table: Int32s, out_row: Int64s, out_ms: Int64s, in_column: Int64s, in_ms: Int64s, travel: Int32s
) -> None:
    """Fill the travel time from each door to each; rows and columns of ways that are not there are -1.

    ``table`` holds -1 where no way leads, and so does ``travel``.
    """
    for i in range(travel.shape[0]):
        for j in range(travel.shape[1]):
            best = np.int64(FAR)
            for a in range(2):
                row = out_row[i, a]
                if row < 0:
                    continue
                for b in range(2):
                    column = in_column[j, b]
                    if column < 0 or table[row, column] < 0:
                        continue
                    best = min(best, out_ms[i, a] + table[row, column] + in_ms[j, b])
            travel[i, j] = np.int32(best) if best < FAR else np.int32(-1)
