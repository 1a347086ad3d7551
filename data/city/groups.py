"""Homes by the area they lie in: sums, shares and weighted quantiles of each area at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which area each home lies in.

    Attributes
    ----------
    codes : tuple of str
        Areas in which somebody lives, ascending.
    index : ndarray of int64, shape (homes,)
        Position in `codes`.
    people : ndarray of int64, shape (homes,)
    """

    codes: tuple[str, ...]
    index: Int64s
    people: Int64s

    @classmethod
    def of(cls, codes: NDArray[np.str_], people: Int64s) -> "Groups":
        """Group homes by the code of each, shape (homes,)."""
        names, index = np.unique(codes, return_inverse=True)
        return cls(tuple(map(str, names)), index.astype(np.int64), people)

    @classmethod
    def all(cls, people: Int64s) -> "Groups":
        """Take all homes as one area without a code."""
        return cls(("",), np.zeros(len(people), np.int64), people)

    @property
    def totals(self) -> Int64s:
        """People of each area, shape (areas,)."""
        return self.count(np.ones(len(self.people), bool))

    def count(self, some: NDArray[np.bool_]) -> Int64s:
        """Count the people of each area in some homes, shape (homes,)."""
        return np.bincount(self.index[some], self.people[some], len(self.codes)).astype(np.int64)

    def sums(self, each: Floats) -> Floats:
        """Sum what each person of a home has, shape (homes,), over the people of each area."""
        return np.bincount(self.index, self.people * each, len(self.codes)).astype(np.float64)

    def only(self, areas: Int64s) -> tuple["Groups", NDArray[np.bool_]]:
        """Take some areas by ascending position alone; tells too which homes lie in them, shape (homes,)."""
        kept = np.full(len(self.codes), -1, np.int64)
        kept[areas] = np.arange(len(areas))
        inside = kept[self.index] >= 0
        codes = tuple(self.codes[area] for area in areas.tolist())
        return Groups(codes, kept[self.index[inside]], self.people[inside]), inside

    def quantiles(self, minutes: Floats, shares: Sequence[float]) -> Floats:
        """Tell within what each share of the people of an area is.

        Parameters
        ----------
        minutes : ndarray of float64, shape (homes,)
            Infinity where nobody comes.
        shares : sequence of float
            Above 0 and at most 1; 0.5 is the median.

        Returns
        -------
        ndarray of float64, shape (areas, shares)
            The least of the minutes within which so many are; infinite where nobody lives.
        """
        if not len(minutes):
            return np.full((len(self.codes), len(shares)), np.inf)
        order = np.lexsort((minutes, self.index))
        reached = np.cumsum(self.people[order])
        total = self.totals
        before = np.cumsum(total) - total
        wanted = np.ceil(np.multiply.outer(total, np.asarray(shares)) - 1e-9).astype(np.int64)
        found: Floats = minutes[order[np.searchsorted(reached, before[:, None] + np.maximum(wanted, 1))]]
        return found
