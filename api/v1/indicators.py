"""The indicators over HTTP: value, where it comes from, among siblings, against the past."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse, Response

from api.access import access
from api.answers.files import file
from api.answers.indicator import IndicatorPanel
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import AreaCode, Month
from api.v1.exports import CSV, EXCEL, csv_file, workbook
from api.views.measure_words import counted_word, why_word
from api.views.shape import plain
from api.world import World
from data.figures.panel import SPANS, Panel, panel
from grid.account import Account
from grid.figures.indicators import Indicator

router = Router(prefix="/api/v1/indicators", tags=["governance"])
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
    "filter_zh": "口径",
    "left_out": "未计入",
    "asked": "应答基数",
    "reason_zh": "无数据原因",
}


class IndicatorAsk(Form):
    """Which month and area; one's own area when left out."""

    month: Month
    area: AreaCode = ""


class ExportAsk(IndicatorAsk):
    """In which format."""

    format: Literal["xlsx", "csv"] = "xlsx"


@router.get("", response_model=IndicatorPanel, **access("leader", "admin", "dispatcher"))
def indicators(ask: Annotated[IndicatorAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell all indicators of an area and month."""
    return JSONResponse(_body(world, account, ask))


@router.get("/export", **file(EXCEL, CSV), **access("leader", "admin", "dispatcher"))
def indicators_export(ask: Annotated[ExportAsk, Query()], world: WorldDep, account: AccountDep) -> Response:
    """Give the indicators of an area and month as Excel or CSV."""
    return export(world, account, ask)


def export(world: World, account: Account, ask: ExportAsk) -> Response:
    """Write the indicators of an area and month as a table."""
    body = _body(world, account, ask)
    rows = [
        item
        | item["provenance"]
        | item["horizontal"]
        | {f"{span}_percent": item["vertical"][span]["percent"] for span in SPANS}
        | {"reason_zh": item["why_zh"] if item["value"] is None else ""}
        for item in body["items"]
    ]
    name = f"indicators-{ask.month}-{body['area']}"
    if ask.format == "csv":
        return csv_file(name, COLUMNS, rows)
    return workbook(name, f"{body['area_name']} 指标 {ask.month}", COLUMNS, rows)


def _body(world: World, account: Account, ask: IndicatorAsk) -> dict[str, Any]:
    found = panel(world.sources, account.area, ask.month, ask.area, world.clock())
    zone = world.zone
    area = found.region.area
    return {
        "month": ask.month,
        "area": area.code,
        "area_name": area.name,
        "level": area.level,
        "siblings": [a.code for a in found.region.siblings],
        "start": plain(found.period.start, zone),
        "end": plain(found.period.end, zone),
        "as_of": plain(found.now, zone),
        "frozen_at": plain(found.frozen_at, zone),
        "rules": world.catalogue.version,
        "items": [item_view(found, indicator) for indicator in world.catalogue.indicators],
    }


def item_view(found: Panel, indicator: Indicator) -> dict[str, Any]:
    """Show an indicator: value, where it comes from, among siblings, against the past."""
    mine = found.measure(indicator)
    return {
        "id": indicator.id,
        "name": indicator.name_zh,
        "name_en": indicator.name_en,
        "group": indicator.group,
        "use": indicator.use,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "value": _rounded(mine.value),
        "normalised": _rounded(mine.normalised),
        "normaliser": indicator.normaliser,
        "few": mine.value is not None and mine.rows < indicator.least,
        "why": mine.why,
        "why_zh": why_word(mine.why, indicator, "zh"),
        "why_en": why_word(mine.why, indicator, "en"),
        "provenance": {
            "rows": mine.rows,
            "filter": counted_word(mine.filter, indicator, "en"),
            "filter_zh": counted_word(mine.filter, indicator, "zh"),
            "left_out": mine.left_out,
            "left_out_why": mine.left_out_why,
            "asked": mine.asked,
            "register_as_of_now": indicator.stock and found.frozen_at is None,
        },
        "horizontal": {
            key: _rounded(value) if key not in ("rank", "of") else value
            for key, value in asdict(found.standing(indicator)).items()
        },
        "vertical": {
            span: {
                key: _rounded(value) if key != "why" else value
                for key, value in asdict(found.change(indicator, span)).items()
            }
            for span in SPANS
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
