"""What is demanded of services by item and cell, joined with whom they reach."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.city.supply import Supply
from data.models import OrderRow
from data.rules.catalogue import Catalogue
from grid.figures.facts import CellReach, Demand, People
from grid.period import Period

YEAR = timedelta(days=365)


def reach_of_cells(
    session: Session,
    catalogue: Catalogue,
    period: Period,
    people: Mapping[str, People],
    supply: Supply,
    prefix: str,
) -> list[CellReach]:
    """Tell of each cell in which somebody lives whom services reach, where codes begin with a prefix.

    Demand is the orders of the twelve months before the end of the period; in a cell without an order of an item, its
    eligible residents by the orders per eligible resident of the community, the cell's parent area. It is spread in a
    cell as its residents are.

    Parameters
    ----------
    people : Mapping of str to People
        Residents by cell, of the whole of each community.
    """
    here = np.flatnonzero([cell.startswith(prefix) for cell in supply.cells])
    cells = [supply.cells[n] for n in here]
    if not cells:
        return []
    residents = supply.residents[here]
    demand: list[dict[str, Demand]] = [{} for _ in cells]
    for code, wanted in _demand(session, catalogue, period, people, cells, prefix):
        if code not in supply.twice:
            continue
        supported = wanted * _per(supply.twice[code][here], residents)
        for n in np.flatnonzero(wanted).tolist():
            demand[n][code] = Demand(float(wanted[n]), float(supported[n]))
    core = catalogue.reach.core_items
    reached = np.array([supply.once[code][here] for code in core]).T.tolist()
    return [
        CellReach(cell=cell, residents=lives, reached=dict(zip(core, row, strict=True)), demand=items)
        for cell, lives, row, items in zip(cells, residents.tolist(), reached, demand, strict=True)
    ]


def _demand(
    session: Session,
    catalogue: Catalogue,
    period: Period,
    people: Mapping[str, People],
    cells: Sequence[str],
    prefix: str,
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Give the demand of each cell by item, for the items ordered at all."""
    position = {cell: n for n, cell in enumerate(cells)}
    communities, community = np.unique(
        [catalogue.rulebook.scheme.community_of(cell) for cell in cells], return_inverse=True
    )
    eligible: dict[str, NDArray[np.float64]] = {}
    for code, counts in _orders(session, period, prefix).items():
        item = catalogue.items.get(code)
        ordered = np.zeros(len(cells))
        for cell, count in counts.items():
            if (n := position.get(cell)) is not None:
                ordered[n] = count
        if item is None or not ordered.any():
            continue
        who = catalogue.reach.eligible.get(item.function, "")
        if who not in eligible:
            eligible[who] = _eligible(people, cells, who)
        rate = _per(
            np.bincount(community, ordered, len(communities)),
            np.bincount(community, eligible[who], len(communities)),
        )
        yield code, np.where(ordered > 0, ordered, eligible[who] * rate[community])


def _orders(session: Session, period: Period, prefix: str) -> Mapping[str, Mapping[str, int]]:
    """Count the orders of the twelve months before the end of a period by item and cell."""
    query = (
        select(OrderRow.item, OrderRow.cell, func.count())
        .where(
            OrderRow.created_at >= period.end - YEAR,
            OrderRow.created_at < period.end,
            OrderRow.cell.startswith(prefix),
        )
        .group_by(OrderRow.item, OrderRow.cell)
    )
    found: dict[str, dict[str, int]] = {}
    for item, cell, count in session.execute(query):
        found.setdefault(item, {})[cell] = count
    return found


def _eligible(people: Mapping[str, People], cells: Sequence[str], who: str) -> NDArray[np.float64]:
    """Count the residents of each cell who may ask for an item; all of them where nobody is named."""
    names, nobody = (who,) if who else ("permanent", "floating"), People()
    return np.array(
        [sum(getattr(people.get(cell, nobody), name) for name in names) for cell in cells], np.float64
    )


def _per(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Divide, with 0 where there is nothing to divide by."""
    shares: NDArray[np.float64] = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return shares
