"""Questions about applications to become a provider."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import ApplicationRow, fact_of
from data.queries.paging import Ask, Page, turn
from data.queries.scope import seen
from data.store.kinds.orders import APPLICATION
from dispatch.lifecycle import Actor
from dispatch.providers.application import Application
from grid.area import CodeScheme

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
