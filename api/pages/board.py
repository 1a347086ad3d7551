"""The leader's board: figures that each open the list behind them, league table, hot services."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.board_ask import (
    Asked,
    BoardAsk,
    CoverageAsk,
    KindDep,
    OpenAsk,
    TicketsListAsk,
    ViewerDep,
    areas_to_pick,
    asked,
    compared,
    name_of_area,
    ranking,
)
from api.pages.board_maps import item_name
from api.pages.board_opening import opening
from api.pages.board_orders import hot_items, orders_in
from api.pages.board_wall import scenes
from api.pages.indicators import PanelAsk
from api.pages.shell import language_of, page
from api.pages.ticket import entries_view
from api.roles import WorldDep
from api.routing import Router
from api.v1.exports import table_file
from api.views.figures import change_word, definitions, percent
from api.world import World
from data.figures.sets import daily_on_time, ledger
from grid.figures.sets import ORDER_SETS, find_orders
from grid.period import month_before, month_of, month_period

router = Router(include_in_schema=False)
HOT_SHOWN = 12
BY_DAY, MORNING = range(7, 21), 10
LEAGUE_COLUMNS = {
    "rank": "名次",
    "name": "部门",
    "lost_per_100": "百件扣分",
    "score": "得分",
    "deducted": "扣分",
    "entries": "扣分条数",
    "due": "应结案",
    "on_time": "按期处置",
    "late": "未按期处置",
    "on_time_share": "按期处置率",
    "low": "95%区间下限",
    "high": "95%区间上限",
    "like_cases": "同类案件数",
    "like_own": "同类按期处置率",
    "like_others": "其他部门同类按期处置率",
}


@router.get("/board")
def board(
    request: Request, given: Annotated[OpenAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Show the board; coverage comes after the page, in its frame, at night that of the morning when all are open."""
    lang = language_of(request)
    with world.database.read() as session:
        opened = opening(world, session, account, given)
        if given.shown not in ("", opened.shown):
            return Response(headers={"HX-Refresh": "true"})  # the open page shows another stretch
        ask, q, facts = opened.ask, opened.q, opened.facts
        figures = compared(world, session, q, facts)
        table = ranking(world, session, q, q.where.department)
        hot = hot_items(world, session, account, ask, q, lang)
        of_orders = orders_in(world, session, account, q)
    whole, scarcest = _whole_month(world, q), _scarcest(hot)
    rate, rate_change = figures.share("handled_on_time")
    return page(
        request,
        world,
        account,
        "board_wall.html" if given.wall else "board.html",
        ask=ask,
        opened=opened,
        whole_month=whole,
        indicators_at=PanelAsk(month=whole, area=ask.area if ask.area in world.city.areas else "").link(),
        last_month=month_before(month_of(q.now, world.zone)),
        has_report=not ask.area or ask.area in world.city.areas,
        again=given.again(opened.shown),
        figures=figures.now,
        rate=rate,
        satisfied=figures.share("satisfied")[0],
        solved=figures.share("solved_of_told")[0],
        answered=percent(figures.now["rated"], figures.now["asked"]),
        ordered={name: len(find_orders(of_orders, name)) for name in ORDER_SETS},
        rate_change=change_word(rate_change, lang, "%"),
        reported_change=change_word(figures.number("reported")[1], lang),
        defined=definitions(lang),
        league_rows=table,
        least=world.catalogue.appraisal.least_cases,
        hot=hot[:HOT_SHOWN],
        scarcest=scarcest,
        scenes=scenes(ask, scarcest),
        every=given.every,
        days=_trend(daily_on_time(facts, world.zone)),
        areas=areas_to_pick(world, account),
        area_name=name_of_area(world, ask.area),
        items=_items(world, lang),
        period=q.period,
        as_of=q.now,
        hour=None if q.now.hour in BY_DAY else MORNING,
    )


@router.get("/board/ledger")
def ledger_page(
    request: Request, ask: Annotated[TicketsListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Show the ledger entries behind the score of a department, of its own for one that asks."""
    q = asked(world, account, ask)
    department = q.where.department or ask.department
    with world.database.read() as session:
        rows = ranking(world, session, q, department)
        entries = ledger(session, q.period, q.area, department)
    return page(
        request,
        world,
        account,
        "board_ledger.html",
        ask=ask,
        row=rows[0] if rows else None,
        entries=entries_view(world, entries, language_of(request)),
        department=department,
        defined=definitions(language_of(request)),
        department_name=world.city.department_name(department),
        area_name=name_of_area(world, ask.area),
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/league.{kind}")
def league_export(
    kind: KindDep, ask: Annotated[BoardAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the league table as Excel or CSV."""
    q = asked(world, account, ask)
    with world.database.read() as session:
        rows = ranking(world, session, q, q.where.department)
    name, title = f"league-{q.period.start:%Y%m%d}", f"部门得分 {q.period.start:%Y-%m-%d} 起"
    return table_file(kind, name, title, LEAGUE_COLUMNS, rows)


def _whole_month(world: World, q: Asked) -> str:
    """Name the month that is shown where it is one and is over; empty for any other stretch."""
    month = month_of(q.period.start, world.zone)
    return month if q.period == month_period(month, world.zone) else ""


def _scarcest(hot: list[dict[str, Any]]) -> str:
    """Give the item that was asked for most often in vain, whose coverage is worth a look first."""
    worst = max(hot, key=lambda h: h["unmet"], default=None)
    return worst["item"] if worst and worst["unmet"] else CoverageAsk().item


def _trend(days: list[tuple[date, int, int]]) -> list[dict[str, Any]]:
    return [{"day": f"{day:%m-%d}", "due": due, "share": on_time / due} for day, due, on_time in days if due]


def _items(world: World, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """List items by function for the picker."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in world.catalogue.items.values():
        groups.setdefault(item.function_zh, []).append((item.code, item_name(item, lang)))
    return list(groups.items())
