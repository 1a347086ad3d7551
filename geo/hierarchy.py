"""The hierarchy over a road network: built once, re-weighted whenever travel times change.

A customizable contraction hierarchy (Dibbelt, Strasser, Wagner) with the distance rows of its elimination
tree. The topology never changes; a `Metric` holds all that depends on the weights and is exchanged as a
whole, so a query sees the old travel times or the new ones, never a mixture.
"""

from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Self
from weakref import WeakMethod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo._kernels.weights import pull_triangles, push_triangles, repair, take_weights
from geo.archive import read_archive, write_archive
from geo.errors import BadNetworkError
from geo.metric import Metric, RowPlan
from geo.roads import CLOSED_MS, RoadNetwork
from geo.topology import Topology

FILE_VERSION = 1
REPAIR_SHARE = 2000  # fewer than one arc in so many changed: repair the weights, else compute them anew

Int32s = NDArray[np.int32]


class Hierarchy:
    """What all queries over one network share; made by `Hierarchy.build` or `Hierarchy.load`.

    Safe to use from several threads: re-weighting makes a new `Metric` and exchanges it at once.

    Attributes
    ----------
    network : RoadNetwork
        As it was built; its own weights are those of the beginning.
    topology : Topology
        What does not depend on travel times.

    Notes
    -----
    All distance rows take 8 bytes times nodes times mean depth of the tree: 160 MB for the 194,505 nodes of
    Maine, and as much again while new travel times are taken. With less memory (`row_bytes`) the rows of the
    smallest subtrees are left out and made when asked for: answers are the same, a little later.
    """

    def __init__(
        self,
        network: RoadNetwork,
        topology: Topology,
        weights: tuple[Int32s, Int32s, Int32s],
        row_bytes: int | None,
    ) -> None:
        self.network = network
        self.topology = topology
        self._plan = RowPlan.within(topology, row_bytes)
        self._lock = Lock()
        self._spare: deque[Int32s] = deque(maxlen=1)  # memory of rows nobody reads any more
        self._followers: list[WeakMethod[Callable[[Metric], None]]] = []
        self._metric = self._with_rows(*weights)
        self._metric.complete()

    @classmethod
    def build(cls, network: RoadNetwork, *, metis: bool = True, row_bytes: int | None = None) -> Self:
        """Build the hierarchy of a network.

        Parameters
        ----------
        network : RoadNetwork
            Any, also an empty one.
        metis : bool
            False, or METIS not installed: order by inertial flow cuts.
        row_bytes : int, optional
            Memory for distance rows at one set of travel times; without it all rows are kept.

        Raises
        ------
        BadNetworkError
            When the streets are too entangled; see `Topology.build`.
        """
        topology = Topology.build(network, metis=metis)
        weights = (network.weight_ms, *_customised(topology, network.weight_ms))
        return cls(network, topology, weights, row_bytes)

    @property
    def metric(self) -> Metric:
        """The travel times in force; read it once per query."""
        return self._metric

    @property
    def weight_ms(self) -> Int32s:
        """Weights of the network in force, shape (arcs,)."""
        return self._metric.weight_ms

    @cached_property
    def arrival_rank(self) -> Int32s:
        """Rank at which one arrives who travels to each node, shape (nodes,)."""
        rank, arrival = self.topology.rank, self.network.arrival
        return rank if arrival is None else rank[arrival]

    @cached_property
    def arrival_rank_of(self) -> memoryview:
        """The same for one node at a time, as a Python number and without delay."""
        return memoryview(np.ascontiguousarray(self.arrival_rank).data)

    def customise(self, weight_ms: ArrayLike) -> None:
        """Take new travel times for all arcs; queries see them when this returns.

        Parameters
        ----------
        weight_ms : array_like of int, shape (arcs,)
            Zero or more; `geo.roads.CLOSED_MS` or more closes an arc.

        Raises
        ------
        BadNetworkError
            When the number of weights is not the number of arcs or one is negative.
        """
        wanted = _checked(weight_ms, self.network.arc_count)
        with self._lock:
            self._adopt(self._with_rows(wanted, *_customised(self.topology, wanted)))

    def update(self, arcs: ArrayLike, weight_ms: ArrayLike) -> None:
        """Take new travel times for some arcs, for example a closure.

        Parameters
        ----------
        arcs : array_like of int, shape (changed,)
            Arcs of the network.
        weight_ms : array_like of int, shape (changed,) or a single one
            As for `customise`.

        Raises
        ------
        BadNetworkError
            When an arc does not exist or a weight is negative.
        """
        changed = np.unique(np.asarray(arcs, np.int64))
        if len(changed) and (changed[0] < 0 or changed[-1] >= self.network.arc_count):
            raise BadNetworkError(f"an arc lies outside 0 .. {self.network.arc_count - 1}")
        with self._lock:
            wanted = self._metric.weight_ms.copy()
            wanted[np.asarray(arcs, np.int64)] = np.minimum(np.asarray(weight_ms, np.int64), 2**31 - 1)
            wanted = _checked(wanted, self.network.arc_count)
            if len(changed) * REPAIR_SHARE < self.network.arc_count:
                weights = self._repaired(changed, wanted)
            else:
                weights = _customised(self.topology, wanted)
            self._adopt(self._with_rows(wanted, *weights))

    def foreseen(self, weight_ms: ArrayLike) -> Metric:
        """Return a metric of other travel times, such as those of tomorrow; those in force stay.

        Parameters
        ----------
        weight_ms : array_like of int, shape (arcs,)
            As for `customise`.

        Raises
        ------
        BadNetworkError
            When the number of weights is not the number of arcs or one is negative.
        """
        wanted = _checked(weight_ms, self.network.arc_count)
        if np.array_equal(wanted, self.weight_ms):
            return self._metric
        weights = _customised(self.topology, wanted)
        with self._lock:
            return self._with_rows(wanted, *weights)

    def follow(self, adopt: Callable[[Metric], None]) -> None:
        """Let a bound method hear of every new metric, before `customise` or `update` returns."""
        with self._lock:
            self._followers.append(WeakMethod(adopt))
            adopt(self._metric)

    def save(self, path: Path) -> None:
        """Write the hierarchy into one file, without its network."""
        metric = self._metric
        arrays: dict[str, NDArray[Any]] = dict(self.topology.arrays())
        arrays |= {"weight_ms": metric.weight_ms, "base": metric.base, "weights": metric.weights}
        write_archive(
            Path(path), "hierarchy", FILE_VERSION, arrays, {"fingerprint": self.network.fingerprint}
        )

    @classmethod
    def load(cls, path: Path, network: RoadNetwork, *, row_bytes: int | None = None) -> Self:
        """Map a hierarchy from a file written by `save`; the weights saved are in force.

        Parameters
        ----------
        path : Path
            The file; it is mapped, so that processes share its memory.
        network : RoadNetwork
            The one it was built over.
        row_bytes : int, optional
            As for `build`; rows are computed, not kept in the file.

        Raises
        ------
        BadNetworkError
            When the file is truncated, foreign, of another version or belongs to another network.
        """
        arrays, facts = read_archive(Path(path), "hierarchy", FILE_VERSION)
        if facts["fingerprint"] != network.fingerprint:
            raise BadNetworkError(f"{path} belongs to another network; build the hierarchy again")
        weights = arrays.pop("weight_ms"), arrays.pop("base"), arrays.pop("weights")
        return cls(network, Topology(**arrays), weights, row_bytes)

    def _adopt(self, metric: Metric) -> None:
        """Exchange the metric; each follower moves over by itself, at once."""
        self._metric = metric
        self._followers = [reference for reference in self._followers if reference() is not None]
        for reference in self._followers:
            if adopt := reference():
                adopt(metric)
        metric.complete()

    def _repaired(self, changed: NDArray[np.int64], wanted: Int32s) -> tuple[Int32s, Int32s]:
        """Weights of the hierarchy after a few arcs changed."""
        topology = self.topology
        base, weights = self._metric.base.copy(), self._metric.weights.copy()
        slots = np.unique(topology.slot[changed])
        slots = slots[slots >= 0]
        arcs, first = topology.arcs_by_slot
        for slot in slots.tolist():
            base[slot] = min(CLOSED_MS, int(wanted[arcs[first[slot] : first[slot + 1]]].min()))
        dirty = topology.up_tail[slots >> 1].astype(np.int64)
        down = (topology.down_first, topology.down_tail, topology.down_arc)
        place = np.zeros(topology.height + 1, np.int64)
        up = (topology.up_head, topology.up_depth)
        repair(dirty, base, topology.up_first, up, down, place, weights)
        weights.setflags(write=False)
        return base, weights

    def _with_rows(self, weight_ms: Int32s, base: Int32s, weights: Int32s) -> Metric:
        """Add the distance rows that cannot wait."""
        return Metric.of(self.topology, self._plan, (weight_ms, base, weights), self._spare)


