"""What a hierarchy knows before any travel time: order, chordal graph, elimination tree."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from geo._kernels.elimination import (
    chain_lists,
    depths,
    eliminate,
    lower_neighbours,
    neighbours_above,
    postorder,
    rename,
    slots_of_arcs,
    triangle_tops,
)
from geo._kernels.order import inertial_order
from geo.errors import BadNetworkError
from geo.place import LocalPlane
from geo.roads import RoadNetwork

try:
    from pymetis import CSRAdjacency, nested_dissection

    HAS_METIS = True
except ImportError:  # no wheel for this machine: order by inertial flow
    HAS_METIS = False

LEAF_SHARE = 64  # subtrees below this share of the nodes push their triangles, the rest pulls
SMALL = 64  # nodes; below this any order will do
HIGHEST = 2**16 - 2


@dataclass(frozen=True, eq=False)
class Topology:
    """Arrays of the hierarchy by rank, 0 contracted first; see `geo._kernels.elimination`.

    Attributes
    ----------
    rank : ndarray of int32, shape (nodes,)
        Rank of each node.
    up_first, up_head, up_depth
        Upward arcs of each rank: offsets, heads, depths of the heads.
    down_first, down_tail, down_arc
        The same arcs from their upper end.
    parent, depth
        Elimination tree.
    slot : ndarray of int32, shape (arcs,)
        Where each arc of the network puts its weight; -1 for a loop, and for an arc that no way leads along.
    tri_first, third
        Triangles of the leaf subtrees.
    leaves : ndarray of int64, shape (subtrees, 2)
        Ranges of ranks of the leaf subtrees.
    tops : ndarray of int64
        All other ranks, ascending.
    record, lists
        Rows and chains; see `geo._kernels.elimination.chain_lists`.
    """

    rank: NDArray[np.int32]
    up_first: NDArray[np.int64]
    up_head: NDArray[np.uint32]
    up_depth: NDArray[np.uint16]
    down_first: NDArray[np.int64]
    down_tail: NDArray[np.uint32]
    down_arc: NDArray[np.uint32]
    parent: NDArray[np.uint32]
    depth: NDArray[np.int32]
    slot: NDArray[np.int32]
    tri_first: NDArray[np.int64]
    third: NDArray[np.uint32]
    leaves: NDArray[np.int64]
    tops: NDArray[np.int64]
    record: NDArray[np.int64]
    lists: NDArray[np.int64]

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).setflags(write=False)

    @classmethod
    def build(cls, network: RoadNetwork, *, metis: bool = True) -> Self:
        """Order, contract and index the nodes of a network.

        Parameters
        ----------
        network : RoadNetwork
            Any, also an empty one; the weights do not matter.
        metis : bool
            False, or METIS not installed: order by inertial flow cuts; slower to build, about as good.

        Raises
        ------
        BadNetworkError
            When the streets are so entangled that the tree would be higher than 65,534.
        """
        order = contraction_order(network, metis=metis)
        rank = np.empty(network.node_count, np.int32)
        rank[order] = np.arange(network.node_count, dtype=np.int32)
        up_first, up_head, parent = eliminate(*neighbours_above(network.first_out, network.head, rank))
        renamed = postorder(parent)
        up_first, head, above = rename(up_first, up_head, parent, renamed)
        rank = renamed[rank]
        depth, size = depths(above)
        if len(depth) and depth.max() > HIGHEST:
            raise BadNetworkError(f"the elimination tree is {depth.max()} high; allowed is {HIGHEST}")
        leaves, is_top = _leaf_subtrees(above, size)
        tri_first, third = triangle_tops(up_first, head, is_top)
        slot = slots_of_arcs(network.first_out, network.head, rank, up_first, head)
        if network.through is not None:
            slot[~network.through] = -1
        down_first, down_tail, down_arc = lower_neighbours(up_first, head)
        record, lists = chain_lists(above, depth)
        return cls(
            rank, up_first, head, depth[head].astype(np.uint16), down_first, down_tail, down_arc, above, depth,
            slot, tri_first, third, leaves, np.nonzero(is_top)[0].astype(np.int64), record, lists,
        )  # fmt: skip

    @property
    def height(self) -> int:
        """Nodes on the longest way to a root."""
        return int(self.depth.max()) + 1 if len(self.depth) else 0

    @property
    def mean_depth(self) -> float:
        """Nodes above a node, on average; zero without nodes."""
        return float(self.depth.mean()) if len(self.depth) else 0.0

    @property
    def row_items(self) -> int:
        """Length of all distance rows together."""
        return int(self.depth.sum(dtype=np.int64)) + len(self.depth)

    @cached_property
    def subtree_size(self) -> NDArray[np.int32]:
        """Nodes below each rank, itself included, shape (nodes,)."""
        return depths(self.parent)[1]

    @cached_property
    def rank_of(self) -> memoryview:
        """Rank of one node at a time, as a Python number and without delay."""
        return memoryview(self.rank.data)

    @cached_property
    def node_at(self) -> NDArray[np.int32]:
        """Node of each rank, shape (nodes,)."""
        node = np.empty(len(self.rank), np.int32)
        node[self.rank] = np.arange(len(self.rank), dtype=np.int32)
        return node

    @cached_property
    def up_tail(self) -> NDArray[np.uint32]:
        """Lower end of each upward arc, shape (upward arcs,)."""
        return np.repeat(np.arange(len(self.rank), dtype=np.uint32), np.diff(self.up_first))

    @cached_property
    def arcs_by_slot(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Arcs of the network grouped by slot, and where the group of each slot begins."""
        arcs = np.argsort(self.slot, kind="stable")
        first = np.searchsorted(self.slot[arcs], np.arange(2 * len(self.up_head) + 1)).astype(np.int64)
        return arcs.astype(np.int64), first

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Name every array, for a file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def contraction_order(network: RoadNetwork, *, metis: bool = True) -> NDArray[np.int64]:
    """Find a nested dissection order of the nodes, the first to contract first, shape (nodes,)."""
    count = network.node_count
    if metis and count < SMALL:
        return np.arange(count)
    apart = network.tail != network.head
    tail, head = network.tail[apart].astype(np.int64), network.head[apart].astype(np.int64)
    joined = np.unique(np.append(tail * count + head, head * count + tail))
    heads = (joined % max(1, count)).astype(np.int32)
    first = np.searchsorted(joined, np.arange(count + 1) * count).astype(np.int64)
    if HAS_METIS and metis and len(heads):
        order, _ = nested_dissection(CSRAdjacency(first, heads.astype(np.int64)))
        return np.asarray(order, np.int64)
    middle = LocalPlane(0.0, float(np.mean(network.lat)) if count else 0.0)
    x, y = middle.to_xy(network.lon, network.lat)
    return inertial_order(first, heads, np.ascontiguousarray(x), np.ascontiguousarray(y))


def _leaf_subtrees(
    parent: NDArray[np.uint32], size: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Ranges of the largest subtrees below the share, and a mark on every rank above them."""
    count = len(parent)
    limit = max(LEAF_SHARE, count // LEAF_SHARE)
    size_above = np.append(size, np.int32(2**31 - 1))[parent]
    roots = np.nonzero((size <= limit) & (size_above > limit))[0]
    ranges = np.column_stack((roots - size[roots] + 1, roots + 1)).astype(np.int64)
    return ranges, (size > limit).astype(np.uint8)
