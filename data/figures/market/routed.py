"""How orders went by rule: how many of each sphere, by which mode, and how many the desk sent elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from data.figures.market.asked import Market
from data.models import OrderRow
from data.rules.catalogue import Catalogue
from dispatch.orders.routing import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class SphereVolume:
    """The orders of a sphere by the modes they went by; under the empty mode those of before rules were kept."""

    sphere: str
    orders: int
    modes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedOrders:
    """Orders of a period by sphere.

    ``overruled`` are those that the desk sent elsewhere than the rule, ``passed_over`` to another provider than whom the
    search proposes first, each for a reason. ``offered`` are those of which the rules asked a provider by themselves.
    """

    spheres: tuple[SphereVolume, ...]
    overruled: int
    passed_over: int
    offered: int = 0

    @property
    def judged(self) -> int:
        """Orders of which it is kept what the rules said."""
        return sum(n for one in self.spheres for mode, n in one.modes.items() if mode)

    @property
    def by_rule(self) -> int:
        """Orders that a rule took: all but those left to the desk."""
        return sum(n for one in self.spheres for mode, n in one.modes.items() if mode not in ("", "desk"))

    @property
    def direct(self) -> int:
        """Orders that came to a party or a provider without a hand of the desk."""
        return self.offered + sum(n for one in self.spheres for mode, n in one.modes.items() if mode in KINDS)


def routed_orders(session: Session, catalogue: Catalogue, market: Market) -> RoutedOrders:
    """Count the orders placed in an area and period by sphere and mode.

    Parameters
    ----------
    session : Session
    catalogue : Catalogue
    market : Market

    Returns
    -------
    RoutedOrders
        Every sphere in the order of its table, with zeros where nothing was ordered; items that the catalogue no longer
        lists are left out.
    """
    placed = OrderRow.created_at >= market.period.start, OrderRow.created_at < market.period.end
    inside = (*placed, *market.here(OrderRow.cell))
    counted = func.count()
    query = select(OrderRow.item, OrderRow.route_mode, counted).where(*inside)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for code, mode, number in session.execute(query.group_by(OrderRow.item, OrderRow.route_mode)):
        if code in catalogue.items:
            found[catalogue.items[code].sphere][mode] += number
    listed, by_provider = OrderRow.item.in_(list(catalogue.items)), OrderRow.route_mode == "provider"

    def marked(flag: str) -> int:
        holds = cast(OrderRow.flags, String).contains(f'"{flag}"', autoescape=True)
        return session.scalar(select(counted).select_from(OrderRow).where(*inside, holds)) or 0

    return RoutedOrders(
        spheres=tuple(
            SphereVolume(sphere=code, orders=found[code].total(), modes=dict(found[code]))
            for code in catalogue.routing.spheres
        ),
        offered=session.scalar(
            select(counted).select_from(OrderRow).where(*inside, listed, OrderRow.offers > 0, by_provider)
        )
        or 0,
        overruled=marked("overruled"),
        passed_over=marked("passed_over"),
    )
