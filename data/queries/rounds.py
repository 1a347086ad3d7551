"""Questions about days of rounds: lists, and who has a round on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import RoundRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.lifecycle import Actor
from dispatch.rounds.day import DayRounds

SORTS = {"no": RoundRow.no, "day": RoundRow.day, "made_at": RoundRow.made_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFilter:
    """Which rounds are wanted; empty and None are any."""

    state: str = ""
    since: date | None = None
    until: date | None = None


def sent_to(session: Session, by: Actor, resident: str, day: date) -> bool:
    """Tell whether a published round of a day leads a worker to a resident, wherever that is."""
    if by.role != "worker" or not resident:
        return False
    query = select(RoundRow).where(RoundRow.day == day, RoundRow.state == "published")
    rounds = (fact_of(DayRounds, row) for row in session.scalars(query))
    return any(e.resident == resident and e.worker == by.user for each in rounds for e in each.errands)


def list_rounds(
    session: Session, scope: ColumnElement[bool], wanted: RoundFilter, ask: Ask, prefix: str
) -> Page[DayRounds]:
    """List rounds whose area codes begin with a prefix, page by page; ``until`` is the last day."""
    query = select(RoundRow).where(scope)
    if prefix:
        query = query.where(RoundRow.area.startswith(prefix))
    if wanted.state:
        query = query.where(RoundRow.state == wanted.state)
    if wanted.since is not None:
        query = query.where(RoundRow.day >= wanted.since)
    if wanted.until is not None:
        query = query.where(RoundRow.day <= wanted.until)
    return turn(session, query, ask, SORTS, RoundRow.id, lambda row: fact_of(DayRounds, row))
