"""Indicators of months that are over: frozen once for every area, sealed in the log, read ever after.

Events tell the same about a past month for ever, but registers keep no past: what a month said of them is only known
while it is kept.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.models import EventRow, FrozenFiguresRow
from data.store.chain import ChainFault, append, canonical
from dispatch.lifecycle import Actor, Event
from grid.figures.indicators import Measure

KIND = "figures"
Measures: TypeAlias = Mapping[str, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The figures of one area and month, by indicator, and when they were frozen."""

    frozen_at: datetime
    measures: Measures


def freeze(
    session: Session, month: str, by_area: Mapping[str, Measures], by: Actor, rules: str, now: datetime
) -> bool:
    """Freeze the figures of a month; False, and nothing is changed, when it was frozen before.

    Parameters
    ----------
    month : str
        Such as ``2026-10``.
    by_area : Mapping
        All indicators of every area by its code.
    rules : str
        Version of the rules they were measured by.
    """
    if session.scalar(select(FrozenFiguresRow.id).where(FrozenFiguresRow.month == month).limit(1)):
        return False
    rows = [
        {"month": month, "area": area, "frozen_at": now, "measures": _plain(measures)}
        for area, measures in sorted(by_area.items())
    ]
    session.execute(insert(FrozenFiguresRow), rows)
    told = {"areas": len(rows), "sha256": _seal(rows)}
    event = Event(name="freeze", at=now, by=by.user, role=by.role, payload=told)
    append(session, KIND, month, [event], [], rules)
    return True


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
    sealed: dict[str, tuple[int, str]] = {
        row.aggregate: (row.seq, row.payload)
        for row in session.scalars(select(EventRow).where(EventRow.kind == KIND))
    }
    kept: dict[str, list[dict[str, Any]]] = {month: [] for month in sealed}
    for row in session.scalars(select(FrozenFiguresRow).order_by(FrozenFiguresRow.area)):
        told = {"area": row.area, "measures": row.measures}
        kept.setdefault(row.month, []).append(told)
    faults = []
    for month, rows in sorted(kept.items()):
        seq, payload = sealed.get(month, (0, ""))
        if payload != canonical({"areas": len(rows), "sha256": _seal(rows)}):
            detail = "the frozen figures are not those that were sealed in the log"
            faults.append(ChainFault(kind=KIND, aggregate=month, seq=seq, detail=detail))
    return faults


def _plain(measures: Measures) -> dict[str, Any]:
    return {name: {k: v for k, v in asdict(m).items() if k != "id"} for name, m in measures.items()}


def _seal(rows: Sequence[Mapping[str, Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical({"area": row["area"], "measures": row["measures"]}).encode())
    return digest.hexdigest()
