"""Feeds as they stand, their messages, and their rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import EventRow, FeedItemRow, FeedMessageRow, FeedRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.errors import NotPossibleError
from grid.feed import Feed, Seen, Standing, standing

WAITING = "quarantined"
SORTS = {"id": FeedItemRow.id}
TYPED = timedelta(days=30)
IMPORTER = "import"
KINDS = {"residents": "resident", "providers": "provider", "devices": "device"}
"""Registers whose log tells which fields changed, with the kind of their events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCase:
    """A feed with what was seen of it and how it stands; counts are of rows, each counted once.

    ``cursor`` is the mark that the last message told, which a source goes on from; ``typed_twice`` are fields that the
    feed tells and that somebody typed in the last `TYPED` days.
    """

    feed: Feed
    seen: Seen
    standing: Standing
    cursor: str
    messages: int
    accepted: int
    refused: int
    quarantined: int
    typed_twice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """A row of a feed as it was told, without what it told; ``at`` is when it came, ``told_at`` of when it is."""

    id: int
    feed: str
    source_id: str
    revision: int
    message: str
    at: datetime
    told_at: datetime
    state: str
    outcome: str
    reason: str
    settled_by: str
    settled_at: datetime | None
    settled_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMessage:
    """A message under its sender's name, with what became of its rows: id, revision, status, reason."""

    key: str
    body_hash: str
    at: datetime
    state: str
    cursor: str
    rows: int
    told: Sequence[dict[str, Any]]


def feed_cases(session: Session, scope: ColumnElement[bool], now: datetime) -> list[FeedCase]:
    """List feeds in the order of their numbers, the retired ones last; empty for none."""
    waits = (
        select(FeedItemRow.feed, func.count().label("n"))
        .where(FeedItemRow.state == WAITING)
        .group_by(FeedItemRow.feed)
    ).subquery()
    query = (
        select(FeedRow, func.coalesce(waits.c.n, 0))
        .outerjoin(waits, waits.c.feed == FeedRow.no)
        .where(scope)
        .order_by(FeedRow.state == "retired", FeedRow.id)
    )
    found = [(row, waiting) for row, waiting in session.execute(query)]
    told = {row.subject for row, _ in found if row.direction == "in"}
    typed = {subject: _typed(session, KINDS[subject], now) for subject in told if subject in KINDS}
    return [_case(row, waiting, typed.get(row.subject, frozenset()), now) for row, waiting in found]


def _typed(session: Session, kind: str, now: datetime) -> frozenset[str]:
    """List the fields of a register that people typed of late."""
    query = select(EventRow.payload).where(
        EventRow.kind == kind,
        EventRow.name == "changed",
        EventRow.at > now - TYPED,
        EventRow.by != IMPORTER,
    )
    return frozenset(
        name for payload in session.scalars(query) for name in json.loads(payload).get("fields", ())
    )


def _case(row: FeedRow, waiting: int, typed: frozenset[str], now: datetime) -> FeedCase:
    feed = fact_of(Feed, row)
    seen = Seen(last_at=row.last_at, last_ok_at=row.last_ok_at, last_error=row.last_error, waiting=waiting)
    return FeedCase(
        feed=feed,
        seen=seen,
        standing=standing(feed, seen, now),
        cursor=row.cursor,
        messages=row.messages,
        accepted=row.accepted,
        refused=row.refused,
        quarantined=row.quarantined,
        typed_twice=tuple(sorted(typed.intersection(row.fields))) if row.direction == "in" else (),
    )


def feed_of(session: Session, no: str) -> Feed | None:
    """Give a feed by its number, whoever asks; None when there is none."""
    row = session.scalar(select(FeedRow).where(FeedRow.no == no))
    return None if row is None else fact_of(Feed, row)


def feed_message(session: Session, no: str, key: str) -> FeedMessage:
    """Give a message by its sender's name, each row with its status of now.

    Raises
    ------
    MissingError
    """
    row = session.scalar(select(FeedMessageRow).where(FeedMessageRow.feed == no, FeedMessageRow.key == key))
    if row is None:
        raise MissingError(f"feed {no} sent no message {key}")
    names = [told["id"] for told in row.told]
    query = select(FeedItemRow).where(FeedItemRow.feed == no, FeedItemRow.source_id.in_(names))
    now_is = {(item.source_id, item.revision): item for item in session.scalars(query)}
    told = [
        {**one, "status": item.state, "outcome": item.outcome, "reason": item.settled_why or item.reason}
        if (item := now_is.get((one["id"], one["revision"]))) is not None and one["outcome"] != "contradicts"
        else one
        for one in row.told
    ]
    return FeedMessage(
        key=row.key, body_hash=row.body_hash, at=row.at, state=row.state, cursor=row.cursor, rows=row.rows, told=told
    )  # fmt: skip


def feed_items(session: Session, no: str, state: str, ask: Ask) -> Page[FeedItem]:
    """List rows of a feed that are in a state; empty for none."""
    query = select(FeedItemRow).where(FeedItemRow.feed == no, FeedItemRow.state == state)
    return turn(session, query, ask, SORTS, FeedItemRow.id, lambda row: fact_of(FeedItem, row))


def waiting_item(session: Session, no: str, number: int) -> tuple[FeedItem, dict[str, Any]]:
    """Give a row in quarantine, and what it tells.

    Raises
    ------
    MissingError
        When it is of another feed.
    NotPossibleError
        When it is in quarantine no longer.
    """
    row = session.get(FeedItemRow, number)
    if row is None or row.feed != no:
        raise MissingError(f"feed {no} has no row {number}")
    if row.data is None:
        raise NotPossibleError(f"row {number} is {row.state}; only rows in quarantine are decided")
    return fact_of(FeedItem, row), dict(row.data)
