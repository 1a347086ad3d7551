"""What the timers of alarms keep: the last look at the clock, repairs of devices, warnings of empty shifts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from data.desk.countdowns import TABLE as COUNTDOWNS
from data.models import ClockRow, RepairRow, ShiftWarningRow, table_of
from data.store.session import Database

CLOCKS, REPAIRS, WARNINGS = map(table_of, (ClockRow, RepairRow, ShiftWarningRow))


def keep_reading(database: Database, values: Mapping[str, Any], *, first: bool) -> None:
    """Keep the last look at the clock, in the one row there is."""
    kept = insert(CLOCKS).values(id=1, **values) if first else update(CLOCKS).values(**values)
    database.write(lambda session: session.execute(kept))


def move_countdown(database: Database, row: int, due_at: datetime, by: timedelta) -> None:
    """Move a countdown that waits by as much as the clock was set.

    Parameters
    ----------
    database : Database
    row : int
        Its row number.
    due_at : datetime
        When it was due by the clock of before.
    by : timedelta
        By how much the clock was set, negative when it was put back.
    """
    moved = update(COUNTDOWNS).where(COUNTDOWNS.c.id == row).values(due_at=due_at + by)
    database.write(lambda session: session.execute(moved))


def open_repairs(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Open repairs; the table lets one be open for each device and fault."""
    database.write(lambda session: session.execute(insert(REPAIRS), [dict(row) for row in rows]))


def end_repairs(database: Database, rows: Sequence[int], now: datetime) -> None:
    """End the repairs of what is mended."""
    ended = update(REPAIRS).where(REPAIRS.c.id.in_(rows)).values(ended_at=now)
    database.write(lambda session: session.execute(ended))


def keep_warnings(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep which empty shifts were warned of, so that each is told once."""
    database.write(lambda session: session.execute(insert(WARNINGS), [dict(row) for row in rows]))
