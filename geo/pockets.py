"""Ways that are open at the ends of a trip alone: pockets beside the public network, each there twice.

The public network is the largest part, of each part of the map that holds together, in which everybody may go from
anywhere to anywhere. All other nodes lie in pockets: behind private and destination ways, or at the end of one-way
stubs. A pocket has one copy of its nodes to leave from and one to arrive at; leaving copies lead out to the public
network or over to the arriving copies, the public network leads to arriving copies alone. So a way takes pockets at
its ends and never in its middle, and every question stays a question of shortest ways.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

JOINT = -1
"""Street of an arc that joins copies of one place and takes no time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A network in the making.

    Attributes
    ----------
    place : ndarray of int64, shape (nodes,)
        The junction each node is a copy of; junctions come first and are copies of themselves.
    arrival : ndarray of int64, shape (nodes,)
        Where somebody arrives who travels to the node.
    tail, head : ndarray of int64, shape (arcs,)
    street : ndarray of int64, shape (arcs,)
        The directed stretch of street each arc is a copy of, or `JOINT`.
    through : ndarray of bool, shape (arcs,)
        False: no way leads along this arc; it tells where somebody beside the street sets out and arrives.
    stands : ndarray of bool, shape (arcs,)
        The arc that stands for its street: its tail is where one arrives, its head where one sets out.
    """

    place: Int64s
    arrival: Int64s
    tail: Int64s
    head: Int64s
    street: Int64s
    through: Bools
    stands: Bools


def parts(tail: Int64s, head: Int64s, count: int, *, strong: bool) -> Int64s:
    """Tell the part of each node, shape (nodes,): strongly connected, or held together at all."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to load, and most commands read no streets
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    matrix = coo_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(count, count)).tocsr()
    labels = connected_components(matrix, connection="strong" if strong else "weak")[1]
    return np.asarray(labels, np.int64)


def public_nodes(tail: Int64s, head: Int64s, is_private: Bools, count: int) -> Bools:
    """Mark the nodes of the public network, shape (nodes,); a part without two of them has none."""
    whole = parts(tail, head, count, strong=False)
    strong = parts(tail[~is_private], head[~is_private], count, strong=True)
    size = np.bincount(strong, minlength=count)
    order = np.lexsort((-strong, size[strong], whole))  # the largest of each part comes last
    last = np.append(whole[order][1:] != whole[order][:-1], True)[: len(order)]
    chosen = strong[order[last]]
    chosen = chosen[size[chosen] > 1]
    return np.isin(strong, chosen)


def layered(tail: Int64s, head: Int64s, is_private: Bools, has_street: Bools, count: int) -> Draft:
    """Lay out a network whose private arcs are used at the ends of a way alone.

    Parameters
    ----------
    tail, head : ndarray of int64, shape (arcs,)
    is_private : ndarray of bool, shape (arcs,)
        Arcs open at the ends of a trip alone.
    has_street : ndarray of bool, shape (arcs,)
        False for arcs that nobody stands beside, such as gates.
    count : int
        Nodes.

    Returns
    -------
    Draft
        Streets are numbered as the arcs given; gates keep their number too.
    """
    inside = ~public_nodes(tail, head, is_private, count)
    arriving = np.where(inside, count + np.cumsum(inside) - 1, np.arange(count))
    pockets = np.flatnonzero(inside)
    touches = inside[tail] | inside[head]
    arcs = np.arange(len(tail))
    public, leaving, entering = arcs[~touches], arcs[inside[tail]], arcs[inside[head]]
    handles = arcs[touches & has_street]
    return Draft(
        place=np.append(np.arange(count), pockets),
        arrival=np.append(arriving, arriving[pockets]),
        tail=np.concatenate((tail[public], tail[leaving], arriving[tail[entering]], pockets, arriving[tail[handles]])),
        head=np.concatenate((head[public], head[leaving], arriving[head[entering]], arriving[pockets], head[handles])),
        street=np.concatenate((public, leaving, entering, np.full(len(pockets), JOINT), handles)),
        through=np.concatenate((~is_private[public], np.ones(len(leaving) + len(entering) + len(pockets), bool), np.zeros(len(handles), bool))),
        stands=np.concatenate((has_street[public], np.zeros(len(leaving) + len(entering) + len(pockets), bool), np.ones(len(handles), bool))),
    )  # fmt: skip
