"""Figures over HTTP: coverage, scores, league tables, hot services."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from api.access import EVERYBODY, OVERSEERS, SEE_TICKETS, access
from api.answers.figures import CoverageAnswer, Figures, LedgerEntries, Scores
from api.answers.files import file
from api.forms import Form, Short
from api.roles import AccountDep, MaybeDep, WorldDep, area_prefix, order_scope, part_of, ticket_scope
from api.routing import Router
from api.v1.exports import EXCEL, workbook
from api.views.figures import definition_view, league_view
from api.views.reasons import evidence_view
from api.views.shape import plain
from api.world import World
from data.city.coverage import Coverage
from data.city.whatif import Trial, sources_after
from data.figures.scores import entries, rank_departments
from data.figures.sets import Where, collect_tickets, list_numbers
from data.queries.orders import OrderFilter, item_counts
from grid.account import Account
from grid.figures.sets import count_sets
from grid.period import Period, month_period, month_so_far

router = Router(prefix="/api/v1", tags=["figures"])
MonthDep = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")]


class CoverageAsk(Form):
    """Which item, and at which time; now when left out."""

    item: Short = "SV-E05"
    at: AwareDatetime | None = None


class PeriodAsk(Form):
    """A period of days back from now, and an area."""

    days: Annotated[int, Field(ge=1, le=366)] = 30
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""


def coverage_of(world: World, code: str, at: datetime | None, trials: Sequence[Trial] = ()) -> Coverage:
    """Survey an item at a time by the district's clock, as it is or as it would be after some trials."""
    local, surveyor, item = world.local(at or world.clock()), world.surveyor, world.city.item(code)
    return surveyor.survey(item, local, sources_after(surveyor, item, trials, local) if trials else None)


