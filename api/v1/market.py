"""The market of providers over HTTP: supply, rates, survival, sharing, who pays, what stands still; the lines behind."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field
from sqlalchemy import func, select

from api.access import access
from api.answers.files import file
from api.answers.market import MarketAnswer, MarketLines
from api.forms import Form, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import seen_area
from api.v1.exports import EXCEL, workbook
from api.views.market import line_view, market_view
from api.views.shape import plain
from api.world import World
from data.figures.market.asked import Market
from data.figures.market.whole import Told, tell
from data.models import AccountRow
from dispatch.errors import BadFieldError
from grid.account import Account
from grid.figures.lines import Line
from grid.period import Period

router = Router(prefix="/api/v1/market", tags=["governance"])
SEE_MARKET = ("leader", "admin", "dispatcher")
USUAL = timedelta(days=365)
LONGEST = timedelta(days=3660)
COLUMNS = {
    "item": "编号",
    "item_name": "服务",
    "eligible": "可申请居民",
    "orders": "下单数",
    "asking": "下单居民",
    "nameless": "没有姓名的订单",
    "use": "使用率‰",
    "need": "需求率%",
    "support": "支撑率%",
}


class MarketAsk(Form):
    """Which area, from when to when, and of which item; the year up to now, one's own area and all items when left out."""

    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    item: Short = ""


class LinesAsk(MarketAsk):
    """Which lines: the key of a figure, and where to go on."""

    of: Annotated[str, Field(min_length=1, max_length=60)]
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[int, Field(ge=0, le=10_000_000)] = 0


@router.get("", response_model=MarketAnswer, **access(*SEE_MARKET))
def market(ask: Annotated[MarketAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell the market of providers in an area and a period; every figure names the lines it opens."""
    asked = asked_market(world, account, ask)
    return JSONResponse(market_view(world, asked, told(world, asked, ask.item)))


@router.get("/lines", response_model=MarketLines, **access(*SEE_MARKET))
def lines(ask: Annotated[LinesAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the lines behind one figure of the market."""
    found = lines_of(world, asked_market(world, account, ask), ask)
    end = ask.after + ask.limit
    shown = [line_view(world, line) for line in found[ask.after : end]]
    body = {"of": ask.of, "total": len(found), "items": shown, "next": end if end < len(found) else None}
    return JSONResponse(body)


@router.get("/export", **file(EXCEL), **access(*SEE_MARKET))
def export(ask: Annotated[MarketAsk, Query()], world: WorldDep, account: AccountDep) -> Response:
    """Give use, need and support of the items as an Excel workbook."""
    asked = asked_market(world, account, ask)
    rows: list[dict[str, Any]] = market_view(world, asked, told(world, asked, ask.item))["demand"]["items"]
    return workbook(f"market-{asked.now:%Y%m%d}", f"服务使用、需求、支撑 {asked.now:%Y-%m-%d}", COLUMNS, rows)


def asked_market(world: World, account: Account, ask: MarketAsk) -> Market:
    """Make a question about the market definite.

    Raises
    ------
    BadFieldError
        For an area that does not exist or lies outside one's own, a period that is none, or an unknown item.
    """
    if ask.item and ask.item not in world.catalogue.items:
        raise BadFieldError("item", ask.item, "a code of /api/v1/items")
    now = world.local(world.clock())
    until = min(world.local(ask.until), now) if ask.until else now
    since = (
        world.local(ask.since) if ask.since else datetime.combine(until.date() - USUAL, time(0), world.zone)
    )
    if not timedelta(0) < until - since <= LONGEST:
        raise BadFieldError("since", plain(since, world.zone), "a time before `until`, at most ten years")
    prefix = seen_area(world, account, ask.area)
    areas = world.city.areas.values()
    area = next((a.code for a in areas if world.scheme.prefix(a.code) == prefix), world.city.district.code)
    return Market(
        area=area,
        prefix=world.scheme.prefix(area),
        period=Period(start=since, end=until),
        now=now,
        parts={
            a.code: world.scheme.prefix(a.code)
            for a in sorted(areas, key=lambda a: a.code)
            if a.parent == area
        },
    )


def told(world: World, asked: Market, item: str) -> Told:
    """Read and count the market, or remember what was counted since nothing has happened."""
    known_by = (
        asked.prefix,
        item,
        asked.period.end if asked.period.end < asked.now else asked.period.last_day,
        world.city.register_version,
        world.city.engine.changes.version,
        world.surveyor.homes_version,
    )
    with world.database.read() as session:
        # A sign-in is no event, and ends the standstill of an account.
        signed_in = session.scalar(select(func.max(AccountRow.signed_in_at)))
        return world.chronicle.remembered(
            session,
            f"market {known_by} {signed_in}",
            asked.period,
            lambda: tell(session, world.sources, asked, item),
        )


def lines_of(world: World, asked: Market, ask: LinesAsk) -> tuple[Line, ...]:
    """Give the lines behind a figure.

    Raises
    ------
    BadFieldError
        When no figure of this area and period has this key.
    """
    known = told(world, asked, ask.item).lines
    if ask.of not in known:
        raise BadFieldError("of", ask.of, "a key that a figure of this area and period was told with")
    return known[ask.of]
