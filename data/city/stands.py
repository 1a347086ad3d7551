"""Points joined to the streets by the nodes at both ends: homes and spots of ground, and how far each is from a reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.places import PlaceIndex
from geo.reach import UNREACHED, Reach
from geo.roads import CLOSED_MS
from geo.streets import Snap

NEAR_STREET_M = 120.0
FAR_MS = np.int64(1) << 50


@dataclass(frozen=True, slots=True, eq=False)
class Stands:
    """Points joined to the streets by the nodes at both ends, shape (2, points), where one arrives and sets out.

    ``near``, shape (points,), tells which stand by a street at all. ``weight_ms`` are the travel times, shape (arcs,),
    for which all of this holds, and ``snap`` the points of the streets.
    """

    arriving: NDArray[np.int64]
    arriving_ms: NDArray[np.int64]
    leaving: NDArray[np.int64]
    leaving_ms: NDArray[np.int64]
    near: NDArray[np.bool_]
    weight_ms: NDArray[np.int32]
    snap: Snap

    def minutes(self, reach: Reach, *, inbound: bool) -> NDArray[np.float64]:
        """Minutes of each point from the times of the nodes and the boats; infinity where nothing is reached."""
        best = self._travel_ms(reach.node_ms, inbound=inbound)
        for quay in reach.quays:
            best = np.minimum(best, quay.onward_ms(self._travel_ms(quay.node_ms, inbound=inbound)))
        return np.where(best >= CLOSED_MS, np.inf, best / 60_000)

    def _travel_ms(self, node_ms: NDArray[np.int64], *, inbound: bool) -> NDArray[np.int64]:
        """Time of each point from the times of the nodes; at least `CLOSED_MS` where nothing is reached."""
        node = np.where(node_ms == UNREACHED, FAR_MS, node_ms)
        ends = self.arriving if inbound else self.leaving
        best: NDArray[np.int64] = (node[ends] + (self.arriving_ms if inbound else self.leaving_ms)).min(
            axis=0
        )
        return best


def stand(
    index: PlaceIndex, lon: NDArray[np.float64], lat: NDArray[np.float64], known: Stands | None = None
) -> Stands:
    """Join points to the streets that are open now.

    Parameters
    ----------
    index : PlaceIndex
    lon, lat : ndarray of float64, shape (points,)
        Degrees.
    known : Stands, optional
        Of the same points at other travel times: the street of a point is looked for anew only when some street was
        closed or opened.
    """
    streets, weight_ms = index.streets, index.router.hierarchy.weight_ms
    network = streets.network
    if known is not None and np.array_equal(known.weight_ms >= CLOSED_MS, weight_ms >= CLOSED_MS):
        snap = known.snap
    else:
        snap = streets.snap(lon, lat, weight_ms)
    weight = weight_ms.astype(np.int64)
    twin = streets.twin[snap.arc]
    ahead, back = weight[snap.arc], np.where(twin >= 0, weight[twin], FAR_MS)
    ahead, back = (np.where(each >= CLOSED_MS, FAR_MS, each) for each in (ahead, back))
    joined = np.isfinite(snap.offset_m)
    walk = np.rint(np.where(joined, snap.offset_m, 0.0) / index.walk_m_per_s * 1000).astype(np.int64)

    def part(fraction: NDArray[np.float64], whole: NDArray[np.int64]) -> NDArray[np.int64]:
        on_street = np.where(whole >= FAR_MS, FAR_MS, np.rint(fraction * whole).astype(np.int64))
        return np.where(joined, on_street + walk, FAR_MS)

    arcs = np.stack((snap.arc, np.where(twin >= 0, twin, snap.arc)))
    return Stands(
        arriving=network.tail[arcs].astype(np.int64),
        arriving_ms=np.stack((part(snap.fraction, ahead), part(1 - snap.fraction, back))),
        leaving=network.head[arcs].astype(np.int64),
        leaving_ms=np.stack((part(1 - snap.fraction, ahead), part(snap.fraction, back))),
        near=snap.offset_m <= NEAR_STREET_M,
        weight_ms=weight_ms,
        snap=snap,
    )
