"""Where and lately things lie closer together in space and time than chance has them: the space-time permutation scan.

Source: M. Kulldorff et al., "A Space-Time Permutation Scan Statistic for Disease Outbreak Detection", PLoS Medicine 2(3):
e59, 2005. Only the things themselves are needed, no numbers of people: if where and when had nothing to do with each other,
each part of the map would have its share of each day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_CASES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A circle and the last days in which more lies than chance has.

    ``members`` are positions among the cases, ``expected`` how many there would be by chance, ``p`` how often chance alone
    makes something as strong anywhere on the map.
    """

    x_m: float
    y_m: float
    radius_m: float
    days: int
    members: tuple[int, ...]
    expected: float
    strength: float
    p: float


@dataclass(frozen=True, slots=True)
class _Circles:
    """Circles around the places of cases: centre and radius of each, and which places lie within (circle x place)."""

    centre: Ints
    radius_m: Floats
    within: NDArray[np.float32]


def find_cluster(
    xy_m: Floats,
    day: Ints,
    radii_m: Sequence[float],
    most_days: int,
    draws: int,
    rng: np.random.Generator,
    last: int | None = None,
) -> Cluster | None:
    """Find the strongest cluster that goes on to the last day.

    Parameters
    ----------
    xy_m : (n, 2) array
        Where each case lies, in metres of a plane.
    day : (n,) array
        The day of each case as whole number.
    radii_m : sequence of float
        Of the circles that are tried around each place.
    most_days : int
        Of the windows that are tried, each of which ends on the last day.
    draws : int
        How many patterns of chance it is held against; ``p`` is at least ``1 / (draws + 1)``.
    rng : numpy.random.Generator
        Draws the patterns: which case lies where stays, days change places among the cases.
    last : int, optional
        The last day, also where no case is of it; the greatest day when it is not told.

    Returns
    -------
    Cluster or None
        None where no circle holds two cases more than chance has; also for fewer than two cases or days.

    Raises
    ------
    GeoError
        For arrays that do not fit, no radius, no window or no draws, and for cases after the last day.
    """
    _check(xy_m, day, radii_m, most_days, draws)
    if len(day) < LEAST_CASES or np.ptp(day) == 0:
        return None
    places, where = np.unique(xy_m, axis=0, return_inverse=True)
    where = where.reshape(-1)
    circles = _circles(places, radii_m)
    ago = (day.max() if last is None else last) - day
    if ago.min() < 0:
        raise GeoError("cases lie after the last day; leave them out")
    windows = min(most_days, int(ago.max()))  # a window of all days holds everything
    strength, expected = _strengths(circles, where, ago, len(places), windows)
    best = int(strength.argmax())
    if strength.flat[best] <= 0:
        return None
    circle, window = np.unravel_index(best, strength.shape)
    found = float(strength[circle, window])
    as_strong = sum(
        float(_strengths(circles, where, rng.permutation(ago), len(places), windows)[0].max()) >= found
        for _ in range(draws)
    )
    inside = (circles.within[circle, where] > 0) & (ago <= window)
    x_m, y_m = places[circles.centre[circle]]
    return Cluster(
        x_m=float(x_m),
        y_m=float(y_m),
        radius_m=float(circles.radius_m[circle]),
        days=int(window) + 1,
        members=tuple(int(n) for n in np.flatnonzero(inside)),
        expected=float(expected[circle, window]),
        strength=found,
        p=(1 + as_strong) / (1 + draws),
    )


def _check(xy_m: Floats, day: Ints, radii_m: Sequence[float], most_days: int, draws: int) -> None:
    if xy_m.ndim != 2 or xy_m.shape != (len(day), 2):
        raise GeoError(
            f"places have the shape {xy_m.shape}; two columns for each of {len(day)} days are wanted"
        )
    if not radii_m or min(radii_m) < 0 or most_days < 1 or draws < 1:
        raise GeoError("a scan wants a radius, a window of a day and a draw at least")


def _circles(places: Floats, radii_m: Sequence[float]) -> _Circles:
    """Return circles around all places, those that hold the same places once, with the smaller radius."""
    apart_m = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    radius_m = np.repeat(np.asarray(sorted(radii_m), float), len(places))
    centre = np.tile(np.arange(len(places)), len(radii_m))
    within = apart_m[centre] <= radius_m[:, None]
    _, first = np.unique(within, axis=0, return_index=True)
    first.sort()
    return _Circles(centre=centre[first], radius_m=radius_m[first], within=within[first].astype(np.float32))


def _strengths(circles: _Circles, where: Ints, ago: Ints, places: int, windows: int) -> tuple[Floats, Floats]:
    """Return for each circle and window the logarithm of the likelihood ratio, 0 where there is no more than chance has.

    Returns
    -------
    (circles x windows array, circles x windows array)
        Strength, and what chance would have there.
    """
    total = len(where)
    recent = ago < windows
    counted = np.zeros((places, windows + 1), np.float32)
    np.add.at(counted, (where, np.where(recent, ago, windows)), 1)
    inside = circles.within @ counted
    found = inside[:, :windows].cumsum(axis=1).astype(float)
    in_circle = inside.sum(axis=1).astype(float)
    in_window = counted[:, :windows].sum(axis=0).cumsum().astype(float)
    expected = in_circle[:, None] * in_window[None, :] / total
    rest, rest_expected = total - found, total - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = found * np.log(found / expected)
        strength += np.where(rest > 0, rest * np.log(rest / rest_expected), 0)
    strength[(found <= expected) | (found < LEAST_CASES)] = 0
    return np.nan_to_num(strength), expected
