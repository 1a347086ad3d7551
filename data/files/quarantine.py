"""Rows of feeds in quarantine: released, as they are or corrected, or refused, by a person with a reason."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.desk.door import Desk
from data.errors import MissingError
from data.files.feeding import Taker, ToldRow, desks_of, keep_told, lock_feed, overtake, taker_of
from data.files.runs import end
from data.models import FeedItemRow
from data.queries.feeds import WAITING
from data.store.kinds.upkeep import FEED
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action
from grid.feed import Feed


def settle(desk: Desk, feed: Feed, action: Action, now: datetime, told: Mapping[int, ToldRow]) -> None:
    """Carry out what a person decided of rows in quarantine, on all of them or none.

    Parameters
    ----------
    desk : Desk
    feed : Feed
    action : Action
        ``release`` or ``refuse`` with ``rows``, the numbers of rows, and ``reason``.
    now : datetime
        Aware.
    told : Mapping
        For each row that is released what it tells, as it came or corrected.

    Raises
    ------
    MissingError
        When a row is not of this feed.
    NotPossibleError
        When one is not in quarantine any more, or a newer revision of it was taken.
    BadFieldError
        When one that is released does not fit its register.
    """
    taker = taker_of(desk, feed, now)

    def carry_out(session: Session) -> None:
        lock_feed(session, feed.no)
        desk.act(FEED, feed.no, action, now)
        for number in action.fields["rows"]:
            item = _waiting(session, feed, number)
            if action.name == "release":
                item.outcome = _release(session, taker, item, told[number])
                item.state = "accepted"
            else:
                item.state, item.outcome = "refused", "by_hand"
            item.data, item.settled_by, item.settled_at = None, action.by.user, now
            item.settled_why = str(action.fields["reason"])
            session.flush()

    with desk.database.batch():
        desk.database.write(carry_out)


def _waiting(session: Session, feed: Feed, number: int) -> FeedItemRow:
    item = session.get(FeedItemRow, number, populate_existing=True)
    if item is None or item.feed != feed.no:
        raise MissingError(f"feed {feed.no} has no row {number}")
    if item.state != WAITING:
        raise NotPossibleError(f"row {number} is {item.state}; only rows in quarantine are decided")
    return item


def _release(session: Session, taker: Taker, item: FeedItemRow, row: ToldRow) -> str:
    """Keep a row that a person found good in its register; gives what became of it."""
    mine = FeedItemRow.feed == item.feed, FeedItemRow.source_id == item.source_id
    query = select(func.max(FeedItemRow.revision)).where(*mine, FeedItemRow.state == "accepted")
    newest = session.scalar(query)
    if newest is not None and newest > item.revision:
        raise NotPossibleError(f"revision {newest} of row {item.id} was taken since; refuse this one")
    if row.fault:
        raise BadFieldError("data", item.id, row.fault)
    desks = desks_of(session, taker, 0)
    verdict = keep_told(desks, taker, row, item.message)
    if verdict.outcome == "refused":
        raise BadFieldError("data", item.id, verdict.note)
    end(session, desks.run.id, "done", {verdict.outcome: 1})
    overtake(session, taker, row)
    return verdict.outcome
