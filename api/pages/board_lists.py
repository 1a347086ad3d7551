"""The lists behind the figures of the board, of tickets and of orders: narrowed, sorted, turned, counted and written out one way."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from api.locale.places import place_name
from api.locale.words import words
from api.pages.board_ask import (
    Asked,
    KindDep,
    ListAsk,
    OrdersListAsk,
    TicketsListAsk,
    ViewerDep,
    areas_to_pick,
    asked,
    facts_of,
    name_of_area,
)
from api.pages.board_maps import item_name
from api.pages.board_orders import orders_in
from api.pages.desk import department_choices
from api.pages.shell import language_of, page, templates
from api.pages.ticket import natures
from api.pages.work import COLUMNS as TICKET_COLUMNS
from api.roles import WorldDep, order_scope, ticket_scope
from api.routing import Router
from api.v1.exports import table_file
from api.views.figures import definitions, order_definitions
from api.views.order import order_view
from api.views.ticket import ticket_view
from api.world import World
from data.figures.cases import count_order_set, list_order_set, providers_numbered
from data.figures.sets import count_set, list_set, narrowed
from data.queries.orders import OrderFilter
from data.queries.paging import MOST, Ask, Page
from dispatch.orders.order import Order
from grid.account import Account
from grid.figures.facts import OrderFact
from grid.figures.sets import ORDER_SETS, find_cases, find_orders
from grid.tickets.ticket import Ticket

router = Router(include_in_schema=False)
ROWS = 60
MOST_EXPORTED = 20_000
MOST_PROVIDERS = 100
TICKET_SETS = (
    "reported",
    "open",
    "overdue",
    "due",
    "on_time",
    "late",
    "unsigned",
    "reworked",
    "closed",
    "rated",
    "content",
)
"""The sets of tickets to choose from; others are opened by their figures."""
ORDER_COLUMNS = {
    "no": "订单号",
    "item_name": "服务",
    "function_name": "功能",
    "state_name": "状态",
    "cause_name": "未满足原因",
    "community_name": "社区",
    "provider_name": "服务商",
    "party_name": "承办",
    "created_at": "下单时间",
    "arrive_due_at": "应上门",
    "arrived_at": "上门",
    "done_at": "完成",
    "ended_at": "结束",
    "rating": "评分",
}
"""What of an order goes out: nothing of the person it is for, and not where that person lives."""

F = TypeVar("F")
Choices = list[tuple[str, list[tuple[str, str]]]]
"""Fields that a list can be narrowed by, each with code and name of its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(Generic[F]):
    """The cases of a set: their numbers, which of them are listed, how they are read, counted and shown.

    ``path`` is the address of the list, ``title`` and ``columns`` those of the table that goes out.
    """

    path: str
    title: str
    columns: Mapping[str, str]
    numbers: Collection[str]
    scope: ColumnElement[bool]
    read: Callable[[Session, ColumnElement[bool], Collection[str], Ask], Page[F]]
    count: Callable[[Session, ColumnElement[bool], Collection[str]], int]
    show: Callable[[F], dict[str, Any]]

    def one_page(self, session: Session, ask: ListAsk) -> dict[str, Any]:
        """Give the page that is asked for and the addresses that lead on from it."""
        found = self.read(session, self.scope, self.numbers, Ask(sort=ask.sort, limit=ROWS, after=ask.after))
        return {
            "path": self.path,
            "items": [self.show(case) for case in found.items],
            "total": self.count(session, self.scope, self.numbers),
            "first": ask.list_link(self.path) if ask.after else None,
            "following": ask.list_link(self.path, after=found.next) if found.next else None,
            "sorted_by": ask.list_link(self.path, sort="") + "&",
            "exports": {kind: ask.list_link(f"{self.path}.{kind}", sort="") for kind in ("xlsx", "csv")},
        }

    def table(self, session: Session, ask: ListAsk, q: Asked, kind: str) -> Response:
        """Write the cases as Excel or CSV, at most 20,000."""
        rows: list[dict[str, Any]] = []
        after: str | None = None
        while len(rows) < MOST_EXPORTED:
            found = self.read(session, self.scope, self.numbers, Ask(sort=ask.sort, limit=MOST, after=after))
            rows += [self.show(case) for case in found.items]
            if (after := found.next) is None:
                break
        name, title = f"{ask.set}-{q.now:%Y%m%d}", f"{self.title} {q.now:%Y-%m-%d %H:%M}"
        return table_file(kind, name, title, self.columns, rows)


def _of_tickets(
    world: World, session: Session, account: Account, ask: TicketsListAsk, q: Asked
) -> CaseList[Ticket]:
    return CaseList(
        path="/board/tickets",
        title="工单清单",
        columns=TICKET_COLUMNS,
        numbers=[case.no for case in find_cases(facts_of(world, session, q), ask.set)],
        scope=and_(ticket_scope(world, account), narrowed(ask.state, ask.number)),
        read=list_set,
        count=count_set,
        show=lambda ticket: ticket_view(world, ticket, account, q.now),
    )


