"""Questions about orders: lists, who ordered, unmet demand, hot services."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from data.models import ContactRow, OrderRow, ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.orders.offers import WAITING
from dispatch.orders.order import OPEN_STATES, Order
from dispatch.resident import Contact, Resident
from grid.figures.facts import UNMET

SORTS = {"created_at": OrderRow.created_at, "no": OrderRow.no, "item": OrderRow.item, "state": OrderRow.state}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What to list; empty fields do not filter. ``items`` are those to choose among, None for all."""

    state: str = ""
    item: str = ""
    items: frozenset[str] | None = None
    number: str = ""
    area: str = ""
    resident: str = ""
    provider: int | None = None
    party: str = ""
    informed: str = ""
    of_parties: bool = False
    since: datetime | None = None
    until: datetime | None = None
    open: bool = False
    flagged: bool = False

    def conditions(self, prefix: str) -> list[ColumnElement[bool]]:
        """Give the conditions; ``prefix`` is what codes in ``area`` begin with."""
        given: list[ColumnElement[bool]] = []
        exact = ("state", "item", "resident", "party")
        given += [getattr(OrderRow, name) == getattr(self, name) for name in exact if getattr(self, name)]
        if self.provider is not None:
            given.append(OrderRow.provider == self.provider)
        if self.of_parties:
            given.append(OrderRow.party != "")
        if self.informed:
            given.append(cast(OrderRow.informed, String).contains(f'"{self.informed}"', autoescape=True))
        if self.area:
            given.append(OrderRow.cell.startswith(prefix))
        if self.since:
            given.append(OrderRow.created_at >= self.since)
        if self.until:
            given.append(OrderRow.created_at < self.until)
        if self.open:
            given.append(OrderRow.state.in_((*OPEN_STATES, "unmet", "done")))
        if self.flagged:
            given.append(cast(OrderRow.flags, String) != "[]")
        return given + self._among()

    def _among(self) -> list[ColumnElement[bool]]:
        given: list[ColumnElement[bool]] = []
        if self.items is not None:
            given.append(OrderRow.item.in_(self.items))
        if self.number:
            given.append(OrderRow.no.icontains(self.number, autoescape=True))
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCount:
    """Demand of one service item: all orders, those settled, those unmet, mean rating or None."""

    item: str
    total: int
    settled: int
    unmet: int
    rating: float | None


def list_orders(
    session: Session, scope: ColumnElement[bool], wanted: OrderFilter, ask: Ask, prefix: str
) -> Page[Order]:
    """List the orders inside a scope."""
    query = select(OrderRow).where(scope, *wanted.conditions(prefix))
    return turn(session, query, ask, SORTS, OrderRow.id, lambda row: fact_of(Order, row))


def count_orders(session: Session, scope: ColumnElement[bool], wanted: OrderFilter) -> int:
    """Count the orders inside a scope."""
    query = select(func.count()).select_from(OrderRow).where(scope, *wanted.conditions(""))
    return session.scalar(query) or 0


def waiting_too_long(session: Session, now: datetime, limit: int = 500) -> list[tuple[str, datetime]]:
    """List number and time of the orders that supervision has to look at, the longest due first."""
    query = select(OrderRow.no, OrderRow.tick_at).where(OrderRow.tick_at <= now)
    rows = session.execute(query.order_by(OrderRow.tick_at).limit(limit))
    return [(no, at) for no, at in rows if at is not None]


def to_offer(session: Session, now: datetime, limit: int = 500) -> list[str]:
    """List the orders for which the rules ask a provider now, by number, those that wait longest in front."""
    due = OrderRow.state.in_(WAITING), OrderRow.offer_at <= now
    query = select(OrderRow.no).where(*due).order_by(OrderRow.offer_at, OrderRow.id)
    return list(session.scalars(query.limit(limit)))


def in_states(
    session: Session, scope: ColumnElement[bool], states: Collection[str], since: datetime, prefix: str
) -> list[Order]:
    """Read the orders inside a scope and area that are in some states, and the settled ones that ended since a time."""
    inside = (scope, OrderRow.state.in_(states), OrderRow.cell.startswith(prefix))
    young = or_(OrderRow.ended_at.is_(None), OrderRow.ended_at >= since)
    return [fact_of(Order, row) for row in session.scalars(select(OrderRow).where(*inside, young))]


def ordered_for(session: Session, order: Order) -> Resident | None:
    """Give the resident of the register that an order is for, None for nobody of it."""
    if not order.resident:
        return None
    row = session.scalar(select(ResidentRow).where(ResidentRow.no == order.resident))
    return None if row is None else fact_of(Resident, row)


def who_ordered(session: Session, order: Order) -> Contact | None:
    """Give how to reach whoever ordered: the resident of the register, else the contact given; None for neither."""
    if (person := ordered_for(session, order)) is not None:
        return Contact(name=person.name, phone=person.phone, address=person.address)
    found = session.scalar(select(ContactRow).where(ContactRow.subject == order.no))
    return None if found is None else fact_of(Contact, found)


def item_counts(
    session: Session, scope: ColumnElement[bool], wanted: OrderFilter, prefix: str
) -> list[ItemCount]:
    """Count orders by item, the most wanted first."""
    query = (
        select(
            OrderRow.item,
            func.count(),
            func.sum(case((OrderRow.state == "settled", 1), else_=0)),
            func.sum(case((OrderRow.state.in_(UNMET), 1), else_=0)),
            func.avg(OrderRow.rating),
        )
        .where(scope, *wanted.conditions(prefix))
        .group_by(OrderRow.item)
        .order_by(func.count().desc(), OrderRow.item)
    )
    return [
        ItemCount(
            item=i, total=n, settled=int(s), unmet=int(u), rating=None if r is None else round(float(r), 2)
        )
        for i, n, s, u, r in session.execute(query)
    ]
