"""The very cases behind an indicator: in an order, a page at a time, as tables."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.pages.board_ask import BoardAsk
from api.pages.indicator_words import told
from api.roles import order_scope, ticket_scope
from api.v1.exports import csv_file, workbook
from api.views.alarm import alarm_view
from api.views.order import order_view
from api.views.ticket import ticket_view
from api.world import World
from data.figures.cases import (
    alarms_numbered,
    names_of_accounts,
    orders_numbered,
    providers_numbered,
    tickets_numbered,
)
from data.queries.scope import seen
from data.store.kinds.alarms import ALARM
from dispatch.alarms.fact import Alarm
from grid.account import Account
from grid.figures.lines import Line

ROWS = 50
SORTS: Mapping[str, tuple[Callable[[Line], Any], bool]] = {
    "new": (lambda line: (line.at is not None, line.at, line.no), True),
    "old": (lambda line: (line.at is None, line.at, line.no), False),
    "most": (lambda line: (line.number, line.no), True),
    "least": (lambda line: (line.number, line.no), False),
}
COLUMNS = {
    "kind": "类型",
    "no": "编号",
    "name": "名称",
    "number": "计入",
    "of": "分母",
    "at": "时间",
}
KIND_WORDS = {
    "ticket": "工单",
    "order": "订单",
    "alarm": "报警",
    "provider": "服务商",
    "worker": "网格员",
    "cell": "网格",
}


def default_sort(lines: Sequence[Line]) -> str:
    """Tell the order of lines when none is asked for: the newest first, of what has no time the greatest."""
    return "new" if any(line.at for line in lines) else "most"


def ordered(lines: Sequence[Line], sort: str) -> list[Line]:
    """Give lines in one of the orders of `SORTS`; those without a time stand together."""
    by, down = SORTS[sort or default_sort(lines)]
    return sorted(lines, key=by, reverse=down)


def show_lines(
    world: World, account: Account, lines: Sequence[Line], unit: str, month: str
) -> dict[str, list[dict[str, Any]]]:
    """Show lines as rows by kind, as far as the account may see them; kinds without lines are empty.

    Cases have ``adds``, what each adds to the figure where that is not one.
    """
    now = world.clock()
    of = {kind: [line for line in lines if line.kind == kind] for kind in KIND_WORDS}
    adds = {line.no: told(line.number, unit) for line in lines if line.number != 1 or line.of is not None}
    numbers = [line.no for line in (*of["order"], *of["alarm"])]
    with world.database.read() as session:
        tickets = tickets_numbered(session, ticket_scope(world, account), [t.no for t in of["ticket"]])
        # Alarms were once kept as orders: a number is looked up in both.
        orders = orders_numbered(session, order_scope(world, account), numbers)
        alarms = alarms_numbered(session, seen(ALARM, account.actor(), world.scheme), numbers)
        names = _names(world, session, (*of["provider"], *of["worker"]))
    shown = {
        "tickets": [ticket_view(world, ticket, account, now) for ticket in tickets],
        "orders": [
            *(_alarm_row(world, alarm, account, now) for alarm in alarms),
            *(order_view(world, order, account, now) for order in orders),
        ],
        "firms": [{"no": line.no, "name": names[line.kind, line.no]} for line in of["provider"]],
        "workers": [{"no": line.no, "name": names[line.kind, line.no]} for line in of["worker"]],
        "cells": [_cell_row(world, line, unit, month) for line in of["cell"]],
    }
    for row in (*shown["tickets"], *shown["orders"]):
        row["adds"] = adds.get(row["no"], "")
    return shown


def _names(world: World, session: Session, lines: Sequence[Line]) -> dict[tuple[str, str], str]:
    firms = providers_numbered(session, [int(line.no) for line in lines if line.kind == "provider"])
    people = names_of_accounts(session, [line.no for line in lines if line.kind == "worker"])
    cells = world.city.cells
    return {
        (line.kind, line.no): firms.get(int(line.no), line.no)
        if line.kind == "provider"
        else people.get(line.no, line.no)
        if line.kind == "worker"
        else cells[line.no].name
        if line.no in cells
        else ""
        for line in lines
    }


def _cell_row(world: World, line: Line, unit: str, month: str) -> dict[str, Any]:
    """Show what lies in a cell: the number, and of how many where it is a share."""
    share = None if not line.of else line.number / line.of
    plain = unit if line.of is None else "person"
    return {
        "no": line.no,
        "name": world.city.cells[line.no].name if line.no in world.city.cells else line.no,
        "number": told(line.number, plain),
        "of": None if line.of is None else told(line.of, plain),
        "share": share if unit in ("percent", "0-1") else None,
        "href": BoardAsk(period=month, area=line.no).link("/board"),
    }


def _alarm_row(world: World, alarm: Alarm, account: Account, now: datetime) -> dict[str, Any]:
    """Show an alarm in the columns of orders: its cause, when it was raised, who has it."""
    shown = alarm_view(world, alarm, account, now)
    return shown | {
        "item_name": shown["cause_name"],
        "provider_name": alarm.agent,
        "created_at": shown["raised_at"],
        "rating": None,
    }


def lines_file(world: World, name: str, title: str, kind: str, lines: Sequence[Line]) -> Response:
    """Write lines as Excel or CSV; they name no resident."""
    with world.database.read() as session:
        names = _names(world, session, lines)
    rows = [
        {
            "kind": KIND_WORDS[line.kind],
            "no": line.no,
            "name": names[line.kind, line.no],
            "number": line.number,
            "of": line.of,
            "at": f"{line.at.astimezone(world.zone):%Y-%m-%d %H:%M}" if line.at else "",
        }
        for line in lines
    ]
    return csv_file(name, COLUMNS, rows) if kind == "csv" else workbook(name, title, COLUMNS, rows)
