"""The nearest members of a category by road; members come, go and move."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.board import Board
from geo.gate import Gate
from geo.hierarchy import Hierarchy
from geo.metric import Metric
from geo.register import Member, Register, check_member
from geo.roads import CLOSED_MS
from geo.search import Search
from geo.site import Site, along_ms, check_within
from geo.spot import NOWHERE, Int64s, Spot, questions_at, questions_of, spot_of, starts_of
from geo.upkeep import Upkeep

WHOLE = (int, np.integer)
FEW = 64  # more answers than that are not made room for before it is known that there are as many
CHUNK = 4096  # questions answered between two chances for a change

NO_MEMBER = -1
"""Fills rows of `nearest_many` that have fewer than k members; the travel time there is -1 too."""

Way = Board | Search


class _World(NamedTuple):
    """What answers questions at one set of travel times; a direction nobody asked for has nothing yet."""

    metric: Metric
    outbound: Way | None = None
    inbound: Way | None = None

    def way(self, *, inbound: bool) -> Way | None:
        return self.inbound if inbound else self.outbound

    def having(self, way: Way) -> "_World":
        return self._replace(inbound=way) if way.inbound else self._replace(outbound=way)


class NearestIndex:
    """Members at nodes or sites, found by road distance; safe to use from several threads.

    Parameters
    ----------
    hierarchy : Hierarchy
        The streets; when it is re-weighted the index follows.
    upkeep : callable
        Makes the rule of a direction from the mean depth of the hierarchy.

    Notes
    -----
    A direction (members travelling to the question, or the other way) is answered by plain search at first,
    and from buckets once they pay: a question to them takes microseconds, a change as long. The answers are
    the same; see `geo.upkeep` for the rule. From the first question on, changes keep a direction up to date.
    """

    def __init__(self, hierarchy: Hierarchy, upkeep: Callable[[float], Upkeep] = Upkeep) -> None:
        self.hierarchy = hierarchy
        self._rank = hierarchy.topology.rank_of
        self._arrival_rank = hierarchy.arrival_rank_of
        self._register = Register()
        self._gate = Gate()
        depth = hierarchy.topology.mean_depth
        self._upkeep = upkeep(depth), upkeep(depth)  # outbound, inbound
        self._world = _World(hierarchy.metric)
        hierarchy.follow(self._adopt)

    def __len__(self) -> int:
        return len(self._register.members)

    def __contains__(self, member: int) -> bool:
        return member in self._register.members

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
            if member in self._register.members:
                self._drop(member)
            if self._register.make_room(member):
                for way in self._ways():
                    way.take_flags(self._register.flags)
            self._add(member, Member(node, wanted, cost_ms, flags))

    def move(self, member: int, node: int | Site) -> None:
        """Let a member stand somewhere else.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        check_within(node, self.hierarchy.network)
        with self._gate:
            self._change(member, self._register.known(member)._replace(where=node))

    def remove(self, member: int) -> None:
        """Take a member out.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        with self._gate:
            self._register.known(member)
            self._drop(member)

    def update(self, member: int, *, cost_ms: int | None = None, flags: int | None = None) -> None:
        """Change what a member adds to its travel time, or its flags.

        Raises
        ------
        UnknownMemberError
            When there is no such member.
        """
        with self._gate:
            known = self._register.known(member)
            cost = known.cost_ms if cost_ms is None else cost_ms
            bits = known.flags if flags is None else flags
            check_member(member, cost, bits)
            if cost == known.cost_ms:
                self._register.replace(member, known._replace(flags=bits))
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
        wanted = category if isinstance(category, WHOLE) else frozenset(category)
        limit = CLOSED_MS - 1 if limit_ms is None else limit_ms
        if not 0 <= k <= FEW:
            k = max(0, min(k, len(self)))
        way = self._way(wanted, k, 1, inbound=inbound)
        if isinstance(node, Site):
            return self._nearest_to_site(way, node, wanted, k, flags, limit)
        if not 0 <= node < len(self._rank):
            check_within(node, self.hierarchy.network)
        rank = (self._arrival_rank if inbound else self._rank)[node]
        return self._ask(way, (rank, -1), wanted, k, flags, limit)

    def nearest_many(
        self,
        nodes: ArrayLike | Sequence[Site],
        category: int | Iterable[int],
        k: int,
        *,
        flags: int = 0,
        limit_ms: int | None = None,
        inbound: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Answer `nearest` for many nodes, or for many sites, at once.

        Returns
        -------
        members, travel_ms : ndarray of int64, shape (nodes, k)
            Rows with fewer members are filled with `NO_MEMBER` and -1.
        """
        wanted = category if isinstance(category, WHOLE) else frozenset(category)
        limit = CLOSED_MS - 1 if limit_ms is None else limit_ms
        starts = starts_of(nodes, self.hierarchy.network)
        way = self._way(wanted, k, len(starts), inbound=inbound)
        members, travel = np.full((2, len(starts), max(0, k)), NO_MEMBER, np.int64)
        if isinstance(starts, np.ndarray):
            ranks = self.hierarchy.arrival_rank if inbound else self.hierarchy.topology.rank
            rows, spots = questions_of(ranks[starts])
        else:
            rows, spots = questions_at([self._spot(way, site, 0, asks=True) for site in starts])
        for begin in range(0, len(rows), CHUNK):
            chunk = rows[begin : begin + CHUNK], spots[begin : begin + CHUNK]
            with self._gate.reading():
                settled = way.nearest_many(chunk, wanted, flags, limit, (members, travel))
            if settled:
                self._upkeep[inbound].asked(len(chunk[0]), settled / len(chunk[0]))
        if not isinstance(starts, np.ndarray):
            for row, site in enumerate(starts):
                self._with_street(way, site, (members[row], travel[row]), wanted, flags, limit)
        return members, travel

    def _ask(
        self, way: Way, spot: Spot, category: int | frozenset[int], k: int, flags: int, limit_ms: int
    ) -> tuple[Int64s, Int64s]:
        """Answer from a spot. Buckets need no gate: the interpreter lock keeps changes out."""
        if isinstance(way, Board):
            return way.nearest(spot, category, k, flags, limit_ms)
        with self._gate.reading():
            members, travel_ms, settled = way.nearest(spot, category, k, flags, limit_ms)
        self._upkeep[way.inbound].asked(1, settled)
        return members, travel_ms

    def _nearest_to_site(
        self, way: Way, site: Site, category: int | frozenset[int], k: int, flags: int, limit_ms: int
    ) -> tuple[Int64s, Int64s]:
        """Answer for a place along a street; members on the same street may be nearer along it."""
        check_within(site, self.hierarchy.network)
        out: tuple[Int64s, Int64s] = np.full(k, -1, np.int64), np.full(k, -1, np.int64)
        if spot := self._spot(way, site, 0, asks=True):
            found = self._ask(way, spot, category, k, flags, limit_ms)
            for each, part in zip(out, found, strict=True):
                each[: len(part)] = part
        self._with_street(way, site, out, category, flags, limit_ms)
        count = int((out[0] >= 0).sum())
        return out[0][:count], out[1][:count]

    def _with_street(
        self,
        way: Way,
        site: Site,
        row: tuple[Int64s, Int64s],
        category: int | frozenset[int],
        flags: int,
        limit_ms: int,
    ) -> None:
        """Put members on the street of a site, who may be nearer along it, into a row filled up with -1."""
        neighbours = self._register.along(site)
        if not neighbours:
            return
        best = {m: t for m, t in zip(row[0].tolist(), row[1].tolist(), strict=True) if m >= 0}
        wanted = category if isinstance(category, frozenset) else frozenset((category,))
        for number in neighbours:
            travel = self._along(way, site, number, wanted, flags)
            if travel <= limit_ms:
                best[number] = min(travel, best.get(number, travel))
        nearest = sorted((travel, number) for number, travel in best.items())[: len(row[0])]
        for position, (travel, number) in enumerate(nearest):
            row[0][position], row[1][position] = number, travel

    def _along(self, way: Way, site: Site, number: int, wanted: frozenset[int], flags: int) -> int:
        """Travel time along the street to or from a member on it; `CLOSED_MS` when it does not qualify."""
        member = self._register.members.get(number)
        if member is None or not isinstance(member.where, Site):
            return CLOSED_MS
        if not member.categories & wanted or member.flags & flags != flags:
            return CLOSED_MS
        pair = (member.where, site) if way.inbound else (site, member.where)
        return min(CLOSED_MS, along_ms(*pair, way.metric.weight_ms) + member.cost_ms)

    def _way(self, category: int | frozenset[int], k: int, questions: int, *, inbound: bool) -> Way:
        """Take what answers a direction; buckets are built when they pay."""
        way, upkeep = self._world.way(inbound=inbound), self._upkeep[inbound]
        if isinstance(way, Board) and upkeep.balance_ns >= upkeep.limit_ns:
            return way
        upkeep.resize(self._register.entries, self._register.pairs)
        count, nodes = self._register.count(category), len(self._rank)
        settled = nodes if count <= k else k * nodes / count
        if isinstance(way, Board):
            upkeep.asked(questions, settled)
            return way
        if upkeep.pays(questions, settled):
            return self._new_way(Board, inbound=inbound)
        return way or self._new_way(Search, inbound=inbound)

    def _new_way(self, kind: type[Way], *, inbound: bool) -> Way:
        """Build what answers a direction, unless another thread just did."""
        with self._gate.changing:
            way = self._world.way(inbound=inbound)
            if not isinstance(way, kind):
                way = self._filled(kind, self._world.metric, inbound=inbound)
                self._world = self._world.having(way)
                if kind is Board:
                    self._upkeep[inbound].balance_ns = self._upkeep[inbound].limit_ns
            return way

    def _adopt(self, metric: Metric) -> None:
        """Move over to other travel times; questions are answered from the old ones meanwhile."""
        with self._gate.changing:
            world = _World(metric)
            for way in self._ways():
                world = world.having(self._filled(type(way), metric, inbound=way.inbound))
            self._world = world

    def _filled(self, kind: type[Way], metric: Metric, *, inbound: bool) -> Way:
        """Make a way with all members."""
        flags, members = self._register.flags, self._register.members
        way: Way = Search(metric, flags, inbound=inbound)
        if kind is Board:
            way = Board(metric, flags, inbound=inbound, members=len(members))
        for number, member in members.items():
            if spot := self._spot(way, member.where, member.cost_ms, asks=False):
                way.insert(number, member.categories, spot)
        return way

    def _ways(self) -> list[Way]:
        """List what answers the directions that were asked for."""
        return [way for way in (self._world.outbound, self._world.inbound) if way]

    def _add(self, number: int, member: Member) -> None:
        """Put a new member wherever it is looked for."""
        self._register.add(number, member)
        for way in self._ways():
            if spot := self._spot(way, member.where, member.cost_ms, asks=False):
                way.insert(number, member.categories, spot)
        self._count_change(1, member)

    def _drop(self, number: int) -> None:
        """Take a member out everywhere."""
        member = self._register.drop(number)
        for way in self._ways():
            if spot := self._spot(way, member.where, member.cost_ms, asks=False):
                way.remove(number, member.categories, spot)
        self._count_change(1, member)

    def _change(self, number: int, member: Member) -> None:
        """Give a member another place or cost, in one step for every question where that can be."""
        known = self._register.members[number]
        moves = []
        for way in self._ways():
            new = self._spot(way, member.where, member.cost_ms, asks=False)
            old: Spot | None = NOWHERE  # a search knows by itself where a member stood
            if isinstance(way, Board):
                old = self._spot(way, known.where, known.cost_ms, asks=False)
            if old is None or new is None:
                self._drop(number)
                self._add(number, member)
                return
            moves.append((way, old, new))
        for way, old, new in moves:
            way.move(number, member.categories, old, new)
        self._register.replace(number, member)
        self._count_change(2, member)

    def _count_change(self, steps: int, member: Member) -> None:
        """Count what a change costs in buckets; give them up where they do not pay any more."""
        register = self._register
        crowd = sum(map(register.count, member.categories))
        for inbound, upkeep in enumerate(self._upkeep):
            way = self._world.way(inbound=bool(inbound))
            if way is None:
                continue
            upkeep.resize(register.entries, register.pairs)
            pays = upkeep.changed(steps, len(member.categories), crowd)
            if isinstance(way, Board) and not pays:
                fallen_back = self._filled(Search, self._world.metric, inbound=bool(inbound))
                self._world = self._world.having(fallen_back)

    def _spot(self, way: Way, where: int | Site, cost_ms: int, *, asks: bool) -> Spot | None:
        """Ranks and costs of the ends of a place; None when it is cut off."""
        return spot_of(self.hierarchy, way.metric, where, cost_ms, leaves=asks != way.inbound)
