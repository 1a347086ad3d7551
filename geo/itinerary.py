"""A route told as shape, length and turns, from the arcs it takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.place import great_circle_m
from geo.roads import RoadNetwork

Floats = NDArray[np.float64]
TURNS = ("straight", "slight_right", "right", "sharp_right", "u_turn", "sharp_left", "left", "slight_left")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an arc, from one fraction of its length to a later one, driven in `travel_ms`."""

    arc: int
    begin: float
    end: float
    travel_ms: int


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch along one street.

    Attributes
    ----------
    street : str
        Name; empty for a street without one.
    turn : str
        How the stretch begins: "depart" or one of `TURNS`.
    length_m, travel_ms
        Of the stretch.
    lon, lat : float
        Where it begins, degrees.
    """

    street: str
    turn: str
    length_m: float
    travel_ms: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A shortest way.

    Attributes
    ----------
    nodes : ndarray of int64
        Nodes passed, in order; none between two points of one street.
    arcs : ndarray of int64
        Arcs travelled from end to end.
    travel_ms : int
        Whole time, with the walk at both ends.
    length_m : float
        Along the shape, in metres.
    lon, lat : ndarray of float64
        Shape in degrees; a single point when source and target are the same node.
    steps : tuple of Step
        Stretches by street; empty when nothing is travelled.
    """

    nodes: NDArray[np.int64]
    arcs: NDArray[np.int64]
    travel_ms: int
    length_m: float
    lon: Floats
    lat: Floats
    steps: tuple[Step, ...]


def standing(network: RoadNetwork, node: int, travel_ms: int) -> Route:
    """Make the route of somebody who is there already."""
    here = _places(network, np.array([node], np.int64))
    return Route(here, here[:0], travel_ms, 0.0, network.lon[here], network.lat[here], ())


def describe(network: RoadNetwork, pieces: list[Piece], walk_ms: int) -> Route:
    """Tell a route from its parts.

    Parameters
    ----------
    network : RoadNetwork
        Shapes and names.
    pieces : list of Piece
        At least one; each begins where the one before ends.
    walk_ms : int
        Time on foot at both ends together.
    """
    arcs = np.array([piece.arc for piece in pieces], np.int64)
    shares = np.array([piece.end - piece.begin for piece in pieces])
    lengths = network.length_m[arcs] * shares
    shapes = [_cut(network, piece) for piece in pieces]
    keep = [slice(None), *[slice(1, None)] * (len(shapes) - 1)]
    nodes = [int(network.tail[piece.arc]) for piece in pieces if piece.begin == 0]
    nodes += [int(network.head[piece.arc]) for piece in pieces[-1:] if piece.end == 1]
    streets = arcs if network.street is None else network.street[arcs]
    return Route(
        _places(network, np.array(nodes, np.int64)),
        streets[shares == 1].astype(np.int64),
        sum(piece.travel_ms for piece in pieces) + walk_ms,
        float(lengths.sum()),
        np.concatenate([lon[part] for (lon, _), part in zip(shapes, keep, strict=True)]),
        np.concatenate([lat[part] for (_, lat), part in zip(shapes, keep, strict=True)]),
        tuple(_steps(network, pieces, shapes, lengths.tolist())),
    )


def _places(network: RoadNetwork, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Nodes that some nodes are copies of."""
    return nodes if network.place is None else network.place[nodes].astype(np.int64)


def _steps(
    network: RoadNetwork, pieces: list[Piece], shapes: list[tuple[Floats, Floats]], lengths: list[float]
) -> list[Step]:
    """Join pieces of one street that run on without a turn."""
    steps: list[Step] = []
    turns = _turns(network, np.array([piece.arc for piece in pieces], np.int64))
    for piece, (lon, lat), length, turn in zip(pieces, shapes, lengths, turns, strict=True):
        street = network.name_of(piece.arc)
        last = steps[-1] if steps else None
        if last and last.street == street and (street or "slight" in turn or turn == "straight"):
            length_m, travel_ms = last.length_m + length, last.travel_ms + piece.travel_ms
            steps[-1] = Step(street, last.turn, length_m, travel_ms, last.lon, last.lat)
        else:
            steps.append(Step(street, turn, length, piece.travel_ms, float(lon[0]), float(lat[0])))
    return steps


def _turns(network: RoadNetwork, arcs: NDArray[np.int64]) -> list[str]:
    """Name the change of direction before each arc of a way."""
    lon, lat, first = network.polylines
    begin, end = first[arcs], first[arcs + 1] - 1
    setting_out = _bearing(lon, lat, begin, begin + 1)
    arriving = _bearing(lon, lat, end - 1, end)
    eighths = np.rint(np.degrees(setting_out[1:] - arriving[:-1]) / 45).astype(np.int64) % 8
    return ["depart", *(TURNS[eighth] for eighth in eighths.tolist())]


def _bearing(lon: Floats, lat: Floats, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
    """Direction from points to points, clockwise from north in radians."""
    east = (lon[end] - lon[begin]) * np.cos(np.radians(lat[begin]))
    return np.arctan2(east, lat[end] - lat[begin])


def _cut(network: RoadNetwork, piece: Piece) -> tuple[Floats, Floats]:
    """Shape of a part of an arc; at least two points."""
    all_lon, all_lat, first = network.polylines
    span = slice(int(first[piece.arc]), int(first[piece.arc + 1]))
    lon, lat = all_lon[span], all_lat[span]
    if piece.begin == 0 and piece.end == 1:
        return lon, lat
    reach = np.append(0.0, np.cumsum(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])))
    begin, end = piece.begin * reach[-1], piece.end * reach[-1]
    inner = reach[(reach > begin) & (reach < end)]
    at = np.concatenate(([begin], inner, [end]))
    return np.interp(at, reach, lon), np.interp(at, reach, lat)
