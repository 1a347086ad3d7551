"""The memory of one nearest index in one direction at one set of travel times."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo._kernels import buckets
from geo._kernels.knn import nearest_batch, nearest_one
from geo._kernels.memory import address_of
from geo._kernels.weights import FAR
from geo.metric import Metric
from geo.spot import NOWHERE, Int64s, Questions, Spot

FIRST_WORDS = 1 << 16
TOGETHER = 16  # categories whose columns are allocated at once


class Table(NamedTuple):
    """A number of addresses, then the addresses; and where that lies."""

    array: Int64s
    address: int


def table_of(addresses: Int64s) -> Table:
    """Make a table of addresses."""
    array = np.append(len(addresses), addresses).astype(np.int64)
    return Table(array, address_of(array))


class Board:
    """Buckets of all categories over one metric; see `geo._kernels.buckets`.

    Changes are made under the gate of the index. A single query passes one address and keeps the
    interpreter lock while it runs, as every change does, so neither sees the other half done.

    Parameters
    ----------
    metric : Metric
        The travel times; kept alive.
    inbound : bool
        True: members travel to the question.
    flags : ndarray of int64
        Flags by member.
    members : int
        How many are expected; more than that is no harm.
    """

    def __init__(self, metric: Metric, flags: Int64s, *, inbound: bool, members: int = 0) -> None:
        self.metric = metric
        self.inbound = inbound
        self._facts = np.zeros(buckets.BOARD, np.int64)
        self._address = address_of(self._facts)
        self._tables: dict[int | frozenset[int], Table] = {}
        self._columns: list[NDArray[np.int32]] = []
        self._in_use: list[NDArray[np.int32]] = []
        topology = metric.topology
        words_each = 2 * topology.row_items // max(1, len(topology.rank))
        self._arena = _aligned(FIRST_WORDS + members * words_each)
        self._facts[buckets.ROADS] = metric.address
        self._facts[buckets.INBOUND] = inbound
        self._facts[buckets.ARENA_END] = 1  # cell 0 means none
        self._name_arena()
        self.take_flags(flags)

    def take_flags(self, flags: Int64s) -> None:
        """Let the flags of the members lie in another array."""
        self._facts[buckets.FLAGS] = address_of(flags)
        self._facts[buckets.FLAG_ITEMS] = len(flags)
        self._flags = flags  # the old ones live until here

    def insert(self, member: int, categories: frozenset[int], spot: Spot) -> None:
        """Add a member to all buckets above a spot."""
        self.move(member, categories, NOWHERE, spot)

    def remove(self, member: int, categories: frozenset[int], spot: Spot) -> None:
        """Drop a member from all buckets above the spot where it was added."""
        self.move(member, categories, spot, NOWHERE)

    def move(self, member: int, categories: frozenset[int], old: Spot, new: Spot) -> None:
        """Let a member change its spot; no query sees it missing or twice."""
        table = self._table(categories)
        while not buckets.move_member(self._address, table, member, *old, *new):
            self._grow()

    def nearest(
        self, spot: Spot, category: int | frozenset[int], k: int, flags: int, limit_ms: int
    ) -> tuple[Int64s, Int64s]:
        """Members and milliseconds of the k nearest, both of shape (found,)."""
        table = self._tables.get(category) or self._known(category)
        found: Int64s = nearest_one(self._address, table.address, *spot, k, flags, limit_ms)
        return found[0], found[1]

    def nearest_many(
        self,
        asked: Questions,
        category: int | frozenset[int],
        flags: int,
        limit_ms: int,
        out: tuple[Int64s, Int64s],
    ) -> int:
        """Answer for many spots, into arrays of shape (rows, k); the caller holds the gate.

        Returns how many nodes were settled by search: none.
        """
        table = self._known(category)
        members, travel = out
        nearest_batch(self._address, table.address, *asked, flags, limit_ms, members, travel)
        return 0

    def _known(self, category: int | frozenset[int]) -> Table:
        """Table of those of the categories that have, or had, a member."""
        wanted = category if isinstance(category, frozenset) else (category,)
        parts = [self._tables[one].array[1:] for one in wanted if one in self._tables]
        return table_of(np.concatenate(parts) if parts else np.empty(0, np.int64))

    def _table(self, categories: frozenset[int]) -> int:
        """Address of the table of the categories, made when missing."""
        table = self._tables.get(categories)
        if table is None:
            for category in categories:
                if category not in self._tables:
                    self._tables[category] = self._new_column()
            table = self._tables[categories] = self._known(categories)
        return table.address

    def _new_column(self) -> Table:
        """Table of one new category; columns lie together, so that huge pages can hold them."""
        count = len(self.metric.topology.rank)
        if not self._columns:
            self._columns = list(np.empty((TOGETHER, 2, count), np.int32))
        least, line_of = self._columns.pop()
        least.fill(FAR)
        line_of.fill(0)
        self._in_use += [least, line_of]
        return table_of(np.array([address_of(least), address_of(line_of)], np.int64))

    def _grow(self) -> None:
        """Double the arena."""
        old = self._arena  # lives until the new one is named
        self._arena = _aligned(2 * len(old))
        self._arena[: len(old)] = old
        self._name_arena()

    def _name_arena(self) -> None:
        """Tell the kernels where the arena lies."""
        self._facts[buckets.ARENA] = address_of(self._arena)
        self._facts[buckets.ARENA_WORDS] = len(self._arena)


def _aligned(words: int) -> Int64s:
    """Words that begin at a cache line."""
    raw = np.empty(words + 7, np.int64)
    skip = -(address_of(raw) // 8) % 8
    return raw[skip : skip + words]
