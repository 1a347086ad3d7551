"""The leader's board: figures that each open the list behind them, league table, hot services, exports."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import and_
from sqlalchemy.orm import Session

from api.locale.places import place_name
from api.locale.words import words
from api.pages.board_ask import (
    Asked,
    BoardAsk,
    CoverageAsk,
    KindDep,
    ListAsk,
    OpenAsk,
    ViewerDep,
    areas_to_pick,
    asked,
    compared,
    facts_of,
    name_of_area,
    ranking,
)
from api.pages.board_maps import item_name
from api.pages.board_opening import opening
from api.pages.board_orders import hot_items, orders_in
from api.pages.indicators import PanelAsk
from api.pages.shell import language_of, page
from api.pages.ticket import entries_view, natures
from api.pages.work import ticket_table
from api.roles import WorldDep, ticket_scope
from api.routing import Router
from api.v1.exports import csv_file, workbook
from api.views.figures import change_word, definitions, percent
from api.views.ticket import ticket_view
from api.world import World
from data.figures.sets import count_set, daily_on_time, in_state, ledger, list_set
from data.queries.paging import MOST, Ask
from grid.account import Account
from grid.figures.sets import ORDER_SETS, find_cases, find_orders
from grid.period import month_before, month_of, month_period

router = Router(include_in_schema=False)
ROWS = 60
HOT_SHOWN = 12
BY_DAY, MORNING = range(7, 21), 10
MOST_EXPORTED = 20_000
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
        due = orders_in(world, session, account, q)
    whole = _whole_month(world, q)
    orders, unmet = sum(h["total"] for h in hot), sum(h["unmet"] for h in hot)
    rate, rate_change = figures.share("handled_on_time")
    return page(
        request,
        world,
        account,
        "board.html",
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
        arrivals={name: len(find_orders(due, name)) for name in ORDER_SETS},
        rate_change=change_word(rate_change, lang, "%"),
        reported_change=change_word(figures.number("reported")[1], lang),
        defined=definitions(lang),
        league_rows=table,
        least=world.catalogue.appraisal.least_cases,
        hot=hot[:HOT_SHOWN],
        scarcest=_scarcest(hot),
        orders=orders,
        unmet=unmet,
        days=_trend(daily_on_time(facts, world.zone)),
        areas=areas_to_pick(world, account),
        area_name=name_of_area(world, ask.area),
        items=_items(world, lang),
        period=q.period,
        as_of=q.now,
        hour=None if q.now.hour in BY_DAY else MORNING,
    )


@router.get("/board/tickets")
def tickets(
    request: Request, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the tickets behind a number."""
    q = asked(world, account, ask, ask.department, ask.nature, ask.category)
    with world.database.read() as session:
        numbers = _numbers(world, session, q, ask.set)
        scope = and_(ticket_scope(world, account), in_state(ask.state))
        found = list_set(session, scope, numbers, Ask(sort=ask.sort, limit=ROWS, after=ask.after))
        total = count_set(session, scope, numbers) if ask.state else len(numbers)
    return page(
        request,
        world,
        account,
        "board_tickets.html",
        ask=ask,
        items=[ticket_view(world, t, account, q.now) for t in found.items],
        total=total,
        filters=_filters(world, account, language_of(request)),
        defined=definitions(language_of(request)),
        natures=natures(world, language_of(request)),
        first=ask.list_link("/board/tickets") if ask.after else None,
        following=ask.list_link("/board/tickets", after=found.next) if found.next else None,
        sorted_by=ask.list_link("/board/tickets", sort="") + "&",
        exports={kind: ask.list_link(f"/board/tickets.{kind}", sort="") for kind in ("xlsx", "csv")},
        area_name=name_of_area(world, ask.area),
        department_name=world.city.department_name(q.where.department) if q.where.department else "",
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/tickets.{kind}")
def tickets_export(
    kind: KindDep, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the tickets behind a number as Excel or CSV."""
    q = asked(world, account, ask, ask.department, ask.nature, ask.category)
    rows: list[dict[str, Any]] = []
    with world.database.read() as session:
        numbers = _numbers(world, session, q, ask.set)
        scope = and_(ticket_scope(world, account), in_state(ask.state))
        after: str | None = None
        while len(rows) < MOST_EXPORTED:
            found = list_set(session, scope, numbers, Ask(sort=ask.sort, limit=MOST, after=after))
            rows += [ticket_view(world, t, account, q.now) for t in found.items]
            if (after := found.next) is None:
                break
    return ticket_table(kind, f"{ask.set}-{q.now:%Y%m%d}", f"工单清单 {q.now:%Y-%m-%d %H:%M}", rows)


def _filters(world: World, account: Account, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """List what a list can be narrowed by: field, then code and name of each value; a department has its own tickets alone."""
    say, rules = words(lang).gettext, world.catalogue.rulebook
    departments = [(code, place_name(d.name_zh, lang)) for code, d in rules.departments.items()]
    categories = [(c.code, c.name_en if lang == "en" else c.name_zh) for c in rules.categories.values()]
    states = [(code, say(label)) for code, label in rules.lifecycle.labels.items()]
    own = account.role == "department"
    return [
        *([] if own else [("department", departments)]),
        ("category", categories),
        ("state", states),
    ]


def _numbers(world: World, session: Session, q: Asked, name: str) -> list[str]:
    """List the numbers of the tickets of a set."""
    return [case.no for case in find_cases(facts_of(world, session, q), name)]


@router.get("/board/ledger")
def ledger_page(
    request: Request, ask: Annotated[ListAsk, Query()], world: WorldDep, account: ViewerDep
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
    return (
        csv_file(name, LEAGUE_COLUMNS, rows) if kind == "csv" else workbook(name, title, LEAGUE_COLUMNS, rows)
    )


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
