"""What the fair share of orders cost residents lately: orders of before, given out again with it and without."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.city import City
from data.figures.market.asked import Lines, Market
from data.models import OrderRow, fact_of
from dispatch.matching.candidates import ROUNDED_MIN, Candidate
from dispatch.matching.fair_share import Choice, Offer, Sharing, share_out
from dispatch.matching.match import match
from dispatch.orders.order import Order
from dispatch.providers.standing import RECENT
from geo.errors import NoStreetError
from grid.figures.lines import Line

FIRST_ASKED = 8


def sharing(session: Session, city: City, market: Market) -> tuple[Sharing | None, Lines]:
    """Give the newest orders of a period out again, at most those of 30 days, to the providers as they are now.

    Orders where time alone decides are left out, and those for which nobody suits.

    Returns
    -------
    tuple of (Sharing or None, Lines)
        None where there is no such order; lines by ``sharing``, with the minutes that the share cost each resident.
    """
    orders = _orders(session, city, market)
    found = share_out([c for c in (_choice(city, order) for order in orders) if c], city.catalogue.weights)
    placed = {order.no: order.created_at for order in orders}
    if found is None:
        return None, {"sharing": ()}
    lines = tuple(
        Line(kind="order", no=no, number=minutes, at=placed[no]) for no, minutes in found.extra_min.items()
    )
    return found, {"sharing": lines}


def _orders(session: Session, city: City, market: Market) -> list[Order]:
    """Read the orders to give out, in the order of time."""
    codes = [code for code, item in city.catalogue.items.items() if not item.is_urgent]
    row, period = OrderRow, market.period
    query = select(row).where(
        row.created_at >= max(period.start, period.end - RECENT),
        row.created_at < period.end,
        row.item.in_(codes),
        *market.here(row.cell),
    )
    newest = query.order_by(row.created_at.desc(), row.id.desc()).limit(city.catalogue.market.replayed)
    return [fact_of(Order, found) for found in session.scalars(newest)][::-1]


def _choice(city: City, order: Order) -> Choice | None:
    """Find who could have done an order about as well as the one that costs least; None for nobody."""
    weights, item = city.catalogue.weights, city.item(order.item)
    fresh = {
        number: replace(p, load=0, recent_orders=0)
        for number, p in city.providers.items()
        if item.category in p.categories
    }
    need = city.need(replace(order, declined_by=()), order.created_at)
    plain, asked = replace(weights, fair_share_min=0.0), FIRST_ASKED
    while True:
        try:
            candidates = match(need, fresh, city.engine, k=asked, weights=plain).candidates
        except NoStreetError:
            return None
        if not candidates:
            return None
        most = candidates[0].cost + weights.fair_share_min + ROUNDED_MIN
        if len(candidates) < asked or candidates[-1].cost > most:
            near = tuple(_offer(c) for c in candidates if c.cost <= most)
            return Choice(order=order.no, category=item.category, peers=len(fresh), offers=near)
        asked *= 2


def _offer(candidate: Candidate) -> Offer:
    minutes = (candidate.travel_s + candidate.wait_s) / 60
    return Offer(provider=candidate.provider, cost=candidate.cost, minutes=minutes)
