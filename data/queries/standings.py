"""How providers stand, counted from orders."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import OrderRow, ProviderRow
from dispatch.item import ServiceItem
from dispatch.providers.standing import RECENT, Standing, StandingRules, Stars, rated, trade_mean

RATED_AT = func.coalesce(
    OrderRow.rated_at, OrderRow.ended_at, OrderRow.created_at, type_=OrderRow.created_at.type
)
"""When an order was rated; of those of before that was kept, when it ended."""
RATED = (OrderRow.provider.is_not(None), OrderRow.rating.is_not(None))


def recent_orders(session: Session, now: datetime, only: Collection[int] | None = None) -> dict[int, int]:
    """Count the orders that each provider took within `RECENT` and did not give back; who took none is left out."""
    mine = OrderRow.provider.is_not(None) if only is None else OrderRow.provider.in_(only)
    query = select(OrderRow.provider, func.count()).where(mine, OrderRow.accepted_at > now - RECENT)
    return {
        int(provider or 0): count for provider, count in session.execute(query.group_by(OrderRow.provider))
    }


def standings(
    session: Session,
    items: Mapping[str, ServiceItem],
    rules: StandingRules,
    now: datetime,
    only: Collection[int] | None = None,
) -> dict[int, Standing]:
    """Count how providers stand now.

    Parameters
    ----------
    session : Session
    items : Mapping of str to ServiceItem
        By code; they tell of which trade an order is.
    rules : StandingRules
    now : datetime
        Aware.
    only : collection of int, optional
        Providers wanted; all by default.

    Returns
    -------
    dict of int to Standing
        One for each provider that is registered; of one without ratings the mean of its trades.
    """
    mine: list[ColumnElement[bool]] = [] if only is None else [OrderRow.provider.in_(only)]
    given: dict[int, list[Stars]] = defaultdict(list)
    heard = select(OrderRow.provider, OrderRow.rating, RATED_AT, OrderRow.rated_by).where(*RATED, *mine)
    for provider, rating, at, by in session.execute(heard):
        given[int(provider or 0)].append(Stars(stars=int(rating or 0), at=at, by_phone=by == "phone"))
    chosen = select(ProviderRow.id, ProviderRow.categories)
    if only is not None:
        chosen = chosen.where(ProviderRow.id.in_(only))
    registered = {number: tuple(categories) for number, categories in session.execute(chosen)}
    wanted = None if only is None else {c for categories in registered.values() for c in categories}
    trades = _trades(session, items, wanted)
    recent = recent_orders(session, now, only)
    found: dict[int, Standing] = {}
    for number, categories in registered.items():
        known = [trades[category] for category in categories if category in trades]
        usual = trade_mean(sum(total for total, _ in known), sum(count for _, count in known), rules)
        stars = given.get(number, [])
        found[number] = Standing(
            rating=rated(stars, usual, rules, now),
            ratings=len(stars),
            by_phone=sum(one.by_phone for one in stars),
            recent_orders=recent.get(number, 0),
        )
    return found


def _trades(
    session: Session, items: Mapping[str, ServiceItem], only: Collection[str] | None
) -> dict[str, tuple[int, int]]:
    """Count by trade the stars given and how often."""
    query = (
        select(OrderRow.item, func.sum(OrderRow.rating), func.count()).where(*RATED).group_by(OrderRow.item)
    )
    if only is not None:
        query = query.where(OrderRow.item.in_([i.code for i in items.values() if i.category in only]))
    found: dict[str, tuple[int, int]] = {}
    for code, total, count in session.execute(query):
        if code in items:
            stars, times = found.get(items[code].category, (0, 0))
            found[items[code].category] = (stars + int(total or 0), times + int(count))
    return found