def _checked(weight_ms: ArrayLike, arc_count: int) -> Int32s:
    """Weights as an array that fits the network."""
    given = np.asarray(weight_ms)
    if given.shape != (arc_count,):
        raise BadNetworkError(
            f"weight_ms has shape {given.shape}; allowed is one weight for each of {arc_count} arcs"
        )
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise BadNetworkError(f"weight_ms holds {given.dtype}; allowed are whole milliseconds")
    if given.size and given.min() < 0:
        raise BadNetworkError("weight_ms holds a negative travel time; allowed is zero or more")
    checked: Int32s = np.minimum(given, 2**31 - 1).astype(np.int32)
    checked.setflags(write=False)
    return checked


def _customised(topology: Topology, weight_ms: Int32s) -> tuple[Int32s, Int32s]:
    """Weights of the hierarchy before and after customisation."""
    base = np.empty(2 * len(topology.up_head), np.int32)
    take_weights(topology.slot, weight_ms, base)
    weights = base.copy()
    for low, high in topology.leaves.tolist():
        push_triangles(low, high, topology.up_first, topology.tri_first, topology.third, weights)
    down = (topology.down_first, topology.down_tail, topology.down_arc)
    place = np.zeros(topology.height + 1, np.int64)
    pull_triangles(topology.tops, topology.up_first, topology.up_depth, down, place, weights)
    weights.setflags(write=False)
    return base, weights
