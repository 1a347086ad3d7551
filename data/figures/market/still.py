"""What stands still: items nobody orders, providers that accept nothing, cells nobody visits, buttons nobody tests."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.city.city import City
from data.figures.market.asked import Market
from data.models import CellRow, DeviceRow, EventRow, HomeVisitRow, OrderRow, ProviderRow, ResidentRow
from dispatch.providers.market import Standstill, standing_still
from dispatch.providers.provider import TAKING_ORDERS

Last: TypeAlias = Mapping[str, tuple[datetime | None, datetime]]
"""When something last happened with each, None for never, and since when anybody would have known."""


def standstills(session: Session, city: City, market: Market) -> tuple[Standstill, ...]:
    """Find what stands still in an area at the end of a period, each kind by its own limit.

    What is done in an emergency is left out of the items: nobody wishes for its use.
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
        no: (at if at is not None and at < end else None, since)
        for no, since, at in session.execute(query.order_by(row.no))
    }
