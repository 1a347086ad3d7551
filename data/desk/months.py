"""Months of the money ledger at the door: closed one after the other, and never opened again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from data.desk.work import Deeds, Start, Work
from data.models import ClosedMonthRow, TransferRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.money import CLOSED_MONTH
from data.store.purses import lock_all
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Actor, Event
from dispatch.money.month import ClosedMonth, close_month, month_of_day
from dispatch.money.transfer import Transfer
from grid.period import month_period

MONTHS, TRANSFERS = table_of(ClosedMonthRow), table_of(TransferRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMonth(Start[ClosedMonth]):
    """Close a month of the money ledger."""

    month: str


def close(work: Work, new: CloseMonth, by: Actor) -> Done[ClosedMonth]:
    """Close a month; months with transfers are closed in their order.

    Raises
    ------
    WrongRoleError
        For anybody but leader and admin.
    BadFieldError
        When the text is no month.
    NotPossibleError
        When it is not over, is closed already, or an earlier one with transfers is open.
    """
    if by.role not in ("leader", "admin"):
        raise WrongRoleError(f"months are closed by leader or admin, not by {by.role}")
    period = month_period(new.month, work.catalogue.zone)
    lock_all(work.session)
    first = work.catalogue.local(period.start).date()
    end = work.catalogue.local(period.end).date()
    newest = work.session.scalar(select(func.max(MONTHS.c.month)))
    if newest is not None and new.month <= newest:
        raise NotPossibleError(f"{new.month} is closed already: months up to {newest} are")
    _earlier_are_closed(work, first, newest)
    before, within = _transfers(work, None, first), _transfers(work, first, end)
    made = close_month(new.month, before, within, work.catalogue.local(work.now).date(), work.now)
    event = Event(name="closed", at=work.now, by=by.user, role=by.role, payload={"lines": made.transfers})
    return Done(kind=CLOSED_MONTH, after=made, events=(event,))


def _earlier_are_closed(work: Work, first: date, newest: str | None) -> None:
    query = select(func.min(TRANSFERS.c.booked_on)).where(TRANSFERS.c.booked_on < first)
    if newest is not None:
        after = month_period(newest, work.catalogue.zone).end
        query = query.where(TRANSFERS.c.booked_on >= work.catalogue.local(after).date())
    day = work.session.scalar(query)
    if day is not None:
        raise NotPossibleError(f"{month_of_day(day)} has transfers and is open; close it first")


def _transfers(work: Work, start: date | None, end: date) -> list[Transfer]:
    query = select(TRANSFERS).where(TRANSFERS.c.booked_on < end)
    if start is not None:
        query = query.where(TRANSFERS.c.booked_on >= start)
    return [fact_of(Transfer, row) for row in work.session.execute(query)]


CLOSED_MONTHS = Deeds(kind=CLOSED_MONTH, starts={CloseMonth: close})
