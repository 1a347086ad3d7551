"""What stands still: items, providers, cells, safety buttons, accounts and channels that nobody uses."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.city.city import City
from data.figures.market.asked import Market
from data.models import (
    AccountRow,
    AlarmRow,
    CellRow,
    DeviceRow,
    EventRow,
    HomeVisitRow,
    OrderRow,
    ProviderRow,
    ResidentRow,
    TicketRow,
)
from data.rules.lifecycles import CLOCK, ROLES
from dispatch.orders.order import CHANNELS as BY_ORDER
from dispatch.providers.market import Standstill, standing_still
from dispatch.providers.provider import TAKING_ORDERS
from grid.tickets.fact import CHANNELS as BY_TICKET

AT_WORK = ROLES - {"resident", "device", "hotline", CLOCK}
"""Roles of accounts that somebody was given to work with; residents are free to come, machines have keys."""
CHANNELS = tuple(sorted({*BY_ORDER, *BY_TICKET} - {"import"}))
"""By what cases come in from outside; files of a past year are no channel."""

Last: TypeAlias = Mapping[str, tuple[datetime | None, datetime]]
"""When something last happened with each, None for never, and since when anybody would have known."""


def standstills(session: Session, city: City, market: Market) -> tuple[Standstill, ...]:
    """Find what stands still in an area at the end of a period, each kind by its own limit.

    What is done in an emergency is left out of the items: nobody wishes for its use. Of accounts those count that may
    sign in and are there for work. Of a button or account only the last time is kept: one that was used after the end
    is left out, for nobody knows how long it had stood still then.
    """
    end, limits = market.period.end, city.catalogue.market.still_after
    begun = session.scalar(select(func.min(EventRow.at)))
    if begun is None:
        return ()
    kinds: Iterator[tuple[str, Last]] = iter(
        (
            ("item", _items(session, city, market, begun)),
            ("provider", _providers(session, city, market, begun)),
            ("cell", _cells(session, market, begun)),
            ("button", _buttons(session, city, market)),
            ("account", _accounts(session, market, begun)),
            ("channel", _channels(session, market, begun)),
        )
    )
    return tuple(one for kind, last in kinds for one in standing_still(kind, last, end, limits[kind]))


def _latest(
    session: Session,
    by: InstrumentedAttribute[Any],
    at: InstrumentedAttribute[Any],
    *where: ColumnElement[bool],
) -> dict[Any, datetime]:
    """Read the latest time of each key."""
    query: Select[Any] = select(by, func.max(at)).where(at.is_not(None), *where).group_by(by)
    return {key: last for key, last in session.execute(query) if last is not None}


def _all(keys: Iterable[tuple[str, datetime]], last: Mapping[Any, datetime]) -> Last:
    return {key: (last.get(key), since) for key, since in keys}


def _items(session: Session, city: City, market: Market, begun: datetime) -> Last:
    placed = OrderRow.created_at
    last = _latest(session, OrderRow.item, placed, placed < market.period.end, *market.here(OrderRow.cell))
    items = city.catalogue.items.values()
    return _all(((item.code, begun) for item in items if item.urgency != "emergency"), last)


def _providers(session: Session, city: City, market: Market, begun: datetime) -> Last:
    accepted, row, zone = OrderRow.accepted_at, ProviderRow, city.catalogue.zone
    last = _latest(session, OrderRow.provider, accepted, accepted < market.period.end)
    at_work = select(row.id, row.joined_on).where(
        row.state.in_(sorted(TAKING_ORDERS)), *market.here(row.area)
    )
    known = {
        str(number): begun if day is None else max(begun, datetime.combine(day, time(0), zone))
        for number, day in session.execute(at_work)
    }
    return _all(known.items(), {str(number): at for number, at in last.items()})


def _cells(session: Session, market: Market, begun: datetime) -> Last:
    visited = HomeVisitRow.visited_at
    here = market.here(HomeVisitRow.cell)
    last = _latest(session, HomeVisitRow.cell, visited, visited < market.period.end, *here)
    codes = session.scalars(select(CellRow.code).where(*market.here(CellRow.code)).order_by(CellRow.code))
    return _all(((code, begun) for code in codes), last)


def _buttons(session: Session, city: City, market: Market) -> Last:
    row, end = DeviceRow, market.period.end
    keyed = [kind.code for kind in city.catalogue.alarms.devices.values() if kind.keys]
    query = (
        select(row.no, row.since, row.tested_at)
        .join(ResidentRow, ResidentRow.no == row.resident)
        .where(row.kind.in_(keyed), row.removed_at.is_(None), row.since < end, *market.here(ResidentRow.cell))
    )
    return {
        no: (at, since) for no, since, at in session.execute(query.order_by(row.no)) if at is None or at < end
    }


def _accounts(session: Session, market: Market, begun: datetime) -> Last:
    """Read when somebody last signed in to each account; one that nobody did counts from when it was made."""
    row, event, end = AccountRow, EventRow, market.period.end
    made = _latest(session, event.aggregate, event.at, event.kind == "account", event.name == "added")
    at_work = select(row.user, row.signed_in_at).where(
        row.active, row.role.in_(sorted(AT_WORK)), *market.here(row.area)
    )
    return {
        user: (at, made.get(user, begun))
        for user, at in session.execute(at_work.order_by(row.user))
        if at is None or at < end
    }


def _channels(session: Session, market: Market, begun: datetime) -> Last:
    """Read when a case last came in by each channel; the press of a safety device comes by button."""
    end, last = market.period.end, dict[str, datetime]()
    for row, at in ((OrderRow, OrderRow.created_at), (TicketRow, TicketRow.reported_at)):
        for channel, latest in _latest(session, row.channel, at, at < end, *market.here(row.cell)).items():
            last[channel] = max(last.get(channel, latest), latest)
    raised = AlarmRow.raised_at
    alarms = (AlarmRow.device != "", raised < end, *market.here(AlarmRow.cell))
    pressed = session.scalar(select(func.max(raised)).where(*alarms))
    if pressed is not None:
        last["button"] = max(last.get("button", pressed), pressed)
    return _all(((channel, begun) for channel in CHANNELS), last)
