"""What the layers draw: small facts without any knowledge of where they come from."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.place import Box
from maps.errors import BadLayerError
from maps.style import State

PinKind = Literal["provider", "candidate", "home", "alarm", "worker", "ticket", "task", "blind", "station"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A mark at a place.

    Attributes
    ----------
    lon, lat : float
        WGS-84 degrees.
    label : str
        One or two signs inside the mark: a rank, a letter, a character.
    kind : str
        What it is; together with `id` it is told to the page when the mark is clicked.
    tooltip : str
        Plain text; the first line is shown bold.
    note : str
        A few signs below the mark, such as travel minutes.
    state : str
        Lamp colour; empty for the colour of the kind.
    """

    lon: float
    lat: float
    label: str
    kind: PinKind
    id: str = ""
    tooltip: str = ""
    note: str = ""
    state: State | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellShape:
    """A cell with the value it is coloured by (``None``: not known), its shape in WGS-84."""

    id: str
    name: str
    shape: BaseGeometry
    value: float | None = None
    tooltip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCell:
    """A cell whose people would be nearer to something, or farther when ``worse``."""

    cell: CellShape
    worse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """A way along streets: lon, lat rows of shape (n, 2), and what its legend says."""

    lonlat: NDArray[np.float64]
    label: str = ""
    state: State | Literal[""] = ""
    id: str = ""

    def __post_init__(self) -> None:
        if self.lonlat.ndim != 2 or self.lonlat.shape[1] != 2:
            message = (
                f"route {self.id!r} has shape {self.lonlat.shape}; allowed is (n, 2) with lon, lat in degrees"
            )
            raise BadLayerError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutStreet:
    """Streets of a closure as lines in WGS-84; ``holds`` is False for one that is still to come."""

    id: str
    lines: BaseGeometry
    tooltip: str
    slow: bool = False
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Isochrone:
    """The area reached within some minutes."""

    minutes: float
    shape: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGrid:
    """Minutes to the nearest open provider on a regular grid of longitudes and latitudes.

    Attributes
    ----------
    minutes : ndarray of float, shape (rows, columns)
        Row 0 is the northern edge; NaN where nobody lives (left clear), infinity where nothing is reached.
    box : Box
        Outer edges of the grid.
    residents : ndarray of float, shape (rows, columns), optional
        Weights for the share reached; every cell with a value counts the same when left out.
    promise_min : float
        Minutes the share is told for.
    """

    minutes: NDArray[np.floating]
    box: Box
    residents: NDArray[np.floating] | None = None
    promise_min: float = 15

    def __post_init__(self) -> None:
        if self.minutes.ndim != 2 or 0 in self.minutes.shape:
            message = f"the coverage grid has shape {self.minutes.shape}; allowed is (rows, columns), both at least 1"
            raise BadLayerError(message)
        if self.residents is not None and self.residents.shape != self.minutes.shape:
            message = f"residents have shape {self.residents.shape}, minutes {self.minutes.shape}; both must be equal"
            raise BadLayerError(message)

    def share_within(self, minutes: float) -> float:
        """Share of residents (0..1) who reach a provider within so many minutes; NaN when nobody lives here."""
        lived = ~np.isnan(self.minutes)
        weights = np.where(lived, 1.0 if self.residents is None else self.residents, 0.0)
        total = float(weights.sum())
        return float(weights[lived & (self.minutes <= minutes)].sum()) / total if total > 0 else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendClass:
    """One entry of a legend: a colour, how it is drawn, and its word."""

    colour: str
    word: str
    form: Literal["sw", "dot", "dash", "dots"] = "sw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """The box at the lower left: a title, classes, and a closing remark (such as the share reached)."""

    title: str = ""
    classes: tuple[LegendClass, ...] = field(default=())
    remark: str = ""
