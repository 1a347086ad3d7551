"""Small street maps with private ways, gates and banned turns, and the plain search over states they are held to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from geo.access import Passage, ProfileRule
from geo.access_table import read_access
from geo.bars import NO_BARS
from geo.osm_streets import profile_network
from geo.pockets import public_nodes
from geo.restrictions import Restriction
from geo.roads import RoadNetwork
from geo.site import Site
from geo.street_graph import StreetGraph, Trait

CATALOGUE = Path(__file__).parents[1] / "data" / "catalogue"
ACCESS = read_access(CATALOGUE / "access.toml")
RULE: ProfileRule = ACCESS.profiles["drive"]

Stretch = tuple[int, int, int, int, int]
"""Tail, head, passage with the drawing and against it, metres; the way has the number of its position."""


@dataclass(frozen=True)
class Town:
    """Stretches between places, and restrictions as sequences of ways, the last two of which are no turn."""

    places: int
    stretches: tuple[Stretch, ...]
    restrictions: tuple[tuple[int, ...], ...]
    only: bool = False

    def network(self) -> RoadNetwork:
        lon = 120.0 + np.arange(self.places) * 0.001
        graph = StreetGraph(
            lon=lon,
            lat=np.full(self.places, 30.0),
            tail=np.array([each[0] for each in self.stretches], np.int64),
            head=np.array([each[1] for each in self.stretches], np.int64),
            trait=tuple(Trait(((each[2], 36.0),), ((each[3], 36.0),), (-1, True)) for each in self.stretches),
            shape=tuple(np.array([[120.0 + i * 1e-4, 30.001]]) for i in range(len(self.stretches))),
            length_m=np.array([each[4] for each in self.stretches], float),
            way_at_tail=np.arange(len(self.stretches)),
            way_at_head=np.arange(len(self.stretches)),
            gates=(),
            node_of={},
            names=(),
        )
        rules = [
            Restriction(
                tags={"restriction": "only_straight_on" if self.only else "no_left_turn"},
                origins=frozenset({ways[0]}),
                targets=frozenset({ways[-1]}),
                via_ways=frozenset(ways[1:-1]),
                via_node=None,
            )
            for ways in self.restrictions
        ]
        at_nodes = [
            Restriction(
                tags=rule.tags,
                origins=rule.origins,
                targets=rule.targets,
                via_ways=frozenset(),
                via_node=node,
            )
            for rule in rules
            if not rule.via_ways
            for node in range(self.places)
        ]
        nodes = {node: node for node in range(self.places)}
        graph = StreetGraph(**{**{f: getattr(graph, f) for f in graph.__slots__}, "node_of": nodes})
        along = [rule for rule in rules if rule.via_ways]
        return profile_network(graph, 0, RULE, {}, along + at_nodes, NO_BARS)


@dataclass(frozen=True)
class Arc:
    """A stretch in one direction."""

    tail: int
    head: int
    is_private: bool
    ms: int
    way: int


class Plain:
    """Every question answered by Dijkstra's search over places, pockets and the ways travelled last."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.arcs = [
            Arc(*ends, passage == Passage.ENDS, metres * 100, way)
            for way, (a, b, ahead, back, metres) in enumerate(town.stretches)
            for ends, passage in (((a, b), ahead), ((b, a), back))
            if passage
        ]
        tail = np.array([arc.tail for arc in self.arcs], np.int64)
        head = np.array([arc.head for arc in self.arcs], np.int64)
        private = np.array([arc.is_private for arc in self.arcs], bool)
        self.is_public = public_nodes(tail, head, private, town.places)
        self.longest = max((len(ways) for ways in town.restrictions), default=1) - 1
        self.corners = {node for node in range(town.places) if self._has_ban(node)}

    def _has_ban(self, node: int) -> bool:
        """Tell whether a turn is banned at a place."""
        ends: list[tuple[Arc, ...]] = [(arc,) for arc in self.arcs]
        paths = list(ends)
        for _ in range(self.longest - 1):
            ends = [(*path, arc) for path in ends for arc in self.arcs if arc.tail == path[-1].head]
            paths += ends
        leaving = [arc for arc in self.arcs if arc.tail == node]
        return any(
            self._is_restricted(path, arc) for path in paths if path[-1].head == node for arc in leaving
        )

    def is_banned(self, taken: tuple[Arc, ...], arc: Arc) -> bool:
        """Tell whether an arc may not follow those taken last: restricted, or turning back beside such a corner."""
        if self._is_restricted(taken, arc):
            return True
        if not taken or taken[-1].way != arc.way or taken[-1].tail not in self.corners:
            return False
        return any(each.way != arc.way for each in self.arcs if each.tail == arc.tail)

    def _is_restricted(self, taken: tuple[Arc, ...], arc: Arc) -> bool:
        """Tell whether a restriction bans an arc after those taken last."""
        for ways in self.town.restrictions:
            before = taken[-(len(ways) - 1) :]
            if tuple(each.way for each in before) != ways[:-1]:
                continue
            if len(ways) > 2 and any(a.way == b.way for a, b in pairwise(before)):
                continue
            if not self.town.only:
                if arc.way == ways[-1]:
                    return True
            elif arc.way != ways[-1] and any(
                each.way == ways[-1] and each.tail == arc.tail for each in self.arcs
            ):
                return True
        return False

    def onward(self, node: int, layer: int, taken: tuple[Arc, ...]) -> Iterator[tuple[Arc, int]]:
        """Arcs that may be taken, with the layer after each: 0 leaving a pocket, 1 public, 2 arriving in one."""
        for arc in self.arcs:
            if arc.tail != node or self.is_banned(taken, arc):
                continue
            goes_in, is_inside = not self.is_public[arc.head], not self.is_public[node]
            if is_inside and layer == 0:
                yield arc, 0 if goes_in else 1
            elif (is_inside and goes_in) or (not is_inside and goes_in):
                yield arc, 2
            elif not is_inside and not arc.is_private:
                yield arc, 1

    def search(
        self, starts: list[tuple[int, int, tuple[Arc, ...]]]
    ) -> dict[tuple[int, int, tuple[Arc, ...]], int]:
        """Distance of every state from (cost, node, arcs taken last)."""
        heap = [
            (cost, i, node, 1 if self.is_public[node] else 0, taken)
            for i, (cost, node, taken) in enumerate(starts)
        ]
        heap.sort(key=lambda each: each[:2])
        done: dict[tuple[int, int, tuple[Arc, ...]], int] = {}
        count = len(heap)
        while heap:
            cost, _, node, layer, taken = heappop(heap)
            if (node, layer, taken) in done:
                continue
            done[node, layer, taken] = cost
            for arc, after in self.onward(node, layer, taken):
                count += 1
                kept = (*taken, arc)[-self.longest :] if self.longest else ()
                heappush(heap, (cost + arc.ms, count, arc.head, after, kept))
        return done

    def node_ms(self, node: int) -> dict[int, int]:
        """Distance of every place from a place."""
        best: dict[int, int] = {}
        for (there, _, _), cost in self.search([(0, node, ())]).items():
            best[there] = min(cost, best.get(there, cost))
        return best

    def site_ms(self, starts: list[tuple[int, Arc]]) -> Callable[[list[tuple[int, Arc]]], int | None]:
        """Distances for somebody who sets out along arcs with a rest of so many ms each, to arcs entered so far."""
        done = self.search(
            [(rest, arc.head, (arc,)[-self.longest :] if self.longest else ()) for rest, arc in starts]
        )

        def to(ends: list[tuple[int, Arc]]) -> int | None:
            return min(
                (
                    cost + part
                    for (node, _, taken), cost in done.items()
                    for part, arc in ends
                    if arc.tail == node and not self.is_banned(taken, arc)
                ),
                default=None,
            )

        return to


