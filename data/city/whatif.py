"""What if an item were offered elsewhere: who is nearer then, who is farther, and where they live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from data.city.coverage import FARTHEST, Source, Surveyor, told_min
from data.city.groups import Groups
from dispatch.errors import BadFieldError
from dispatch.item import ServiceItem
from geo.place import LonLat

Floats = NDArray[np.float64]
SAME_MIN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing that is tried: a new place; or a provider that leaves, for another place when one is named."""

    provider: int | None = None
    place: LonLat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far people are from what they need: how many within time and how many not at all, and three averages.

    The mean counts minutes up to `FARTHEST` times the limit, for those too whom nobody reaches; the others are None
    where nobody lives or where so many are not reached at all.
    """

    within: int
    never: int
    mean_min: float | None
    median_min: float | None
    p90_min: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What changes for the people of an area; ``saved_min`` adds up minutes over people, below zero when they lose."""

    area: str
    people: int
    before: Reached
    after: Reached
    nearer: int
    farther: int
    saved_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What changes in all, and in each community and cell where something does, those who lose most first."""

    item: str
    at: datetime
    within_min: float
    district: Shift
    communities: tuple[Shift, ...]
    cells: tuple[Shift, ...]


def what_if(
    surveyor: Surveyor,
    item: ServiceItem,
    trials: Sequence[Trial],
    within_min: float,
    at: datetime,
) -> WhatIf:
    """Count who is nearer and who farther if some places were added, left or moved.

    Parameters
    ----------
    surveyor : Surveyor
    item : ServiceItem
    trials : sequence of Trial
        None changes nothing.
    within_min : float
        Within how many minutes somebody counts as reached.
    at : datetime
        In the district's zone; who is open then counts, and boats sail by it.

    Returns
    -------
    WhatIf

    Raises
    ------
    BadFieldError
        When a provider does not offer the item or is closed then.
    NoStreetError
        When a new place has no street in reach.
    """
    now = surveyor.standing(item, at)
    settled, before = now.settled, now.minutes
    homes = settled.homes
    after = surveyor.minutes(item, tried(surveyor, item, now.sources, trials), at, homes)
    (district,) = _shifts(Groups.all(homes.people), before, after, within_min, all_of_them=True)
    return WhatIf(
        item=item.code,
        at=at,
        within_min=within_min,
        district=district,
        communities=_shifts(settled.communities, before, after, within_min),
        cells=_shifts(settled.cells, before, after, within_min),
    )


def tried(
    surveyor: Surveyor, item: ServiceItem, now: Mapping[int, Source], trials: Sequence[Trial]
) -> list[Source]:
    """Give where an item would be offered after some trials, from where its providers are.

    Raises
    ------
    BadFieldError
        When a provider is not among them, or leaves twice.
    NoStreetError
        When a new place has no street in reach.
    """
    left = dict(now)
    for trial in trials:
        if trial.provider is not None and left.pop(trial.provider, None) is None:
            raise BadFieldError("provider", trial.provider, f"one that offers {item.code} at that time, once")
    return [*left.values(), *(surveyor.source_at(item, t.place) for t in trials if t.place is not None)]


def sources_after(
    surveyor: Surveyor, item: ServiceItem, trials: Sequence[Trial], at: datetime
) -> list[Source]:
    """Give where an item would be offered at a time after some trials; refuses as `what_if` does."""
    return tried(surveyor, item, surveyor.standing(item, at).sources, trials)


def _shifts(
    groups: Groups, before: Floats, after: Floats, within_min: float, *, all_of_them: bool = False
) -> tuple[Shift, ...]:
    """Tell what changes in those groups where something does, or in all; who lose most first."""
    nearer, farther = groups.count(after < before - SAME_MIN), groups.count(after > before + SAME_MIN)
    if not all_of_them:
        groups, inside = groups.only(np.flatnonzero(nearer + farther))
        before, after = before[inside], after[inside]
        nearer, farther = nearer[nearer + farther > 0], farther[nearer + farther > 0]
    farthest = within_min * FARTHEST
    saved = groups.sums(np.minimum(before, farthest) - np.minimum(after, farthest))
    columns = groups.totals, nearer, farther, np.round(saved, 1)
    sides = [_reached(groups, each, within_min) for each in (before, after)]
    told = zip(groups.codes, *(each.tolist() for each in columns), *sides, strict=True)
    shifts = [
        Shift(
            area=area,
            people=people,
            before=was,
            after=would,
            nearer=more,
            farther=less,
            saved_min=minutes,
        )
        for area, people, more, less, minutes, was, would in told
    ]
    return tuple(sorted(shifts, key=lambda each: (each.saved_min, each.area)))


def _reached(groups: Groups, minutes: Floats, within_min: float) -> list[Reached]:
    """Tell how far the people of each group are."""
    mean = groups.sums(np.minimum(minutes, within_min * FARTHEST)) / np.maximum(groups.totals, 1)
    columns = groups.count(minutes <= within_min), groups.count(np.isinf(minutes)), mean
    quantiles = groups.quantiles(minutes, (0.5, 0.9))
    told = zip(*(each.tolist() for each in columns), quantiles.tolist(), strict=True)
    return [
        Reached(within=w, never=n, mean_min=round(m, 2), median_min=told_min(half), p90_min=told_min(most))
        for w, n, m, (half, most) in told
    ]
