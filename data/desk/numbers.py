"""Numbers at the door: those that were leased and that nothing used by the end of their day are told void."""

from dataclasses import dataclass

from sqlalchemy import select, update

from data.desk.work import Deeds, Start, Work
from data.models import NumberLeaseRow, table_of
from data.store.done import Done
from data.store.kinds.upkeep import NUMBERS, NumberSeries
from data.store.numbers import open_leases
from dispatch.lifecycle import Actor, Event

LEASES = table_of(NumberLeaseRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleSeries(Start[NumberSeries]):
    """A series of a day that is over, and the table that uses its numbers."""

    series: str


def settle(work: Work, new: SettleSeries, by: Actor) -> Done[NumberSeries]:
    """Tell the unused numbers of a series void, and settle its leases."""
    session, series = work.session, new.series
    kind = work.kinds_by_letter[series[:1]]
    column = kind.table.c[kind.key]
    used = {
        int(no.rpartition("-")[2]) for no in session.scalars(select(column).where(column.like(f"{series}-%")))
    }
    void = sorted(open_leases(session, series) - used)
    session.execute(update(LEASES).where(LEASES.c.series == series).values(settled=True))
    told = Event(name="void", at=work.now, by=by.user, role=by.role, payload={"numbers": void})
    return Done(kind=NUMBERS, after=NumberSeries(series=series, void=tuple(void)), events=(told,))


NUMBER_SERIES = Deeds(kind=NUMBERS, starts={SettleSeries: settle})
