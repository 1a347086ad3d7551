"""What waits to be done by the system itself: counts for those who keep it running."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import AlarmRow, Base, DeliveryRow, DeviceRow, HookRow, ImportRunRow, NoticeRow
from data.queries.feeds import feed_cases
from data.registers.devices import live_at
from dispatch.alarms.notice import FAILED
from grid.feed import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many of something wait, and since when the oldest does; None without one."""

    count: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in the whole installation.

    Parameters
    ----------
    alarms : Waiting
        Real alarms that nobody took yet.
    notices : Waiting
        Messages to responders that are due and not sent.
    notices_failed : Waiting
        Those of the last day that were refused, or of which nobody knows whether they arrived.
    deliveries : Waiting
        Events for other systems; the time is that of the last success of a system in arrears.
    systems_failing : int
        Other systems that did not take the last events, or are held.
    devices, devices_silent : int
        Those that stand in homes, and those of them that were not heard of for too long.
    imports_held : int
        Files in quarantine.
    feeds_late, feeds_troubled : tuple of str
        Feeds of which nothing good came in time; and those with something else to look at.
    """

    alarms: Waiting
    notices: Waiting
    notices_failed: Waiting
    deliveries: Waiting
    systems_failing: int
    devices: int
    devices_silent: int
    imports_held: int
    feeds_late: tuple[str, ...]
    feeds_troubled: tuple[str, ...]


def backlog(session: Session, now: datetime, silent: timedelta) -> Backlog:
    """Count what waits at a time; a device is silent when it was not heard of for a span."""
    standing = DeviceRow.removed_at.is_(None)
    failed = NoticeRow.state.in_(FAILED), NoticeRow.changed_at > now - timedelta(days=1)
    behind = HookRow.tries > 0
    return Backlog(
        alarms=_waiting(
            session,
            AlarmRow.raised_at,
            AlarmRow.state == "raised",
            ~AlarmRow.drill,
            AlarmRow.closed_at.is_(None),
        ),
        notices=_waiting(session, NoticeRow.due_at, NoticeRow.state == "due", NoticeRow.due_at <= now),
        notices_failed=_waiting(session, NoticeRow.changed_at, *failed),
        deliveries=Waiting(
            count=session.scalar(select(func.count()).select_from(DeliveryRow)) or 0,
            since=session.scalar(select(func.min(HookRow.sent_at)).where(behind)),
        ),
        systems_failing=_count(session, HookRow, behind | (HookRow.state == "held")),
        devices=_count(session, DeviceRow, standing),
        devices_silent=_count(session, DeviceRow, standing, ~live_at(now, silent)),
        imports_held=_count(session, ImportRunRow, ImportRunRow.state == "held"),
        feeds_late=feeds_that_are(session, "late", now),
        feeds_troubled=feeds_that_are(session, "warn", now),
    )


def feeds_that_are(session: Session, light: Light, now: datetime) -> tuple[str, ...]:
    """List the numbers of the feeds of which one light is on."""
    return tuple(case.feed.no for case in feed_cases(session, true(), now) if case.standing.light == light)


def _count(session: Session, row: type[Base], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(row).where(*conditions)) or 0


def _waiting(
    session: Session, since: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> Waiting:
    count, oldest = session.execute(select(func.count(), func.min(since)).where(*conditions)).one()
    return Waiting(count=count, since=oldest)
