"""The road network: nodes, arcs, travel times, shapes and names, as immutable arrays."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from geo.archive import read_archive, write_archive
from geo.bars import NO_BARS, Bars
from geo.errors import BadNetworkError
from geo.place import great_circle_m

CLOSED_MS = 2**29
"""A weight of this many milliseconds (six days) or more closes the arc; longer journeys do not exist."""

LAST_M = 1000.0
"""Farthest walk between a door and its street where none is stated."""

FILE_VERSION = 2
_ARRAYS = {
    "first_out": np.int64,
    "head": np.int32,
    "weight_ms": np.int32,
    "lon": np.float64,
    "lat": np.float64,
    "geometry_first": np.int64,
    "geometry_lon": np.float64,
    "geometry_lat": np.float64,
    "street_name": np.int32,
    "street": np.int32,
    "twin": np.int32,
    "through": np.bool_,
    "has_doors": np.bool_,
    "place": np.int32,
    "arrival": np.int32,
}


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Arcs grouped by tail node; parallel arcs, loops, zero weights and lone nodes are legal.

    Attributes
    ----------
    first_out : ndarray of int64, shape (nodes + 1,)
        The arcs of node v are ``first_out[v] .. first_out[v + 1] - 1``.
    head : ndarray of int32, shape (arcs,)
        The node each arc leads to.
    weight_ms : ndarray of int32, shape (arcs,)
        Travel time in milliseconds, zero or more; `CLOSED_MS` or more closes the arc.
    lon, lat : ndarray of float64, shape (nodes,)
        Degrees, WGS-84.
    geometry_first : ndarray of int64, shape (arcs + 1,), optional
        Points between the ends of arc a are ``geometry_first[a] .. geometry_first[a + 1] - 1``
        (the ends themselves are not repeated); without it every arc is straight.
    geometry_lon, geometry_lat : ndarray of float64, optional
        Degrees of those points.
    street_name : ndarray of int32, shape (arcs,), optional
        Position in `names`, or -1 for a street without a name.
    names : tuple of str
        Names of streets.
    profile : str
        Who travels: "walk", "ebike", "drive" or another word.
    street : ndarray of int32, shape (arcs,), optional
        The arc that stands for the street of each arc, where arcs are copies of others; -1 for joints between
        copies of a node. Without it every arc is a street of its own.
    twin : ndarray of int32, shape (arcs,), optional
        The arc that stands for the same street in the other direction, or -1.
    through : ndarray of bool, shape (arcs,), optional
        False: no way leads along the arc; it tells where somebody beside its street sets out (head) and
        arrives (tail).
    has_doors : ndarray of bool, shape (arcs,), optional
        Whether a door may open to the street: not in a tunnel.
    place : ndarray of int32, shape (nodes,), optional
        The node each node is a copy of; one sets out there.
    arrival : ndarray of int32, shape (nodes,), optional
        Where somebody arrives who travels to the node; see `geo.pockets`.
    last_m : float
        Farthest walk between a door and its street.
    bars : Bars
        Lines that nobody walks across.

    Raises
    ------
    BadNetworkError
        When the arrays contradict each other; the message names the first one that does.
    """

    first_out: NDArray[np.int64]
    head: NDArray[np.int32]
    weight_ms: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    geometry_first: NDArray[np.int64] | None = None
    geometry_lon: NDArray[np.float64] | None = None
    geometry_lat: NDArray[np.float64] | None = None
    street_name: NDArray[np.int32] | None = None
    names: tuple[str, ...] = ()
    profile: str = "drive"
    street: NDArray[np.int32] | None = None
    twin: NDArray[np.int32] | None = None
    through: NDArray[np.bool_] | None = None
    has_doors: NDArray[np.bool_] | None = None
    place: NDArray[np.int32] | None = None
    arrival: NDArray[np.int32] | None = None
    last_m: float = LAST_M
    bars: Bars = NO_BARS

    def __post_init__(self) -> None:
        for name, dtype in _ARRAYS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _frozen(name, value, dtype))
        object.__setattr__(self, "names", tuple(self.names))
        _check_arcs(self)
        _check_places(self)
        _check_geometry(self)
        _check_names(self)
        _check_copies(self)

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.first_out) - 1

    @property
    def arc_count(self) -> int:
        """Number of arcs."""
        return len(self.head)

    @cached_property
    def tail(self) -> NDArray[np.int32]:
        """The node each arc leaves, shape (arcs,)."""
        tail = np.repeat(np.arange(self.node_count, dtype=np.int32), np.diff(self.first_out))
        tail.setflags(write=False)
        return tail

    @cached_property
    def length_m(self) -> NDArray[np.float64]:
        """Length of each arc along its shape in metres, shape (arcs,)."""
        lon, lat, first = self.polylines
        if not self.arc_count:
            return np.zeros(0)
        step = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
        step[first[1:-1] - 1] = 0.0  # from the end of one arc to the start of the next
        return np.asarray(np.add.reduceat(np.append(step, 0.0), first[:-1]))

    @cached_property
    def polylines(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Shapes with both ends: lon, lat of all points, and where each arc begins, shape (arcs + 1,)."""
        inner = np.zeros(self.arc_count, np.int64)
        if self.geometry_first is not None:
            inner = np.diff(self.geometry_first)
        first = np.zeros(self.arc_count + 1, np.int64)
        np.cumsum(inner + 2, out=first[1:])
        lon, lat = np.empty(first[-1]), np.empty(first[-1])
        lon[first[:-1]], lat[first[:-1]] = self.lon[self.tail], self.lat[self.tail]
        lon[first[1:] - 1], lat[first[1:] - 1] = self.lon[self.head], self.lat[self.head]
        if self.geometry_lon is not None and self.geometry_lat is not None:
            between = np.ones(first[-1], bool)
            between[first[:-1]] = between[first[1:] - 1] = False
            lon[between], lat[between] = self.geometry_lon, self.geometry_lat
        return lon, lat, first

    @cached_property
    def fingerprint(self) -> int:
        """Checksum of nodes and arcs without the weights; equal networks have equal fingerprints."""
        arcs = crc32(self.head.tobytes(), crc32(self.first_out.tobytes()))
        return arcs if self.through is None else crc32(self.through.tobytes(), arcs)

    @cached_property
    def streets(self) -> NDArray[np.int64]:
        """Arcs that stand for a street, ascending."""
        if self.street is None:
            return np.arange(self.arc_count)
        return np.flatnonzero(self.street == np.arange(self.arc_count))

    def is_joint(self, arc: int) -> bool:
        """Tell whether an arc only joins copies of a node."""
        return self.street is not None and self.street[arc] < 0

    def copies(self, arcs: NDArray[np.int64]) -> NDArray[np.int64]:
        """List all arcs of the streets of some arcs, in the same direction; close these to close the streets."""
        if self.street is None:
            return np.unique(arcs)
        wanted = self.street[arcs]
        return np.flatnonzero(np.isin(self.street, wanted[wanted >= 0]))

    def name_of(self, arc: int) -> str:
        """Name of the street of an arc; empty when it has none."""
        position = -1 if self.street_name is None else int(self.street_name[arc])
        return self.names[position] if position >= 0 else ""

    def with_weights(self, weight_ms: NDArray[np.int32]) -> Self:
        """Return the same streets at other travel times."""
        return replace(self, weight_ms=weight_ms)

    def reversed(self) -> "RoadNetwork":
        """Turn every arc round; arcs are numbered anew, grouped by their new tail.

        Raises
        ------
        BadNetworkError
            When the network has copies of nodes: one sets out and arrives at different ones.
        """
        if self.street is not None or self.through is not None or self.arrival is not None:
            raise BadNetworkError("a network with private ways or banned turns cannot be turned round")
        order = np.argsort(self.head, kind="stable")
        first_out = np.zeros(self.node_count + 1, np.int64)
        np.cumsum(np.bincount(self.head, minlength=self.node_count), out=first_out[1:])
        geometry: dict[str, Any] = {}
        if (
            self.geometry_first is not None
            and self.geometry_lon is not None
            and self.geometry_lat is not None
        ):
            first, points = _turned(self.geometry_first, order)
            geometry = {
                "geometry_first": first,
                "geometry_lon": self.geometry_lon[points],
                "geometry_lat": self.geometry_lat[points],
            }
        return RoadNetwork(
            first_out,
            self.tail[order],
            self.weight_ms[order],
            self.lon,
            self.lat,
            street_name=None if self.street_name is None else self.street_name[order],
            names=self.names,
            profile=self.profile,
            **geometry,
        )

    def save(self, path: Path) -> None:
        """Write the network into one file."""
        arrays = {name: getattr(self, name) for name in _ARRAYS if getattr(self, name) is not None}
        arrays |= {f"bars_{name}": array for name, array in self.bars.arrays().items()}
        facts = {"names": list(self.names), "profile": self.profile, "last_m": self.last_m}
        write_archive(Path(path), "road network", FILE_VERSION, arrays, facts)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Map a network from a file written by `save`.

        Raises
        ------
        BadNetworkError
            When the file is truncated, foreign or of another version.
        """
        arrays, facts = read_archive(Path(path), "road network", FILE_VERSION)
        bars = {name: arrays.pop(f"bars_{name}") for name in NO_BARS.arrays()}
        return cls(
            **arrays,
            names=tuple(facts["names"]),
            profile=facts["profile"],
            last_m=facts["last_m"],
            bars=Bars(**bars),
        )


def _frozen(name: str, value: Any, dtype: type) -> NDArray[Any]:  # noqa: ANN401 - anything array-like
    """Make a read-only contiguous array of the wanted type that no caller can change."""
    array = np.asarray(value)
    if array.ndim != 1:
        raise BadNetworkError(f"{name} has {array.ndim} dimensions; allowed is one")
    if np.issubdtype(dtype, np.integer):
        if array.size and not np.issubdtype(array.dtype, np.integer):
            raise BadNetworkError(f"{name} holds {array.dtype}; allowed are whole numbers")
        limits = np.iinfo(dtype)
        if array.size and (array.min() < limits.min or array.max() > limits.max):
            raise BadNetworkError(f"{name} holds numbers that do not fit {limits.bits} bits")
    if array.dtype == dtype and array.flags.c_contiguous and not array.flags.writeable:
        return array
    frozen: NDArray[Any] = np.array(array, dtype=dtype, order="C")
    frozen.setflags(write=False)
    return frozen


def _check_first(name: str, first: NDArray[np.int64], groups: int, items: int) -> None:
    """Offsets must start at zero, never fall, and end at the number of items."""
    if len(first) != groups + 1 or first[0] != 0 or first[-1] != items or np.any(np.diff(first) < 0):
        message = f"{name} must have {groups + 1} entries rising from 0 to {items}"
        raise BadNetworkError(f"{message}; it has {len(first)} entries")


def _check_arcs(network: RoadNetwork) -> None:
    """Arcs lead from node to node in no less than zero time."""
    if not len(network.first_out):
        raise BadNetworkError("first_out is empty; a network without nodes has the one entry 0")
    nodes, arcs = network.node_count, network.arc_count
    _check_first("first_out", network.first_out, nodes, arcs)
    if arcs and (network.head.min() < 0 or network.head.max() >= nodes):
        raise BadNetworkError(f"head names a node outside 0 .. {nodes - 1}")
    if len(network.weight_ms) != arcs:
        raise BadNetworkError(f"weight_ms has {len(network.weight_ms)} entries for {arcs} arcs")
    if arcs and network.weight_ms.min() < 0:
        raise BadNetworkError("weight_ms holds a negative travel time; allowed is zero or more")


def _check_places(network: RoadNetwork) -> None:
    """Every node stands somewhere on the earth."""
    for name, degrees, limit in (("lon", network.lon, 180), ("lat", network.lat, 90)):
        if len(degrees) != network.node_count:
            raise BadNetworkError(f"{name} has {len(degrees)} entries for {network.node_count} nodes")
        if len(degrees) and not np.all(np.abs(degrees) <= limit):
            raise BadNetworkError(f"{name} holds a value that is no degree from -{limit} to {limit}")


def _check_geometry(network: RoadNetwork) -> None:
    """Shape points come in three arrays that fit each other."""
    first, lon, lat = network.geometry_first, network.geometry_lon, network.geometry_lat
    if first is None and lon is None and lat is None:
        return
    if first is None or lon is None or lat is None:
        raise BadNetworkError(
            "geometry_first, geometry_lon and geometry_lat must be given together or not at all"
        )
    if len(lon) != len(lat):
        raise BadNetworkError(f"geometry_lon has {len(lon)} entries, geometry_lat {len(lat)}")
    _check_first("geometry_first", first, network.arc_count, len(lon))
    if len(lon) and not (np.all(np.abs(lon) <= 180) and np.all(np.abs(lat) <= 90)):
        raise BadNetworkError("geometry_lon or geometry_lat holds a value that is no degree")


def _check_names(network: RoadNetwork) -> None:
    """Street names are looked up by position."""
    name = network.street_name
    if name is None:
        return
    if len(name) != network.arc_count:
        raise BadNetworkError(f"street_name has {len(name)} entries for {network.arc_count} arcs")
    if len(name) and (name.min() < -1 or name.max() >= len(network.names)):
        raise BadNetworkError(f"street_name points outside the {len(network.names)} names")


def _check_copies(network: RoadNetwork) -> None:
    """Streets, twins and copies name arcs and nodes of the network."""
    limits = {"arc": network.arc_count, "node": network.node_count}
    columns = {
        "street": "arc",
        "twin": "arc",
        "through": "arc",
        "has_doors": "arc",
        "place": "node",
        "arrival": "node",
    }
    for name, kind in columns.items():
        column = getattr(network, name)
        if column is None:
            continue
        if len(column) != limits[kind]:
            raise BadNetworkError(f"{name} has {len(column)} entries for {limits[kind]} {kind}s")
        if len(column) and column.dtype != np.bool_ and not -1 <= column.min() <= column.max() < limits[kind]:
            raise BadNetworkError(f"{name} names something outside the {limits[kind]} {kind}s")


def _turned(first: NDArray[np.int64], order: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets and positions of shape points when arcs are reordered and each is run backwards."""
    count = np.diff(first)[order]
    turned = np.zeros(len(order) + 1, np.int64)
    np.cumsum(count, out=turned[1:])
    last = first[1:][order] - 1
    return turned, np.repeat(last + turned[:-1], count) - np.arange(turned[-1])
