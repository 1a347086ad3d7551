"""Who lives where in a district that was just cut: dwellings of the extract, brought in line with the cells."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import ArrayLike

from data.sample.people import Homes
from geo.homes import Dwellings
from geo.partition import Division

MOST_PER_HOUSEHOLD = 3
"""So many sample residents live in a household at most, on average: a hamlet gets no town's people."""
HOUSE_NUMBERS = 97


class CellFinder:
    """Finds the cell of many points; a point in none gets the nearest."""

    def __init__(self, division: Division) -> None:
        self._codes = np.array([c.code for c in division.cells])
        self._tree = shapely.STRtree([c.polygon for c in division.cells])

    def of(self, lon: ArrayLike, lat: ArrayLike) -> list[str]:
        """Return the cell code of each point; empty for no points."""
        if not np.size(lon):
            return []
        found = self._tree.nearest(shapely.points(lon, lat))
        return [str(code) for code in self._codes[found]]


def outline_of(division: Division) -> shapely.Geometry:
    """Return what a division covers, in degrees."""
    return next(area.polygon for area in division.areas if area.level == "district")


def homes_of(dwellings: Dwellings, division: Division, cells: CellFinder, *, told: bool) -> Homes:
    """Bring dwellings in line with the cells.

    Parameters
    ----------
    dwellings : Dwellings
        Inside the division.
    division : Division
    cells : CellFinder
        Over the same division.
    told : bool
        Whether the cells tell their households themselves, from a file: then each cell holds as many, spread over its
        dwellings, or in its middle where the map shows none. A cell that tells none keeps what the map shows.

    Returns
    -------
    Homes
        Empty when nobody lives anywhere.
    """
    lon, lat, households = dwellings.lon, dwellings.lat, dwellings.households
    cell_of, mapped = cells.of(lon, lat), list(dwellings.address)
    if told:
        by_cell: Counter[str] = Counter()
        for code, count in zip(cell_of, households.tolist(), strict=True):
            by_cell[code] += count
        wanted = {c.code: c.households for c in division.cells if c.households}
        share = [wanted[code] / by_cell[code] if code in wanted else 1.0 for code in cell_of]
        bare = [c for c in division.cells if c.households and c.code not in by_cell]
        middles = [c.polygon.representative_point() for c in bare]
        lon = np.append(lon, [point.x for point in middles])
        lat = np.append(lat, [point.y for point in middles])
        households = np.append(households * np.array(share, float), [float(c.households) for c in bare])
        cell_of, mapped = cell_of + [c.code for c in bare], mapped + [""] * len(bare)
    names = {area.code: area.name for area in division.areas}
    community = {cell.code: cell.community for cell in division.cells}
    from_building = np.append(dwellings.source == 0, np.zeros(len(lon) - len(dwellings), bool)).tolist()
    address = [
        _address(text, names.get(community[code], ""), n, named=exact)
        for n, (text, code, exact) in enumerate(zip(mapped, cell_of, from_building, strict=True), 1)
    ]
    return Homes(lon, lat, households, address, cell_of)


def _address(mapped: str, community: str, n: int, *, named: bool) -> str:
    if mapped and named:
        return mapped
    return f"{mapped or community}{n % HOUSE_NUMBERS + 1}号" + ("" if mapped else "楼")


def basis(dwellings: Dwellings, homes: Homes, outline: str, places: int) -> Mapping[str, object]:
    """Return what a district rests on and what it lacks, as values of JSON.

    Parameters
    ----------
    dwellings : Dwellings
        What the map shows of homes.
    homes : Homes
        Where people were put.
    outline : str
        What told the outline.
    places : int
        Shops, offices and other places of the map.
    """
    by_cell: Counter[str] = Counter()
    for code, count in zip(homes.cell, homes.households.tolist(), strict=True):
        by_cell[code] += count
    missing = dwellings.missing()
    if not places:
        missing.append("places: the map shows no shop, office or station; import providers")
    return {
        "outline_from": outline,
        "households_from": dwellings.by_source,
        "most_households_in_a_cell": round(max(by_cell.values(), default=0)),
        "missing": missing,
    }
