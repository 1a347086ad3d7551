"""Questions about closures of streets: those that hold or are to come, and all there ever were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.models import ClosureRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.closures import Closure

When = Literal["standing", "now", "planned", "over", "all"]
SORTS = {"starts_at": ClosureRow.starts_at, "no": ClosureRow.no}


def to_come(now: datetime) -> ColumnElement[bool]:
    """Return the condition on closures that hold at a time or will later."""
    return and_(ClosureRow.lifted_at.is_(None), or_(ClosureRow.ends_at.is_(None), ClosureRow.ends_at > now))


def read_closures(session: Session, condition: ColumnElement[bool]) -> Sequence[Closure]:
    """Return the closures for which a condition holds, by number."""
    query = select(ClosureRow).where(condition).order_by(ClosureRow.no)
    return [fact_of(Closure, row) for row in session.scalars(query)]


def list_closures(session: Session, when: When, ask: Ask, now: datetime) -> Page[Closure]:
    """List closures page by page: those standing, of them those that hold now or are planned, those over, or all."""
    query = select(ClosureRow)
    if when in ("standing", "now", "planned"):
        query = query.where(to_come(now))
    if when == "now":
        query = query.where(ClosureRow.starts_at <= now)
    if when == "planned":
        query = query.where(ClosureRow.starts_at > now)
    if when == "over":
        query = query.where(or_(ClosureRow.lifted_at.is_not(None), ClosureRow.ends_at <= now))
    return turn(session, query, ask, SORTS, ClosureRow.id, lambda row: fact_of(Closure, row))
