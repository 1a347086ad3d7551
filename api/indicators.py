"""The indicators over HTTP: value, where it comes from, among siblings, against the past."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from api.exports import csv_file, workbook
from api.forms import Form
from api.governance import AreaCode, Month, month_so_far
from api.roles import WorldDep, only
from api.shape import plain
from api.world import World
from data.accounts import Account
from data.queries.figures import Period
from data.queries.indicators import collect, records_begin
from data.queries.scores import month_bounds
from dispatch.errors import BadFieldError
from grid.area import Area
from grid.area_facts import Facts
from grid.indicators import Indicator, Measure, change, standing
from grid.measures import measure

router = APIRouter(prefix="/api/v1/indicators", tags=["governance"])
LeaderDep = Annotated[Account, Depends(only("leader", "admin", "dispatcher"))]
DIGITS = 4
COLUMNS = {
    "id": "编号",
    "name": "指标",
    "unit": "单位",
    "value": "数值",
    "normalised": "可比值",
    "rank": "同级排名",
    "of": "同级个数",
    "gap": "与中位数差",
    "month_percent": "环比%",
    "year_percent": "同比%",
    "rows": "计入条数",
    "filter": "口径",
    "left_out": "未计入",
    "why": "无数据原因",
}


class IndicatorAsk(Form):
    """Which month and area; one's own area when left out."""

    month: Month
    area: AreaCode = ""


class ExportAsk(IndicatorAsk):
    """In which format."""

    format: Literal["xlsx", "csv"] = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An area with its siblings of one level, itself among them, and the area above."""

    area: Area
    siblings: tuple[Area, ...]
    parent: str


@router.get("")
def indicators(ask: Annotated[IndicatorAsk, Query()], world: WorldDep, account: LeaderDep) -> JSONResponse:
    """Tell all indicators of an area and month."""
    return JSONResponse(_body(world, account, ask))


@router.get("/export")
def indicators_export(ask: Annotated[ExportAsk, Query()], world: WorldDep, account: LeaderDep) -> Response:
    """Give the indicators of an area and month as Excel or CSV."""
    body = _body(world, account, ask)
    rows = [
        item
        | item["provenance"]
        | item["horizontal"]
        | {f"{span}_percent": item["vertical"][span]["percent"] for span in ("month", "year")}
        for item in body["items"]
    ]
    name = f"indicators-{ask.month}-{body['area']}"
    if ask.format == "csv":
        return csv_file(name, COLUMNS, rows)
    return workbook(name, f"{body['area_name']} 指标 {ask.month}", COLUMNS, rows)


def _body(world: World, account: Account, ask: IndicatorAsk) -> dict[str, Any]:
    now = world.clock()
    period, region = month_so_far(world, ask.month, now), _region(world, account, ask.area)
    prefix_of, catalogue = world.catalogue.rulebook.scheme.prefix, world.catalogue
    own_prefix = prefix_of(region.area.code)
    with world.database.read() as session:
        around = collect(session, catalogue, period, prefix_of(region.parent) if region.parent else "")
        past = {
            span: _past(session, world, _earlier(world, ask.month, period, months), own_prefix)
            for span, months in (("month", 1), ("year", 12))
        }
    by_area = {a.code: around.of_area(prefix_of(a.code)) for a in region.siblings}
    own = by_area[region.area.code]
    items = []
    for indicator in catalogue.indicators:
        parent = measure(indicator, around).value
        told = {code: measure(indicator, facts, parent) for code, facts in by_area.items()}
        mine = told[region.area.code]
        then = {span: _before(indicator, facts) for span, facts in past.items()}
        items.append(_item(indicator, mine, list(told.values()), then))
    zone = catalogue.rulebook.worktime.zone
    return {
        "month": ask.month,
        "area": region.area.code,
        "area_name": region.area.name,
        "level": region.area.level,
        "siblings": [a.code for a in region.siblings],
        "start": plain(own.start, zone),
        "end": plain(own.end, zone),
        "as_of": plain(now, zone),
        "rules": catalogue.version,
        "items": items,
    }


def _region(world: World, account: Account, code: str) -> Region:
    """Find the area asked for, inside the account's own."""
    scheme, areas = world.catalogue.rulebook.scheme, world.city.areas
    code = code or account.area or world.city.district.code
    if code not in areas:
        raise BadFieldError("area", code, "give a code of /api/v1/areas")
    if not scheme.contains(account.area, scheme.prefix(code)):
        raise BadFieldError("area", code, f"your area is {account.area}")
    area = areas[code]
    siblings = tuple(a for a in areas.values() if a.level == area.level and a.parent == area.parent)
    return Region(area=area, siblings=siblings, parent=area.parent)


def _earlier(world: World, month: str, period: Period, months: int) -> Period:
    """Give the same stretch of an earlier month: whole for a whole month, as long as the running one has lasted."""
    zone = world.catalogue.rulebook.worktime.zone
    first = date.fromisoformat(f"{month}-01")
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    start, end = month_bounds(f"{first:%Y-%m}", zone)
    whole = period.end == month_bounds(month, zone)[1]
    return Period(start=start, end=end if whole else min(end, start + (period.end - period.start)))


def _past(session: Session, world: World, period: Period, prefix: str) -> Facts | None:
    """Collect an earlier period, None for one before the records begin."""
    begun = records_begin(session)
    if begun is None or period.end <= begun:
        return None
    return collect(session, world.catalogue, period, prefix)


def _before(indicator: Indicator, facts: Facts | None) -> Measure:
    if facts is None:
        return Measure(id=indicator.id, value=None, why="no records of that time")
    return measure(indicator, facts)


def _item(
    indicator: Indicator, mine: Measure, siblings: list[Measure], then: dict[str, Measure]
) -> dict[str, Any]:
    placed = standing(indicator, mine, siblings)
    return {
        "id": indicator.id,
        "name": indicator.name_zh,
        "name_en": indicator.name_en,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "value": _rounded(mine.value),
        "normalised": _rounded(mine.normalised),
        "normaliser": indicator.normaliser,
        "few": mine.value is not None and mine.rows < indicator.least,
        "why": mine.why,
        "provenance": {
            "rows": mine.rows,
            "filter": mine.filter,
            "left_out": mine.left_out,
            "left_out_why": mine.left_out_why,
            "register_as_of_now": indicator.stock,
        },
        "horizontal": {
            key: _rounded(value) if key not in ("rank", "of") else value
            for key, value in asdict(placed).items()
        },
        "vertical": {
            span: {
                key: _rounded(value) if key != "why" else value
                for key, value in asdict(change(indicator, mine, before)).items()
            }
            for span, before in then.items()
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
