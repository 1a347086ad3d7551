"""The road network of one profile out of the streets of an extract: who may pass, how fast, which turns are banned."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.access import Passage, ProfileRule
from geo.bars import Bars
from geo.errors import BadExtractError
from geo.pockets import Draft, layered, parts
from geo.restrictions import Restriction, bans_of
from geo.roads import CLOSED_MS, RoadNetwork
from geo.street_graph import Arcs, StreetGraph
from geo.turns import with_bans

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]


def profile_network(
    graph: StreetGraph,
    position: int,
    rule: ProfileRule,
    gates: Mapping[int, Sequence[Passage]],
    restrictions: Iterable[Restriction],
    bars: Bars,
) -> RoadNetwork:
    """Take the streets of one profile.

    Parameters
    ----------
    graph : StreetGraph
        Its traits hold ``(passage, kph)`` of each profile by direction, and name and door of both directions.
    position : int
        Of the profile in the traits.
    rule : ProfileRule
    gates : mapping of int to sequence of Passage
        By the node of the map, for each profile.
    restrictions : iterable of Restriction
    bars : Bars

    Returns
    -------
    RoadNetwork
        With every street that the profile may use, also those that hang together with no others.

    Raises
    ------
    BadExtractError
        When nobody of this profile can move.
    """
    arcs, junction = profile_arcs(graph, position, gates)
    if not (arcs.stretch >= 0).any():
        raise BadExtractError(f"the extract has no street for the profile {rule.name}")
    draft = layered(arcs.tail, arcs.head, arcs.is_private, arcs.stretch >= 0, arcs.count)
    draft = with_bans(draft, bans_of(restrictions, rule, graph, arcs))
    return _network(graph, arcs, draft, junction[draft.place], rule, bars)


def profile_arcs(
    graph: StreetGraph, position: int, gates: Mapping[int, Sequence[Passage]]
) -> tuple[Arcs, Int64s]:
    """List the arcs of a profile, whose nodes are numbered anew; open gates make one node of two.

    Returns
    -------
    arcs : Arcs
        As they are travelled, before any node has copies.
    junction : ndarray of int64, shape (nodes,)
        Node of the graph for each node of the arcs.
    """
    sides = [side for trait in graph.trait for side in (trait.ahead[position], trait.back[position])]
    passage = np.array([what for what, _ in sides], np.int64).reshape(-1, 2)
    kph = np.array([speed for _, speed in sides], np.float64).reshape(-1, 2)
    told = [(a, b, gates[ref][position]) for a, b, ref in graph.gates]
    count = len(graph.lon)
    free = np.array([(a, b) for a, b, what in told if what == Passage.OPEN], np.int64).reshape(-1, 2)
    node_at = _lowest(parts(free[:, 0], free[:, 1], count, strong=False))
    tight = np.array([(a, b) for a, b, what in told if what == Passage.ENDS], np.int64).reshape(-1, 2)
    ahead, back = (np.flatnonzero(passage[:, side]) for side in (0, 1))
    none = np.full(2 * len(tight), -1, np.int64)
    stretch = np.concatenate((ahead, back, none))
    is_back = np.arange(len(stretch)) >= len(ahead)
    tail = node_at[np.concatenate((graph.tail[ahead], graph.head[back], tight[:, 0], tight[:, 1]))]
    head = node_at[np.concatenate((graph.head[ahead], graph.tail[back], tight[:, 1], tight[:, 0]))]
    used, ends = np.unique(np.append(tail, head), return_inverse=True)
    number = np.full(count, -1, np.int64)
    number[used] = np.arange(len(used))
    return Arcs(
        tail=ends[: len(tail)],
        head=ends[len(tail) :],
        stretch=stretch,
        is_back=is_back,
        is_private=np.concatenate((passage[ahead, 0], passage[back, 1], none * 0 + Passage.ENDS))
        == Passage.ENDS,
        kph=np.concatenate((kph[ahead, 0], kph[back, 1], none * 0.0)),
        count=len(used),
        node_of={ref: int(number[node_at[node]]) for ref, node in graph.node_of.items()},
    ), used


def _lowest(label: Int64s) -> Int64s:
    """Lowest node of the same label, shape (nodes,)."""
    _, first, back = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(first[back], np.int64)


def _network(
    graph: StreetGraph, arcs: Arcs, draft: Draft, junction: Int64s, rule: ProfileRule, bars: Bars
) -> RoadNetwork:
    """Give the arcs of a draft their travel times, shapes and names."""
    twin_of = _twins(arcs)
    extra = _neighbours(draft, twin_of)
    tail, head = np.append(draft.tail, extra[:, 0]), np.append(draft.head, extra[:, 1])
    idle = np.zeros(len(extra), bool)
    street = np.append(draft.street, np.full(len(extra), -1))
    stands, through = np.append(draft.stands, idle), np.append(draft.through, idle)
    order = np.lexsort((head, tail))
    tail, head, street = tail[order], head[order], street[order]
    stands, through = stands[order], through[order]
    stretch = np.where(street >= 0, arcs.stretch[street], -1)
    standing = np.full(len(arcs.tail) + 1, -1, np.int64)
    standing[street[stands]] = np.flatnonzero(stands)
    has_street = stretch >= 0
    is_back = arcs.is_back[street] & has_street
    first, points = _shapes(graph, stretch, is_back)
    name = np.array([-1 if position < 0 else graph.trait[position].both[0] for position in stretch], np.int32)
    doors = np.array([position >= 0 and graph.trait[position].both[1] for position in stretch], bool)
    first_out = np.zeros(len(junction) + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=len(junction)), out=first_out[1:])
    ghost = (street < 0) & ~through
    return RoadNetwork(
        first_out,
        head.astype(np.int32),
        np.where(ghost, CLOSED_MS, weight_ms(graph, arcs, street)).astype(np.int32),
        graph.lon[junction],
        graph.lat[junction],
        geometry_first=first,
        geometry_lon=points[:, 0],
        geometry_lat=points[:, 1],
        street_name=name,
        names=graph.names,
        profile=rule.name,
        street=np.where(has_street, standing[street], -1),
        twin=np.where(has_street, standing[twin_of[street]], -1),
        through=through,
        has_doors=doors,
        place=draft.place.astype(np.int32),
        arrival=draft.arrival.astype(np.int32),
        last_m=rule.last_m,
        bars=bars,
    )


def weight_ms(graph: StreetGraph, arcs: Arcs, street: Int64s) -> Int64s:
    """Travel times of directed streets, shape (streets,); gates and joints (-1) take none."""
    stretch = np.where(street >= 0, arcs.stretch[street], -1)
    seconds = graph.length_m[stretch] / np.maximum(arcs.kph[street], 1e-9) * 3.6
    return np.where(stretch >= 0, np.rint(seconds * 1000), 0).astype(np.int64)


def _twins(arcs: Arcs) -> Int64s:
    """Position of the same stretch in the other direction for each arc, -1 for none; one more -1 at the end."""
    twin = np.full(len(arcs.tail) + 1, -1, np.int64)
    ahead = np.flatnonzero((arcs.stretch >= 0) & ~arcs.is_back)
    back = np.flatnonzero((arcs.stretch >= 0) & arcs.is_back)
    _, at_ahead, at_back = np.intersect1d(
        arcs.stretch[ahead], arcs.stretch[back], assume_unique=True, return_indices=True
    )
    twin[ahead[at_ahead]], twin[back[at_back]] = back[at_back], ahead[at_ahead]
    return twin


def _neighbours(draft: Draft, twin_of: Int64s) -> Int64s:
    """Pairs of nodes to be joined by arcs nobody travels, shape (pairs, 2).

    A place beside a street has a node at either end where one sets out, and two where one arrives; the search
    takes it that they are neighbours.
    """
    standing = np.full(len(twin_of), -1, np.int64)
    arcs = np.flatnonzero(draft.stands)
    standing[draft.street[arcs]] = arcs
    other = standing[twin_of[draft.street[arcs]]]
    arcs, other = arcs[other > arcs], other[other > arcs]
    pairs = np.concatenate([np.column_stack((end[arcs], end[other])) for end in (draft.head, draft.tail)])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    count = len(draft.place)
    joined = np.unique(np.minimum(draft.tail, draft.head) * count + np.maximum(draft.tail, draft.head))
    return np.asarray(pairs[~np.isin(pairs[:, 0] * count + pairs[:, 1], joined)], np.int64).reshape(-1, 2)


def _shapes(graph: StreetGraph, stretch: Int64s, is_back: Bools) -> tuple[Int64s, NDArray[np.float64]]:
    """Points between the ends of each arc, turned for those against the drawing."""
    nothing = np.zeros((0, 2))
    shapes = [
        nothing if position < 0 else graph.shape[position][::-1] if back else graph.shape[position]
        for position, back in zip(stretch.tolist(), is_back.tolist(), strict=True)
    ]
    first = np.zeros(len(shapes) + 1, np.int64)
    np.cumsum([len(shape) for shape in shapes], out=first[1:])
    return first, np.concatenate([nothing, *shapes])
