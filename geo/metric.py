"""Everything about a network that depends on its travel times, and the rows of distances it keeps."""

from collections import deque
from dataclasses import dataclass
from typing import Self
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from geo._kernels import rows
from geo._kernels.memory import address_of
from geo.topology import Topology

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

ROW_BYTES = 8  # of one item, up and down together
EARLY = 256  # nodes; rows of subtrees that large are made at once, those of smaller ones a little later


@dataclass(frozen=True, eq=False, slots=True)
class RowPlan:
    """Which ranks keep their distance rows, and where.

    Attributes
    ----------
    none, early, record : ndarray of int64, shape (2 * nodes,)
        As `Topology.record`, with -1 for the beginning of a row that is not there: before any is made,
        with those of large subtrees, and with all that are kept.
    items : int
        Length of all rows of one direction together.
    """

    none: Int64s
    early: Int64s
    record: Int64s
    items: int

    @classmethod
    def within(cls, topology: Topology, row_bytes: int | None) -> Self:
        """Keep as many rows as fit, those of the largest subtrees first: they serve the most queries.

        Parameters
        ----------
        topology : Topology
            Of any size.
        row_bytes : int or None
            Memory for the rows of both directions; zero keeps none, None keeps all.
        """
        none = topology.record.copy()
        none[::2] = -1
        record, items = topology.record, topology.row_items
        if row_bytes is not None and items * ROW_BYTES > row_bytes:
            length = topology.depth.astype(np.int64) + 1
            largest = np.argsort(-topology.subtree_size, kind="stable")
            fitting = int(np.searchsorted(np.cumsum(ROW_BYTES * length[largest]), row_bytes, side="right"))
            kept = np.sort(largest[:fitting])
            record, items = none.copy(), int(length[kept].sum())
            record[2 * kept] = np.cumsum(length[kept]) - length[kept]
        early = record.copy()
        early[::2][topology.subtree_size < EARLY] = -1
        for each in (none, early, record):
            each.setflags(write=False)
        return cls(none, early, record, items)


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Metric:
    """Everything that depends on the travel times.

    Answers never change after it was made; they come quicker once `complete` was called.

    Attributes
    ----------
    weight_ms : ndarray of int32, shape (arcs,)
        Weights of the network.
    base, weights : ndarray of int32, shape (2 * upward arcs,)
        Weights of the hierarchy before and after customisation; see `geo._kernels.weights`.
    plan : RowPlan
        Which rows are kept.
    rows_up, rows_down : ndarray of int32, shape (plan.items,)
        Distance rows to and from the ancestors; see `geo._kernels.rows`. Their memory is used again
        when the metric is gone, so hold the metric while you read them.
    table : ndarray of int64
        Addresses of all that kernels read; see `geo._kernels.rows`.
    """

    topology: Topology
    weight_ms: Int32s
    base: Int32s
    weights: Int32s
    plan: RowPlan
    rows_up: Int32s
    rows_down: Int32s
    table: Int64s
    address: int

    @classmethod
    def of(
        cls,
        topology: Topology,
        plan: RowPlan,
        weights: tuple[Int32s, Int32s, Int32s],
        spare: "deque[NDArray[np.int32]]",
    ) -> Self:
        """Add the first rows to the weights (`weight_ms`, `base`, `weights`).

        Memory that a metric before had used is taken from `spare`, for it is warm, and returned there.
        """
        memory = spare.pop() if spare else np.empty((2, plan.items), np.int32)
        table = _table(topology, plan, weights, memory)
        metric = cls(topology, *weights, plan, memory[0], memory[1], table, address_of(table))
        for array in weights:
            array.setflags(write=False)
        metric._fill(plan.none, plan.early)
        finalize(metric, spare.append, memory).atexit = False
        return metric

    def complete(self) -> None:
        """Make the rows that are still missing; queries may run meanwhile.

        They climb where a row is missing and see the new rows all at once, by one address.
        """
        self._fill(self.plan.early, self.plan.record)
        self.table[rows.RECORD] = address_of(self.plan.record)

    def _fill(self, before: Int64s, record: Int64s) -> None:
        """Make the rows of a record that are not in the one before."""
        up = self.topology.up_first, self.topology.up_head
        for side, memory in enumerate((self.rows_up, self.rows_down)):
            rows.build_rows(before, record, *up, self.weights, side, memory)


def _table(
    topology: Topology, plan: RowPlan, weights: tuple[Int32s, Int32s, Int32s], memory: NDArray[np.int32]
) -> Int64s:
    """Name every array for the kernels; the metric keeps them alive."""
    table = np.zeros(rows.METRIC, np.int64)
    table[rows.NODES] = len(topology.rank)
    table[rows.ARCS] = len(topology.up_head)
    table[rows.LIST_ITEMS] = len(topology.lists)
    table[rows.HEIGHT] = topology.height
    arrays = {
        rows.RECORD: plan.early,
        rows.LISTS: topology.lists,
        rows.UP_FIRST: topology.up_first,
        rows.UP_HEAD: topology.up_head,
        rows.UP_DEPTH: topology.up_depth,
        rows.DOWN_FIRST: topology.down_first,
        rows.DOWN_TAIL: topology.down_tail,
        rows.DOWN_ARC: topology.down_arc,
        rows.PARENT: topology.parent,
        rows.BASE: weights[1],
        rows.WEIGHTS: weights[2],
        rows.ROWS: memory[0],
        rows.ROWS + 1: memory[1],
    }
    for position, array in arrays.items():
        table[position] = address_of(array)
    return table
