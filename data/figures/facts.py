"""The facts that indicators are counted from, of an area and period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.city.supply import Supply
from data.figures import registers as register_facts
from data.figures.histories import Chronicle, moment, raw
from data.figures.ratings import ratings_in
from data.figures.reach import reach_of_cells
from data.models import (
    AlarmRow,
    BillRow,
    CellRow,
    EntryRow,
    EventRow,
    HomeVisitRow,
    OrderRow,
    ProviderRow,
    ResidentRow,
    TicketRow,
    fact_of,
)
from data.registers.elders import last_day, registered
from data.rules.catalogue import Catalogue
from data.store.memory import no_collecting
from dispatch.money.bill import Bill
from grid.figures.facts import AlarmFact, Facts, OrderFact
from grid.period import Period
from grid.tickets.repeats import NEVER, SettledColumns, repeated

YEAR = timedelta(days=365)
REPEAT_SPAN = timedelta(days=90)


def records_begin(session: Session) -> datetime | None:
    """Tell when the first event of the log happened, None for an empty log."""
    return session.scalar(select(func.min(EventRow.at)))


@no_collecting()
def collect(
    session: Session,
    catalogue: Catalogue,
    period: Period,
    prefix: str,
    chronicle: Chronicle,
    supply: Supply,
) -> Facts:
    """Read everything indicators need where codes begin with a prefix.

    Registers are read as they stand now: they keep no past states; ``supply`` is whom the providers reach now.
    """

    def here(column: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
        return [column.startswith(prefix)] if prefix else []

    on = last_day(catalogue.rulebook, period)
    residents = [*here(ResidentRow.cell), registered(on)]
    people = register_facts.people(session, catalogue.rulebook, period, residents)
    return Facts(
        start=period.start,
        end=period.end,
        rulebook=catalogue.rulebook,
        cells=register_facts.cells(session, here(CellRow.code)),
        people=people,
        reach=reach_of_cells(session, catalogue, period, people, supply, prefix),
        abilities=register_facts.abilities(session, catalogue.rulebook, period, residents),
        devices=register_facts.devices(session, catalogue.rulebook, period, residents),
        records=register_facts.records(session, catalogue.rulebook, period, here),
        visits=register_facts.visits(session, period, here(HomeVisitRow.cell)),
        tickets=chronicle.histories(session, period, prefix),
        orders=collect_orders(session, catalogue, period, here(OrderRow.cell)),
        alarms=_alarms(session, catalogue, period, here(AlarmRow.cell)),
        providers=register_facts.providers(session, period, here(ProviderRow.area)),
        users=_users(session, period, here(OrderRow.cell)),
        ratings=chronicle.remembered(
            session, f"ratings in {prefix}", period, lambda: ratings_in(session, period, prefix)
        ),
        points=_points(session, period, here(TicketRow.cell)),
        repeats=chronicle.remembered(
            session,
            f"repeats in {prefix}",
            period,
            lambda: _repeats(session, period, here(TicketRow.cell)),
        ),
    )


def collect_orders(
    session: Session, catalogue: Catalogue, period: Period, here: Sequence[ColumnElement[bool]]
) -> list[OrderFact]:
    """Read the orders placed or done in a period, or promised for it, that meet some conditions."""

    def inside(column: ColumnElement[datetime | None]) -> ColumnElement[bool]:
        return and_(column >= period.start, column < period.end)

    times = (OrderRow.created_at, OrderRow.done_at, OrderRow.arrive_due_at)
    names = [
        "no",
        "cell",
        "resident",
        "provider",
        "state",
        "price_fen",
        "created_at",
        "contacted_at",
        "arrive_due_at",
        "arrived_at",
        "done_at",
        "channel",
        "cause",
        "agent",
        "agent_accept_at",
        "callback_at",
    ]
    columns = [getattr(OrderRow, name) for name in names]
    query = select(OrderRow.item, *columns).where(or_(*(inside(t.expression) for t in times)), *here)
    bills = _bills(session, query.with_only_columns(OrderRow.no))
    made = []
    for row in session.execute(query):
        item, bill = catalogue.items.get(row.item), bills.get(row.no)
        settled = bill is not None and bill.state == "settled"
        made.append(
            OrderFact(
                item=row.item,
                urgency=item.urgency if item else "normal",
                category=item.category if item else "",
                payer=bill.paid_by if bill else item.payer if item else "",
                public_fen=bill.subsidy_fen + bill.top_up_fen - bill.refunded_fen
                if bill and settled
                else None,
                own_fen=bill.own_fen - bill.own_refunded_fen if bill and settled else None,
                **dict(zip(names, row[1:], strict=True)),
            )
        )
    return made


def _bills(session: Session, orders: Select[Any]) -> dict[str, Bill]:
    """Read the bills that count, by order."""
    query = select(BillRow).where(BillRow.state != "released", BillRow.order_no.in_(orders))
    return {row.order_no: fact_of(Bill, row) for row in session.scalars(query)}


def _alarms(
    session: Session, catalogue: Catalogue, period: Period, here: list[ColumnElement[bool]]
) -> list[AlarmFact]:
    """Read the alarms raised in a period; drills are none, tests and automatic answers do not count."""
    names = ("no", "cell", "raised_at", "taken_at", "called_at")
    columns = [getattr(AlarmRow, name) for name in names]
    query = select(AlarmRow.closing, AlarmRow.auto_answered, *columns).where(
        AlarmRow.raised_at >= period.start,
        AlarmRow.raised_at < period.end,
        AlarmRow.drill.is_(False),
        *here,
    )
    closings = catalogue.alarms.closings
    return [
        AlarmFact(
            **dict(zip(names, row[2:], strict=True)),
            counts=not row.auto_answered and (row.closing not in closings or closings[row.closing].counts),
        )
        for row in session.execute(query)
    ]


def _users(session: Session, period: Period, here: list[ColumnElement[bool]]) -> frozenset[tuple[str, str]]:
    query = (
        select(OrderRow.cell, OrderRow.resident)
        .where(
            OrderRow.created_at >= period.end - YEAR,
            OrderRow.created_at < period.end,
            OrderRow.resident != "",
            *here,
        )
        .distinct()
    )
    return frozenset((cell, resident) for cell, resident in session.execute(query))


def _points(session: Session, period: Period, here: list[ColumnElement[bool]]) -> list[tuple[str, int]]:
    query = (
        select(TicketRow.cell, EntryRow.points_centi)
        .join(TicketRow, TicketRow.no == EntryRow.subject)
        .where(EntryRow.at >= period.start, EntryRow.at < period.end, *here)
    )
    return [(cell, points) for cell, points in session.execute(query)]


def _repeats(session: Session, period: Period, here: list[ColumnElement[bool]]) -> frozenset[str]:
    reported = and_(TicketRow.reported_at >= period.start, TicketRow.reported_at < period.end, *here)
    closed = and_(
        TicketRow.closed_at >= period.start - REPEAT_SPAN,
        TicketRow.closed_at < period.end,
        TicketRow.state == "closed",
    )
    names = ("no", "category", "lon", "lat", "state", "reported_at", "closed_at")
    query = select(reported, *map(raw, names)).where(or_(reported, closed))
    rows = session.connection().execute(query).all()
    if not rows:
        return frozenset()
    asked, no, category, lon, lat, state, reported_at, closed_at = zip(*rows, strict=True)
    found = SettledColumns(
        no=no,
        category=np.array(category),
        lon=np.array(lon),
        lat=np.array(lat),
        reported_us=np.array([_us(at) for at in reported_at]),
        closed_us=np.array(
            [_us(at) if is_now == "closed" else NEVER for at, is_now in zip(closed_at, state, strict=True)]
        ),
    )
    return repeated(found, np.array(asked, dtype=bool))


def _us(at: datetime | str) -> int:
    return round(moment(at).timestamp() * 1_000_000)
