"""The nearest members of a category by road; members come, go and move."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadNetworkError, UnknownMemberError
from geo.hierarchy import Hierarchy
from geo.roads import CLOSED_MS
from geo.site import Site, along_ms, arrivals, departures

NO_MEMBER = -1
"""Fills rows of `nearest_many` that have fewer than k members; the travel time there is -1 too."""


@dataclass(frozen=True, slots=True)
class _Member:
    where: int | Site
    categories: frozenset[int]
    cost_ms: int
    flags: int


class NearestIndex:
    """Members at nodes or sites, found by road distance.

    Parameters
    ----------
    hierarchy : Hierarchy
        The streets; when it is re-weighted the index follows.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self._members: dict[int, _Member] = {}

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, member: int) -> bool:
        return member in self._members

    def insert(
        self,
        member: int,
        node: int | Site,
        categories: int | Iterable[int],
        cost_ms: int = 0,
        flags: int = 0,
    ) -> None:
        """Add a member, or replace the one of the same number.

        Parameters
        ----------
        member : int
            Number of the member, 0 or more and below 2**27.
        node : int or Site
            Where it stands.
        categories : int or iterable of int
            What it is found by.
        cost_ms : int
            Milliseconds added to every travel time of this member, 0 or more.
        flags : int
            Bits that a query may demand, 0 to 2**62 - 1.
        """
        if cost_ms < 0:
            raise BadNetworkError(
                f"cost_ms {cost_ms} of member {member} is negative; allowed is zero or more"
            )
        self._check(node)
        wanted = frozenset((categories,) if isinstance(categories, int) else categories)
        self._members[member] = _Member(node, wanted, cost_ms, flags)

    def move(self, member: int, node: int | Site) -> None:
        """Let a member stand somewhere else.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        self._check(node)
        self._members[member] = replace(self._known(member), where=node)

    def remove(self, member: int) -> None:
        """Take a member out.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        self._known(member)
        del self._members[member]

    def update(self, member: int, *, cost_ms: int | None = None, flags: int | None = None) -> None:
        """Change what a member adds to its travel time, or its flags.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        known = self._known(member)
        self._members[member] = replace(
            known,
            cost_ms=known.cost_ms if cost_ms is None else cost_ms,
            flags=known.flags if flags is None else flags,
        )

    def nearest(
        self,
        node: int | Site,
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the k members with the least travel time.

        Parameters
        ----------
        node : int or Site
            Where the search starts.
        category : int or iterable of int
            Members of any of these are candidates, each once.
        k : int
            How many at most.
        flags : int
            Bits that a member must all have.
        limit_ms : int, optional
            Members farther than this are left out.
        inbound : bool
            True: the member travels to the node. False: the other way.

        Returns
        -------
        members, travel_ms : ndarray of int64, shape (found,)
            Nearest first, the lower number first among equals; empty when nobody is within reach.
        """
        self._check(node)
        wanted = {category} if isinstance(category, int) else set(category)
        weight_ms = self.hierarchy.weight_ms
        ends = (arrivals if inbound else departures)(node, self.hierarchy.network, weight_ms)
        dist, _ = self.hierarchy.distances(ends, inbound=inbound)
        limit = CLOSED_MS - 1 if limit_ms is None else limit_ms
        found = []
        for number, member in self._members.items():
            if member.categories & wanted and member.flags & flags == flags:
                travel = self._travel(node, member, dist, inbound=inbound)
                if travel <= limit:
                    found.append((travel, number))
        found = sorted(found)[:k]
        return np.array([m for _, m in found], np.int64), np.array([t for t, _ in found], np.int64)

    def nearest_many(
        self,
        nodes: ArrayLike,
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Answer `nearest` for many nodes at once.

        Returns
        -------
        members, travel_ms : ndarray of int64, shape (nodes, k)
            Rows with fewer members are filled with `NO_MEMBER` and -1.
        """
        starts = np.atleast_1d(np.asarray(nodes, np.int64))
        members = np.full((len(starts), k), NO_MEMBER, np.int64)
        travel = np.full((len(starts), k), -1, np.int64)
        for row, node in enumerate(starts.tolist()):
            found, times = self.nearest(node, category, k, flags=flags, limit_ms=limit_ms, inbound=inbound)
            members[row, : len(found)], travel[row, : len(found)] = found, times
        return members, travel

    def _travel(self, where: int | Site, member: _Member, dist: NDArray[np.int64], *, inbound: bool) -> int:
        """Travel time between a searched place, whose distances are given, and a member."""
        network, weight_ms = self.hierarchy.network, self.hierarchy.weight_ms
        ends = (departures if inbound else arrivals)(member.where, network, weight_ms)
        best = min((int(dist[node]) + cost for node, cost, _ in ends), default=CLOSED_MS)
        if isinstance(where, Site) and isinstance(member.where, Site):
            pair = (member.where, where) if inbound else (where, member.where)
            best = min(best, along_ms(*pair, weight_ms))
        return best + member.cost_ms

    def _known(self, member: int) -> _Member:
        """Look up a member."""
        if member not in self._members:
            raise UnknownMemberError(f"member {member} is not in the index; insert it first")
        return self._members[member]

    def _check(self, where: int | Site) -> None:
        """Refuse a place outside the network."""
        network = self.hierarchy.network
        position, count = (
            (where.arc, network.arc_count) if isinstance(where, Site) else (where, network.node_count)
        )
        if not 0 <= position < count:
            raise BadNetworkError(f"{where} lies outside the network; allowed is 0 .. {count - 1}")


def warm() -> None:
    """Compile, or load from the cache, everything a query needs, on a tiny network."""
