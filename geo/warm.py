"""Everything the road engine compiles, compiled ahead."""

import numpy as np

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.reach import coverage
from geo.roads import RoadNetwork
from geo.routes import Router
from geo.site import Site


def warm() -> None:
    """Compile, or load from the cache, everything the road engine needs, on a ring of streets."""
    count = 1100  # so many that a change of one arc is repaired, not computed anew
    ring = np.arange(count)
    head = np.column_stack(((ring - 1) % count, (ring + 1) % count)).ravel()
    angle = 2 * np.pi * ring / count
    weight_ms = np.full(2 * count, 1000, np.int32)
    network = RoadNetwork(
        2 * np.arange(count + 1), head.astype(np.int32), weight_ms, np.cos(angle), np.sin(angle)
    )
    hierarchy = Hierarchy.build(network)
    index, router = NearestIndex(hierarchy), Router(hierarchy)
    index.insert(1, Site(0, 3, 0.5), {1, 2})
    for inbound in (False, True):
        index.nearest(Site(4, 7, 0.5), {1, 2}, 1, inbound=inbound)
        index.nearest_many(ring, 1, 1, inbound=inbound)
        coverage(hierarchy, ring[:2], inbound=inbound)
    index.move(1, 5)
    index.remove(1)
    router.route(0, count // 2)
    router.matrix_ms(ring[:2], ring[:2])
    router.travel_ms_many(ring, ring)
    router.doors_ms([Site(0, 3, 0.5), Site(4, 7, 0.5)])
    hierarchy.update([0], 2000)
    hierarchy.customise(network.weight_ms)
