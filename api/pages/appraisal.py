"""The appraisal of a month: composites, raters' marks, open for appeal, published and frozen, recomputed from the log."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.forms import Form, Short
from api.pages.indicators import month_now, months_told
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.appeals import SCORE_COLUMNS, appraisal_body
from api.v1.asks import MONTH
from api.v1.exports import csv_file, workbook
from api.views.figures import definitions
from data.figures.appraisals import appraisal_for, recompute
from grid.account import Account
from grid.period import month_period

router = Router(include_in_schema=False, prefix="/appraisal")
ReaderDep = Annotated[Account, Depends(visitor("leader", "admin", "dispatcher", "department"))]


class AppraisalAsk(Form):
    """Which month; the one before the running one when left out."""

    month: Annotated[str, Field(pattern=rf"^$|{MONTH}")] = ""
    lang: Short = ""


@router.get("")
def appraisal(
    request: Request, ask: Annotated[AppraisalAsk, Query()], world: WorldDep, account: ReaderDep
) -> HTMLResponse:
    """Show the composites of a month with their parts, and what the account may do about them."""
    months = months_told(world, world.clock())
    month = ask.month or (months[1] if len(months) > 1 else months[0])
    body = appraisal_body(world, month, account)
    zone = world.zone
    with world.database.read() as session:
        begun = appraisal_for(session, month) is not None
        again = recompute(session, world.catalogue.appraisal, month, world.clock())
    seen = {row["unit"] for row in body["items"]}
    checked = {r.unit: r for r in again if r.unit in seen}
    return page(
        request,
        world,
        account,
        "appraisal.html",
        body=body,
        month=month,
        months=months,
        begun=begun,
        over=world.clock() >= month_period(month, zone).end,
        runs=month == month_now(world, world.clock()),
        raters=[part for part in body["weights"] if part["part"] != "ledger"],
        ledger_part=next(part for part in body["weights"] if part["part"] == "ledger"),
        whole=sum(part["weight"] for part in body["weights"]),
        actions={action["action"]: action for action in body["actions"]},
        checked=checked,
        defined=definitions(language_of(request)),
        agrees=all(r.agrees for r in checked.values()),
        least=world.catalogue.appraisal.least_cases,
        as_of=world.clock(),
    )


@router.get(".{kind}")
def table(
    kind: Annotated[str, Field(pattern="^(xlsx|csv)$")],
    ask: Annotated[AppraisalAsk, Query()],
    world: WorldDep,
    account: ReaderDep,
) -> Response:
    """Give the composites of a month as Excel or CSV, with every part."""
    month = ask.month or month_now(world, world.clock())
    body = appraisal_body(world, month, account)
    columns, rows = _columns(body["weights"]), [row | row["parts"] for row in body["items"]]
    name = f"appraisal-{month}"
    if kind == "csv":
        return csv_file(name, columns, rows)
    return workbook(name, f"部门综合考核 {month}（{body['state_name']}）", columns, rows)


def _columns(weights: list[Mapping[str, Any]]) -> dict[str, str]:
    """Put the raters with their weights behind the ledger."""
    columns: dict[str, str] = {}
    for key, label in SCORE_COLUMNS.items():
        columns[key] = label
        if key == "ledger":
            columns |= {w["part"]: f"{w['name']}（{w['weight']}）" for w in weights if w["part"] != "ledger"}
    return columns
