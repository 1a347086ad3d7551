"""What changed, for those who follow by cursor: rows of a register as they are now, each with the number of its last event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.orm import Session

from data.models import EventRow, FeedMessageRow, FeedRow, fact_of
from data.store.kind import Kind
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import PROVIDER
from data.store.session import Database
from grid.area import CodeScheme
from grid.feed import Feed

LOCK_EVENTS = text("LOCK TABLE events IN SHARE MODE")
AHEAD = 10
"""So many events are read for each row that is wanted: several of one thing are one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A register that can be followed: the kind of its things, and where each lies."""

    kind: Kind[Any]
    place: str


FOLLOWED: Mapping[str, Followed] = {
    "tickets": Followed(kind=TICKET, place="cell"),
    "providers": Followed(kind=PROVIDER, place="area"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A thing as it is now, with the number and time of its last event."""

    fact: Any
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed after a mark, and the mark to ask from next; empty when nothing did."""

    rows: tuple[Changed, ...]
    cursor: int


def horizon(database: Database) -> int:
    """Give the number of the newest event below which none can come in any more."""
    with database.read() as session:
        if not database.is_sqlite:
            session.execute(LOCK_EVENTS)  # a lower number that is not committed yet would be passed over
        return session.scalar(select(func.max(EventRow.id))) or 0


def changes_after(
    session: Session, feed: Feed, scheme: CodeScheme, after: int, until: int, most: int
) -> Changes:
    """Read what changed of a feed's register in its area, after one mark and up to another.

    Parameters
    ----------
    session : Session
    feed : Feed
    scheme : CodeScheme
    after, until : int
        Numbers of events; 0 is before the first.
    most : int
        Rows at most; the rest comes with the next question.
    """
    followed = FOLLOWED[feed.subject]
    query = (
        select(EventRow.id, EventRow.aggregate, EventRow.seq, EventRow.at)
        .where(EventRow.kind == followed.kind.name, EventRow.id > after, EventRow.id <= until)
        .order_by(EventRow.id)
        .limit(most * AHEAD)
    )
    last: dict[str, tuple[int, datetime]] = {}
    reached, read = after, 0
    for number, aggregate, seq, at in session.execute(query):
        if aggregate not in last and len(last) == most:
            break
        last[aggregate] = (max(seq, last.get(aggregate, (0, at))[0]), at)
        reached, read = number, read + 1
    else:
        reached = reached if read == most * AHEAD else max(until, after)
    rows = _facts(session, followed, feed, scheme, list(last))
    return Changes(
        rows=tuple(Changed(fact=fact, revision=last[key][0], at=last[key][1]) for key, fact in rows),
        cursor=reached,
    )


def _facts(
    session: Session, followed: Followed, feed: Feed, scheme: CodeScheme, keys: Sequence[str]
) -> list[tuple[str, Any]]:
    """Read things by their keys that lie in a feed's area, in the order of the keys."""
    kind = followed.kind
    table, named = kind.table, kind.table.c[kind.key]
    values = [named.type.python_type(key) for key in keys]
    inside: ColumnElement[bool] = table.c[followed.place].startswith(scheme.prefix(feed.area))
    query = select(table).where(named.in_(values), inside)
    found = {
        str(kind.key_of(fact)): fact for row in session.execute(query) for fact in [fact_of(kind.fact, row)]
    }
    return [(key, found[key]) for key in keys if key in found]


def note_given(session: Session, feed: Feed, key: str, cursor: int, rows: int, now: datetime) -> None:
    """Keep that a consumer was given rows: how many, when, up to which mark."""
    row = session.scalars(select(FeedRow).where(FeedRow.no == feed.no).with_for_update()).one()
    row.last_at = row.last_ok_at = now
    row.cursor, row.messages, row.accepted = str(cursor), row.messages + 1, row.accepted + rows
    if rows:
        values = {"feed": feed.no, "key": key, "body_hash": "", "at": now, "state": "given"}
        session.execute(
            insert(FeedMessageRow), [values | {"cursor": str(cursor), "rows": rows, "told": [], "run": 0}]
        )