def _of_orders(
    world: World, account: Account, ask: OrdersListAsk, q: Asked, lang: str, cases: Collection[OrderFact]
) -> CaseList[Order]:
    items = world.catalogue.items.values()
    wanted = OrderFilter(
        state=ask.state,
        item=ask.item,
        items=frozenset(i.code for i in items if i.function == ask.function) if ask.function else None,
        number=ask.number,
        provider=int(ask.provider) if ask.provider else None,
        party=ask.party,
    )
    return CaseList(
        path="/board/orders",
        title="订单清单",
        columns=ORDER_COLUMNS,
        numbers=[order.no for order in cases],
        scope=and_(order_scope(world, account), *wanted.conditions("")),
        read=list_order_set,
        count=count_order_set,
        show=lambda order: _order_row(world, order, account, q, lang),
    )


def _order_row(world: World, order: Order, account: Account, q: Asked, lang: str) -> dict[str, Any]:
    """Show an order with the names of its item, function, state and cause in a language."""
    item, say, shown = (
        world.catalogue.items.get(order.item),
        words(lang).gettext,
        order_view(world, order, account, q.now),
    )
    return shown | {
        "item_name": item_name(item, lang) if item else order.item,
        "function_name": say(item.function_zh) if item else "",
        "state_name": say(shown["state_name"]),
        "cause_name": _cause_names(lang).get(order.cause, order.cause),
    }


@cache
def _cause_names(lang: str) -> Mapping[str, str]:
    """Give the names of causes, which stand in the templates."""
    module: Any = templates(lang).get_template("components/causes.html").module
    return dict(module.names)


@router.get("/board/tickets")
def tickets(
    request: Request, ask: Annotated[TicketsListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the tickets behind a number."""
    q, lang = asked(world, account, ask, ask.department, ask.nature, ask.category), language_of(request)
    with world.database.read() as session:
        shown = _of_tickets(world, session, account, ask, q).one_page(session, ask)
    return page(
        request,
        world,
        account,
        "board_tickets.html",
        ask=ask,
        **shown,
        sets=TICKET_SETS,
        filters=_ticket_filters(world, account, lang),
        defined=definitions(lang),
        natures=natures(world, lang),
        areas=areas_to_pick(world, account),
        area_name=name_of_area(world, ask.area),
        department_name=world.city.department_name(q.where.department) if q.where.department else "",
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/tickets.{kind}")
def tickets_export(
    kind: KindDep, ask: Annotated[TicketsListAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the tickets behind a number as Excel or CSV."""
    q = asked(world, account, ask, ask.department, ask.nature, ask.category)
    with world.database.read() as session:
        return _of_tickets(world, session, account, ask, q).table(session, ask, q, kind)


@router.get("/board/orders")
def orders(
    request: Request, ask: Annotated[OrdersListAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """List the orders behind a number, without personal data."""
    q, lang = asked(world, account, ask), language_of(request)
    with world.database.read() as session:
        cases = find_orders(orders_in(world, session, account, q), ask.set)
        shown = _of_orders(world, account, ask, q, lang, cases).one_page(session, ask)
        providers = _providers(session, cases, ask.provider, lang)
    return page(
        request,
        world,
        account,
        "board_orders.html",
        ask=ask,
        **shown,
        sets=tuple(ORDER_SETS),
        filters=_order_filters(world, account, lang, ask.function, providers),
        defined=order_definitions(lang),
        areas=areas_to_pick(world, account),
        area_name=name_of_area(world, ask.area),
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/orders.{kind}")
def orders_export(
    kind: KindDep, ask: Annotated[OrdersListAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the orders behind a number as Excel or CSV, without personal data."""
    q = asked(world, account, ask)
    with world.database.read() as session:
        cases = find_orders(orders_in(world, session, account, q), ask.set)
        return _of_orders(world, account, ask, q, "zh", cases).table(session, ask, q, kind)


def _ticket_filters(world: World, account: Account, lang: str) -> Choices:
    """List what tickets can be narrowed by; a department has its own alone."""
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


def _order_filters(
    world: World, account: Account, lang: str, function: str, providers: list[tuple[str, str]]
) -> Choices:
    """List what orders can be narrowed by; the items of one function where one was chosen."""
    say, rules = words(lang).gettext, world.catalogue
    items = [i for i in rules.items.values() if function in ("", i.function)]
    own = account.role == "department"
    return [
        ("function", list({i.function: say(i.function_zh) for i in rules.items.values()}.items())),
        ("item", [(i.code, item_name(i, lang)) for i in items]),
        ("state", [(code, say(label)) for code, label in rules.orders.lifecycle.labels.items()]),
        *([] if own else [("party", [(c, place_name(n, lang)) for c, n in department_choices(world)])]),
        ("provider", providers),
    ]


def _providers(
    session: Session, cases: Collection[OrderFact], chosen: str, lang: str
) -> list[tuple[str, str]]:
    """List number and name of the providers that have most of some orders, at most 100, and the one that was chosen."""
    found = Counter(order.provider for order in cases if order.provider is not None)
    numbers = [number for number, _ in found.most_common(MOST_PROVIDERS)]
    if chosen and int(chosen) not in numbers:
        numbers.append(int(chosen))
    names = providers_numbered(session, numbers)
    return [(str(number), place_name(names[number], lang)) for number in numbers if number in names]
