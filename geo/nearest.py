"""The nearest members of a category by road; members come, go and move."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.board import CHUNK, FEW, Board, Gate, Spot, check_member
from geo.errors import UnknownMemberError
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.reach import coverage
from geo.roads import CLOSED_MS, RoadNetwork
from geo.routes import Router
from geo.site import Anchor, Site, along_ms, arrivals, check_within, departures

Int64s = NDArray[np.int64]

WHOLE = (int, np.integer)

NO_MEMBER = -1
"""Fills rows of `nearest_many` that have fewer than k members; the travel time there is -1 too."""


class _Member(NamedTuple):
    where: int | Site
    categories: frozenset[int]
    cost_ms: int
    flags: int


class _World(NamedTuple):
    """What answers questions at one set of travel times; a direction nobody asked for has no board yet."""

    metric: Metric
    outbound: Board | None
    inbound: Board | None


class NearestIndex:
    """Members at nodes or sites, found by road distance; safe to use from several threads.

    Parameters
    ----------
    hierarchy : Hierarchy
        The streets; when it is re-weighted the index follows.

    Notes
    -----
    The index of a direction (members travelling to the question, or the other way) is built when it is
    first asked for; from then on changes keep it up to date, which doubles their cost.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self._rank = hierarchy.topology.rank_of
        self._members: dict[int, _Member] = {}
        self._by_arc: dict[int, frozenset[int]] = {}
        self._flags = np.zeros(1024, np.int64)
        self._gate = Gate()
        self._world = _World(hierarchy.metric, None, None)
        hierarchy.follow(self._adopt)

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
        check_member(member, cost_ms, flags)
        check_within(node, self.hierarchy.network)
        wanted = frozenset((categories,) if isinstance(categories, WHOLE) else categories)
        with self._gate:
            if member in self._members:
                self._drop(member)
            self._make_flags_reach(member)
            self._add(member, _Member(node, wanted, cost_ms, flags))

    def move(self, member: int, node: int | Site) -> None:
        """Let a member stand somewhere else.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        check_within(node, self.hierarchy.network)
        with self._gate:
            self._change(member, self._known(member)._replace(where=node))

    def remove(self, member: int) -> None:
        """Take a member out.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        with self._gate:
            self._known(member)
            self._drop(member)

    def update(self, member: int, *, cost_ms: int | None = None, flags: int | None = None) -> None:
        """Change what a member adds to its travel time, or its flags.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        with self._gate:
            known = self._known(member)
            cost = known.cost_ms if cost_ms is None else cost_ms
            bits = known.flags if flags is None else flags
            check_member(member, cost, bits)
            self._flags[member] = bits
            if cost == known.cost_ms:
                self._members[member] = known._replace(flags=bits)
            else:
                self._change(member, known._replace(cost_ms=cost, flags=bits))

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
        board = self._board(inbound=inbound)
        wanted = category if isinstance(category, WHOLE) else frozenset(category)
        limit = CLOSED_MS - 1 if limit_ms is None else limit_ms
        if not 0 <= k <= FEW:
            k = max(0, min(k, len(self._members)))
        if isinstance(node, Site):
            return self._nearest_to_site(board, node, wanted, k, flags, limit)
        if not 0 <= node < len(self._rank):
            check_within(node, self.hierarchy.network)
        return board.nearest((self._rank[node], -1), wanted, k, flags, limit)

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
        for node in (starts.min(), starts.max()) if len(starts) else ():
            check_within(int(node), self.hierarchy.network)
        asked = self.hierarchy.topology.rank[starts].astype(np.int64) << 32 | np.arange(len(starts))
        asked.sort()
        members, travel = np.empty((2, len(starts), max(0, k)), np.int64)
        board = self._board(inbound=inbound)
        wanted = category if isinstance(category, WHOLE) else frozenset(category)
        limit = CLOSED_MS - 1 if limit_ms is None else limit_ms
        for begin in range(0, len(starts), CHUNK):
            with self._gate.reading():
                board.nearest_many(asked[begin : begin + CHUNK], wanted, flags, limit, (members, travel))
        return members, travel

    def _nearest_to_site(
        self, board: Board, site: Site, category: int | frozenset[int], k: int, flags: int, limit_ms: int
    ) -> tuple[Int64s, Int64s]:
        """Answer for a place along a street; members on the same street may be nearer along it."""
        check_within(site, self.hierarchy.network)
        spot = self._spot(board, site, 0, asks=True)
        found = np.empty(0, np.int64), np.empty(0, np.int64)
        if spot:
            found = board.nearest(spot, category, k, flags, limit_ms)
        neighbours = {number for arc in _arcs(site) for number in self._by_arc.get(arc, ())}
        if not neighbours:
            return found
        best = dict(zip(found[0].tolist(), found[1].tolist(), strict=True))
        wanted = category if isinstance(category, frozenset) else frozenset((category,))
        for number in neighbours:
            travel = self._along(board, site, number, wanted, flags)
            if travel <= limit_ms:
                best[number] = min(travel, best.get(number, travel))
        nearest = sorted((travel, number) for number, travel in best.items())[:k]
        members, travel_ms = np.array([(m, t) for t, m in nearest], np.int64).reshape(-1, 2).T
        return members, travel_ms

    def _along(self, board: Board, site: Site, number: int, wanted: frozenset[int], flags: int) -> int:
        """Travel time along the street to or from a member on it; `CLOSED_MS` when it does not qualify."""
        member = self._members.get(number)
        if member is None or not isinstance(member.where, Site):
            return CLOSED_MS
        if not member.categories & wanted or member.flags & flags != flags:
            return CLOSED_MS
        pair = (member.where, site) if board.inbound else (site, member.where)
        return min(CLOSED_MS, along_ms(*pair, board.metric.weight_ms) + member.cost_ms)

    def _board(self, *, inbound: bool) -> Board:
        """Take the board of a direction; it is built when nobody asked for it yet."""
        world = self._world
        board = world.inbound if inbound else world.outbound
        return board or self._new_board(inbound=inbound)

    def _new_board(self, *, inbound: bool) -> Board:
        """Build the board of a direction, unless another thread just did."""
        with self._gate.changing:
            world = self._world
            board = world.inbound if inbound else world.outbound
            if board is None:
                board = self._filled(world.metric, inbound=inbound)
                self._world = world._replace(inbound=board) if inbound else world._replace(outbound=board)
            return board

    def _adopt(self, metric: Metric) -> None:
        """Move over to other travel times; questions are answered from the old ones meanwhile."""
        with self._gate.changing:
            outbound = self._filled(metric, inbound=False) if self._world.outbound else None
            inbound = self._filled(metric, inbound=True) if self._world.inbound else None
            self._world = _World(metric, outbound, inbound)

    def _filled(self, metric: Metric, *, inbound: bool) -> Board:
        """Make a board with all members."""
        count = len(self._members)
        board = Board(metric, self._flags, inbound=inbound, members=count)
        for number, member in self._members.items():
            if spot := self._spot(board, member.where, member.cost_ms, asks=False):
                board.insert(number, member.categories, spot)
        return board

    def _boards(self) -> list[Board]:
        """List the boards there are."""
        return [board for board in (self._world.outbound, self._world.inbound) if board]

    def _add(self, number: int, member: _Member) -> None:
        """Put a new member on all boards."""
        self._flags[number] = member.flags
        self._members[number] = member
        self._join_street(number, member.where)
        for board in self._boards():
            if spot := self._spot(board, member.where, member.cost_ms, asks=False):
                board.insert(number, member.categories, spot)

    def _drop(self, number: int) -> None:
        """Take a member off all boards."""
        member = self._members.pop(number)
        self._leave_street(number, member.where)
        for board in self._boards():
            if spot := self._spot(board, member.where, member.cost_ms, asks=False):
                board.remove(number, member.categories, spot)

    def _change(self, number: int, member: _Member) -> None:
        """Give a member another place or cost, in one step for every question where that can be."""
        known = self._members[number]
        moves = []
        for board in self._boards():
            old = self._spot(board, known.where, known.cost_ms, asks=False)
            new = self._spot(board, member.where, member.cost_ms, asks=False)
            if old is None or new is None:
                self._drop(number)
                self._add(number, member)
                return
            moves.append((board, old, new))
        for board, old, new in moves:
            board.move(number, member.categories, old, new)
        self._leave_street(number, known.where)
        self._join_street(number, member.where)
        self._members[number] = member

    def _join_street(self, number: int, where: int | Site) -> None:
        """Remember who stands along which street; sets are exchanged, for others read them."""
        for arc in _arcs(where):
            self._by_arc[arc] = self._by_arc.get(arc, frozenset()) | {number}

    def _leave_street(self, number: int, where: int | Site) -> None:
        """Forget that a member stands along its street."""
        for arc in _arcs(where):
            self._by_arc[arc] -= {number}

    def _spot(self, board: Board, where: int | Site, cost_ms: int, *, asks: bool) -> Spot | None:
        """Ranks and costs of the ends of a place; None when it is cut off."""
        if not isinstance(where, Site):
            return cost_ms << 32 | self._rank[where], -1
        leaves = asks != board.inbound
        ends: tuple[Anchor, ...] = (departures if leaves else arrivals)(
            where, self.hierarchy.network, board.metric.weight_ms
        )
        if not ends:
            return None
        packed = [min(CLOSED_MS, travel + cost_ms) << 32 | self._rank[node] for node, travel, _ in ends]
        return packed[0], packed[1] if len(packed) > 1 else -1

    def _make_flags_reach(self, member: int) -> None:
        """Make room for the flags of a member."""
        if member >= len(self._flags):
            longer = np.zeros(max(member + 1, 2 * len(self._flags)), np.int64)
            longer[: len(self._flags)] = self._flags
            self._flags = longer
            for board in self._boards():
                board.take_flags(longer)

    def _known(self, member: int) -> _Member:
        """Look up a member."""
        if member not in self._members:
            raise UnknownMemberError(f"member {member} is not in the index; insert it first")
        return self._members[member]


def _arcs(where: int | Site) -> tuple[int, ...]:
    """List the arcs of the street of a site, none for a node."""
    if not isinstance(where, Site):
        return ()
    return (where.arc,) if where.twin < 0 else (where.arc, where.twin)


def warm() -> None:
    """Compile, or load from the cache, everything the road engine needs, on a ring of streets."""
    count = 1100  # so many that a change of one arc is repaired, not computed anew
    ring = np.arange(count)
    head = np.column_stack(((ring - 1) % count, (ring + 1) % count)).ravel()
    angle = 2 * np.pi * ring / count
    weight_ms = np.full(2 * count, 1000, np.int32)
    network = RoadNetwork(
        2 * np.arange(count + 1), head.astype(np.int32), weight_ms, np.cos(angle), np.sin(angle)
    )
    hierarchy = Hierarchy.build(network)
    index, router = NearestIndex(hierarchy), Router(hierarchy)
    index.insert(1, Site(0, 3, 0.5), {1, 2})
    for inbound in (False, True):
        index.nearest(Site(4, 7, 0.5), {1, 2}, 1, inbound=inbound)
        index.nearest_many(ring, 1, 1, inbound=inbound)
        coverage(hierarchy, ring[:2], inbound=inbound)
    index.move(1, 5)
    index.remove(1)
    router.route(0, count // 2)
    router.matrix_ms(ring[:2], ring[:2])
    router.travel_ms_many(ring, ring)
    hierarchy.update([0], 2000)
    hierarchy.customise(network.weight_ms)
