"""Banned turns: an arc after which a turn is banned ends in a copy of its node with only the allowed ways out.

A ban is a sequence of streets nobody may take in this order: two for a restriction at a node, more for one along
ways. Copies of a node tell which beginning of a ban was travelled last (the automaton of Aho and Corasick), so ways
are exact and nothing of the search changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geo.pockets import JOINT, Draft

Ban = tuple[int, ...]


def with_bans(draft: Draft, bans: Iterable[Ban]) -> Draft:
    """Take banned turns out of a network.

    Parameters
    ----------
    draft : Draft
    bans : iterable of tuple of int
        Streets nobody may take one after the other, two or more each.

    Returns
    -------
    Draft
        The same when nothing is banned. Streets that leave a node with copies begin at a node of their own, to which
        those lead that may take them.
    """
    banned = _lifted(draft, bans)
    return _Split(draft, banned).draft() if banned else draft


def _lifted(draft: Draft, bans: Iterable[Ban]) -> set[Ban]:
    """Find the sequences of arcs, over all copies and joints, that are a banned sequence of streets."""
    arcs_of: dict[int, list[int]] = defaultdict(list)
    wanted = {street for ban in bans for street in ban}
    for arc in np.flatnonzero(np.isin(draft.street, np.array(sorted(wanted), np.int64))).tolist():
        arcs_of[int(draft.street[arc])].append(arc)
    joint_at = {int(draft.tail[arc]): arc for arc in np.flatnonzero(draft.street == JOINT).tolist()}
    found: set[Ban] = set()

    def follow(taken: Ban, rest: Sequence[int]) -> None:
        if not rest:
            found.add(taken)
            return
        node = int(draft.head[taken[-1]])
        for arc in arcs_of[rest[0]]:
            if draft.tail[arc] == node and (draft.through[arc] or len(rest) == 1):
                follow((*taken, arc), rest[1:])
            elif node in joint_at and draft.tail[arc] == draft.head[joint_at[node]]:
                follow((*taken, joint_at[node], arc), rest[1:])

    for ban in bans:
        for arc in arcs_of[ban[0]]:
            follow((arc,), ban[1:])
    return found


@dataclass(slots=True)
class _Grown:
    """Nodes and arcs that are added."""

    place: list[int] = field(default_factory=list)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    street: list[int] = field(default_factory=list)
    through: list[bool] = field(default_factory=list)
    stands: list[bool] = field(default_factory=list)

    def arc(
        self, tail: int, head: int, street: int = JOINT, *, through: bool = True, stands: bool = False
    ) -> None:
        for column, value in zip(
            (self.tail, self.head, self.street, self.through, self.stands),
            (tail, head, street, through, stands),
            strict=True,
        ):
            column.append(value)  # type: ignore[attr-defined]


class _Split:
    """Copies of nodes for one set of banned sequences of arcs."""

    def __init__(self, draft: Draft, banned: set[Ban]) -> None:
        self._old = draft
        self._banned = banned
        self._count = len(draft.place)
        self._grown = _Grown()
        self._tail, self._head = draft.tail.copy(), draft.head.copy()
        self._stands = draft.stands.copy()
        self._arrival = draft.arrival.copy()
        begun = sorted({ban[:length] for ban in banned for length in range(1, len(ban))})
        self._copy = {taken: self._node(int(draft.place[draft.head[taken[-1]]])) for taken in begun}

    def draft(self) -> Draft:
        """Build the copies and what joins them."""
        old, grown = self._old, self._grown
        states: dict[int, list[Ban]] = defaultdict(list)
        for taken in self._copy:
            states[int(old.head[taken[-1]])].append(taken)
        out = _arcs_by_tail(old, set(states))
        for arc in {taken[0] for taken in self._copy}:
            self._head[arc] = self._target((), arc)
        for node, copies in states.items():
            for arc in out[node]:
                self._leave(node, copies, arc)
            self._gather(node, copies)
        return replace(
            old,
            place=np.append(old.place, np.array(grown.place, np.int64)),
            arrival=np.append(self._arrival, np.arange(len(old.place), self._count)),
            tail=np.append(self._tail, np.array(grown.tail, np.int64)),
            head=np.append(self._head, np.array(grown.head, np.int64)),
            street=np.append(old.street, np.array(grown.street, np.int64)),
            through=np.append(old.through, np.array(grown.through, bool)),
            stands=np.append(self._stands, np.array(grown.stands, bool)),
        )

    def _leave(self, node: int, copies: list[Ban], arc: int) -> None:
        """Let those copies of a node take an arc that may."""
        old, grown = self._old, self._grown
        plain = self._target((), arc)
        begin = self._node(int(old.place[node]))
        grown.arc(node, begin)
        self._tail[arc] = begin
        longer = []
        for taken in copies:
            if self._is_banned(taken, arc):
                continue
            target = self._target(taken, arc)
            if target == plain or not old.through[arc]:
                grown.arc(self._copy[taken], begin)
            else:
                grown.arc(self._copy[taken], target, int(old.street[arc]))
                longer.append(self._copy[taken])
        if longer and old.stands[arc]:
            door = self._node(int(old.place[node]))
            for origin in (begin, *longer):
                grown.arc(origin, door)
            grown.arc(door, plain, int(old.street[arc]), through=False, stands=True)
            self._stands[arc] = False

    def _gather(self, node: int, copies: list[Ban]) -> None:
        """Let those who travel to a node arrive there from all its copies."""
        if not (self._arrival == node).any():  # a copy to leave from
            return
        goal = self._node(int(self._old.place[node]))
        for origin in (node, *(self._copy[taken] for taken in copies)):
            self._grown.arc(origin, goal)
        self._arrival[self._arrival == node] = goal

    def _node(self, place: int) -> int:
        self._grown.place.append(place)
        self._count += 1
        return self._count - 1

    def _is_banned(self, taken: Ban, arc: int) -> bool:
        path = (*taken, arc)
        return any(path[begin:] in self._banned for begin in range(len(path) - 1))

    def _target(self, taken: Ban, arc: int) -> int:
        """Where an arc ends for somebody who came by others: at the copy for the longest begun ban."""
        path = (*taken, arc)
        for begin in range(len(path)):
            if path[begin:] in self._copy:
                return self._copy[path[begin:]]
        return int(self._old.head[arc])


def _arcs_by_tail(draft: Draft, nodes: set[int]) -> dict[int, list[int]]:
    """List the arcs that leave some nodes."""
    out: dict[int, list[int]] = {node: [] for node in nodes}
    for arc in np.flatnonzero(np.isin(draft.tail, np.array(sorted(nodes), np.int64))).tolist():
        out[int(draft.tail[arc])].append(arc)
    return out
