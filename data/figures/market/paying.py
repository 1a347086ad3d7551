"""Who paid for what was done: by the public, by both, by the resident; in an area, its parts, and of each provider."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.figures.market.asked import Lines, Market
from dispatch.item import PAYERS
from dispatch.providers.market import Payers, Sale, payers
from grid.figures.facts import OrderFact
from grid.figures.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """Who paid in an area, in the areas right below, and the providers by what depends on public money, the most first."""

    whole: Payers
    parts: dict[str, Payers]
    providers: dict[int, Payers]


def paying(orders: Sequence[OrderFact], market: Market) -> tuple[Paying, Lines]:
    """Sum who paid for the orders done in a period, by providers and by parties.

    Parameters
    ----------
    orders : sequence of OrderFact
        Of the area.
    market : Market

    Returns
    -------
    tuple of (Paying, Lines)
        Lines by ``paid:`` and the payer, and ``earned:`` and the provider.
    """
    inside = [o for o in orders if market.period.holds(o.done_at) and not o.is_alarm]
    done = [o for o in inside if o.payer in PAYERS]
    sales = [(o, _sale(o)) for o in done]
    by_provider: dict[int, list[OrderFact]] = {}
    lines: dict[str, list[Line]] = {}
    for order, sale in sales:
        line = Line(kind="order", no=order.no, at=order.created_at)
        lines.setdefault(f"paid:{sale.payer}", []).append(line)
        if order.provider is not None:  # a party earns nothing by it
            by_provider.setdefault(sale.provider, []).append(order)
            lines.setdefault(f"earned:{sale.provider}", []).append(line)
    found = {number: payers(map(_sale, mine)) for number, mine in by_provider.items()}
    order_of = sorted(found, key=lambda n: (-(found[n].dependence or 0), -sum(found[n].orders.values()), n))
    return Paying(
        whole=payers(sale for _, sale in sales),
        parts={
            code: payers(sale for order, sale in sales if order.cell.startswith(prefix))
            for code, prefix in market.parts.items()
        },
        providers={number: found[number] for number in order_of},
    ), {key: tuple(some) for key, some in lines.items()}


def _sale(order: OrderFact) -> Sale:
    return Sale(
        order=order.no,
        provider=order.provider or 0,
        payer=order.payer,
        public_fen=order.public_fen,
        own_fen=order.own_fen,
    )
