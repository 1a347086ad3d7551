"""The two-way table of the board: cases by area and by department, which adds up in both directions."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.pages.board_ask import (
    KindDep,
    TicketsListAsk,
    ViewerDep,
    areas_to_pick,
    asked,
    facts_of,
    name_of_area,
)
from api.pages.shell import language_of, page
from api.roles import WorldDep
from api.routing import Router
from api.v1.exports import table_file
from api.views.figures import definitions
from api.world import World
from grid.account import Account
from grid.figures.sets import find_cases
from grid.tickets.history import History

router = Router(include_in_schema=False)
TABLED = ("reported", "open", "overdue", "due", "on_time", "late", "unsigned", "reworked", "closed")
"""Sets of tickets, each of which one department answers for; ratings have none of their own."""
ELSEWHERE = "其他区域"


class TableAsk(TicketsListAsk):
    """Which set of tickets is counted."""

    set: Annotated[str, Field(pattern=f"^({'|'.join(TABLED)})$")] = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An area with its cases by department; ``area`` is None for areas that are no longer listed, ``deeper`` tells of areas below."""

    area: str | None
    name: str
    deeper: bool
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All cases of the area."""
        return self.counts.total()


def counted(world: World, account: Account, ask: TableAsk) -> list[Row]:
    """Count the cases of a set by the areas below the one that was asked for, and by department; areas without cases too.

    Raises
    ------
    BadFieldError
        See `asked`.
    """
    q = asked(world, account, ask, ask.department, ask.nature)
    with world.database.read() as session:
        cases = find_cases(facts_of(world, session, q), ask.set)
    inside = ask.area if world.scheme.contains(account.area, ask.area) else account.area
    below = areas_below(world, inside or world.city.district.code)
    prefixes = {world.scheme.prefix(code): code for code, _, _ in below}
    lengths = sorted({len(prefix) for prefix in prefixes}, reverse=True)
    counts: dict[str | None, Counter[str]] = {code: Counter() for code, _, _ in below}
    for case in cases:
        if isinstance(case, History):
            codes = (prefixes.get(case.cell[:length]) for length in lengths)
            counts.setdefault(next(filter(None, codes), None), Counter())[case.department] += 1
    rows = [Row(area=code, name=name, deeper=deep, counts=counts[code]) for code, name, deep in below]
    if None in counts:
        rows.append(Row(area=None, name=ELSEWHERE, deeper=False, counts=counts[None]))
    return rows


def areas_below(world: World, code: str) -> list[tuple[str, str, bool]]:
    """List code, name and whether there are areas below it of what lies right below an area; cells below a community."""
    city = world.city
    below = sorted(a.code for a in city.areas.values() if a.parent == code)
    if below:
        return [(one, city.areas[one].name, True) for one in below]
    cells = sorted(c.code for c in city.cells.values() if code in (c.community, c.code))
    return [(one, city.cells[one].name, False) for one in cells]


def departments_of(world: World, rows: list[Row]) -> list[tuple[str, str]]:
    """List code and name of the departments that have cases, those with the most first."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals.update(row.counts)
    order = sorted(totals, key=lambda code: (-totals[code], code))
    return [(code, world.city.department_name(code)) for code in order]


@router.get("/board/table")
def table(
    request: Request, ask: Annotated[TableAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Show cases by area and by department."""
    rows, q = counted(world, account, ask), asked(world, account, ask)
    columns = departments_of(world, rows)
    totals = {code: sum(row.counts[code] for row in rows) for code, _ in columns}
    return page(
        request,
        world,
        account,
        "board_table.html",
        ask=ask,
        rows=rows if columns else [],
        columns=columns,
        totals=totals,
        total=sum(totals.values()),
        sets=TABLED,
        defined=definitions(language_of(request)),
        areas=areas_to_pick(world, account),
        area_name=name_of_area(world, ask.area),
        exports={kind: ask.list_link(f"/board/table.{kind}", sort="") for kind in ("xlsx", "csv")},
        period=q.period,
        as_of=q.now,
    )


@router.get("/board/table.{kind}")
def table_export(
    kind: KindDep, ask: Annotated[TableAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Give the table as Excel or CSV, with both totals."""
    rows, q = counted(world, account, ask), asked(world, account, ask)
    departments = departments_of(world, rows)
    columns = {"area": "区域", "code": "代码"} | dict(departments) | {"total": "合计"}
    lines: list[dict[str, Any]] = [
        {"area": row.name, "code": row.area or "", "total": row.total}
        | {c: row.counts[c] for c, _ in departments}
        for row in rows
    ]
    sums = {code: sum(line[code] for line in lines) for code in [*(c for c, _ in departments), "total"]}
    lines.append({"area": "合计", "code": ask.area} | sums)
    first, last = f"{q.period.start:%Y-%m-%d}", f"{q.period.last_day:%Y-%m-%d}"
    name, title = f"{ask.set}-{first}-{last}", f"{definitions('zh')[ask.set]} {first} — {last}"
    return table_file(kind, name, title, columns, lines)
