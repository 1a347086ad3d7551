"""Many at once: who goes where, so that the whole costs least; every answer carries the proof that it is the least.

Each order brings its cheapest offers, a few at first. The best assignment of these is found, and prices of providers
that support it: an order pays the cost of its provider and its price, and would not pay less elsewhere. What an order
has not listed costs at least as much as the last that it has; where that is more than it pays, nothing left out can be
better. Orders for which it is not list more, and all is solved again. At the end the costs equal a bound that no
assignment of whatever pairs can go below.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import BadFieldError

Int64s: TypeAlias = NDArray[np.int64]
FIRST_LOOK = 16
WIDER = 4
HIGHEST_COST = 10**9


class Offers(NamedTuple):
    """The cheapest offers to one order, by rising cost: providers, whole costs, and whether there are no more."""

    providers: Sequence[int]
    costs: Sequence[int]
    are_all: bool


Look: TypeAlias = Callable[[int, int], Offers]
"""Gives at least so many offers to the order at a position, the cheapest, or all there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who goes where.

    ``chosen`` has for each order its provider, or None. ``total`` is the sum of costs, with those of the orders that
    nobody takes; ``bound`` is what no assignment can go below, equal to ``total`` as the proof. ``prices`` are what one
    more place at a provider would save; ``looked_at`` counts the pairs that were looked at.
    """

    chosen: tuple[int | None, ...]
    total: int
    bound: int
    prices: Mapping[int, int] = field(default_factory=dict)
    looked_at: int = 0


def assign(
    missed: Sequence[int], rooms: Mapping[int, int], look: Look, *, first: int = FIRST_LOOK
) -> Assignment:
    """Find the assignment of orders to providers of least cost.

    Parameters
    ----------
    missed : sequence of int, shape (orders,)
        What it costs when nobody takes an order; an offer that costs more is not taken.
    rooms : Mapping of int to int
        How many orders each provider can still take; who is not named has none.
    look : callable
        Offers to the order at a position; costs are whole numbers, also negative ones.
    first : int
        How many offers each order lists at first.

    Returns
    -------
    Assignment
        Without orders it is empty and costs nothing.

    Raises
    ------
    BadFieldError
        For costs beyond what is added up exactly.
    """
    offers = [look(order, first) for order in range(len(missed))]
    asked = [first] * len(missed)
    if any(abs(cost) > HIGHEST_COST for cost in (*missed, *(c for o in offers for c in o.costs))):
        raise BadFieldError("cost", HIGHEST_COST, f"costs of at most {HIGHEST_COST} either way")
    while True:
        pairs = _Pairs.of(offers, rooms)
        chosen = _solve(pairs, np.array(missed, np.int64))
        prices = _prices(pairs, chosen, np.array(missed, np.int64))
        paid = _paid(pairs, chosen, prices, np.array(missed, np.int64))
        short = [
            order
            for order, each in enumerate(offers)
            if not each.are_all and (not each.costs or paid[order] > each.costs[-1])
        ]
        if not short:
            return _answer(pairs, chosen, prices, paid, missed)
        for order in short:
            asked[order] *= WIDER
            offers[order] = look(order, asked[order])


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs that are looked at, by order: positions of order and provider, and costs, shape (pairs,)."""

    order: Int64s
    provider: Int64s
    cost: Int64s
    names: Int64s
    room: Int64s
    orders: int

    @classmethod
    def of(cls, offers: Sequence[Offers], rooms: Mapping[int, int]) -> "_Pairs":
        counts = [len(each.providers) for each in offers]
        order = np.repeat(np.arange(len(offers)), counts)
        named = np.array([p for each in offers for p in each.providers], np.int64)
        cost = np.array([c for each in offers for c in each.costs], np.int64)
        names, position = np.unique(named, return_inverse=True)
        room = np.array([max(0, rooms.get(int(name), 0)) for name in names], np.int64)
        return cls(order, position.reshape(-1).astype(np.int64), cost, names, room, len(offers))


def _solve(pairs: _Pairs, missed: Int64s) -> Int64s:
    """Pair of each order in the best assignment, -1 for none; a provider stands once for each order it can take."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to load, and most commands assign nothing
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    if not pairs.orders:
        return np.empty(0, np.int64)
    # More places than orders name a provider are never used; and what costs more than nobody is never taken.
    use = (pairs.room[pairs.provider] > 0) & (pairs.cost < missed[pairs.order])
    wanted = np.bincount(pairs.provider[use], minlength=len(pairs.names))
    places = np.minimum(pairs.room, wanted)
    first = np.cumsum(places) - places
    used = np.flatnonzero(use)
    copies = places[pairs.provider[used]]
    pair = np.repeat(used, copies)
    column = np.repeat(first[pairs.provider[used]] - (np.cumsum(copies) - copies), copies) + np.arange(
        len(pair)
    )
    nobody = np.arange(pairs.orders)
    # Weights of zero would be no edges: all are raised alike, which changes no comparison of whole assignments.
    weight = np.concatenate((pairs.cost[pair], missed)).astype(np.float64)
    weight += 1 - weight.min()
    rows = np.concatenate((pairs.order[pair], nobody))
    columns = np.concatenate((column, int(places.sum()) + nobody))
    graph = csr_array((weight, (rows, columns)), shape=(pairs.orders, int(places.sum()) + pairs.orders))
    matched = np.empty(pairs.orders, np.int64)
    row, taken = min_weight_full_bipartite_matching(graph)
    matched[row] = taken
    chosen = np.full(pairs.orders, -1, np.int64)
    hit = matched[pairs.order[pair]] == column
    chosen[pairs.order[pair[hit]]] = pair[hit]
    return chosen


def _paid(pairs: _Pairs, chosen: Int64s, prices: Int64s, missed: Int64s) -> Int64s:
    """Return what each order pays: the cost and price of its provider, or that of nobody."""
    paid = missed.copy()
    taken = np.flatnonzero(chosen >= 0)
    pair = chosen[taken]
    paid[taken] = pairs.cost[pair] + prices[pairs.provider[pair]]
    return paid


def _prices(pairs: _Pairs, chosen: Int64s, missed: Int64s) -> Int64s:
    """Least prices at which no order would rather have another provider: raised until none would."""
    prices = np.zeros(len(pairs.names), np.int64)
    while True:
        paid = _paid(pairs, chosen, prices, missed)
        raised = prices.copy()
        np.maximum.at(raised, pairs.provider, paid[pairs.order] - pairs.cost)
        if np.array_equal(raised, prices):
            return prices
        prices = raised


def _answer(pairs: _Pairs, chosen: Int64s, prices: Int64s, paid: Int64s, missed: Sequence[int]) -> Assignment:
    """Put the answer together with its bound: what orders pay, less what the places of providers are worth."""
    total = int(_paid(pairs, chosen, np.zeros_like(prices), np.array(missed, np.int64)).sum())
    taker = np.where(chosen >= 0, pairs.provider[chosen], -1) if len(pairs.order) else chosen
    return Assignment(
        chosen=tuple(int(pairs.names[each]) if each >= 0 else None for each in taker.tolist()),
        total=total,
        bound=int(paid.sum() - (prices * pairs.room).sum()),
        prices={int(n): int(p) for n, p in zip(pairs.names, prices, strict=True) if p},
        looked_at=len(pairs.order),
    )
