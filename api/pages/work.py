"""The department clerk's page: the own queue by remaining time, one ticket at a time, the own score."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.forms import Form, Short
from api.pages.shell import language_of, page, visitor
from api.pages.ticket import natures, ticket_context
from api.roles import WorldDep, order_scope, ticket_scope
from api.routing import Router
from api.v1.exports import table_file
from api.views.figures import definitions, league_view, percent
from api.views.ticket import ticket_view
from api.world import World
from data.errors import MissingError
from data.figures.scores import rank_departments
from data.figures.sets import Where, collect_tickets
from data.queries.orders import OrderFilter, count_orders
from data.queries.paging import MOST, Ask
from data.queries.tickets import TicketFilter, count_tickets, list_tickets
from grid.account import Account
from grid.figures.sets import count_sets
from grid.period import month_of, period_named

router = Router(include_in_schema=False)
ClerkDep = Annotated[Account, Depends(visitor("department", "admin"))]
ROWS = 40
MOST_EXPORTED = 20_000
COLUMNS = {
    "no": "工单号",
    "category_name": "类别",
    "class_name": "大类",
    "state_name": "状态",
    "lamp": "时限灯",
    "department_name": "部门",
    "community_name": "社区",
    "address": "地址",
    "description": "描述",
    "reported_at": "上报时间",
    "due_at": "应办结",
    "received_at": "签收",
    "done_at": "处置",
    "closed_at": "结案",
    "limit": "时限",
    "urgent": "紧急",
    "returns": "退回次数",
    "reworks": "返工次数",
    "nature_name": "诉求性质",
    "rating": "评分",
    "lon": "经度",
    "lat": "纬度",
}


class WorkAsk(Form):
    """Filters of the queue; everything still open when nothing is asked."""

    state: Short = ""
    lamp: Annotated[str, Field(pattern=r"^(green|yellow|orange|red)?$")] = ""
    category: Short = ""
    nature: Short = ""
    text: Short = ""
    watched: Annotated[str, Field(pattern=r"^(supervised|urged)?$")] = ""
    sort: Annotated[str, Field(pattern=r"^-?[a-z_]*$", max_length=20)] = "next_due_at"
    after: Annotated[str, Field(max_length=400)] | None = None
    no: Annotated[str, Field(max_length=40)] = ""
    lang: Short = ""

    def filter(self) -> TicketFilter:
        """Give the filter; a state asked for by name shows finished tickets too.

        Whose tickets are listed is a matter of scope: those led, and those with an own part.
        """
        return TicketFilter(
            state="" if self.state == "all" else self.state,
            lamp=self.lamp,
            category=self.category,
            nature=self.nature,
            text=self.text,
            supervised=self.watched == "supervised",
            urged=self.watched == "urged",
            open=not self.state,
        )

    def address(self, **changes: str) -> str:
        """Give the address of the page with some parameters changed; empty ones are left out."""
        given = {
            name: getattr(self, name)
            for name in ("state", "lamp", "category", "nature", "text", "watched", "sort", "no")
        }
        return "?" + urlencode({k: v for k, v in (given | changes).items() if v})


WorkDep = Annotated[WorkAsk, Query()]


@router.get("/work")
def work(request: Request, ask: WorkDep, world: WorldDep, account: ClerkDep) -> HTMLResponse:
    """Show the queue and the chosen ticket."""
    now, scope = world.clock(), ticket_scope(world, account)
    with world.database.read() as session:
        wanted = ask.filter()
        found = list_tickets(session, scope, wanted, Ask(sort=ask.sort, limit=ROWS, after=ask.after), "")
        total = count_tickets(session, scope, wanted, "")
        cards = _cards(world, session, account, now)
        waiting = count_orders(session, order_scope(world, account), _unanswered(account))
        items = [ticket_view(world, ticket, account, now) for ticket in found.items]
        chosen = _chosen(request, world, session, account, ask.no or (items[0]["no"] if items else ""))
    return page(
        request,
        world,
        account,
        "work.html",
        ask=ask,
        items=items,
        total=total,
        following=ask.address(after=found.next, no="") if found.next else "",
        cards=cards,
        defined=definitions(language_of(request)),
        states=_states(world),
        natures=natures(world, language_of(request)),
        categories=sorted({(c.code, c.name_zh) for c in world.catalogue.rulebook.categories.values()}),
        chosen=chosen,
        orders=waiting,
        as_of=now,
    )


@router.get("/work/export.{kind}")
def export(
    kind: Annotated[str, Field(pattern="^(xlsx|csv)$")], ask: WorkDep, world: WorldDep, account: ClerkDep
) -> Response:
    """Give the filtered queue as Excel or CSV."""
    now, scope = world.clock(), ticket_scope(world, account)
    rows: list[dict[str, Any]] = []
    with world.database.read() as session:
        after: str | None = None
        while len(rows) < MOST_EXPORTED:
            found = list_tickets(
                session, scope, ask.filter(), Ask(sort=ask.sort, limit=MOST, after=after), ""
            )
            rows += [ticket_view(world, ticket, account, now) for ticket in found.items]
            if (after := found.next) is None:
                break
    return ticket_table(kind, f"tickets-{_month_now(world, now)}", "工单清单", rows)


def ticket_table(kind: str, name: str, title: str, rows: list[dict[str, Any]]) -> Response:
    """Write shown tickets as a table of the asked kind."""
    return table_file(kind, name, title, COLUMNS, rows)


def _chosen(
    request: Request, world: World, session: Session, account: Account, no: str
) -> dict[str, Any] | None:
    if not no:
        return None
    try:
        return ticket_context(request, world, session, account, no)
    except MissingError:
        return None


def _cards(world: World, session: Session, account: Account, now: datetime) -> dict[str, Any]:
    """Count what presses, and show this month's place in the ranking of departments."""
    scope, own, rulebook = ticket_scope(world, account), account.department, world.catalogue.rulebook
    period = period_named("month", world.zone, now)
    prefix = world.scheme.prefix(account.area) if account.area else ""
    whole = collect_tickets(session, rulebook, world.chronicle, period, Where(prefix=prefix))
    mine = whole if not own else replace(whole, tickets=[t for t in whole.tickets if t.department == own])
    rows = league_view(world, rank_departments(session, whole, world.catalogue.appraisal, prefix))
    counts = count_sets(mine)
    return {
        "to_handle": count_tickets(session, scope, TicketFilter(department=own, open=True), ""),
        "to_sign": count_tickets(session, scope, TicketFilter(department=own, state="dispatched"), ""),
        "overdue": counts["overdue"],
        "due": counts["due"],
        "on_time": counts["on_time"],
        "rate": percent(counts["on_time"], counts["due"]),
        "place": next((row for row in rows if row["department"] == own), None),
    }


def _unanswered(account: Account) -> OrderFilter:
    """Return which orders wait for the department to accept them; for an administrator those of all parties."""
    return OrderFilter(party=account.department, of_parties=True, state="contacted")


def _states(world: World) -> list[tuple[str, str]]:
    return list(world.catalogue.rulebook.lifecycle.labels.items())


def _month_now(world: World, now: datetime) -> str:
    return month_of(now, world.zone)
