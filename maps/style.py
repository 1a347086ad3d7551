"""Colours of the maps, the same tokens as the stylesheet of the pages."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

State = Literal["ok", "warn", "late", "info", "idle"]

BRAND: Final = "#0b5d66"
HOME: Final = "#b42318"
IDLE: Final = "#66727e"
CELL_EDGE: Final = "#0b5d66"
LAMPS: Final[dict[State, str]] = {
    "ok": "#1f7a4d",
    "warn": "#8a5000",
    "late": "#b42318",
    "info": "#1f5fbf",
    "idle": IDLE,
}

MINUTE_EDGES: Final = (5.0, 10.0, 15.0, 20.0, 30.0)
"""Upper edges in minutes of the first five classes; the sixth is open."""
MINUTE_COLOURS: Final = ("#1b7f79", "#74b9a0", "#efe3a0", "#e9a45c", "#cf5f45", "#7d1f3d")
"""From near (teal) over the promise of 15 minutes (straw) to far (plum); told apart by dichromats too."""

AMOUNT_COLOURS: Final = ("#e3f1f2", "#b3d9db", "#7cbabf", "#43959c", "#0b5d66")
"""Light to dark, for amounts from few to many."""


DENSITY_COLOURS: Final = ("#e3f1f2", "#7cbabf", "#e9a45c", "#b42318")
"""Few to many, for the density of tickets; a quarter of the scale each."""


def minute_class(minutes: NDArray[np.floating]) -> NDArray[np.intp]:
    """Class of each travel time: 0 for up to 5 minutes ... 5 for more than 30.

    Parameters
    ----------
    minutes : ndarray
        Minutes, any shape; an upper edge belongs to the lower class, infinity to the last.

    Returns
    -------
    ndarray
        Positions in `MINUTE_COLOURS`, same shape; empty in gives empty out.
    """
    return np.searchsorted(np.asarray(MINUTE_EDGES), minutes, side="left")


def minute_colour(minutes: float) -> str:
    """Colour of one travel time in minutes."""
    return MINUTE_COLOURS[int(minute_class(np.asarray(minutes)))]


def amount_edges(values: NDArray[np.floating], classes: int = len(AMOUNT_COLOURS)) -> tuple[float, ...]:
    """Inner class edges of amounts by quantiles, each edge once.

    Parameters
    ----------
    values : ndarray
        Amounts; NaN is left out.
    classes : int
        At most this many classes.

    Returns
    -------
    tuple of float
        Rising edges, at most ``classes - 1``; empty when there are no values or all are equal.
    """
    known = values[np.isfinite(values)]
    if known.size == 0 or known.min() == known.max():
        return ()
    low, high = known.min(), known.max()
    above = known[known > low]
    cuts = np.quantile(known, np.arange(1, classes) / classes)
    if cuts[-1] == low:  # nearly all have the least, such as no case at all; the others differ from them
        cuts = np.quantile(above, np.arange(classes - 1) / (classes - 1))
    # Three digits are what a legend can show; the colours follow the same edges.
    edges = [float(edge) for edge in np.unique([float(f"{cut:.3g}") for cut in cuts]) if low < edge <= high]
    return tuple(edges) or (float(above.min()),)


def amount_colour(value: float, edges: tuple[float, ...]) -> str:
    """Colour of one amount among the given inner edges; an edge belongs to the upper class."""
    at = int(np.searchsorted(np.asarray(edges), value, side="right"))
    spread = round(at * (len(AMOUNT_COLOURS) - 1) / max(1, len(edges)))
    return AMOUNT_COLOURS[spread]


NEAR_ZOOMS = (12, 15)
"""Zooms that the near base map holds."""
FAR_ZOOMS = (7, 11)
"""Zooms that the far base map holds."""
