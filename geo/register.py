"""Who the members of an index are: where they stand, what they are found by, along which street."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from geo.errors import BadNetworkError, UnknownMemberError
from geo.roads import CLOSED_MS
from geo.site import Site
from geo.spot import Int64s

HIGHEST_MEMBER = 2**27 - 1


class Member(NamedTuple):
    """One member as it was given."""

    where: int | Site
    categories: frozenset[int]
    cost_ms: int
    flags: int


class Register:
    """All members by number; changed under the gate of the index.

    Attributes
    ----------
    members : dict of int to Member
        By number.
    flags : ndarray of int64
        Flags by number, for the kernels; exchanged for a longer one by `make_room`.
    entries : int
        Categories of all members together.
    pairs : int
        Pairs of members of the same category, over all categories.
    """

    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.flags: Int64s = np.zeros(1024, np.int64)
        self.entries = 0
        self.pairs = 0
        self._by_arc: dict[int, frozenset[int]] = {}
        self._count: Counter[int] = Counter()

    def known(self, number: int) -> Member:
        """Look up a member; `UnknownMemberError` when there is none of the number."""
        if number not in self.members:
            raise UnknownMemberError(f"member {number} is not in the index; insert it first")
        return self.members[number]

    def add(self, number: int, member: Member) -> None:
        """Take in a new member; there is room for it."""
        self.flags[number] = member.flags
        self.members[number] = member
        for category in member.categories:
            self.entries += 1
            self.pairs += self._count[category]
            self._count[category] += 1
        self._join_street(number, member.where)

    def drop(self, number: int) -> Member:
        """Forget a member."""
        member = self.members.pop(number)
        for category in member.categories:
            self.entries -= 1
            self._count[category] -= 1
            self.pairs -= self._count[category]
        self._leave_street(number, member.where)
        return member

    def replace(self, number: int, member: Member) -> None:
        """Let a member be another one of the same categories."""
        before = self.members[number].where
        if _arcs(before) != _arcs(member.where):
            self._leave_street(number, before)
            self._join_street(number, member.where)
        self.flags[number] = member.flags
        self.members[number] = member

    def count(self, category: int | frozenset[int]) -> int:
        """Tell how many members there are of a category, or of several, counted once for each."""
        wanted: Iterable[int] = category if isinstance(category, frozenset) else (category,)
        return sum(self._count[each] for each in wanted)

    def along(self, site: Site) -> set[int]:
        """Find the members along the street of a site."""
        return {number for arc in _arcs(site) for number in self._by_arc.get(arc, ())}

    def _join_street(self, number: int, where: int | Site) -> None:
        """Remember who stands along which street; sets are exchanged, for others read them."""
        for arc in _arcs(where):
            self._by_arc[arc] = self._by_arc.get(arc, frozenset()) | {number}

    def _leave_street(self, number: int, where: int | Site) -> None:
        """Forget that a member stands along its street."""
        for arc in _arcs(where):
            self._by_arc[arc] -= {number}

    def make_room(self, number: int) -> bool:
        """Make room for the flags of a member; tells whether they lie in another array now."""
        if number < len(self.flags):
            return False
        longer = np.zeros(max(number + 1, 2 * len(self.flags)), np.int64)
        longer[: len(self.flags)] = self.flags
        self.flags = longer
        return True


def check_member(member: int, cost_ms: int, flags: int) -> None:
    """Refuse numbers the index cannot hold."""
    if not 0 <= member <= HIGHEST_MEMBER:
        raise BadNetworkError(f"member {member} is out of range; allowed is 0 .. {HIGHEST_MEMBER}")
    if not 0 <= cost_ms < CLOSED_MS:
        raise BadNetworkError(
            f"cost_ms {cost_ms} of member {member} is out of range; allowed is 0 .. {CLOSED_MS - 1}"
        )
    if not 0 <= flags < 2**62:
        raise BadNetworkError(f"flags {flags} of member {member} are out of range; allowed are 62 bits")


def _arcs(where: int | Site) -> tuple[int, ...]:
    """List the arcs of the street of a site, none for a node."""
    if not isinstance(where, Site):
        return ()
    return (where.arc,) if where.twin < 0 else (where.arc, where.twin)
