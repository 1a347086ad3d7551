"""Notices at the door: claimed before they are sent, answered afterwards, followed by the next channel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data.desk.work import Work
from data.models import AlarmRow, NoticeRow, columns_of, fact_of, table_of
from data.store.session import Database
from dispatch.alarms import notice as notices
from dispatch.alarms.fact import Alarm, met
from dispatch.alarms.notice import Notice, follows_at

TABLE, ALARMS = table_of(NoticeRow), table_of(AlarmRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A notice with the number of its row."""

    row: int
    notice: Notice


def due_notices(session: Session, now: datetime, most: int = 500) -> list[Due]:
    """List notices that wait to be sent, oldest first."""
    query = select(TABLE).where(TABLE.c.state == "due", TABLE.c.due_at <= now).order_by(TABLE.c.due_at)
    return [_due(row) for row in session.execute(query.limit(most))]


def lost_notices(session: Session, claim: timedelta, now: datetime) -> list[Due]:
    """List notices whose sender vanished."""
    query = select(TABLE).where(TABLE.c.state == "sending", TABLE.c.changed_at <= now - claim)
    return [_due(row) for row in session.execute(query)]


def silent_notices(session: Session, now: datetime) -> list[Due]:
    """List notices whose next channel is due."""
    query = select(TABLE).where(TABLE.c.follow_at <= now).order_by(TABLE.c.follow_at)
    return [_due(row) for row in session.execute(query)]


def claim(database: Database, due: Due, now: datetime) -> Notice:
    """Take a notice for sending, committed before the gateway is called; one that nobody needs is ended instead."""

    def work(session: Session) -> Notice:
        locked = _locked(session, due.row)
        row = session.execute(select(ALARMS).where(ALARMS.c.no == locked.alarm)).first()
        alarm = None if row is None else fact_of(Alarm, row)
        holds = met(alarm) if alarm else ()
        closed = alarm is None or alarm.closed_at is not None
        taken = notices.claimed(locked, holds, now, closed=closed)
        _keep(session, due.row, taken)
        return taken if taken != locked else locked

    return database.write(work)


def change(database: Database, row: int, decide: Callable[[Notice], Notice]) -> Notice:
    """Change one notice in a transaction of its own."""

    def work(session: Session) -> Notice:
        after = decide(_locked(session, row))
        _keep(session, row, after)
        return after

    return database.write(work)


def follow(database: Database, row: int, now: datetime) -> Notice:
    """Go on to the person's next channel; returns the notice as it is now."""

    def work(session: Session) -> Notice:
        marked, following = notices.followed(_locked(session, row), now)
        _keep(session, row, marked)
        if following is not None:
            session.execute(insert(TABLE), {**columns_of(following), "follow_at": None})
        return marked

    return database.write(work)


def reached_by_tap(work: Work, alarm: str, person: str) -> None:
    """Note on all notices of an alarm to a person that they answered by a tap."""
    query = select(TABLE).where(
        TABLE.c.alarm == alarm, TABLE.c.person == person, TABLE.c.state.not_in(sorted(notices.ENDED))
    )
    for row in work.session.execute(query.with_for_update()).all():
        _keep(work.session, row.id, notices.reached(fact_of(Notice, row), "tap", work.now))


def _due(row: object) -> Due:
    return Due(row=row.id, notice=fact_of(Notice, row))  # type: ignore[attr-defined]  # a row


def _locked(session: Session, row: int) -> Notice:
    found = session.execute(select(TABLE).where(TABLE.c.id == row).with_for_update()).one()
    return fact_of(Notice, found)


def _keep(session: Session, row: int, notice: Notice) -> None:
    values = {**columns_of(notice), "follow_at": follows_at(notice)}
    session.execute(update(TABLE).where(TABLE.c.id == row).values(**values))
