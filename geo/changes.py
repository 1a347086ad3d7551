"""Streets that change for a time: which arcs a drawn shape or a name means, and the travel times meanwhile."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import BadNetworkError, BadShapeError
from geo.place import LocalPlane
from geo.roads import CLOSED_MS
from geo.street_lines import StreetLines
from geo.streets import Streets

Effect = Literal["close", "slow", "open"]

POINT_M = 40.0
"""A point means the nearest street, if that is not farther away than this."""
ALONG_M = 15.0
"""A line means the streets that run within this distance of it."""
LEAST_ALONG_M = 40.0
"""So much of a street, or half of a shorter one, has to run along a line; streets that cross it have less."""
WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Some streets for a time.

    Attributes
    ----------
    effect : {"close", "slow", "open"}
        Where several meet, "open" keeps the usual travel time, "close" comes before "slow", and of several that
        slow the slowest holds.
    arcs : ndarray of int64, shape (changed,)
        From `StreetFinder.arcs`.
    speed_percent : int
        Of the usual speed, 1 to 100; for "slow" alone.
    """

    effect: Effect
    arcs: NDArray[np.int64]
    speed_percent: int = WHOLE_PERCENT

    def __post_init__(self) -> None:
        if not 1 <= self.speed_percent <= WHOLE_PERCENT:
            raise BadNetworkError(
                f"speed_percent {self.speed_percent} is not between 1 and {WHOLE_PERCENT}; close a street instead"
            )


def changed_weights(usual_ms: NDArray[np.int32], changes: Iterable[Change]) -> NDArray[np.int32]:
    """Return the travel times while some changes are in force.

    Parameters
    ----------
    usual_ms : ndarray of int32, shape (arcs,)
        Of the map. What the map closes stays closed: nothing tells how fast one would be there.
    changes : iterable of Change
        In any order; none gives the usual times.

    Returns
    -------
    ndarray of int32, shape (arcs,)
        A slowed time is rounded up to the next millisecond.
    """
    percent = np.full(len(usual_ms), WHOLE_PERCENT, np.int64)
    closed, kept = np.zeros(len(usual_ms), bool), np.zeros(len(usual_ms), bool)
    for change in changes:
        if change.effect == "slow":
            percent[change.arcs] = np.minimum(percent[change.arcs], change.speed_percent)
        else:
            (closed if change.effect == "close" else kept)[change.arcs] = True
    percent[kept] = WHOLE_PERCENT
    slowed = -(-usual_ms.astype(np.int64) * WHOLE_PERCENT // percent)
    slowed[closed & ~kept] = CLOSED_MS
    changed: NDArray[np.int32] = np.where(
        usual_ms >= CLOSED_MS, usual_ms, np.minimum(slowed, CLOSED_MS)
    ).astype(np.int32)
    return changed


class StreetFinder:
    """Finds the streets that somebody means; bridges and tunnels too, which no door opens to.

    Parameters
    ----------
    streets : Streets
        Of any network, also an empty one.
    """

    def __init__(self, streets: Streets) -> None:
        self._network, self._plane, self._twin = streets.network, streets.plane, streets.twin

    @cached_property
    def _lines(self) -> StreetLines:
        """One line for each street."""
        arcs = self._network.streets
        one_each = arcs[(self._twin[arcs] < 0) | (arcs < self._twin[arcs])]
        return StreetLines(self._network, self._plane, one_each, self._twin)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all streets, sorted."""
        return tuple(sorted({name for name in self._network.names if name}))

    def arcs(self, shape: Any = None, names: Collection[str] = ()) -> NDArray[np.int64]:  # noqa: ANN401 - shapely has no types
        """Find the arcs of the streets meant, in both directions.

        Parameters
        ----------
        shape : shapely geometry, optional
            Degrees, WGS-84. A point means the nearest street from junction to junction, a line the streets along
            it, an area all streets that touch it.
        names : collection of str
            Streets of these names; with a shape those that touch it.

        Returns
        -------
        ndarray of int64, shape (arcs,)
            Ascending, copies included; empty where no such street is, and when neither is given.

        Raises
        ------
        BadShapeError
            For a shape that is no point, line or area.
        """
        lines = self._lines
        if not len(lines):
            return np.empty(0, np.int64)
        found = (
            np.arange(len(lines))
            if shape is None
            else self._met(_on(self._plane, shape), touched=bool(names))
        )
        if names:
            wanted = [i for i, name in enumerate(self._network.names) if name in set(names)]
            named = self._network.street_name
            found = found[:0] if named is None else found[np.isin(named[lines.arcs[found]], wanted)]
        elif shape is None:
            found = found[:0]
        one_way = lines.arcs[found]
        other_way = self._twin[one_way]
        return self._network.copies(np.append(one_way, other_way[other_way >= 0]))

    def drawn(self, arcs: NDArray[np.int64]) -> Any:  # noqa: ANN401 - shapely has no types
        """Return the streets of some arcs as a MultiLineString in degrees, each once; empty for none."""
        network = self._network
        stands_for = arcs if network.street is None else network.street[arcs]
        own = np.unique(stands_for[stands_for >= 0]).astype(np.int64)
        once = own[(self._twin[own] < 0) | (own < self._twin[own]) | ~np.isin(self._twin[own], own)]
        lon, lat, first = network.polylines
        return shapely.MultiLineString(
            [
                np.column_stack((lon[first[arc] : first[arc + 1]], lat[first[arc] : first[arc + 1]]))
                for arc in once.tolist()
            ]
        )

    def _met(self, shape: Any, *, touched: bool) -> NDArray[np.int64]:  # noqa: ANN401 - shapely has no types
        """Positions of the lines that a shape in metres means; those it merely touches when asked."""
        lines = self._lines
        if shape.geom_type == "Point":
            near, apart_m = lines.tree.query_nearest(shape, max_distance=POINT_M, return_distance=True)
            found = near if touched else near[apart_m == apart_m.min(initial=np.inf)][:1]
            return np.sort(found).astype(np.int64)
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            return np.sort(lines.tree.query(shape, "intersects")).astype(np.int64)
        near = np.sort(lines.tree.query(shape, "dwithin", ALONG_M)).astype(np.int64)
        if touched:
            return near
        along_m = shapely.length(shapely.intersection(lines.lines[near], shapely.buffer(shape, ALONG_M)))
        least_m = np.minimum(LEAST_ALONG_M, shapely.length(lines.lines[near]) / 2)
        met: NDArray[np.int64] = near[along_m >= least_m]
        return met


def _on(plane: LocalPlane, shape: Any) -> Any:  # noqa: ANN401 - shapely has no types
    """Return a shape in metres.

    Raises
    ------
    BadShapeError
    """
    if shape.is_empty or shape.geom_type not in (
        "Point",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
    ):
        raise BadShapeError(f"a {shape.geom_type} means no streets; draw a point, a line or an area")
    if not shape.is_valid:
        raise BadShapeError(
            f"the shape cannot be read: {shapely.is_valid_reason(shape)}; draw it without crossings"
        )
    return shapely.transform(shape, lambda xy: np.column_stack(plane.to_xy(xy[:, 0], xy[:, 1])))
