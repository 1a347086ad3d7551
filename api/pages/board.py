"""The leader's board: figures that each open the list behind them, league table, hot services, exports."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.pages import board_maps
from api.pages.board_ask import Asked, BoardAsk, CoverageAsk, ListAsk, OrdersAsk, areas_to_pick, asked
from api.pages.board_maps import item_name
from api.pages.shell import language_of, page, visitor
from api.pages.ticket import entries_view, natures
from api.pages.work import ticket_table
from api.roles import WorldDep, order_scope
from api.v1.exports import csv_file, workbook
from api.views.order import order_view
from api.views.ticket import ticket_view
from api.world import World
from data.figures.sets import chosen, counts, daily_on_time, ledger, list_set, tallies
from data.queries.orders import OrderFilter, item_counts, list_orders
from data.queries.paging import MOST, Ask
from data.registers.accounts import Account
from grid.figures.league import table

router = APIRouter(include_in_schema=False)
router.include_router(board_maps.router)
ViewerDep = Annotated[Account, Depends(visitor("leader", "admin", "dispatcher", "department"))]
KindDep = Annotated[str, Field(pattern="^(xlsx|csv)$")]
ROWS = 60
HOT_SHOWN = 12
FEWEST_CASES = 10
BY_DAY, MORNING = range(7, 21), 10
MOST_EXPORTED = 20_000
LEAGUE_COLUMNS = {
    "rank": "名次",
    "name": "部门",
    "score": "得分",
    "deducted": "扣分",
    "lost_per_100": "每百件扣分",
    "entries": "扣分条数",
    "due": "应结案",
    "on_time": "按期",
    "overdue": "超期",
    "on_time_share": "按期率",
    "low": "95%区间下限",
    "high": "95%区间上限",
    "like_cases": "同类案件数",
    "like_own": "同类按期率",
    "like_others": "其他部门同类按期率",
}


@router.get("/board")
def board(
    request: Request, ask: Annotated[BoardAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Show the board; coverage comes after the page, in its frame, at night that of the morning when all are open."""
    q = asked(world, account, ask)
    zone = world.zone
    with world.database.read() as session:
        figures = counts(session, q.base, q.period, q.now)
        before = counts(session, q.base, q.period.before(), q.now)
        table = league_table(world, session, q)
        hot = _hot(world, session, account, ask, q, language_of(request))
        days = daily_on_time(session, q.base, q.period, q.now, zone)
    orders, unmet = sum(h["total"] for h in hot), sum(h["unmet"] for h in hot)
    return page(
        request,
        world,
        account,
        "board.html",
        ask=ask,
        figures=figures,
        before=before,
        league_rows=table,
        hot=hot[:HOT_SHOWN],
        scarcest=_scarcest(hot),
        orders=orders,
        unmet=unmet,
        days=_trend(days),
        areas=areas_to_pick(world, account),
        area_name=_area_name(world, ask.area),
        items=_items(world, language_of(request)),
        period=q.period,
        as_of=q.now,
        hour=None if q.now.hour in BY_DAY else MORNING,
    )


