"""Ruin and recreate: take strings of stops near one place out, put them back where they cost least, keep what is good.

Method: Christiaens and Vanden Berghe, "Slack Induction by String Removals", with visits that may be left out at what
they are worth, and simulated annealing by steps, so that a seed and a number of steps name one plan.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.rounds._kernels.labels import (
    NEVER,
    Case,
    Int,
    Int32s,
    Int64s,
    State,
    detour,
    fits,
    origin,
    refresh,
    target,
)

LONGEST_STRING = 8
MEAN_TAKEN = 10.0
LEFT_OUT_TRIED = 10
BLINK, SMALL_BLINK = 0.01, 0.1
"""How often a gap is overlooked, so that the cheapest now is not always taken."""
DARING = 0.05
"""How often a visit is put where it costs up to twice its worth; others may then join it."""
SPLIT, SPLIT_ON = 0.5, 0.7
SMALL = 100
"""With at most so many visits every gap of every round is tried, not only those beside neighbours."""
DENSE_S = 180.0
"""Travel that a visit costs at the margin, beside its time: how visits are ranked by worth."""


class Scratch(NamedTuple):
    """What a step remembers: the rounds it touched as they were, the visits it took out, and the best plan so far."""

    route: Int32s  # (m, most)
    size: Int64s  # (m,)
    touched: Int64s  # (m,)
    is_touched: NDArray[np.bool_]  # (m,)
    taken: Int64s  # (n,)
    is_taken: NDArray[np.bool_]  # (n,)
    key: NDArray[np.float64]  # (n,)
    counts: Int64s  # (2,) touched, taken
    best_route: Int32s
    best_size: Int64s
    best: Int64s  # (1,)


@njit(cache=True, nogil=True)
def chance(state: State) -> float:
    """Draw from 0 to 1, 1 excluded (xorshift64*)."""
    x = state.chance[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.chance[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, nogil=True)
def below(state: State, count: Int) -> Int:
    """Draw a whole number below a count."""
    return np.int64(chance(state) * count)


@njit(cache=True, nogil=True)
def other_person(case: Case, visit: Int, w: Int) -> Int:
    """Cost of a visit by another than the wished worker."""
    wished = case.wished[visit]
    return case.other[0] if wished >= 0 and wished != w else np.int64(0)


@njit(cache=True, nogil=True)
def round_cost(case: Case, state: State, w: Int) -> Int:
    """Travel of a round; nothing for one without stops."""
    if state.size[w] == 0:
        return np.int64(0)
    cost: Int = np.int64(0)
    for gap in range(state.size[w] + 1):
        cost += case.travel[case.way[w], origin(case, state, w, gap), target(case, state, w, gap)]
    return cost


@njit(cache=True, nogil=True)
def plan_cost(case: Case, state: State) -> Int:
    """Return the whole cost of the rounds as they stand."""
    cost: Int = np.int64(0)
    for w in range(state.size.shape[0]):
        cost += round_cost(case, state, w)
    for visit in range(state.owner.shape[0]):
        w = state.owner[visit]
        cost += case.worth[visit] if w < 0 else other_person(case, visit, w)
    return cost


@njit(cache=True, nogil=True)
def remember(state: State, scratch: Scratch, w: Int) -> None:
    """Keep a round as it was before this step."""
    if not scratch.is_touched[w]:
        size = state.size[w]
        scratch.route[w, :size] = state.route[w, :size]
        scratch.size[w] = size
        scratch.is_touched[w] = True
        scratch.touched[scratch.counts[0]] = w
        scratch.counts[0] += 1


@njit(cache=True, nogil=True)
def take(state: State, scratch: Scratch, visit: Int) -> None:
    """Note a visit to be put somewhere."""
    if not scratch.is_taken[visit]:
        scratch.is_taken[visit] = True
        scratch.taken[scratch.counts[1]] = visit
        scratch.counts[1] += 1
        state.owner[visit] = -1


@njit(cache=True, nogil=True)
def cut(case: Case, state: State, scratch: Scratch, visit: Int) -> Int:
    """Take a string of stops with a visit in it out of its round, and tell what that saves, without worth."""
    w = state.owner[visit]
    remember(state, scratch, w)
    size, at = state.size[w], state.position[visit]
    length = min(size, 1 + below(state, min(LONGEST_STRING, size)))
    kept: Int = np.int64(0)
    if length > 1 and length < size and chance(state) < SPLIT:
        kept = 1
        while length + kept < size and chance(state) < SPLIT_ON:
            kept += 1
    span = length + kept
    low, high = max(0, at - span + 1), min(at, size - span)
    first = low + below(state, high - low + 1)
    keep_from = first + below(state, length + 1) if kept else first
    before = round_cost(case, state, w)
    cost: Int = np.int64(0)
    size_left: Int = np.int64(0)
    for k in range(size):
        stop = state.route[w, k]
        if first <= k < first + span and not keep_from <= k < keep_from + kept:
            cost += other_person(case, stop, w)
            take(state, scratch, stop)
        else:
            state.route[w, size_left] = stop
            size_left += 1
    state.size[w] = size_left
    refresh(case, state, w, -1)
    return before - round_cost(case, state, w) + cost


@njit(cache=True, nogil=True)
def ruin(case: Case, state: State, scratch: Scratch) -> Int:
    """Take strings near a visit out of several rounds, note visits left out near by, and tell what is saved."""
    visit = below(state, state.owner.shape[0])
    strings = 1 + below(state, 2 * MEAN_TAKEN / LONGEST_STRING)
    saved: Int = np.int64(0)
    cut_count, tried = 0, 0
    for i in range(-1, case.near.shape[1]):
        other = visit if i < 0 else np.int64(case.near[visit, i])
        w = state.owner[other]
        if w < 0:
            if tried < LEFT_OUT_TRIED and not scratch.is_taken[other]:
                take(state, scratch, other)
                tried += 1
        elif cut_count < strings and not scratch.is_touched[w]:
            taken = scratch.counts[1]
            saved += cut(case, state, scratch, other)
            for j in range(taken, scratch.counts[1]):
                saved -= case.worth[scratch.taken[j]]
            cut_count += 1
    return saved


@njit(cache=True, nogil=True)
def rank(case: Case, state: State, scratch: Scratch) -> Int64s:
    """Order in which visits are put back: by chance, worth, worth for its time, narrowness or hour."""
    how, count = chance(state), scratch.counts[1]
    for i in range(count):
        visit = scratch.taken[i]
        begin, end = case.window[visit, 0, 0], case.window[visit, case.windows[visit] - 1, 1]
        if how < 0.2:
            key = chance(state)
        elif how < 0.4:
            key = -case.worth[visit] - chance(state)
        elif how < 0.7:
            key = -(case.worth[visit] + 1.0) / (case.service[visit] + DENSE_S) * (0.8 + 0.4 * chance(state))
        elif how < 0.85:
            key = float(end - begin)
        else:
            key = float(begin)
        scratch.key[i] = key
    order: Int64s = np.argsort(scratch.key[:count], kind="mergesort")
    return order


@njit(cache=True, nogil=True)
def try_gap(case: Case, state: State, visit: Int, w: Int, gap: Int, best: Int) -> Int:
    """Cost of a visit in a gap, or the best one known where that is no better."""
    if not case.allowed[visit, w] or state.size[w] == state.route.shape[1]:
        return best
    cost = detour(case, state, visit, w, gap) + other_person(case, visit, w)
    return cost if cost < best and fits(case, state, visit, w, gap) else best


@njit(cache=True, nogil=True)
def search_all(case: Case, state: State, visit: Int, limit: Int, blink: float) -> tuple[Int, Int, Int]:
    """Cheapest gap of all rounds below a limit: cost, worker (-1 for none), gap."""
    best: Int = limit
    worker: Int = np.int64(-1)
    place: Int = np.int64(-1)
    for w in range(state.size.shape[0]):
        for gap in range(state.size[w] + 1):
            if blink > 0 and chance(state) < blink:
                continue
            cost = try_gap(case, state, visit, w, gap, best)
            if cost < best:
                best, worker, place = cost, w, gap
    return best, worker, place


@njit(cache=True, nogil=True)
def search_beside(case: Case, state: State, visit: Int, limit: Int) -> tuple[Int, Int, Int]:
    """Cheapest gap beside a neighbour below a limit: cost, worker (-1 for none), gap."""
    best: Int = limit
    worker: Int = np.int64(-1)
    place: Int = np.int64(-1)
    for i in range(case.near.shape[1]):
        other = np.int64(case.near[visit, i])
        w = state.owner[other]
        if w < 0:
            continue
        for gap in range(state.position[other], state.position[other] + 2):
            if chance(state) >= BLINK:
                cost = try_gap(case, state, visit, w, gap, best)
                if cost < best:
                    best, worker, place = cost, w, gap
    return best, worker, place


@njit(cache=True, nogil=True)
def search_near(case: Case, state: State, scratch: Scratch, visit: Int, limit: Int) -> tuple[Int, Int, Int]:
    """Cheapest gap beside neighbours and at the start of rounds touched; those without stops where nothing is near."""
    best, worker, place = search_beside(case, state, visit, limit)
    for i in range(scratch.counts[0]):
        cost = try_gap(case, state, visit, scratch.touched[i], 0, best)
        if cost < best:
            best, worker, place = cost, scratch.touched[i], np.int64(0)
    if worker >= 0:
        return best, worker, place
    for w in range(state.size.shape[0]):
        cost = try_gap(case, state, visit, w, 0, best) if state.size[w] == 0 else best
        if cost < best:
            best, worker, place = cost, np.int64(w), np.int64(0)
    return best, worker, place


@njit(cache=True, nogil=True)
def put(case: Case, state: State, visit: Int, w: Int, gap: Int) -> None:
    """Put a visit in a gap."""
    for k in range(state.size[w], gap, -1):
        state.route[w, k] = state.route[w, k - 1]
    state.route[w, gap] = visit
    state.size[w] += 1
    refresh(case, state, w, gap)


@njit(cache=True, nogil=True)
def recreate(case: Case, state: State, scratch: Scratch) -> Int:
    """Put visits taken out where they cost least, and tell what that costs less what they are worth."""
    cost: Int = np.int64(0)
    for i in rank(case, state, scratch):
        visit = scratch.taken[i]
        limit = case.worth[visit] * 2 if chance(state) < DARING else case.worth[visit]
        if state.owner.shape[0] <= SMALL:
            found, w, gap = search_all(case, state, visit, limit, SMALL_BLINK)
        else:
            found, w, gap = search_near(case, state, scratch, visit, limit)
        if w >= 0:
            remember(state, scratch, w)
            put(case, state, visit, w, gap)
            cost += found - case.worth[visit]
    return cost


@njit(cache=True, nogil=True)
def undo(case: Case, state: State, scratch: Scratch) -> None:
    """Put the rounds back as they were before this step."""
    for i in range(scratch.counts[1]):
        state.owner[scratch.taken[i]] = -1
    for i in range(scratch.counts[0]):
        w = scratch.touched[i]
        size = scratch.size[w]
        state.size[w] = size
        state.route[w, :size] = scratch.route[w, :size]
        refresh(case, state, w, -1)


@njit(cache=True, nogil=True)
def forget(scratch: Scratch) -> None:
    """Make the scratch ready for the next step."""
    for i in range(scratch.counts[0]):
        scratch.is_touched[scratch.touched[i]] = False
    for i in range(scratch.counts[1]):
        scratch.is_taken[scratch.taken[i]] = False
    scratch.counts[:] = 0


@njit(cache=True, nogil=True)
def begin(case: Case, state: State, order: Int64s) -> None:
    """Make the labels, and put visits one by one where they cost least."""
    for w in range(state.size.shape[0]):
        refresh(case, state, w, -1)
    for i in range(order.shape[0]):
        visit = order[i]
        if state.owner[visit] < 0:
            _, w, gap = search_all(case, state, visit, case.worth[visit], 0.0)
            if w >= 0:
                put(case, state, visit, w, gap)


@njit(cache=True, nogil=True)
def improve(case: Case, state: State, scratch: Scratch, steps: Int, hot: float, cold: float) -> None:
    """Take steps, from hot to cold; the best plan found is kept in the scratch."""
    cost = plan_cost(case, state)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        change = -ruin(case, state, scratch)
        change += recreate(case, state, scratch)
        if change <= -heat * np.log(1.0 - chance(state)):
            cost += change
        else:
            undo(case, state, scratch)
        forget(scratch)
        if cost < scratch.best[0]:
            scratch.best[0] = cost
            scratch.best_size[:] = state.size
            scratch.best_route[:] = state.route


@njit(cache=True, nogil=True)
def fitting(case: Case, state: State, visit: Int) -> bool:
    """Tell whether a visit could be put anywhere, at whatever cost."""
    _, w, _ = search_all(case, state, visit, np.int64(NEVER), 0.0)
    return bool(w >= 0)
