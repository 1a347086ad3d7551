"""Questions about applications to become a provider."""

from collections.abc import Collection
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import ApplicationRow, fact_of
from data.queries.paging import Ask, Page, turn
from data.queries.scope import seen
from data.store.kinds.orders import APPLICATION
from dispatch.lifecycle import Actor
from dispatch.providers.application import Application
from grid.area import CodeScheme

LAST_DIGITS = 4
LOOKED_AT = timedelta(days=90)
SORTS = {"made_at": ApplicationRow.made_at, "no": ApplicationRow.no}


def list_applications(
    session: Session, actor: Actor, scheme: CodeScheme, state: str, ask: Ask
) -> Page[Application]:
    """List the applications of an area page by page, in one state or in all for the empty one."""
    query = select(ApplicationRow).where(seen(APPLICATION, actor, scheme))
    if state:
        query = query.where(ApplicationRow.state == state)
    return turn(session, query, ask, SORTS, ApplicationRow.id, lambda row: fact_of(Application, row))


def find_by_no(session: Session, no: str) -> Application | None:
    """Return an application for whoever has its key, None when there is none."""
    row = session.scalar(select(ApplicationRow).where(ApplicationRow.no == no))
    return None if row is None else fact_of(Application, row)


def opens_application(application: Application, digits: str) -> bool:
    """Tell whether four digits are the last of the telephone that was left, so that they open one's own application."""
    number = application.phone.partition("-")[0]
    return len(digits) == LAST_DIGITS and digits.isdecimal() and number.endswith(digits)


def in_states(
    session: Session, actor: Actor, scheme: CodeScheme, states: Collection[str], limit: int
) -> list[Application]:
    """List applications of an area in some states, who waits longest first, at most so many."""
    query = select(ApplicationRow).where(
        seen(APPLICATION, actor, scheme), ApplicationRow.state.in_(sorted(states))
    )
    rows = session.scalars(query.order_by(ApplicationRow.made_at, ApplicationRow.id).limit(limit))
    return [fact_of(Application, row) for row in rows]


def count_states(session: Session, actor: Actor, scheme: CodeScheme) -> dict[str, int]:
    """Count the applications of an area by state; a state of none is left out."""
    query = select(ApplicationRow.state, func.count()).where(seen(APPLICATION, actor, scheme))
    return {state: int(count) for state, count in session.execute(query.group_by(ApplicationRow.state))}


def deciding_span(session: Session, now: datetime) -> tuple[int, timedelta | None]:
    """Tell how many applications were decided within `LOOKED_AT` and how long half of them took; None for none."""
    query = select(ApplicationRow.made_at, ApplicationRow.decided_at).where(
        ApplicationRow.decided_at > now - LOOKED_AT
    )
    spans_s = [(decided - made).total_seconds() for made, decided in session.execute(query) if decided]
    return len(spans_s), timedelta(seconds=median(spans_s)) if spans_s else None
