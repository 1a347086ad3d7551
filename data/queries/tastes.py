"""What is known of residents as far as it counts for who goes to them."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.models import OrderRow, ParticularsRow, ResidentRow
from dispatch.matching.need import Tastes

SERVED = ("done", "settled")
LIKED = 4
"""Stars from which somebody who served a resident is one they know and would have again; without any stars, too."""


def tastes_of(session: Session, resident: str) -> Tastes:
    """Read what is known of one resident; nothing for a stranger, who has no number."""
    return tastes_of_all(session, (resident,)).get(resident, Tastes())


def tastes_of_all(session: Session, residents: Collection[str]) -> Mapping[str, Tastes]:
    """Read what is known of some residents.

    Parameters
    ----------
    session : Session
    residents : collection of str
        Their numbers; an empty one is nobody's.

    Returns
    -------
    mapping of str to Tastes
        By number, of those who are registered.
    """
    wanted = {no for no in residents if no}
    if not wanted:
        return {}
    served = defaultdict[str, set[int]](set)
    mine = select(OrderRow.resident, OrderRow.provider).where(
        OrderRow.resident.in_(wanted),
        OrderRow.state.in_(SERVED),
        or_(OrderRow.rating.is_(None), OrderRow.rating >= LIKED),
    )
    for no, provider in session.execute(mine.distinct()):
        if provider is not None:
            served[no].add(provider)
    query = (
        select(
            ResidentRow.no,
            ResidentRow.blocked_providers,
            ParticularsRow.preferred_providers,
            ParticularsRow.dialect,
        )
        .outerjoin(ParticularsRow, ParticularsRow.resident == ResidentRow.no)
        .where(ResidentRow.no.in_(wanted))
    )
    return {
        no: Tastes(
            blocked=frozenset(blocked),
            known=(frozenset(preferred or ()) | served[no]) - frozenset(blocked),
            dialect=dialect or "",
        )
        for no, blocked, preferred, dialect in session.execute(query)
    }