def arcs_of(network: RoadNetwork, plain: Plain) -> dict[int, Arc]:
    """The plain arc of each arc that stands for a street."""
    found = {}
    for arc in network.streets.tolist():
        first = network.polylines[2][arc]
        way = round((network.polylines[0][first + 1] - 120.0) / 1e-4)
        tail = round((network.lon[network.tail[arc]] - 120.0) / 0.001)
        head = round((network.lon[network.head[arc]] - 120.0) / 0.001)
        fits = [each for each in plain.arcs if (each.way, each.tail, each.head) == (way, tail, head)]
        found[arc] = fits[0]
    return found


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw towns with private ways, one-way streets and banned turns; no rings."""
    places = draw(st.integers(2, 8))
    node = st.integers(0, places - 1)
    passage = st.sampled_from([0, 1, 1, 2, 2, 2])
    stretch = st.tuples(node, node, passage, passage, st.integers(1, 40)).filter(
        lambda each: each[0] != each[1] and (each[2] or each[3])
    )
    stretches = tuple(draw(st.lists(stretch, min_size=1, max_size=16)))
    way = st.integers(0, len(stretches) - 1)
    ways = st.one_of(st.tuples(way, way), st.tuples(way, way, way))
    return Town(places, stretches, tuple(draw(st.lists(ways, max_size=4))), draw(st.booleans()))


def site_on(network: RoadNetwork, arc: int, eighths: int, walk_ms: int = 0) -> Site:
    twin = -1 if network.twin is None else int(network.twin[arc])
    return Site(arc, twin, eighths / 8, walk_ms)
