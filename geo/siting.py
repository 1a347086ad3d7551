"""Where the next places go: the best of many candidates for all who come, with a bound that tells how near the best.

One problem for two questions. With costs of people times their travel time it is the p-median; with people who would be
too far away, the largest cover. What exists already stays and costs nothing to keep.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadPlaceError

Int64s = NDArray[np.int64]
STEPS = 600
"""Steps of the bound; each looks at all costs once."""
PATIENCE = 20
ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Siting:
    """The places chosen, by position and ascending, what all costs with them, and what it costs at the very least."""

    chosen: tuple[int, ...]
    cost: int
    bound: int

    @property
    def gap(self) -> float:
        """How much of the cost may still be saved by other places, 0 when proven the best."""
        return 0.0 if self.cost == self.bound else (self.cost - self.bound) / self.cost


def place_best(cost: ArrayLike, usual: ArrayLike, count: int) -> Siting:
    """Choose places so that the sum of what each costs at its best place is least.

    Parameters
    ----------
    cost : array_like of int, shape (candidates, demands)
        What each demand costs when served from a candidate, zero or more.
    usual : array_like of int, shape (demands,)
        What it costs now, served by what exists; nobody is ever worse off.
    count : int
        How many places may be added, zero or more; no more are than gain anything.

    Returns
    -------
    Siting
        Without candidates nothing is chosen.

    Raises
    ------
    BadPlaceError
        When the arrays do not fit each other, or hold a negative cost.
    """
    now, costs = np.asarray(usual, np.int64), np.asarray(cost, np.int64)
    if costs.shape != (len(costs), len(now)) or count < 0:
        raise BadPlaceError("cost must have one column for each demand, and count be zero or more")
    if (costs.size and costs.min() < 0) or (now.size and now.min() < 0):
        raise BadPlaceError("cost and usual hold a negative number; allowed is zero or more")
    costs = np.minimum(costs, now)
    chosen = _swapped(costs, now, _greedy(costs, now, min(count, len(costs))))
    total = int(_served(costs, now, chosen).sum())
    while True:
        bound, seen = _bound(costs, now, count, total)
        other = _swapped(costs, now, seen)
        cost_of_other = int(_served(costs, now, other).sum())
        if cost_of_other >= total:
            return Siting(tuple(sorted(chosen)), total, bound)
        chosen, total = other, cost_of_other


def _served(costs: Int64s, now: Int64s, chosen: list[int]) -> Int64s:
    served: Int64s = np.minimum(now, costs[chosen].min(axis=0)) if chosen else now
    return served


def _greedy(costs: Int64s, now: Int64s, count: int) -> list[int]:
    """Add the place that gains most, again and again, while one gains anything."""
    chosen: list[int] = []
    for _ in range(count):
        best = int(np.argmin(np.minimum(costs, now).sum(axis=1)))
        if np.array_equal(np.minimum(costs[best], now), now):
            break
        chosen.append(best)
        now = np.minimum(now, costs[best])
    return chosen


def _swapped(costs: Int64s, now: Int64s, chosen: list[int]) -> list[int]:
    """Exchange one place for another, the best exchange first, until none gains; costs fall, so it ends."""
    total = int(_served(costs, now, chosen).sum())
    while chosen:
        best = total, -1, -1
        for position in range(len(chosen)):
            others = chosen[:position] + chosen[position + 1 :]
            sums = np.minimum(costs, _served(costs, now, others)).sum(axis=1)
            added = int(np.argmin(sums))
            best = min(best, (int(sums[added]), position, added))
        if best[0] >= total:
            break
        total, position, added = best
        chosen = [*chosen[:position], *chosen[position + 1 :], added]
    return chosen


def _bound(costs: Int64s, now: Int64s, count: int, known: int) -> tuple[int, list[int]]:
    """Return what no choice can go below, and the best choice seen on the way there.

    Lagrange multipliers on "everybody is served once" are raised by subgradients; the places that they open are as
    good a start for exchanges as those chosen one by one, and a different one.
    """
    if not costs.size or not count:
        return known, []
    worth = _served(costs, now, [int(np.argmin(costs.sum(axis=1)))]).astype(np.float64)
    best, step, waited, seen = 0.0, 1.0, 0, (known, list[int]())
    for _ in range(STEPS):
        saving = np.minimum(costs - worth, 0.0)
        gains = saving.sum(axis=1)
        opened = np.argsort(gains, kind="stable")[:count]
        low = float(worth.sum() + np.minimum(now - worth, 0.0).sum() + gains[opened].sum())
        waited = 0 if low > best + ENOUGH else waited + 1
        best = max(best, low)
        seen = min(seen, (int(_served(costs, now, opened.tolist()).sum()), opened.tolist()))
        if _whole(best) >= known:
            break
        if waited >= PATIENCE:
            step, waited = step / 2, 0
        slope = 1.0 - (now < worth) - (saving[opened] < 0).sum(axis=0)
        length = float((slope**2).sum())
        if not length:
            break
        worth = worth + step * (known - low) / length * slope
    return min(known, _whole(best)), seen[1]


def _whole(low: float) -> int:
    """Return the least whole cost that is not below a bound, whose sum may be off in its last digits."""
    return int(np.ceil(low - ENOUGH * max(1.0, low)))
