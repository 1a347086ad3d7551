"""The whole market of an area and a period: every part of it, and the lines behind every figure."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from data.figures.facts import collect_orders
from data.figures.market.asked import Lines, Market
from data.figures.market.paying import Paying, paying
from data.figures.market.rates import Rates, demanded, rates
from data.figures.market.routed import RoutedOrders, routed_orders
from data.figures.market.sharing import sharing
from data.figures.market.stays import Stays, stays
from data.figures.market.still import standstills
from data.figures.panel import Sources
from data.models import OrderRow
from dispatch.matching.fair_share import Sharing
from dispatch.providers.market import Standstill, Stock, stocks
from grid.figures.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a market; ``areas`` are the rates of one item in the areas right below, empty for none asked."""

    stocks: tuple[Stock, ...]
    rates: tuple[Rates, ...]
    areas: tuple[Rates, ...]
    stays: Stays
    sharing: Sharing | None
    paying: Paying
    routed: RoutedOrders
    still: tuple[Standstill, ...]
    lines: Lines


def tell(session: Session, sources: Sources, market: Market, item: str = "") -> Told:
    """Tell the market of an area and a period.

    Parameters
    ----------
    session : Session
    sources : Sources
    market : Market
    item : str
        Code of the only item whose rates are told, in the areas right below too; empty for all items.

    Returns
    -------
    Told

    Raises
    ------
    UnknownItemError
        When the catalogue does not list it.
    """
    city, catalogue = sources.city, sources.catalogue
    codes = [city.item(item).code] if item else list(catalogue.items)
    orders = collect_orders(session, catalogue, market.period, market.here(OrderRow.cell))
    known = demanded(session, catalogue, market, sources.supplies.now(market.now), orders)
    supplied, of_stocks = _stocks(sources, market)
    told_rates, of_rates = rates(known, catalogue, codes, market.area)
    areas = [
        rates(known.of_area(prefix), catalogue, codes, code)[0][0]
        for code, prefix in (market.parts.items() if item else ())
    ]
    told_stays, of_stays = stays(session, catalogue, market)
    shared, of_sharing = sharing(session, city, market)
    paid, of_paying = paying(orders, market)
    return Told(
        stocks=supplied,
        rates=tuple(told_rates),
        areas=tuple(areas),
        stays=told_stays,
        sharing=shared,
        paying=paid,
        routed=routed_orders(session, catalogue, market),
        still=standstills(session, city, market),
        lines={**of_stocks, **of_rates, **of_stays, **of_sharing, **of_paying},
    )


def _stocks(sources: Sources, market: Market) -> tuple[tuple[Stock, ...], Lines]:
    """Count small trades in each community; lines by ``supply:``, the community and the trade."""
    communities = sorted(
        code
        for code, area in sources.city.areas.items()
        if area.level == "community"
        and sources.catalogue.rulebook.scheme.prefix(code).startswith(market.prefix)
    )
    found = stocks(sources.city.providers.values(), communities, sources.catalogue.market.trades)
    return found, {
        f"supply:{one.community}:{one.trade.code}": tuple(
            Line(kind="provider", no=str(number)) for number in one.providers
        )
        for one in found
    }
