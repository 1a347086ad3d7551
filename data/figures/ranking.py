"""How one provider ranks: the newest orders of 30 days given out again to the providers as they are now, and what was asked of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.city import City
from data.models import EventRow, OrderRow, fact_of
from dispatch.matching.match import match
from dispatch.matching.ranking import Placed, Ranked, placed, ranked
from dispatch.orders.order import Order
from dispatch.providers.provider import Provider
from dispatch.providers.standing import RECENT
from geo.errors import NoStreetError

LOOKED_AT = 80
"""So many orders are given out again, that an answer takes a second or two at most."""
PROPOSED = 20
ASKED = ("contact", "accept", "decline", "give_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRank:
    """How a provider ranks for an item; ``chosen``, ``accepted`` and ``declined`` count all orders of 30 days."""

    item: str
    rank: Ranked
    chosen: int
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How a provider ranks, by item, that with most orders first; ``looked_at`` of ``orders`` were given out again."""

    since: datetime
    until: datetime
    orders: int
    looked_at: int
    items: tuple[ItemRank, ...]


def ranking(session: Session, city: City, provider: Provider, now: datetime) -> Ranking:
    """Tell where a provider stands among others for the orders of its trades, and why.

    Parameters
    ----------
    session : Session
    city : City
    provider : Provider
    now : datetime
        Aware.

    Returns
    -------
    Ranking
        Without items where no order of its trades was placed.
    """
    since = now - RECENT
    found = _orders(session, city, provider, since, now)
    places: dict[str, list[Placed]] = defaultdict(list)
    for order in found[:LOOKED_AT]:
        if (place := _place(city, order, provider)) is not None:
            places[order.item].append(place)
    asked = _asked(session, {order.no: order.item for order in found}, provider.id, since)
    per_star = city.catalogue.weights.minutes_per_star
    items = [
        ItemRank(
            item=item,
            rank=ranked(places.get(item, []), per_star),
            chosen=asked[item, "contact"],
            accepted=asked[item, "accept"],
            declined=asked[item, "decline"] + asked[item, "give_up"],
        )
        for item in dict.fromkeys(order.item for order in found)
    ]
    items.sort(key=lambda one: (-one.rank.orders, -one.chosen, one.item))
    return Ranking(
        since=since,
        until=now,
        orders=len(found),
        looked_at=min(len(found), LOOKED_AT),
        items=tuple(items),
    )


def _orders(
    session: Session, city: City, provider: Provider, since: datetime, until: datetime
) -> Sequence[Order]:
    """Read the orders of its trades, the newest first."""
    codes = [code for code, item in city.catalogue.items.items() if item.category in provider.categories]
    row = OrderRow
    mine = select(row).where(row.created_at >= since, row.created_at <= until, row.item.in_(codes))
    return [
        fact_of(Order, one) for one in session.scalars(mine.order_by(row.created_at.desc(), row.id.desc()))
    ]


def _place(city: City, order: Order, provider: Provider) -> Placed | None:
    """Find where it would stand now; None where no street leads. Loads of then are not known, so none is full."""
    category = city.item(order.item).category
    free = {number: replace(p, load=0) for number, p in city.providers.items() if category in p.categories}
    need = city.need(replace(order, declined_by=()), order.created_at)
    try:
        answer = match(need, free, city.engine, k=PROPOSED, weights=city.catalogue.weights)
    except NoStreetError:
        return None
    local = city.catalogue.local(need.at)
    return placed(answer, provider.id, (local.weekday(), local.hour))


def _asked(
    session: Session, items: Mapping[str, str], provider: int, since: datetime
) -> Counter[tuple[str, str]]:
    """Count what was asked of a provider and what it answered, by item and action."""
    query = select(EventRow.aggregate, EventRow.name, EventRow.payload).where(
        EventRow.kind == "order", EventRow.name.in_(ASKED), EventRow.at >= since
    )
    counted: Counter[tuple[str, str]] = Counter()
    whose: dict[str, int] = {}
    for no, name, payload in session.execute(query.order_by(EventRow.id)):
        if no not in items:
            continue
        if name == "contact":
            whose[no] = int(json.loads(payload)["provider"])
        if whose.get(no) == provider:
            counted[items[no], name] += 1
    return counted
