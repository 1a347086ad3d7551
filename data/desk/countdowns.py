"""Countdowns at the door: begun and ended by messages, raised by the clock."""

from collections.abc import Iterable

from sqlalchemy import insert, or_, select, update

from data.desk.work import Work
from data.models import CountdownRow, columns_of, fact_of, table_of
from dispatch.alarms.countdown import Countdown, ended

TABLE = table_of(CountdownRow)


def open_countdowns(work: Work, device: str, resident: str) -> tuple[Countdown, ...]:
    """List the open countdowns of a device and of its home; locked."""
    home = (
        or_(TABLE.c.device == device, TABLE.c.resident == resident) if resident else TABLE.c.device == device
    )
    query = select(TABLE).where(home, TABLE.c.ended_at.is_(None)).order_by(TABLE.c.id).with_for_update()
    return tuple(fact_of(Countdown, row) for row in work.session.execute(query))


def keep_countdowns(work: Work, changed: Iterable[Countdown]) -> None:
    """Keep begun and changed countdowns; what ended goes first, so that the next one may begin."""
    for each in sorted(changed, key=lambda c: c.open):
        values = columns_of(each)
        mine = (TABLE.c.device == each.device) & (TABLE.c.cause == each.cause) & TABLE.c.ended_at.is_(None)
        if not work.session.execute(update(TABLE).where(mine).values(**values)).rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has a row count
            work.session.execute(insert(TABLE), values)


def end_of_alarm(work: Work, alarm: str) -> None:
    """End the countdowns that raised an alarm, now that a person closed it."""
    query = select(TABLE).where(TABLE.c.alarm == alarm, TABLE.c.ended_at.is_(None)).with_for_update()
    for row in work.session.execute(query).all():
        keep_countdowns(work, ended(fact_of(Countdown, row), work.now, "closed"))
