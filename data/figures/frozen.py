"""Indicators of months that are over: frozen once for every area, sealed in the log, read ever after.

Events tell the same about a past month for ever, but registers keep no past: what a month said of them is only known
while it is kept.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.figures.frozen_lists import seals_of_lists
from data.models import EventRow, FrozenFiguresRow
from data.store.chain import ChainFault, canonical
from data.store.kinds.cases import FIGURES
from grid.figures.indicators import Measure

KIND = FIGURES.name
Measures: TypeAlias = Mapping[str, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The figures of one area and month, by indicator, and when they were frozen."""

    frozen_at: datetime
    measures: Measures


def frozen(session: Session, month: str, areas: Sequence[str]) -> dict[str, Frozen]:
    """Give what was frozen of some areas in a month; empty while it was not."""
    query = select(FrozenFiguresRow).where(FrozenFiguresRow.month == month, FrozenFiguresRow.area.in_(areas))
    return {
        row.area: Frozen(
            frozen_at=row.frozen_at,
            measures={name: Measure(id=name, **told) for name, told in row.measures.items()},
        )
        for row in session.scalars(query)
    }


def frozen_months(session: Session) -> frozenset[str]:
    """Give the months that are frozen."""
    return frozenset(session.scalars(select(FrozenFiguresRow.month).distinct()))


def verify_frozen(session: Session) -> list[ChainFault]:
    """Compare what is frozen with what was sealed in the log; empty when nothing was altered."""
    heard: dict[str, tuple[int, str]] = {
        row.aggregate: (row.seq, row.payload)
        for row in session.scalars(select(EventRow).where(EventRow.kind == KIND))
    }
    kept: dict[str, list[dict[str, Any]]] = {month: [] for month in heard}
    for row in session.scalars(select(FrozenFiguresRow).order_by(FrozenFiguresRow.area)):
        told = {"area": row.area, "measures": row.measures}
        kept.setdefault(row.month, []).append(told)
    lists = seals_of_lists(session)
    for month in lists:
        kept.setdefault(month, [])
    faults = []
    for month, rows in sorted(kept.items()):
        seq, payload = heard.get(month, (0, ""))
        if payload != canonical(sealed(len(rows), seal_of_month(rows), lists.get(month, ""))):
            detail = "the frozen figures or the lists behind them are not those that were sealed in the log"
            faults.append(ChainFault(kind=KIND, aggregate=month, seq=seq, detail=detail))
    return faults


def sealed(areas: int, figures: str, lists: str) -> dict[str, Any]:
    """Return what the log says of a frozen month: how many areas, and the hashes; a month without lists has none of them."""
    return {"areas": areas, "sha256": figures} | ({"lists": lists} if lists else {})


def plain_measures(measures: Measures) -> dict[str, Any]:
    """Return measures as they are kept."""
    return {name: {k: v for k, v in asdict(m).items() if k != "id"} for name, m in measures.items()}


def seal_of_month(rows: Sequence[Mapping[str, Any]]) -> str:
    """Hash the figures of all areas of a month."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical({"area": row["area"], "measures": row["measures"]}).encode())
    return digest.hexdigest()
