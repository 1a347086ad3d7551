"""Streets between junctions: ways cut where others meet them, joined where nothing happens, split at barriers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.osm_file import Way
from geo.place import great_circle_m

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Trait(NamedTuple):
    """What a way is like; stretches join when all is equal.

    Attributes
    ----------
    ahead, back : tuple of (int, float)
        For each profile, with the drawing and against it: a `geo.access.Passage`, and km/h (0 where closed).
    both : (int, bool)
        Position of the name of the street, -1 for none; whether a door may open to it.
    """

    ahead: tuple[tuple[int, float], ...]
    back: tuple[tuple[int, float], ...]
    both: tuple[int, bool]

    def turned(self) -> "Trait":
        """Give the same for the way drawn in the other direction."""
        return Trait(self.back, self.ahead, self.both)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreetGraph:
    """Stretches of streets between junctions, for whoever uses them.

    Attributes
    ----------
    lon, lat : ndarray of float64, shape (nodes,)
        Degrees.
    tail, head : ndarray of int64, shape (stretches,)
        Ends as drawn; a ring has one.
    trait : tuple of Trait, length stretches
    shape : tuple of ndarray of float64, each of shape (points, 2)
        Points between the ends, degrees.
    length_m : ndarray of float64, shape (stretches,)
    way_at_tail, way_at_head : ndarray of int64, shape (stretches,)
        Numbers of the ways at both ends, for turn restrictions.
    gates : tuple of (int, int, int)
        Two nodes at the same place with a barrier between them, and the number of the barrier's node in the map.
    node_of : mapping of int to int
        Position of those numbers of the map that were asked for and are junctions.
    names : tuple of str
        Names of streets, for the traits to point at.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: Int64s
    head: Int64s
    trait: tuple[Trait, ...]
    shape: tuple[NDArray[np.float64], ...]
    length_m: NDArray[np.float64]
    way_at_tail: Int64s
    way_at_head: Int64s
    gates: tuple[tuple[int, int, int], ...]
    node_of: Mapping[int, int]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """Directed stretches of streets that one profile may use, and gates, which have no stretch.

    Attributes
    ----------
    tail, head : ndarray of int64, shape (arcs,)
    stretch : ndarray of int64, shape (arcs,)
        Position in the street graph; -1 for a gate.
    is_back : ndarray of bool, shape (arcs,)
        Whether the stretch is travelled against its drawing.
    is_private : ndarray of bool, shape (arcs,)
        Open at the ends of a trip alone.
    kph : ndarray of float64, shape (arcs,)
    count : int
        Nodes.
    node_of : mapping of int to int
        Node at those numbers of the map that were asked for; -1 where no arc is.
    """

    tail: Int64s
    head: Int64s
    stretch: Int64s
    is_back: Bools
    is_private: Bools
    kph: NDArray[np.float64]
    count: int
    node_of: Mapping[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """A line of nodes, with the numbers of the ways at both ends."""

    nodes: Int64s
    trait: Trait
    first_way: int
    last_way: int

    def turned(self) -> "_Stretch":
        return _Stretch(self.nodes[::-1], self.trait.turned(), self.last_way, self.first_way)

    def along(self, nodes: Int64s) -> "_Stretch":
        """Make a stretch of the same way along other nodes."""
        return _Stretch(nodes, self.trait, self.first_way, self.last_way)


def street_graph(
    ways: Sequence[Way],
    traits: Sequence[Trait],
    *,
    keep: AbstractSet[int],
    barriers: AbstractSet[int],
    names: tuple[str, ...] = (),
) -> StreetGraph:
    """Cut ways into stretches between junctions.

    Parameters
    ----------
    ways : sequence of Way
        Streets; the same line twice gives two stretches.
    traits : sequence of Trait, one for each way
    keep : set of int
        Nodes that stay junctions, for turn restrictions.
    barriers : set of int
        Nodes where streets are taken apart; see `StreetGraph.gates`.
    names : tuple of str
        See `StreetGraph.names`.

    Returns
    -------
    StreetGraph
        Empty for no ways.
    """
    refs = np.concatenate([np.zeros(0, np.int64), *(np.array(way.nodes, np.int64) for way in ways)])
    places = np.concatenate([np.zeros((0, 2)), *(np.array(way.lonlat, float) for way in ways)])
    known, first, number = np.unique(refs, return_index=True, return_inverse=True)
    ends = np.cumsum([len(way.nodes) for way in ways])[:-1]
    parts = np.split(number, ends) if len(ways) else []
    lines = [
        _Stretch(part, trait, way.osm_id, way.osm_id)
        for part, trait, way in zip(parts, traits, ways, strict=True)
    ]
    lonlat = places[first]
    lines, gates, origin = _taken_apart(lines, _positions(known, barriers), len(known))
    lonlat = lonlat[origin]
    is_junction = _uses(lines, len(origin)) != 2
    is_junction[_positions(known, keep)] = True
    is_junction[[node for a, b in gates for node in (a, b)]] = True
    stretches = _joined([piece for line in lines for piece in _cut(line, is_junction)], is_junction)
    gate_refs = [(a, b, int(known[origin[b]])) for a, b in gates]
    kept = {int(known[each]): int(each) for each in _positions(known, keep)}
    return _packed(lonlat, stretches, gate_refs, kept, names)


def _positions(known: Int64s, wanted: AbstractSet[int]) -> Int64s:
    """Positions of numbers among the known ones, ascending; strangers are passed over."""
    numbers = np.array(sorted(wanted), np.int64)
    return np.flatnonzero(np.isin(known, numbers)) if len(numbers) else numbers


def _taken_apart(
    lines: list[_Stretch], barriers: Int64s, count: int
) -> tuple[list[_Stretch], list[tuple[int, int]], Int64s]:
    """Give every line that touches a barrier an end of its own there.

    Returns
    -------
    lines, gates, origin
        The lines, cut; pairs of nodes with a barrier between them; the node each node is a copy of.
    """
    is_barrier = np.zeros(count, bool)
    is_barrier[barriers] = True
    origin = list(range(count))
    taken: set[int] = set()
    gates: list[tuple[int, int]] = []
    apart: list[_Stretch] = []

    def own_end(node: int) -> int:
        if not is_barrier[node] or node not in taken:
            taken.add(node)
            return node
        origin.append(node)
        gates.append((node, len(origin) - 1))
        return len(origin) - 1

    for line in lines:
        if not is_barrier[line.nodes].any():
            apart.append(line)
            continue
        for piece in _cut(line, is_barrier):
            nodes = piece.nodes.copy()
            nodes[0], nodes[-1] = own_end(int(nodes[0])), own_end(int(nodes[-1]))
            apart.append(piece.along(nodes))
    return apart, gates, np.array(origin, np.int64)


def _uses(lines: list[_Stretch], count: int) -> Int64s:
    """Count the ends of street segments at each node, shape (nodes,)."""
    if not lines:
        return np.zeros(count, np.int64)
    inside = np.bincount(np.concatenate([line.nodes for line in lines]), minlength=count)
    ends = np.bincount(
        [int(node) for line in lines for node in (line.nodes[0], line.nodes[-1])], minlength=count
    )
    return 2 * inside - ends


def _cut(line: _Stretch, is_junction: NDArray[np.bool_]) -> list[_Stretch]:
    """Cut a line at the junctions inside."""
    cuts = np.flatnonzero(is_junction[line.nodes[1:-1]]) + 1
    if not len(cuts):
        return [line]
    bounds = [0, *cuts.tolist(), len(line.nodes) - 1]
    return [line.along(line.nodes[a : b + 1]) for a, b in pairwise(bounds)]


def _joined(pieces: list[_Stretch], is_junction: NDArray[np.bool_]) -> list[_Stretch]:
    """Join pieces that meet where nothing else does, and are alike."""
    meeting: dict[int, list[int]] = defaultdict(list)
    for position, piece in enumerate(pieces):
        for node in (int(piece.nodes[0]), int(piece.nodes[-1])):
            if not is_junction[node]:
                meeting[node].append(position)
    done: set[int] = set()

    def onward(line: list[_Stretch]) -> list[_Stretch]:
        """Run on from the end of the last piece for as long as the street stays alike."""
        while (node := int(line[-1].nodes[-1])) in meeting:
            following = [position for position in meeting[node] if position not in done]
            if len(following) != 1:
                break
            piece = pieces[following[0]]
            piece = piece if piece.nodes[0] == node else piece.turned()
            if piece.trait != line[-1].trait:
                break
            done.add(following[0])
            line.append(piece)
        return line

    joined = []
    for position, piece in enumerate(pieces):
        if position in done:
            continue
        done.add(position)
        line = onward([piece])
        back = onward([line[0].turned()])[1:]
        joined.append(_chained([each.turned() for each in reversed(back)] + line))
    return joined


def _chained(line: list[_Stretch]) -> _Stretch:
    """Make one stretch of pieces that follow each other."""
    if len(line) == 1:
        return line[0]
    nodes = np.concatenate([line[0].nodes, *(piece.nodes[1:] for piece in line[1:])])
    return _Stretch(nodes, line[0].trait, line[0].first_way, line[-1].last_way)


def _packed(
    lonlat: NDArray[np.float64],
    stretches: list[_Stretch],
    gates: list[tuple[int, int, int]],
    kept: Mapping[int, int],
    names: tuple[str, ...],
) -> StreetGraph:
    """Give the junctions new numbers and measure the stretches."""
    tail = np.array([stretch.nodes[0] for stretch in stretches], np.int64)
    head = np.array([stretch.nodes[-1] for stretch in stretches], np.int64)
    used = np.unique(np.concatenate((tail, head)))
    position = np.full(len(lonlat), -1, np.int64)
    position[used] = np.arange(len(used))
    return StreetGraph(
        lon=lonlat[used, 0],
        lat=lonlat[used, 1],
        tail=position[tail],
        head=position[head],
        trait=tuple(stretch.trait for stretch in stretches),
        shape=tuple(lonlat[stretch.nodes[1:-1]] for stretch in stretches),
        length_m=_lengths(lonlat, stretches),
        way_at_tail=np.array([stretch.first_way for stretch in stretches], np.int64),
        way_at_head=np.array([stretch.last_way for stretch in stretches], np.int64),
        gates=tuple((int(position[a]), int(position[b]), ref) for a, b, ref in gates),
        node_of={ref: int(position[node]) for ref, node in kept.items() if position[node] >= 0},
        names=names,
    )


def _lengths(lonlat: NDArray[np.float64], stretches: list[_Stretch]) -> NDArray[np.float64]:
    """Length of each stretch along its points in metres."""
    if not stretches:
        return np.zeros(0)
    nodes = np.concatenate([stretch.nodes for stretch in stretches])
    first = np.cumsum([0, *(len(stretch.nodes) for stretch in stretches)])
    lon, lat = lonlat[nodes, 0], lonlat[nodes, 1]
    step = np.append(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), 0.0)
    step[first[1:] - 1] = 0.0  # from the end of one stretch to the start of the next
    return np.asarray(np.add.reduceat(step, first[:-1]))
