"""Where the next provider of an item would help most: homes, those open now, and candidates in every cell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.city.city import City
from data.city.coverage import FARTHEST, Homes, Surveyor
from dispatch.item import ServiceItem
from geo.errors import NoStreetError
from geo.place import LonLat
from geo.site import arrivals, departures
from geo.siting import place_best

Goal = Literal["minutes", "people"]
PER_MIN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place chosen: a cell and its middle, and the residents who would have it nearest."""

    cell: str
    place: LonLat
    residents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """New places for an item, and what changes: people within time and mean minutes, before and after.

    ``gap`` is the share of the remaining cost that other places might still save at most; 0 when proven the best.
    Minutes are counted up to ``within_min`` times `FARTHEST`, as are those of whom nobody reaches.
    """

    item: str
    at: datetime
    goal: Goal
    within_min: float
    chosen: tuple[NewPlace, ...]
    people: int
    reached_before: int
    reached_after: int
    mean_min_before: float | None
    mean_min_after: float | None
    gap: float
    candidates: int


def site_item(
    city: City, surveyor: Surveyor, item: ServiceItem, wish: tuple[int, Goal, float], at: datetime
) -> Sites:
    """Choose where new providers of an item go, those open at a time staying.

    Parameters
    ----------
    city : City
    surveyor : Surveyor
    item : ServiceItem
    wish : (int, {"minutes", "people"}, float)
        How many, what is to be best, and within how many minutes a resident counts as reached.
    at : datetime
        In the district's zone; boats and opening hours are those of then.

    Returns
    -------
    Sites
    """
    count, goal, within_min = wish
    homes = surveyor.homes
    now = surveyor.minutes(item, surveyor.sources(item, surveyor.suitable(item, at)), at, homes)
    cells, table = _from_cells(city, surveyor, item, at, homes)
    farthest = within_min * FARTHEST
    usual, costs = (_cost(minutes, homes, goal, within_min) for minutes in (now, table))
    found = place_best(costs, usual, count)
    served = np.minimum(now, table[list(found.chosen)].min(axis=0)) if found.chosen else now
    nearest = np.argmin(table[list(found.chosen)], axis=0) if found.chosen else np.empty(0, np.int64)
    chosen = tuple(
        NewPlace(
            cell=cells[candidate][0],
            place=cells[candidate][1],
            residents=int(homes.people[(nearest == position) & (served < now)].sum()),
        )
        for position, candidate in enumerate(found.chosen)
    )
    return Sites(
        item=item.code,
        at=at,
        goal=goal,
        within_min=within_min,
        chosen=chosen,
        people=int(homes.people.sum()),
        reached_before=int(homes.people[now <= within_min].sum()),
        reached_after=int(homes.people[served <= within_min].sum()),
        mean_min_before=_mean(now, homes, farthest),
        mean_min_after=_mean(served, homes, farthest),
        gap=round(found.gap, 4),
        candidates=len(cells),
    )


def _from_cells(
    city: City, surveyor: Surveyor, item: ServiceItem, at: datetime, homes: Homes
) -> tuple[list[tuple[str, LonLat]], NDArray[np.float64]]:
    """Minutes from the middle of each cell that has a street, shape (candidates, addresses)."""
    index = city.engine.ferries[item.profile].index
    network, weight_ms = index.streets.network, index.router.hierarchy.weight_ms
    ends = departures if item.direction == "provider_to_resident" else arrivals
    cells, rows = [], []
    for code, shape in sorted(city.cell_shapes.items()):
        middle = shape.representative_point()
        place = LonLat(middle.x, middle.y)
        try:
            site = index.site(place)
        except NoStreetError:
            continue
        source = tuple((node, cost_ms) for node, cost_ms, _ in ends(site, network, weight_ms))
        cells.append((code, place))
        rows.append(surveyor.minutes(item, [source], at, homes))
    return cells, np.array(rows).reshape(len(cells), len(homes.people))


def _cost(minutes: NDArray[np.float64], homes: Homes, goal: Goal, within_min: float) -> NDArray[np.int64]:
    """Cost of each address: people times minutes in hundredths up to the farthest, or people who are too far."""
    if goal == "people":
        return np.where(minutes <= within_min, 0, homes.people).astype(np.int64)
    counted = np.minimum(minutes, within_min * FARTHEST)
    return np.asarray(np.rint(counted * PER_MIN).astype(np.int64) * homes.people)


def _mean(minutes: NDArray[np.float64], homes: Homes, farthest: float) -> float | None:
    people = int(homes.people.sum())
    return round(float((np.minimum(minutes, farthest) * homes.people).sum()) / people, 2) if people else None
