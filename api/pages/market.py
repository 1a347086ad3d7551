"""The leader's page of the market of providers: supply, rates, survival, sharing, who pays; the lines behind."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.forms import Form, Short
from api.locale.words import words
from api.pages.board_ask import areas_to_pick
from api.pages.board_maps import item_name
from api.pages.indicator_cases import ROWS, lines_file, ordered, show_lines
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.market import SEE_MARKET, LinesAsk, MarketAsk, asked_market, lines_of, told
from api.views.market import MEANINGS, market_view, said
from api.world import World
from data.figures.market.asked import Market
from dispatch.providers.survival import FIVE_YEARS_DAYS
from grid.account import Account

router = Router(include_in_schema=False, prefix="/board/market")
LeaderDep = Annotated[Account, Depends(visitor(*SEE_MARKET))]
SPANS = (30, 90, 365, 1096)
SHOWN = 12
WIDE, HIGH = 600.0, 200.0


class PageAsk(Form):
    """How many days back from now, which area, and the item whose areas are compared."""

    days: Annotated[int, Field(ge=1, le=3660)] = 365
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    item: Short = ""
    lang: Short = ""

    def link(self, path: str = "", **more: str) -> str:
        """Return the address of a part of this page, with some of what is asked changed."""
        given = {"days": str(self.days), "area": self.area, "item": self.item} | more
        return f"/board/market{path}?" + urlencode({k: v for k, v in given.items() if v})

    def asked(self, world: World) -> MarketAsk:
        """Return what the interface is asked."""
        return MarketAsk(area=self.area, since=first_moment(world, self.days), item=self.item)


class LinesPageAsk(PageAsk):
    """The lines behind a figure, from one on."""

    of: Annotated[str, Field(min_length=1, max_length=60)]
    start: Annotated[int, Field(ge=0, le=10_000_000)] = 0


def first_moment(world: World, days: int) -> datetime:
    """Return the first moment of the day so many days back: who asks again in a while asks the same."""
    today = world.local(world.clock()).date()
    return datetime.combine(today - timedelta(days=days), time(0), world.zone)


@router.get("")
def market(
    request: Request, ask: Annotated[PageAsk, Query()], world: WorldDep, account: LeaderDep
) -> HTMLResponse:
    """Show the market of providers."""
    asked = asked_market(world, account, ask.asked(world))
    shown, lang = market_view(world, asked, told(world, asked, ask.item)), language_of(request)
    say = words(lang).gettext
    for one in (*shown["demand"]["items"], *shown["demand"]["areas"]):
        one["item_name"] = item_name(world.catalogue.items[one["item"]], lang)
    rows = sorted(shown["demand"]["items"], key=lambda one: (not one["short"], -one["orders"], one["item"]))
    standing = {
        kind: [one for one in shown["still"] if one["kind"] == kind] for kind in shown["still_after_days"]
    }
    return page(
        request,
        world,
        account,
        "market.html",
        ask=ask,
        m=shown,
        rows=rows,
        still={kind: [said(one, say) for one in some[:SHOWN]] for kind, some in standing.items()},
        still_counts={kind: len(some) for kind, some in standing.items()},
        curve=curve_of(shown["stays"]),
        shown=SHOWN,
        spans=SPANS,
        areas=areas_to_pick(world, account),
        trade_names={
            t["code"]: t["name_en"] if lang == "en" else t["name"] for t in shown["supply"]["trades"]
        },
        meanings={name: say(text) for name, text in MEANINGS.items()},
        as_of=asked.now,
        since=asked.period.start,
    )


@router.get("/lines")
def lines(
    request: Request, ask: Annotated[LinesPageAsk, Query()], world: WorldDep, account: LeaderDep
) -> HTMLResponse:
    """Show the lines behind a figure of the market."""
    asked, found = _lines(world, account, ask)
    end = ask.start + ROWS
    at = {"of": ask.of}
    return page(
        request,
        world,
        account,
        "market_lines.html",
        ask=ask,
        figure=ask.of.partition(":")[0],
        about=_about(world, ask.of, language_of(request)),
        lists=show_lines(world, account, found[ask.start : end], _unit(ask.of), "30d"),
        total=len(found),
        shown=min(len(found), end) - ask.start,
        first=ask.link("/lines", **at) if ask.start else None,
        following=ask.link("/lines", **at, start=str(end)) if end < len(found) else None,
        files={kind: ask.link(f"/lines.{kind}", **at) for kind in ("xlsx", "csv")},
        as_of=asked.now,
    )


@router.get("/lines.{kind}")
def lines_table(
    kind: Literal["xlsx", "csv"], ask: Annotated[LinesPageAsk, Query()], world: WorldDep, account: LeaderDep
) -> Response:
    """Give the lines behind a figure of the market as Excel or CSV."""
    asked, found = _lines(world, account, ask)
    return lines_file(world, f"market-{asked.now:%Y%m%d}", f"{ask.of} {asked.now:%Y-%m-%d}", kind, found)


def _lines(world: World, account: Account, ask: LinesPageAsk) -> tuple[Market, list[Any]]:
    wanted = LinesAsk(**ask.asked(world).model_dump(), of=ask.of)
    asked = asked_market(world, account, wanted)
    return asked, ordered(lines_of(world, asked, wanted), "")


def _unit(key: str) -> str:
    """Tell the unit of the lines of a figure, as indicators name it."""
    return {"support": "percent", "need": "percent", "stays": "percent", "sharing": "minute"}.get(
        key.partition(":")[0], "order"
    )


def _about(world: World, key: str, lang: str) -> str:
    """Name what a key is about: a community and its trade, an item, a provider; else the rest of the key."""
    name, _, rest = key.partition(":")
    if name == "supply":
        area, _, trade = rest.partition(":")
        trades = {t.code: t.name_en if lang == "en" else t.name_zh for t in world.catalogue.market.trades}
        return f"{world.city.areas[area].name} {trades[trade]}"
    if rest in world.catalogue.items:
        return item_name(world.catalogue.items[rest], lang)
    if name == "earned":
        return world.city.provider(int(rest)).name
    return rest


def curve_of(stays: dict[str, Any]) -> dict[str, Any]:
    """Lay the share still there out as a drawing of `WIDE` by `HIGH`: five years wide, from all to nobody.

    The line begins and ends with what was seen; points are those of steps, the band is that of their bounds.
    """

    def x(day: float) -> float:
        return round(WIDE * min(1.0, day / FIVE_YEARS_DAYS), 1)

    def y(share: float) -> float:
        return round(HIGH * (1 - share), 1)

    whole = stays["whole"]
    at, line, upper, lower = 1.0, [(x(whole["first_day"]), y(1.0))], [], []
    for step in stays["steps"]:
        day = x(step["day"])
        line += [(day, y(at)), (day, y(step["share"]))]
        at = step["share"]
        if step["low"] is not None:
            upper.append((day, y(step["high"])))
            lower.append((day, y(step["low"])))
    line.append((x(whole["last_day"]), y(at)))
    if upper:
        upper.append((x(whole["last_day"]), upper[-1][1]))
        lower.append((x(whole["last_day"]), lower[-1][1]))

    def points(pairs: list[tuple[float, float]]) -> str:
        return " ".join(f"{a},{b}" for a, b in pairs)

    return {
        "wide": WIDE,
        "high": HIGH,
        "line": points(line) if whole["joined"] else "",
        "band": points(_steps(upper) + _steps(lower)[::-1]),
        "aim": y(stays["aim"]),
        "years": [(year, x(year * 365)) for year in range(6)],
    }


def _steps(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Hold each height until the next place."""
    made = pairs[:1]
    for (_, before), (place, height) in pairwise(pairs):
        made += [(place, before), (place, height)]
    return made
