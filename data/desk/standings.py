"""Figures of providers that follow from their orders, kept in their rows for the search that ranks them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from data.models import fact_of
from data.queries.standings import recent_orders, standings
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.kinds.orders import PROVIDER
from dispatch.providers.provider import Provider

TABLE = PROVIDER.table
KEEP = update(TABLE).where(TABLE.c.id == bindparam("row_id"))


def recount(
    session: Session,
    catalogue: Catalogue,
    now: datetime,
    only: Collection[int] | None = None,
    *,
    ratings: bool = True,
) -> tuple[Done[Provider], ...]:
    """Count how providers stand, and keep what changed.

    Parameters
    ----------
    session : Session
    catalogue : Catalogue
    now : datetime
        Aware; ratings fade and recent orders become old ones without anybody doing anything.
    only : collection of int, optional
        All by default.
    ratings : bool
        Whether the ratings are counted too, or the recent orders alone.

    Returns
    -------
    tuple of Done
        Those that changed, for memory; no event tells of figures.
    """
    recent = recent_orders(session, now, only)
    found = standings(session, catalogue.items, catalogue.standing, now, only) if ratings else {}
    query = select(TABLE) if only is None else select(TABLE).where(TABLE.c.id.in_(only))
    changed = []
    for row in session.execute(query.order_by(TABLE.c.id)):
        before = fact_of(Provider, row)
        after = replace(before, recent_orders=recent.get(before.id, 0))
        if (standing := found.get(before.id)) is not None:
            after = replace(after, rating=standing.rating, rating_count=standing.ratings)
        if after != before:
            changed.append(Done(kind=PROVIDER, before=before, after=after))
    if changed:
        session.execute(KEEP, [_figures(done.fact) for done in changed])
    return tuple(changed)


def _figures(provider: Provider) -> dict[str, float]:
    return {
        "row_id": provider.id,
        "rating": provider.rating,
        "rating_count": provider.rating_count,
        "recent_orders": provider.recent_orders,
    }
