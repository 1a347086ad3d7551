"""The hierarchy over a road network: built once, re-weighted whenever travel times change."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo._kernels.search import dijkstra
from geo.errors import BadNetworkError
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Anchor


class Hierarchy:
    """Everything the queries share; build it with `Hierarchy.build` or `Hierarchy.load`."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.weight_ms = network.weight_ms
        self._turned = network.reversed()
        self._turned_arcs = np.argsort(network.head, kind="stable")
        self.version = 0

    @classmethod
    def build(cls, network: RoadNetwork) -> Self:
        """Build the hierarchy of a network."""
        return cls(network)

    def customise(self, weight_ms: ArrayLike) -> None:
        """Take new travel times for every arc; `CLOSED_MS` or more closes an arc.

        Raises
        ------
        BadNetworkError
            When the number of weights is not the number of arcs or one is negative.
        """
        network = self.network.with_weights(np.asarray(weight_ms))
        self.weight_ms = network.weight_ms
        self.version += 1

    def update(self, arcs: ArrayLike, weight_ms: ArrayLike) -> None:
        """Take new travel times for a few arcs, for example a closure; `CLOSED_MS` closes an arc."""
        changed = self.weight_ms.copy()
        changed[np.asarray(arcs)] = weight_ms
        self.customise(changed)

    def distances(
        self, anchors: tuple[Anchor, ...], *, inbound: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Travel time from (inbound: to) the anchors for every node, and the arc each was entered by."""
        nodes = np.array([node for node, _, _ in anchors], np.int64)
        costs = np.array([cost for _, cost, _ in anchors], np.int64)
        network = self._turned if inbound else self.network
        weight = self.weight_ms[self._turned_arcs] if inbound else self.weight_ms
        dist, entry = dijkstra(network.first_out, network.head, weight, nodes, costs, CLOSED_MS)
        return dist, entry

    def save(self, path: Path) -> None:
        """Write the hierarchy into one file."""
        self.network.with_weights(self.weight_ms).save(path)

    @classmethod
    def load(cls, path: Path, network: RoadNetwork) -> Self:
        """Map a hierarchy from a file written by `save`.

        Raises
        ------
        BadNetworkError
            When the file is truncated, foreign, of another version or belongs to another network.
        """
        stored = RoadNetwork.load(path)
        if stored.fingerprint != network.fingerprint:
            raise BadNetworkError(f"{path} belongs to another network; build the hierarchy again")
        hierarchy = cls(network)
        hierarchy.weight_ms = stored.weight_ms
        return hierarchy
