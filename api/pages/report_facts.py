"""What a month report is made of: the figures of the board for a month that is over and for the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from api.pages.board_ask import Asked, BoardAsk, asked, compared, facts_of, ranking
from api.pages.board_orders import hot_items, orders_in
from api.views.figures import Compared
from api.world import World
from data.figures.frozen import Frozen, frozen
from data.figures.panel import Panel, panel, region_of
from data.figures.sets import cell_figures, daily_on_time
from dispatch.errors import BadFieldError
from grid.account import Account
from grid.area import Area
from grid.figures.sets import ORDER_SETS, find_orders
from grid.period import month_before, month_of, month_period

READERS = ("leader", "admin", "dispatcher")
"""Who reads the indicators, whose page departments do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The figures of one of the two months: ranking, tickets reported by cell, orders by set and by item."""

    ranked: Sequence[Mapping[str, Any]]
    reported: Mapping[str, int]
    orders: Mapping[str, int]
    items: Sequence[Mapping[str, Any]]

    @property
    def asked(self) -> int:
        """All orders placed."""
        return sum(row["total"] for row in self.items)

    @property
    def unmet(self) -> int:
        """The orders placed that nobody could take."""
        return sum(row["unmet"] for row in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """Everything of a report; ``panel`` is None for whoever does not read the indicators.

    ``days`` are the cases due and on time by day. ``parts`` are the frozen figures of the areas below by code, empty where the
    month was not frozen.
    """

    month: str
    q: Asked
    area: Area
    below: tuple[Area, ...]
    figures: Compared
    now: Told
    before: Told
    days: Sequence[tuple[date, int, int]]
    panel: Panel | None
    parts: Mapping[str, Frozen]

    @property
    def month_before(self) -> str:
        """The month it is compared with."""
        return month_before(self.month)


def last_month(world: World) -> str:
    """Name the last month that is over."""
    return month_before(month_of(world.clock(), world.zone))


def read_month(world: World, account: Account, month: str, area: str, lang: str) -> MonthFacts:
    """Read the figures of a report for an account.

    Raises
    ------
    BadFieldError
        For a month that still runs or is none, or an area that does not exist or lies outside the account's.
    """
    now = world.clock()
    if month_period(month, world.zone).end > now:
        raise BadFieldError("month", month, f"a month that is over; the last one is {last_month(world)}")
    region = region_of(world.sources, account.area, area)
    ask = BoardAsk(period=month, area=area)
    q = asked(world, account, ask)
    with world.database.read() as session:
        facts = facts_of(world, session, q)
        figures = compared(world, session, q, facts)
        told = [_told(world, session, account, ask, one, lang) for one in (q, q.earlier)]
        parts = frozen(session, month, [area.code for area in region.children])
    return MonthFacts(
        month=month,
        q=q,
        area=region.area,
        below=region.children,
        figures=figures,
        now=told[0],
        before=told[1],
        days=daily_on_time(facts, world.zone),
        panel=_panel(world, account, month, region.area.code, now),
        parts=parts,
    )


def _told(world: World, session: Session, account: Account, ask: BoardAsk, q: Asked, lang: str) -> Told:
    due = orders_in(world, session, account, q)
    return Told(
        ranked=ranking(world, session, q, q.where.department),
        reported={row.cell: row.total for row in cell_figures(facts_of(world, session, q)) if row.total},
        orders={name: len(find_orders(due, name)) for name in ORDER_SETS},
        items=hot_items(world, session, account, ask, q, lang),
    )


def _panel(world: World, account: Account, month: str, area: str, now: datetime) -> Panel | None:
    if account.role not in READERS:
        return None
    return panel(world.sources, account.area, month, area, now)
