"""Labels of a round: when one is ready after each stop, and how late one may come to it, so that a test is O(1).

Two labels stand side by side: the break is still to come (0), or is over (1). Who has no break begins with it over.
Waiting is never of use, so earliest times decide; windows, break and shift make both labels exact.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Int = Any
"""A whole number, whose width the compiler picks."""

NEVER = 10**9
FAR = 10**8


class Case(NamedTuple):
    """A question: n visits are points 0 to n - 1, m workers start at points n + w and end at points n + m + w."""

    travel: Int32s  # (ways, n + 2 m, n + 2 m), `FAR` without a way
    way: Int64s  # (m,) how each worker travels
    window: Int64s  # (n, most, 2), ascending
    windows: Int64s  # (n,)
    service: Int64s  # (n,)
    worth: Int64s  # (n,)
    allowed: NDArray[np.bool_]  # (n, m)
    wished: Int64s  # (n,) worker, -1 for anybody
    other: Int64s  # (1,) cost of another than the wished one
    shift: Int64s  # (m, 2)
    pause: Int64s  # (m, 3) earliest, latest, length; without a break the latest lies before the earliest
    near: Int32s  # (n, k)


class State(NamedTuple):
    """Rounds as they stand, and their labels."""

    route: Int32s  # (m, most)
    size: Int64s  # (m,)
    owner: Int64s  # (n,) worker, -1 for none
    position: Int64s  # (n,)
    ready: Int64s  # (m, most + 1, 2) after the stop before each gap
    latest: Int64s  # (m, most + 1, 2) arrival at the stop after each gap
    chance: NDArray[np.uint64]  # (1,)


@njit(cache=True, nogil=True)
def origin(case: Case, state: State, w: Int, gap: Int) -> Int:
    """Point before a gap."""
    return case.service.shape[0] + w if gap == 0 else np.int64(state.route[w, gap - 1])


@njit(cache=True, nogil=True)
def target(case: Case, state: State, w: Int, gap: Int) -> Int:
    """Point after a gap."""
    if gap == state.size[w]:
        return case.service.shape[0] + case.shift.shape[0] + w
    return np.int64(state.route[w, gap])


@njit(cache=True, nogil=True)
def rested(case: Case, w: Int, time: Int) -> Int:
    """End of a break that is begun at a time at the earliest."""
    begin = max(time, case.pause[w, 0])
    return begin + case.pause[w, 2] if begin <= case.pause[w, 1] else NEVER


@njit(cache=True, nogil=True)
def unrested(case: Case, w: Int, time: Int) -> Int:
    """Latest time from which a break is over by a time."""
    if case.pause[w, 1] < case.pause[w, 0] or case.pause[w, 0] + case.pause[w, 2] > time:
        return -NEVER
    return min(case.pause[w, 1], time - case.pause[w, 2])


@njit(cache=True, nogil=True)
def served(case: Case, visit: Int, time: Int) -> Int:
    """End of a visit to whose door one comes at a time."""
    for i in range(case.windows[visit]):
        if time <= case.window[visit, i, 1]:
            return max(time, case.window[visit, i, 0]) + case.service[visit]
    return NEVER


@njit(cache=True, nogil=True)
def unserved(case: Case, visit: Int, time: Int) -> Int:
    """Latest time to come to a door so that the visit is over by a time."""
    begin = time - case.service[visit]
    for i in range(case.windows[visit] - 1, -1, -1):
        if begin >= case.window[visit, i, 0]:
            return min(begin, case.window[visit, i, 1])
    return -NEVER


@njit(cache=True, nogil=True)
def ahead(case: Case, w: Int, start: Int, visit: Int, ready0: Int, ready1: Int) -> tuple[Int, Int]:
    """Ready after a visit, from being ready at a point; the break may lie before or after the visit."""
    way = np.int64(case.travel[case.way[w], start, visit])
    come0 = ready0 + way
    come1 = min(ready1 + way, rested(case, w, come0))
    done0 = served(case, visit, come0)
    return done0, min(served(case, visit, come1), rested(case, w, done0))


@njit(cache=True, nogil=True)
def behind(case: Case, w: Int, visit: Int, stop: Int, late0: Int, late1: Int) -> tuple[Int, Int]:
    """Latest arrival at a visit, from the latest arrival at the point after it."""
    way = np.int64(case.travel[case.way[w], visit, stop])
    come1 = unserved(case, visit, late1 - way)
    come0 = max(unserved(case, visit, late0 - way), unrested(case, w, come1))
    return max(come0, unserved(case, visit, unrested(case, w, late1 - way))), come1


@njit(cache=True, nogil=True)
def refresh(case: Case, state: State, w: Int, gap: Int) -> None:
    """Make the labels of a round anew, in which something changed at a gap alone; -1 for all."""
    size, first = state.size[w], max(gap, 0)
    ready, latest = state.ready[w], state.latest[w]
    if gap < 0:
        has_break = case.pause[w, 0] <= case.pause[w, 1]
        ready[0, 0] = case.shift[w, 0] if has_break else NEVER
        ready[0, 1] = rested(case, w, case.shift[w, 0]) if has_break else case.shift[w, 0]
    for k in range(first, size):
        visit = np.int64(state.route[w, k])
        state.owner[visit], state.position[visit] = w, k
        ready[k + 1, 0], ready[k + 1, 1] = ahead(
            case, w, origin(case, state, w, k), visit, ready[k, 0], ready[k, 1]
        )
    last = size - 1 if gap < 0 else gap
    latest[size, 1] = case.shift[w, 1]
    latest[size, 0] = unrested(case, w, case.shift[w, 1])
    if gap >= 0 and gap < size:
        # Labels after the gap are those from before the change, one place further on.
        for k in range(size - 1, gap, -1):
            latest[k, 0], latest[k, 1] = latest[k - 1, 0], latest[k - 1, 1]
    for k in range(min(last, size - 1), -1, -1):
        visit = np.int64(state.route[w, k])
        latest[k, 0], latest[k, 1] = behind(
            case, w, visit, target(case, state, w, k + 1), latest[k + 1, 0], latest[k + 1, 1]
        )


@njit(cache=True, nogil=True)
def fits(case: Case, state: State, visit: Int, w: Int, gap: Int) -> bool:
    """Tell whether a visit can be put in a gap with all later stops still in time."""
    done0, done1 = ahead(
        case, w, origin(case, state, w, gap), visit, state.ready[w, gap, 0], state.ready[w, gap, 1]
    )
    way = np.int64(case.travel[case.way[w], visit, target(case, state, w, gap)])
    return bool(done0 + way <= state.latest[w, gap, 0] or done1 + way <= state.latest[w, gap, 1])


@njit(cache=True, nogil=True)
def detour(case: Case, state: State, visit: Int, w: Int, gap: Int) -> Int:
    """Travel that a visit adds in a gap; who had no stop stayed where they were."""
    start, stop = origin(case, state, w, gap), target(case, state, w, gap)
    travel = case.travel[case.way[w]]
    spared = np.int64(travel[start, stop]) if state.size[w] > 0 else np.int64(0)
    return np.int64(travel[start, visit]) + np.int64(travel[visit, stop]) - spared
