"""Members of one nearest index in one direction, found by plain search; nothing is kept but who stands where."""

from threading import local

import numpy as np
from numpy.typing import NDArray

from geo._kernels import search
from geo._kernels.memory import address_of
from geo._kernels.weights import FAR
from geo.board import Table, table_of
from geo.metric import Metric
from geo.spot import NOWHERE, Int64s, Questions, Spot

KEPT = 1000  # tables of single categories


class Search:
    """The same questions as `geo.board.Board`, by Dijkstra's search; see `geo._kernels.search`.

    A change costs little, a question as much as the nodes it passes. Changes and questions are made under
    the gate of the index; questions leave the interpreter to others meanwhile.

    Parameters
    ----------
    metric : Metric
        The travel times; kept alive.
    flags : ndarray of int64
        Flags by member.
    inbound : bool
        True: members travel to the question.
    """

    def __init__(self, metric: Metric, flags: Int64s, *, inbound: bool) -> None:
        self.metric = metric
        self.inbound = inbound
        self._roster = np.zeros(search.ROSTER, np.int64)
        self._address = address_of(self._roster)
        self._first_at = np.full(len(metric.topology.rank), search.NONE, np.int32)
        self._entries: NDArray[np.int32] = np.full((4, 0), search.NONE, np.int32)
        self._kinds: dict[int, NDArray[np.uint8]] = {}
        self._tables: dict[int | frozenset[int], Table] = {}
        self._threads = local()
        self._roster[search.ROADS] = metric.address
        self._roster[search.INBOUND] = inbound
        self._roster[search.FIRST_AT] = address_of(self._first_at)
        self.take_flags(flags)

    def take_flags(self, flags: Int64s) -> None:
        """Let the flags of the members lie in another array, and make as much room for the rest."""
        entries = np.full((4, 2 * len(flags)), search.NONE, np.int32)
        entries[:, : self._entries.shape[1]] = self._entries
        for category, members in self._kinds.items():
            self._kinds[category] = np.append(members, np.zeros(len(flags) - len(members), np.uint8))
        self._entries, self._flags = entries, flags
        self._tables.clear()
        for position, array in zip(
            (search.NEXT, search.BEFORE, search.STANDS, search.EXTRA), entries, strict=True
        ):
            self._roster[position] = address_of(array)
        self._roster[search.FLAGS] = address_of(flags)
        self._roster[search.MEMBERS] = len(flags)

    def insert(self, member: int, categories: frozenset[int], spot: Spot) -> None:
        """Let a member stand at a spot."""
        for category in categories:
            if category not in self._kinds:
                self._kinds[category] = np.zeros(len(self._flags), np.uint8)
                self._tables.clear()
            self._kinds[category][member] = 1
        search.stand(self._address, member, *spot)

    def remove(self, member: int, categories: frozenset[int], _spot: Spot) -> None:
        """Let a member stand nowhere."""
        for category in categories:
            self._kinds[category][member] = 0
        search.stand(self._address, member, *NOWHERE)

    def move(self, member: int, categories: frozenset[int], _old: Spot, new: Spot) -> None:
        """Let a member change its spot, one that stood nowhere too."""
        self.insert(member, categories, new)

    def nearest(
        self, spot: Spot, category: int | frozenset[int], k: int, flags: int, limit_ms: int
    ) -> tuple[Int64s, Int64s, int]:
        """Members and milliseconds of the k nearest, both of shape (found,), and nodes settled."""
        table = self._table(category)
        found, settled = search.search_one(
            self._address, table.address, *spot, k, flags, limit_ms, self._reached()
        )
        return found[0], found[1], settled

    def nearest_many(
        self,
        asked: Questions,
        category: int | frozenset[int],
        flags: int,
        limit_ms: int,
        out: tuple[Int64s, Int64s],
    ) -> int:
        """Answer for many spots, into arrays of shape (rows, k); returns nodes settled."""
        table = self._table(category)
        settled: int = search.search_batch(
            self._address, table.address, *asked, flags, limit_ms, self._reached(), *out
        )
        return settled

    def _table(self, category: int | frozenset[int]) -> Table:
        """Name the members of the categories."""
        if category in self._tables:
            return self._tables[category]
        wanted = category if isinstance(category, frozenset) else (category,)
        table = table_of(
            np.array([address_of(self._kinds[each]) for each in wanted if each in self._kinds], np.int64)
        )
        if isinstance(category, int) and len(self._tables) < KEPT:
            self._tables[category] = table
        return table

    def _reached(self) -> NDArray[np.int32]:
        """Scratch of this thread: FAR for every rank."""
        reached: NDArray[np.int32] | None = getattr(self._threads, "reached", None)
        if reached is None:
            reached = self._threads.reached = np.full(len(self._first_at), FAR, np.int32)
        return reached
