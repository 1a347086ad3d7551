"""Messages of feeds: every row once, the newer revision never overwritten, what is bad kept apart until a person decides.

Rows are taken in slices, each with its own commit. A message that was cut off is sent again: the rows that are known are
answered with what became of them, and the rest is taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from data.desk.door import Desk
from data.errors import KeyReusedError
from data.files.borders import Borders
from data.files.fields import Desks, Reading
from data.files.imports import IMPORTS
from data.files.intake import Verdict, box_of, judge_row, run_of
from data.files.runs import begin, end
from data.files.tables import TableRow
from data.models import FeedItemRow, FeedMessageRow, FeedRow
from data.queries.feeds import WAITING
from dispatch.errors import NotPossibleError
from grid.feed import Feed, holds_back

SLICE = 25
LEAST_HIDDEN = 2
OPEN, DONE, HELD = "open", "done", "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """A row of a message: the source's own id and revision, of when it is, and what it tells.

    ``values`` are texts as a file would hold them; ``fault`` says why it cannot be read, empty where it can; ``data`` is
    what was sent.
    """

    id: str
    revision: int
    at: datetime
    values: Mapping[str, str]
    fault: str
    data: Mapping[str, Any]

    @property
    def table_row(self) -> TableRow:
        """The row as importers read it."""
        return TableRow(number=1, values=self.values, fault=self.fault)

    @property
    def hash(self) -> str:
        """Tell rows of equal content, good and bad."""
        return TableRow(number=1, values={k: str(v) for k, v in self.data.items()}).hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """A message under its sender's name; ``cursor`` is the source's mark behind it."""

    key: str
    body_hash: str
    cursor: str
    rows: tuple[ToldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """What taking rows of a feed needs beside them."""

    desk: Desk
    feed: Feed
    borders: Borders
    now: datetime


def taker_of(desk: Desk, feed: Feed, now: datetime) -> Taker:
    """Prepare to take rows of a feed."""
    borders = Borders(desk.catalogue)
    with desk.database.read() as session:
        borders.follow(session)
    return Taker(desk=desk, feed=feed, borders=borders, now=now)


def take_message(desk: Desk, feed: Feed, message: ToldMessage, now: datetime) -> bool:
    """Take a message of a feed; whether anything of it was not known before.

    Raises
    ------
    KeyReusedError
        When the sender gave the name to another message.
    NotPossibleError
        When the feed is held or retired.
    """
    if feed.state != "on":
        raise NotPossibleError(f"feed {feed.no} is {feed.state}; nothing is taken until it is resumed")
    database = desk.database
    run = database.write(lambda session: _open(session, feed, message, now))
    if run is None:
        return False
    bad = sum(bool(row.fault) for row in message.rows)
    held = f"held with its message: {bad} of {len(message.rows)} rows are bad"
    reason = held if holds_back(feed, bad, len(message.rows)) else ""
    taker, told = taker_of(desk, feed, now), list[dict[str, Any]]()
    for start in range(0, len(message.rows), SLICE):
        rows = message.rows[start : start + SLICE]

        def take(
            session: Session, rows: Sequence[ToldRow] = rows, run: int = run
        ) -> tuple[int, list[dict[str, Any]]]:
            lock_feed(session, feed.no)
            return _take_slice(session, taker, message, rows, reason, run)

        with database.batch():
            run, found = database.write(take)
        told += found
    database.write(lambda session: _close(session, feed, message, told, run, HELD if reason else DONE, now))
    return True


def note_refused(desk: Desk, feed: Feed, why: str, now: datetime) -> None:
    """Keep that a message could not be read at all; ``why`` holds nothing of what it told."""
    values = {"last_at": now, "last_error": why}
    desk.database.write(
        lambda session: session.execute(update(FeedRow).where(FeedRow.no == feed.no).values(**values))
    )


def lock_feed(session: Session, no: str) -> None:
    """Let one at a time write rows of a feed."""
    session.execute(select(FeedRow.id).where(FeedRow.no == no).with_for_update()).one()


def _open(session: Session, feed: Feed, message: ToldMessage, now: datetime) -> int | None:
    """Open a message; gives the number of the run it was cut off in, 0 before there is one, None for one that was taken."""
    lock_feed(session, feed.no)
    mine = FeedMessageRow.feed == feed.no, FeedMessageRow.key == message.key
    row = session.scalar(select(FeedMessageRow).where(*mine))
    if row is None:
        values = {
            "feed": feed.no,
            "key": message.key,
            "body_hash": message.body_hash,
            "at": now,
            "state": OPEN,
        }
        more = {"cursor": message.cursor, "rows": len(message.rows), "told": [], "run": 0}
        session.execute(insert(FeedMessageRow), [values | more])
        return 0
    if row.body_hash != message.body_hash:
        raise KeyReusedError(
            f"message {message.key} was sent before with other content; give each a name of its own"
        )
    return row.run if row.state == OPEN else None


def _close(
    session: Session,
    feed: Feed,
    message: ToldMessage,
    told: list[dict[str, Any]],
    run: int,
    state: str,
    now: datetime,
) -> None:
    """Keep what became of a message, and count its rows once."""
    lock_feed(session, feed.no)
    mine = FeedMessageRow.feed == feed.no, FeedMessageRow.key == message.key
    if session.scalar(select(FeedMessageRow.state).where(*mine)) != OPEN:
        return  # the same message came twice at once, and the other was first
    kept = [{name: value for name, value in one.items() if name != "new"} for one in told]
    session.execute(update(FeedMessageRow).where(*mine).values(state=state, told=kept))
    row = session.scalars(select(FeedRow).where(FeedRow.no == feed.no)).one()
    row.last_at, row.cursor, row.messages, row.last_error = now, message.cursor, row.messages + 1, ""
    if state == DONE:
        row.last_ok_at = now
    if run:
        of_message = FeedItemRow.feed == feed.no, FeedItemRow.message == message.key
        query = select(FeedItemRow.outcome, func.count()).where(*of_message, FeedItemRow.state == "accepted")
        found = session.execute(query.group_by(FeedItemRow.outcome))
        end(session, run, DONE, {outcome: int(n) for outcome, n in found})


def _take_slice(
    session: Session, taker: Taker, message: ToldMessage, rows: Sequence[ToldRow], held: str, run: int
) -> tuple[int, list[dict[str, Any]]]:
    """Take some rows in the transaction in hand; gives the number of the run, 0 while it changed nothing, and the answers."""
    desks, told = desks_of(session, taker, run), list[dict[str, Any]]()
    known, newest = _known(session, taker.feed, rows)
    for row in rows:
        before = known.get((row.id, row.revision))
        if before is not None:
            told.append(_again(row, before))
            continue
        state, outcome, reason = _judged(desks, taker, message, row, held, newest.get(row.id, -1))
        values = {
            "feed": taker.feed.no, "source_id": row.id, "revision": row.revision, "row_hash": row.hash,
            "message": message.key, "at": taker.now, "told_at": row.at, "state": state, "outcome": outcome,
            "reason": reason, "data": dict(row.data) if state == WAITING else None, "settled_by": "", "settled_why": "",
        }  # fmt: skip
        session.execute(insert(FeedItemRow), [values])
        known[row.id, row.revision] = (row.hash, state, outcome, reason)
        if state == "accepted":
            newest[row.id] = row.revision
            overtake(session, taker, row)
        told.append(_answer(row, state, outcome, reason, new=True))
    _count(session, taker.feed, rows, told)
    mine = FeedMessageRow.feed == taker.feed.no, FeedMessageRow.key == message.key
    session.execute(update(FeedMessageRow).where(*mine).values(run=desks.run.id))
    return desks.run.id, told


def _count(session: Session, feed: Feed, rows: Sequence[ToldRow], told: Sequence[Mapping[str, Any]]) -> None:
    """Count rows that are new, by what became of them, and note which fields the feed tells."""
    row = session.scalars(select(FeedRow).where(FeedRow.no == feed.no)).one()
    for one in told:
        if one["new"]:
            setattr(row, one["status"], getattr(row, one["status"]) + 1)
    row.fields = sorted({*row.fields, *(name for each in rows for name in each.values)})
    session.flush()


def _answer(row: ToldRow, status: str, outcome: str, reason: str, *, new: bool) -> dict[str, Any]:
    told = {"id": row.id, "revision": row.revision, "status": status, "outcome": outcome, "reason": reason}
    return told | {"new": new}


def _again(row: ToldRow, before: tuple[str, str, str, str]) -> dict[str, Any]:
    """Answer a revision that came before: with what became of it, or that it tells something else now."""
    hashed, state, outcome, reason = before
    if hashed == row.hash:
        return _answer(row, state, outcome, reason, new=False)
    why = f"revision {row.revision} told something else before; send what changed as a new revision"
    return _answer(row, "refused", "contradicts", why, new=False)


def _known(
    session: Session, feed: Feed, rows: Iterable[ToldRow]
) -> tuple[dict[tuple[str, int], tuple[str, str, str, str]], dict[str, int]]:
    """Read which revisions of some rows are known, and the newest that was taken of each."""
    mine = FeedItemRow.feed == feed.no, FeedItemRow.source_id.in_({row.id for row in rows})
    revisions = {row.revision for row in rows}
    query = select(FeedItemRow).where(*mine, FeedItemRow.revision.in_(revisions))
    known = {
        (item.source_id, item.revision): (item.row_hash, item.state, item.outcome, item.reason)
        for item in session.scalars(query)
    }
    top = select(FeedItemRow.source_id, func.max(FeedItemRow.revision)).where(
        *mine, FeedItemRow.state == "accepted"
    )
    return known, {
        name: int(revision) for name, revision in session.execute(top.group_by(FeedItemRow.source_id))
    }


def _judged(
    desks: Desks, taker: Taker, message: ToldMessage, row: ToldRow, held: str, newest: int
) -> tuple[str, str, str]:
    """Give state, outcome and reason of a row; a good one is kept in its register."""
    if row.revision < newest:
        return "refused", "older", f"revision {newest} of this row was taken before"
    if row.fault or held:
        return WAITING, "unreadable" if row.fault else "held", row.fault or held
    verdict = keep_told(desks, taker, row, message.key)
    if verdict.outcome == "refused":
        return WAITING, "unfit", without_values(verdict.note, row.values.values())
    return "accepted", verdict.outcome, without_values(verdict.note, row.values.values())


def keep_told(desks: Desks, taker: Taker, row: ToldRow, message: str) -> Verdict:
    """Keep a row in its register if it is good, and say what became of it."""
    desks.run.as_of = row.at
    if not desks.run.id:
        feed = taker.feed
        desks.run.id = begin(
            desks.session, feed.subject, f"{feed.no} {message}", feed.source, feed.no, taker.now
        )
    return judge_row(row.table_row, IMPORTS[taker.feed.subject], desks, {}, box_of(desks.cells))


def without_values(reason: str, values: Iterable[str]) -> str:
    """Take out of a reason what the row told, which may be of a person."""
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= LEAST_HIDDEN:
            reason = reason.replace(value, "…")
    return reason


def desks_of(session: Session, taker: Taker, run: int) -> Desks:
    """Give what importers need to take rows of a feed, in the transaction in hand."""
    feed, desk = taker.feed, taker.desk
    reading = Reading(datum=feed.datum, source=feed.source)
    return Desks(
        session=session,
        database=desk.database,
        catalogue=desk.catalogue,
        reading=reading,
        desk=desk,
        borders=taker.borders,
        now=taker.now,
        run=run_of(run, IMPORTS[feed.subject], reading, desk, taker.now),
    )


def overtake(session: Session, taker: Taker, row: ToldRow) -> None:
    """End the waiting of older revisions of a row that was taken."""
    older = (
        FeedItemRow.feed == taker.feed.no,
        FeedItemRow.source_id == row.id,
        FeedItemRow.revision < row.revision,
        FeedItemRow.state == WAITING,
    )
    why = f"revision {row.revision} came and was taken"
    values = {
        "state": "refused",
        "outcome": "older",
        "settled_why": why,
        "settled_at": taker.now,
        "data": None,
    }
    session.execute(update(FeedItemRow).where(*older).values(**values))