@router.get("/coverage", response_model=CoverageAnswer, **access(*EVERYBODY))
def coverage(ask: Annotated[CoverageAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Tell how many residents have an open provider of an item within its promise, by community, and who has not."""
    del account
    found = coverage_of(world, ask.item, ask.at)
    zone = world.zone
    names = (
        "item",
        "at",
        "providers",
        "people",
        "unreached",
        "promise_min",
        "within",
        "shares",
        "median_min",
        "p90_min",
        "blind_spots",
        "by_cell",
    )
    body = {name: plain(getattr(found, name), zone) for name in names}
    body["item_name"] = world.city.item(ask.item).name_zh
    body["blind_spots"] = [
        b | {"name": world.city.cells[b["cell"]].name, "minutes": _finite(b["minutes"])}
        for b in body["blind_spots"]
    ]
    body["communities"] = [
        plain(c, zone) | {"name": area.name if (area := world.city.areas.get(c.area)) else ""}
        for c in found.communities
    ]
    body["by_cell"] = {cell: _finite(minutes) for cell, minutes in found.by_cell.items()}
    return JSONResponse(body)


def _finite(minutes: float) -> float | None:
    """Give minutes, or None for never: JSON knows no infinity."""
    return minutes if minutes < 1e6 else None


def league_rows(world: World, account: Account, month: str) -> list[dict[str, Any]]:
    """Rank the departments that had cases due in a month, as every page does; a department sees its own place."""
    period, where = month_so_far(month, world.zone, world.clock()), Where(prefix=part_of(world, account))
    with world.database.read() as session:
        facts = collect_tickets(session, world.catalogue.rulebook, world.chronicle, period, where)
        ranked = rank_departments(session, facts, world.catalogue.appraisal, where.prefix)
        rows = league_view(world, ranked)
    if account.role == "department":
        return [row for row in rows if row["department"] == account.department]
    return rows


SCORE_COLUMNS = {
    "rank": "名次",
    "name": "部门",
    "lost_per_100": "百件扣分",
    "score": "得分",
    "deducted": "扣分",
    "due": "应结案",
    "on_time": "按期处置",
    "late": "未按期处置",
    "on_time_share": "按期处置率",
    "entries": "扣分条数",
}
DEFINED = ("lost_per_100", "score", "due", "on_time", "late", "handled_on_time")


@router.get("/scores", response_model=Scores, **access(*OVERSEERS, outside="left_out", others="left_out"))
def scores(month: MonthDep, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Rank departments for a month, recomputed from the ledger and the log at every call."""
    rows, rules = league_rows(world, account, month), world.catalogue.appraisal
    body = {
        "month": month,
        "items": rows,
        "as_of": plain(world.clock(), world.zone),
        "least_cases": rules.least_cases,
        "per_cases": rules.per_cases,
        "definitions": definition_view(*DEFINED),
    }
    return JSONResponse(body)


@router.get("/scores/export", **file(EXCEL), **access(*OVERSEERS, outside="left_out", others="left_out"))
def scores_export(month: MonthDep, world: WorldDep, account: AccountDep) -> Response:
    """Give the league table as an Excel workbook."""
    return workbook(f"scores-{month}", f"部门得分 {month}", SCORE_COLUMNS, league_rows(world, account, month))


@router.get(
    "/scores/{department}/entries",
    response_model=LedgerEntries,
    **access(*OVERSEERS, outside="left_out", others="left_out"),
)
def ledger(department: str, month: MonthDep, world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the ledger entries behind a score."""
    zone = world.zone
    if account.role == "department" and department != account.department:
        return JSONResponse({"items": [], "month": month})
    with world.database.read() as session:
        found = entries(session, month_period(month, zone), department, part_of(world, account))
    kinds = world.catalogue.rulebook.deductions
    items = [
        plain(e, zone)
        | evidence_view(e.evidence, zone, world.catalogue.rulebook.stage_names)
        | {"points": e.points_centi / 100, "kind_name": kinds[e.kind].name_zh if e.kind in kinds else e.kind}
        for e in found
    ]
    return JSONResponse(
        {"items": items, "month": month, "department": world.city.department_name(department)}
    )


@router.get(
    "/figures",
    response_model=Figures,
    **access(*SEE_TICKETS, "provider", outside="left_out", others="left_out"),
)
def figures(ask: Annotated[PeriodAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Count tickets and orders of a period inside one's scope, with the hot services."""
    now, prefix = world.clock(), area_prefix(world, ask.area)
    period = Period(start=now - timedelta(days=ask.days), end=now)
    zone = world.zone
    with world.database.read() as session:
        where = _seen(world, session, account, prefix)
        facts = collect_tickets(session, world.catalogue.rulebook, world.chronicle, period, where)
        told = count_sets(facts)
        body = {
            "tickets": told["reported"],
            "open": told["open"],
            "overdue": told["overdue"],
            "closed": told["closed"],
        }
        wanted = OrderFilter(area=ask.area, since=period.start)
        items = item_counts(session, order_scope(world, account), wanted, prefix)
    total = sum(i.total for i in items)
    unmet = sum(i.unmet for i in items)
    hot = [
        plain(i, zone) | {"name": world.catalogue.items[i.item].name_zh}
        for i in items
        if i.item in world.catalogue.items
    ]
    body |= {"orders": total, "unmet": unmet}
    return JSONResponse(
        {
            "figures": body,
            "hot": hot,
            "since": plain(period.start, zone),
            "as_of": plain(now, zone),
            "definitions": definition_view("reported", "open", "overdue", "closed"),
        }
    )


def _seen(world: World, session: Session, account: Account, prefix: str) -> Where:
    """Give the tickets that an account may count: a department its own in its area, others those they may see."""
    if account.role == "department":
        own = part_of(world, account)
        if not own.startswith(prefix) and not prefix.startswith(own):
            return Where(only=frozenset())
        return Where(prefix=max(own, prefix, key=len), department=account.department)
    return Where(prefix=prefix, only=list_numbers(session, ticket_scope(world, account)))
