"""Orders that the rules offer to providers by themselves: what they do next with one that waits."""

from data.desk.work import Work
from data.queries.tastes import tastes_of
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action
from dispatch.orders.life import RULES
from dispatch.orders.offers import WAITING, Best, whom_next
from dispatch.orders.order import Order

OFFER = Action(name="offer", by=RULES)
"""What the timers ask for: ask whoever is next for an order, or leave it to the desk."""


def next_offer(work: Work, order: Order) -> Action:
    """Decide whom the rules ask now, by the same search that the desk has.

    Parameters
    ----------
    work : Work
    order : Order
        Locked.

    Returns
    -------
    Action
        See `dispatch.orders.offers.whom_next`.

    Raises
    ------
    NotPossibleError
        When it is not to be offered now, for somebody was asked or the desk took it in between.
    """
    due = order.offer_at is not None and order.offer_at <= work.now
    if work.city is None or order.state not in WAITING or not due:
        raise NotPossibleError(f"{order.no} is not to be offered now; it is {order.state}")
    found = work.city.offers(order, work.now, 1, tastes_of(work.session, order.resident))
    best = next(
        (
            Best(
                provider=one.provider,
                hours=work.city.provider(one.provider).hours,
                travel_s=one.travel_s,
                price_fen=one.price_fen,
                cost=one.cost,
                factors=one.factors,
            )
            for one in found.candidates
        ),
        None,
    )
    rules = work.catalogue.orders.offers
    return whom_next(order, best, found.unmet_cause, rules, work.catalogue.local(work.now))