@router.get("/board/tickets")
def tickets(
    request: Request, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the tickets behind a number."""
    q = asked(world, account, ask, ask.department, ask.nature)
    conditions = (*q.base, chosen(ask.set, q.period, q.now))
    with world.database.read() as session:
        found = list_set(session, conditions, Ask(sort=ask.sort, limit=ROWS, after=ask.after))
        total = counts(session, q.base, q.period, q.now)[ask.set]
    return page(
        request,
        world,
        account,
        "board_tickets.html",
        ask=ask,
        items=[ticket_view(world, t, account, q.now) for t in found.items],
        total=total,
        natures=natures(world, language_of(request)),
        first=ask.list_link("/board/tickets") if ask.after else None,
        following=ask.list_link("/board/tickets", after=found.next) if found.next else None,
        sorted_by=ask.list_link("/board/tickets", sort="") + "&",
        exports={kind: ask.list_link(f"/board/tickets.{kind}", sort="") for kind in ("xlsx", "csv")},
        area_name=_area_name(world, ask.area),
        department_name=world.city.department_name(ask.department) if ask.department else "",
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/tickets.{kind}")
def tickets_export(
    kind: KindDep, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the tickets behind a number as Excel or CSV."""
    q = asked(world, account, ask, ask.department, ask.nature)
    conditions = (*q.base, chosen(ask.set, q.period, q.now))
    rows: list[dict[str, Any]] = []
    with world.database.read() as session:
        after: str | None = None
        while len(rows) < MOST_EXPORTED:
            found = list_set(session, conditions, Ask(sort=ask.sort, limit=MOST, after=after))
            rows += [ticket_view(world, t, account, q.now) for t in found.items]
            if (after := found.next) is None:
                break
    return ticket_table(kind, f"{ask.set}-{q.now:%Y%m%d}", f"工单清单 {q.now:%Y-%m-%d %H:%M}", rows)


@router.get("/board/ledger")
def ledger_page(
    request: Request, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Show the ledger entries behind the score of a department."""
    q = asked(world, account, ask)
    with world.database.read() as session:
        rows = [row for row in league_table(world, session, q) if row["department"] == ask.department]
        entries = ledger(session, q.base, q.period, ask.department)
    return page(
        request,
        world,
        account,
        "board_ledger.html",
        ask=ask,
        row=rows[0] if rows else None,
        entries=entries_view(world, entries, language_of(request)),
        department_name=world.city.department_name(ask.department),
        area_name=_area_name(world, ask.area),
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
        rows = league_table(world, session, q)
    name, title = f"league-{q.period.start:%Y%m%d}", f"部门得分 {q.period.start:%Y-%m-%d} 起"
    return (
        csv_file(name, LEAGUE_COLUMNS, rows) if kind == "csv" else workbook(name, title, LEAGUE_COLUMNS, rows)
    )


@router.get("/board/orders")
def orders_page(
    request: Request, ask: Annotated[OrdersAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the orders behind a hot service, without personal data."""
    q = asked(world, account, ask)
    wanted = OrderFilter(
        area=ask.area, item=ask.item, state=ask.state, since=q.period.start, until=q.period.end
    )
    with world.database.read() as session:
        asked_for = Ask(sort="-created_at", limit=ROWS, after=ask.after)
        found = list_orders(session, order_scope(world, account), wanted, asked_for, q.prefix)
    item = world.catalogue.items.get(ask.item)
    more = {"item": ask.item, "state": ask.state}
    return page(
        request,
        world,
        account,
        "board_orders.html",
        ask=ask,
        items=[order_view(world, order, account, q.now) for order in found.items],
        item_name=item_name(item, language_of(request)) if item else "",
        first=ask.link("/board/orders", **more) if ask.after else None,
        following=ask.link("/board/orders", **more, after=found.next) if found.next else None,
        area_name=_area_name(world, ask.area),
        as_of=q.now,
    )


def league_table(world: World, session: Session, q: Asked) -> list[dict[str, Any]]:
    """Rank departments by the points they lost per hundred cases; those with too few cases come last, unranked."""
    found = table(tallies(session, q.base, q.period, q.now), ledger(session, q.base, q.period), FEWEST_CASES)
    return [
        {
            "rank": row.rank,
            "department": row.unit,
            "name": world.city.department_name(row.unit),
            "score": row.score.score_centi / 100,
            "deducted": row.score.deducted_centi / 100,
            "lost_per_100": None if row.lost_per_100 is None else round(row.lost_per_100, 2),
            "entries": row.score.entries,
            "due": row.due,
            "on_time": row.on_time,
            "overdue": row.late,
            "on_time_share": round(row.on_time / row.due, 4) if row.due else None,
            "low": round(row.low, 4),
            "high": round(row.high, 4),
            "like_cases": row.like.cases if row.like else 0,
            "like_own": round(row.like.own, 4) if row.like else None,
            "like_others": round(row.like.others, 4) if row.like else None,
            "few": row.rank is None,
        }
        for row in found
    ]


def _hot(
    world: World, session: Session, account: Account, ask: BoardAsk, q: Asked, lang: str
) -> list[dict[str, Any]]:
    wanted = OrderFilter(area=ask.area, since=q.period.start, until=q.period.end)
    found = item_counts(session, order_scope(world, account), wanted, q.prefix)
    return [
        {
            "item": i.item,
            "name": item_name(world.catalogue.items[i.item], lang),
            "total": i.total,
            "unmet": i.unmet,
            "rating": i.rating,
        }
        for i in found
        if i.item in world.catalogue.items
    ]


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


def _area_name(world: World, area: str) -> str:
    if area in world.city.areas:
        return world.city.areas[area].name
    return world.city.cells[area].name if area in world.city.cells else world.city.district.name
