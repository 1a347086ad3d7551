"""Matters by scope, kind and state."""

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from data.models import MatterRow, fact_of
from grid.matters.fact import Matter

MOST = 500


def matters_of(
    session: Session,
    scope: ColumnElement[bool],
    kind: str = "",
    states: tuple[str, ...] = (),
    limit: int = MOST,
) -> list[Matter]:
    """List matters inside a scope, the soonest due first, at most ``limit``; of a kind and in some states where named."""
    query = select(MatterRow).where(scope, *_asked(kind, states))
    rows = session.scalars(query.order_by(MatterRow.due_at, MatterRow.id).limit(limit))
    return [fact_of(Matter, row) for row in rows]


def count_matters(
    session: Session, scope: ColumnElement[bool], kind: str = "", states: tuple[str, ...] = ()
) -> int:
    """Count the matters that `matters_of` would list without a limit."""
    query = select(func.count()).select_from(MatterRow).where(scope, *_asked(kind, states))
    return session.scalar(query) or 0


def _asked(kind: str, states: tuple[str, ...]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        MatterRow.kind == kind if kind else true(),
        MatterRow.state.in_(states) if states else true(),
    )
