"""How indicators of reach by road are counted: support by two providers, residents reached, equality of cells.

They tell how providers and residents of the registers stand now; cells without residents are left out and counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from statistics import fmean

from grid.figures.counted import Count, Counted
from grid.figures.facts import CellReach, Facts
from grid.figures.lines import by_cell

FEWEST_CELLS = 5


def gini(shares: Sequence[float], weights: Sequence[float]) -> float | None:
    """Tell how unequal shares are: half the mean difference between two people's, by the mean share.

    Parameters
    ----------
    shares : sequence of float, shape (cells,)
        Zero or more.
    weights : sequence of float, shape (cells,)
        People of each cell, more than zero.

    Returns
    -------
    float or None
        0 when all have the same, toward 1 when few have everything; None when nobody has anything.
    """
    rising = sorted(zip(shares, weights, strict=True))
    had = [share * weight for share, weight in rising]
    whole = sum(had) * sum(weights)
    if not whole:
        return None
    # Twice the area between the line of equality and the Lorenz curve, whose corners are the cells.
    below = sum(
        (so_far - own / 2) * weight
        for so_far, own, (_, weight) in zip(accumulate(had), had, rising, strict=True)
    )
    return 1 - 2 * below / whole


def _empty_cells(facts: Facts, found: Counted) -> Counted:
    gone = len(facts.cells) - len(facts.reach)
    return replace(found, left_out=gone, left_out_why="empty_cells" if gone else "")


def _k14(facts: Facts) -> Counted:
    wanted: defaultdict[str, float] = defaultdict(float)
    supported: defaultdict[str, float] = defaultdict(float)
    for cell in facts.reach:
        for code, demand in cell.demand.items():
            wanted[code] += demand.wanted
            supported[code] += demand.supported
    whole = sum(wanted.values())
    found = Counted(
        value=100 * sum(supported.values()) / whole if whole else None,
        rows=sum(len(cell.demand) for cell in facts.reach),
        items={code: 100 * supported[code] / n for code, n in wanted.items()},
        told=by_cell(
            ((cell.cell, d.supported) for cell in facts.reach for d in cell.demand.values()),
            ((cell.cell, d.wanted) for cell in facts.reach for d in cell.demand.values()),
        ),
    )
    return _empty_cells(facts, found)


def _reached(cell: CellReach) -> float:
    """Tell the mean number of residents reached over the core items."""
    return sum(cell.reached.values()) / len(cell.reached)


def _k16(facts: Facts) -> Counted:
    residents = sum(r.residents for r in facts.reach)
    core = tuple(facts.reach[0].reached) if facts.reach else ()
    shares = {code: 100 * sum(r.reached[code] for r in facts.reach) / residents for code in core}
    found = Counted(
        value=fmean(shares.values()) if shares else None,
        rows=residents,
        given={"items": ", ".join(core)},
        items=shares,
        told=by_cell(
            ((r.cell, _reached(r)) for r in facts.reach), ((r.cell, r.residents) for r in facts.reach)
        ),
    )
    return _empty_cells(facts, found)


def _k20(facts: Facts) -> Counted:
    shares = [_reached(r) / r.residents for r in facts.reach]
    told = by_cell(((r.cell, _reached(r)) for r in facts.reach), ((r.cell, r.residents) for r in facts.reach))
    found = Counted(value=None, rows=len(shares), told=told)
    if len(shares) < FEWEST_CELLS:
        return _empty_cells(facts, replace(found, why="few_cells"))
    unequal = gini(shares, [r.residents for r in facts.reach])
    if unequal is None:
        return _empty_cells(facts, replace(found, why="nobody_reached"))
    return _empty_cells(facts, replace(found, value=1 - unequal))


OF_REACH: Mapping[str, Count] = {"K14": _k14, "K16": _k16, "K20": _k20}
