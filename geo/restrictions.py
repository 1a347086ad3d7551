"""Turn restrictions of a map as sequences of streets that a profile may not take one after the other.

Source: the page Relation:restriction of the OpenStreetMap wiki.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.access import ProfileRule
from geo.street_graph import Arcs, StreetGraph
from geo.turns import Ban

LONGEST = 8
"""Streets along the ways between; more than that is no restriction anybody signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A restriction as drawn.

    Attributes
    ----------
    tags : mapping of str to str
        "restriction" and its kin, "except".
    origins, targets, via_ways : tuple of int
        Ways of the map.
    via_node : int or None
        Node of the map; None along ways.
    """

    tags: Mapping[str, str]
    origins: frozenset[int]
    targets: frozenset[int]
    via_ways: frozenset[int]
    via_node: int | None


def bans_of(
    restrictions: Iterable[Restriction],
    rule: ProfileRule,
    graph: StreetGraph,
    arcs: Arcs,
) -> set[Ban]:
    """Find the sequences of arcs that restrictions ban for a profile.

    Parameters
    ----------
    restrictions : iterable of Restriction
        Those whose ways or nodes are not in the network, or from which the profile is excepted, ban nothing.
    rule : ProfileRule
        Tells the tags that count, and the exceptions.
    graph : StreetGraph
    arcs : Arcs

    Returns
    -------
    set of tuple of int
        Arcs, two or more each.
    """
    roads = _Roads(graph, arcs)
    bans: set[Ban] = set()
    for each in restrictions:
        kind = next((each.tags[key] for key in reversed(rule.restrictions) if key in each.tags), "")
        excepted = {word.strip() for word in each.tags.get("except", "").split(";")} & rule.exceptions
        if kind.startswith(("no_", "only_")) and not excepted:
            bans |= roads.banned(each, kind)
    return bans | roads.turns_back({ban[-2] for ban in bans})


class _Roads:
    """Arcs by the node and the way at which they begin and end."""

    def __init__(self, graph: StreetGraph, arcs: Arcs) -> None:
        self.arcs = arcs
        stretch = arcs.stretch
        self.way_at_tail = np.where(arcs.is_back, graph.way_at_head[stretch], graph.way_at_tail[stretch])
        self.way_at_head = np.where(arcs.is_back, graph.way_at_tail[stretch], graph.way_at_head[stretch])
        self.leaving: dict[int, list[int]] = defaultdict(list)
        self.by_last_way: dict[int, list[int]] = defaultdict(list)
        for arc in np.flatnonzero(stretch >= 0).tolist():
            self.leaving[int(arcs.tail[arc])].append(arc)
            self.by_last_way[int(self.way_at_head[arc])].append(arc)

    def banned(self, restriction: Restriction, kind: str) -> set[Ban]:
        """List the sequences that one restriction bans."""
        arrivals = [arc for way in restriction.origins for arc in self.by_last_way.get(way, ())]
        if restriction.via_node is not None:
            node = self.arcs.node_of.get(restriction.via_node, -1)
            starts: list[Ban] = [(arc,) for arc in arrivals if self.arcs.head[arc] == node]
        else:
            starts = [path for arc in arrivals for path in self._along((arc,), restriction)]
        found = set()
        for taken in starts:
            ways_out = self.leaving[int(self.arcs.head[taken[-1]])]
            meant = [arc for arc in ways_out if int(self.way_at_tail[arc]) in restriction.targets]
            if kind.startswith("only_"):
                banned: Sequence[int] = [arc for arc in ways_out if arc not in meant] if meant else []
            else:
                banned = [arc for arc in meant if self._is_meant(kind, taken[-1], arc)]
            found |= {(*taken, arc) for arc in banned}
        return found

    def turns_back(self, before: set[int]) -> set[Ban]:
        """List the U-turns on the streets that leave the nodes at which some arcs end, but for dead ends.

        Who may not turn left would drive on, turn round at the next corner and turn right.
        """
        found: set[Ban] = set()
        for node in {int(self.arcs.head[arc]) for arc in before}:
            for arc in self.leaving[node]:
                onward = self.leaving[int(self.arcs.head[arc])]
                back = [after for after in onward if self._turns_back(arc, after)]
                if len(onward) > len(back):
                    found |= {(arc, after) for after in back}
        return found

    def _along(self, taken: Ban, restriction: Restriction) -> list[Ban]:
        """Follow the ways between, from where an arc meets the first to where the last is left."""
        found = []
        for arc in self.leaving[int(self.arcs.head[taken[-1]])]:
            if int(self.way_at_tail[arc]) not in restriction.via_ways or self._turns_back(taken[-1], arc):
                continue
            path = (*taken, arc)
            found.append(path)
            if len(path) < LONGEST and self.arcs.head[arc] not in self.arcs.tail[list(path)]:
                found += self._along(path, restriction)
        return [path for path in found if self._meets(path[-1], restriction.targets)]

    def _meets(self, arc: int, ways: frozenset[int]) -> bool:
        """Tell whether one of the ways leads on from the end of an arc."""
        return any(int(self.way_at_tail[after]) in ways for after in self.leaving[int(self.arcs.head[arc])])

    def _is_meant(self, kind: str, before: int, after: int) -> bool:
        """Tell a U-turn from driving on along the same way."""
        if kind != "no_u_turn":
            return True
        return self._turns_back(before, after) or self.way_at_head[before] != self.way_at_tail[after]

    def _turns_back(self, before: int, after: int) -> bool:
        """Tell whether two arcs are one stretch there and back."""
        return bool(self.arcs.stretch[before] == self.arcs.stretch[after])
