"""The list of what stands still in a market: all of a kind, a page at a time, and as a file."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.locale.words import words
from api.pages.indicator_cases import ROWS
from api.pages.market import LeaderDep, PageAsk
from api.pages.shell import language_of, page
from api.roles import WorldDep
from api.routing import Router
from api.v1.exports import table_file
from api.v1.market import asked_market, told
from api.views.market import MEANINGS, said, still_view
from api.world import World
from data.figures.market.asked import Market
from grid.account import Account

router = Router(include_in_schema=False, prefix="/board/market")
COLUMNS = {"key": "编号", "name": "名称", "last": "上次", "days": "没有动静的天数"}


class StillAsk(PageAsk):
    """What stands still: of which kind, from one on."""

    of: Literal["item", "provider", "cell", "button", "account", "channel"]
    start: Annotated[int, Field(ge=0, le=10_000_000)] = 0


@router.get("/still")
def still(
    request: Request, ask: Annotated[StillAsk, Query()], world: WorldDep, account: LeaderDep
) -> HTMLResponse:
    """Show all of a kind that stands still, the longest first."""
    asked, found = _found(world, account, ask)
    say, end, at = words(language_of(request)).gettext, ask.start + ROWS, {"of": ask.of}
    shown = [said(one, say) for one in found[ask.start : end]]
    return page(
        request,
        world,
        account,
        "market_still.html",
        ask=ask,
        rows=shown,
        total=len(found),
        after_days=world.catalogue.market.still_after[ask.of].days,
        meaning=say(MEANINGS["still"]),
        first=ask.link("/still", **at) if ask.start else None,
        following=ask.link("/still", **at, start=str(end)) if end < len(found) else None,
        files={kind: ask.link(f"/still.{kind}", **at) for kind in ("xlsx", "csv")},
        area_name=world.city.areas[asked.area].name
        if asked.area in world.city.areas
        else world.city.district.name,
        as_of=asked.now,
    )


@router.get("/still.{kind}")
def still_table(
    kind: Literal["xlsx", "csv"], ask: Annotated[StillAsk, Query()], world: WorldDep, account: LeaderDep
) -> Response:
    """Give all of a kind that stands still as Excel or CSV."""
    asked, found = _found(world, account, ask)
    name, title = f"still-{ask.of}-{asked.now:%Y%m%d}", f"没有动静 {ask.of} {asked.now:%Y-%m-%d}"
    return table_file(kind, name, title, COLUMNS, found)


def _found(world: World, account: Account, ask: StillAsk) -> tuple[Market, list[dict[str, Any]]]:
    asked = asked_market(world, account, ask.asked(world))
    still = told(world, asked, ask.item).still
    return asked, [still_view(world, one) for one in still if one.kind == ask.of]
