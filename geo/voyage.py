"""Journeys told leg by leg: along streets, waiting at a pier, aboard; and drawn as one route."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.ferries import Crossing, Label, Timetable
from geo.itinerary import Route, Step
from geo.place import LonLat, great_circle_m


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a journey; times are milliseconds since 1970 (UTC). Boarding belongs to the wait."""

    kind: Literal["street", "wait", "boat"]
    origin: LonLat
    target: LonLat
    depart_ms: int
    arrive_ms: int
    crossing: Crossing | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """The earliest arrival. ``ferry_ms`` is the part of ``travel_ms`` spent waiting for boats and aboard."""

    travel_ms: int
    ferry_ms: int
    legs: tuple[Leg, ...]


def legs_to(
    labels: Sequence[Label | None],
    timetable: Timetable,
    pier: int,
    ends: tuple[LonLat, LonLat],
    span: tuple[int, int],
) -> tuple[Leg, ...]:
    """Tell the way over a last pier to the end.

    Parameters
    ----------
    labels : sequence of Label or None
        From `Timetable.earliest`.
    timetable : Timetable
    pier : int
        Where the last boat lands.
    ends : (source, target)
    span : (start_ms, end_ms)

    Returns
    -------
    tuple of Leg
        Each begins when and where the one before ends; none is empty.
    """
    backwards = [Leg("street", timetable.piers[pier].place, ends[1], _known(labels, pier).at_ms, span[1])]
    while pier >= 0:
        label, place = _known(labels, pier), timetable.piers[pier].place
        before = label.previous
        origin = timetable.piers[before].place if before >= 0 else ends[0]
        since_ms = _known(labels, before).at_ms if before >= 0 else span[0]
        if label.crossing >= 0:
            boat = timetable.crossings[label.crossing]
            backwards.append(Leg("boat", origin, place, label.departs_ms, label.at_ms, boat))
            backwards.append(Leg("wait", origin, origin, since_ms, label.departs_ms, boat))
        else:
            backwards.append(Leg("street", origin, place, since_ms, label.at_ms))
        pier = before
    return tuple(leg for leg in reversed(backwards) if leg.arrive_ms > leg.depart_ms)


def drawn(leg: Leg) -> Route:
    """Draw a wait or a boat; a wait is a point."""
    line: tuple[tuple[float, float], ...] = ((leg.origin.lon, leg.origin.lat),)
    if leg.kind == "boat":
        line = (
            leg.crossing.line
            if leg.crossing and leg.crossing.line
            else (*line, (leg.target.lon, leg.target.lat))
        )
    lon, lat = np.array(line, np.float64).T
    length_m = float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    name = leg.crossing.name if leg.crossing else ""
    turn = "ferry" if leg.kind == "boat" else "wait"
    travel_ms = leg.arrive_ms - leg.depart_ms
    nowhere = np.empty(0, np.int64)
    step = Step(name, turn, length_m, travel_ms, float(lon[0]), float(lat[0]))
    return Route(nowhere, nowhere, travel_ms, length_m, lon, lat, (step,))


def joined(parts: Sequence[Route], travel_ms: int) -> Route:
    """Make one route of several, at least one, that follow each other."""
    return Route(
        np.concatenate([part.nodes for part in parts]),
        np.concatenate([part.arcs for part in parts]),
        travel_ms,
        sum(part.length_m for part in parts),
        np.concatenate([part.lon for part in parts]),
        np.concatenate([part.lat for part in parts]),
        tuple(step for part in parts for step in part.steps),
    )


def _known(labels: Sequence[Label | None], pier: int) -> Label:
    label = labels[pier]
    assert label is not None, f"pier {pier} was not reached"
    return label
