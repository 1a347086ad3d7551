"""Appeals and appraisals over HTTP: file, review, rate, open, publish."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from api.access import OVERSEERS, access
from api.answers.appeal import AppealAnswer, AppealDetail, Appeals, Ledger
from api.answers.appraisal import AppraisalAnswer, AppraisalHead
from api.answers.files import file
from api.forms import ActionForm, Form, Long, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep, is_whole, part_of, whole_only
from api.routing import Router
from api.v1.asks import MONTH, Month
from api.v1.exports import EXCEL, workbook
from api.views.figures import definition_view
from api.views.reasons import evidence_view
from api.views.shape import plain
from api.world import World
from data.desk.appeals import NewAppeal, entry_of
from data.desk.appraisals import NewAppraisal
from data.errors import MissingError
from data.figures.appraisals import (
    LedgerLine,
    appeals_of,
    appraisal_for,
    composites,
    find_appeal,
    ledger_lines,
)
from data.queries.tickets import timeline
from data.store.done import Done
from data.store.kinds.cases import APPEAL, APPRAISAL
from dispatch.lifecycle import Action, Lifecycle
from grid.account import Account
from grid.period import month_period, month_so_far
from grid.scores.appeal import Appeal, Filing, last_day_to_appeal
from grid.scores.appraisal import Appraisal, AppraisalRules

router = Router(prefix="/api/v1", tags=["governance"])
MonthPath = Annotated[str, Path(pattern=MONTH)]
EntryNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
POINT = 100
SCORE_COLUMNS = {
    "rank": "名次",
    "name": "部门",
    "composite": "综合得分",
    "ledger": "系统考核",
    "deducted": "扣分",
    "due": "应结案",
    "on_time": "按期处置",
    "on_time_share": "按期处置率",
    "low": "95%下限",
    "high": "95%上限",
    "missing_names": "未评分",
}


class AppealForm(Form):
    """Why a deduction is wrong, with photos."""

    reason: Annotated[Long, Field(min_length=1)]
    evidence: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=9)] = ()


class AppealAsk(Form):
    """Which appeals to list."""

    department: Short = ""
    open: bool = False


class AppraisalForm(Form):
    """The month to begin with."""

    month: Annotated[str, Field(pattern=MONTH)]


class AppraisalActionForm(Form):
    """One action on an appraisal."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    unit: Short | None = None
    rater: Short | None = None
    score: Annotated[float, Field(ge=0, le=100)] | None = None
    reason: Long | None = None


@router.get(
    "/scores/{department}/ledger",
    response_model=Ledger,
    **access(*OVERSEERS, outside="left_out", others="hidden"),
)
def ledger(department: str, month: Month, world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the entries behind a score with their numbers, what was appealed, and until when one may."""
    own(account, department)
    period = month_period(month, _zone(world))
    with world.database.read() as session:
        lines = ledger_lines(session, period, department, part_of(world, account))
        appraisal = appraisal_for(session, month)
    open_until = appraisal.open_until if appraisal and appraisal.state == "open" else None
    items = [line_view(world, line, account, open_until) for line in lines]
    return JSONResponse(
        {"month": month, "department": world.city.department_name(department), "items": items}
    )


@router.post(
    "/scores/{department}/entries/{entry}/appeals",
    response_model=AppealAnswer,
    status_code=201,
    **access("department", outside="hidden", others="hidden"),
)
def file_appeal(
    department: str,
    entry: EntryNumber,
    form: AppealForm,
    world: WorldDep,
    account: AccountDep,
    receipts: ReceiptDep,
) -> JSONResponse:
    """Appeal against a deduction; only the department that lost the points may, within the term."""
    own(account, department)
    with world.database.read() as session:
        found = entry_of(session, entry, prefix=part_of(world, account))
        if found.unit != department:
            raise MissingError(f"entry {entry} is not in the account of {department}")
    answer = _appeal_answer(world, account)
    filing = Filing(reason=form.reason, evidence=form.evidence)
    done = world.desk.start(
        NewAppeal(entry=entry, filing=filing), account.actor(), world.clock(), receipt=receipts(answer, 201)
    )
    return respond(done, answer, 201)


@router.get("/appeals", response_model=Appeals, **access(*OVERSEERS, outside="left_out", others="left_out"))
def appeals(ask: Annotated[AppealAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List appeals, a department's own or all, the newest first."""
    unit = account.department if account.role == "department" else ask.department
    lifecycle = world.catalogue.appeals.lifecycle
    states = [s for s in lifecycle.states if s not in lifecycle.final] if ask.open else []
    with world.database.read() as session:
        found = appeals_of(session, unit, states, part_of(world, account))
    return JSONResponse({"items": [appeal_view(world, a, account) for a in found]})


@router.get(
    "/appeals/{no}", response_model=AppealDetail, **access(*OVERSEERS, outside="hidden", others="hidden")
)
def appeal(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show an appeal with everything that happened to it."""
    found = appeal_for(world, no, account)
    with world.database.read() as session:
        steps = timeline(session, "appeal", no)
    return JSONResponse(appeal_view(world, found, account) | {"timeline": plain(steps, _zone(world))})


@router.post(
    "/appeals/{no}/actions",
    response_model=AppealAnswer,
    **access(*OVERSEERS, outside="hidden", others="hidden"),
)
def act(
    no: str, form: ActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on an appeal."""
    appeal_for(world, no, account)
    answer = _appeal_answer(world, account)
    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(APPEAL, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.post(
    "/appraisals",
    response_model=AppraisalHead,
    status_code=201,
    **access("leader", "admin", outside="refused"),
)
def begin(form: AppraisalForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Begin the appraisal of a month that is over, for the whole district."""
    whole_only(world, account)
    answer = _appraisal_answer(world, account)
    done = world.desk.start(
        NewAppraisal(month=form.month), account.actor(), world.clock(), receipt=receipts(answer, 201)
    )
    return respond(done, answer, 201)


@router.get(
    "/appraisals/{month}",
    response_model=AppraisalAnswer,
    **access(*OVERSEERS, outside="left_out", others="left_out"),
)
def appraisal(month: MonthPath, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show the composites of a month: as published, else as they would be now."""
    return JSONResponse(appraisal_body(world, month, account))


@router.get(
    "/appraisals/{month}/export", **file(EXCEL), **access(*OVERSEERS, outside="left_out", others="left_out")
)
def appraisal_export(month: MonthPath, world: WorldDep, account: AccountDep) -> Response:
    """Give the composites of a month as an Excel workbook."""
    body = appraisal_body(world, month, account)
    title = f"部门综合考核 {month}（{body['state_name']}）"
    return workbook(f"appraisal-{month}", title, SCORE_COLUMNS, body["items"])


@router.post(
    "/appraisals/{month}/actions",
    response_model=AppraisalHead,
    **access("dispatcher", "leader", "admin", outside="refused"),
)
def act_on_appraisal(
    month: MonthPath, form: AppraisalActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Rate a unit, open the month for appeal, take it back, or publish and freeze it."""
    whole_only(world, account)
    fields = {k: v for k, v in form.model_dump(exclude={"action"}).items() if v is not None}
    answer = _appraisal_answer(world, account)
    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(APPRAISAL, month, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


def _zone(world: World) -> ZoneInfo:
    return world.zone


def own(account: Account, department: str) -> None:
    """Hide other departments' accounts from a department."""
    if account.role == "department" and account.department != department:
        raise MissingError(f"the account of {department} does not exist or is not yours")


def appeal_for(world: World, no: str, account: Account) -> Appeal:
    """Give an appeal that the account may see.

    Raises
    ------
    MissingError
        When there is none, or not for this account.
    """
    with world.database.read() as session:
        found = find_appeal(session, no, part_of(world, account))
    if found is None or (account.role == "department" and found.unit != account.department):
        raise MissingError(f"appeal {no} does not exist or is not yours")
    return found


def moves(lifecycle: Lifecycle, state: str, role: str) -> list[dict[str, Any]]:
    """Tell what a role can do in a state."""
    return [
        {"action": m.action, "label": m.label, "needs": list(m.needs)}
        for m in lifecycle.possible(state, role)
    ]


def appeal_view(world: World, found: Appeal, account: Account) -> dict[str, Any]:
    """Show an appeal with names, whether its term is over, and what the account may do."""
    lifecycle, deductions = world.catalogue.appeals.lifecycle, world.catalogue.rulebook.deductions
    shown: dict[str, Any] = plain(found, _zone(world))
    kind = deductions.get(found.kind)
    return shown | {
        "points": found.points_centi / POINT,
        "kind_name": kind.name_zh if kind else found.kind,
        "unit_name": world.city.department_name(found.unit),
        "state_name": lifecycle.labels[found.state],
        "ended": found.state in lifecycle.final,
        "late": found.state not in lifecycle.final and world.clock() > found.due_at,
        "actions": moves(lifecycle, found.state, account.role),
    }


def _appeal_answer(world: World, account: Account) -> Callable[[Done], dict[str, Any]]:
    return lambda done: appeal_view(world, done.fact, account)


def line_view(
    world: World, line: LedgerLine, account: Account, open_until: datetime | None
) -> dict[str, Any]:
    """Show a line of the ledger: its name, its appeal, until when and whether the account may appeal."""
    entry, deductions = line.entry, world.catalogue.rulebook.deductions
    until = last_day_to_appeal(entry, world.catalogue.appeals, open_until)
    open_to_all = line.appeal is None and not line.reversed and world.clock() <= until
    may = entry.points_centi < 0 and open_to_all
    shown: dict[str, Any] = plain(entry, _zone(world))
    told = evidence_view(entry.evidence, _zone(world), world.catalogue.rulebook.stage_names)
    return (
        shown
        | told
        | {
            "id": line.id,
            "points": entry.points_centi / POINT,
            "kind_name": deductions[entry.kind].name_zh if entry.kind in deductions else entry.kind,
            "appeal": None if line.appeal is None else appeal_view(world, line.appeal, account),
            "reversed": line.reversed,
            "appeal_until": plain(until, _zone(world)),
            "may_appeal": may and account.role == "department" and account.department == entry.unit,
        }
    )


def _appraisal_answer(world: World, account: Account) -> Callable[[Done], dict[str, Any]]:
    def answer(done: Done) -> dict[str, Any]:
        found: Appraisal = done.fact
        return _head(world, found, account)

    return answer


def _head(world: World, found: Appraisal, account: Account) -> dict[str, Any]:
    lifecycle, zone = world.catalogue.appraisal.lifecycle, _zone(world)
    return {
        "month": found.month,
        "state": found.state,
        "state_name": lifecycle.labels[found.state],
        "opened_at": plain(found.opened_at, zone),
        "open_until": plain(found.open_until, zone),
        "published_at": plain(found.published_at, zone),
        "ratings": len(found.ratings),
        "actions": moves(lifecycle, found.state, account.role),
    }


def appraisal_body(world: World, month: str, account: Account) -> dict[str, Any]:
    """Show the composites of a month: as published, else as they would be now; others' when published, to all but who has the whole district."""
    rules = world.catalogue.appraisal
    period = month_so_far(month, _zone(world), world.clock())
    with world.database.read() as session:
        found = appraisal_for(session, month) or Appraisal(month=month, state=rules.lifecycle.initial)
        live = [] if found.table else composites(session, rules, period, found.ratings)
    rows = found.table["items"] if found.table else [asdict(c) for c in live]
    if account.role == "department" and not found.table:
        rows = [r for r in rows if r["unit"] == account.department]
    elif not found.table and not is_whole(world, account):
        rows = []
    weights = found.table["weights"] if found.table else _weights(rules)
    names = {"ledger": rules.ledger_name_zh} | {r.code: r.name_zh for r in rules.raters}
    return _head(world, found, account) | {
        "items": [_row_view(world, row, names) for row in rows],
        "weights": [{"part": k, "name": names.get(k, k), "weight": w} for k, w in weights.items()],
        "per_cases": found.table.get("per_cases", 0) if found.table else rules.per_cases,
        "rules": found.table["rules"] if found.table else world.catalogue.version,
        "as_of": plain(found.published_at or world.clock(), _zone(world)),
        "definitions": definition_view("due", "on_time", "handled_on_time", "lost_per_100", "score"),
    }


def _weights(rules: AppraisalRules) -> dict[str, int]:
    return {"ledger": rules.ledger_weight} | {r.code: r.weight for r in rules.raters}


def _row_view(world: World, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    share = row["on_time_share"]
    return {
        "unit": row["unit"],
        "name": world.city.department_name(row["unit"]),
        "rank": row["rank"],
        "composite": row["composite_centi"] / POINT,
        "ledger": row["parts"]["ledger"] / POINT,
        "parts": {part: centi / POINT for part, centi in row["parts"].items()},
        "missing": list(row["missing"]),
        "missing_names": "、".join(names.get(code, code) for code in row["missing"]),
        "deducted": row["deducted_centi"] / POINT,
        "entries": row["entries"],
        "due": row["due"],
        "on_time": row["on_time"],
        "on_time_share": None if share is None else round(share, 4),
        "low": round(row["low"], 4),
        "high": round(row["high"], 4),
        "few_cases": row["rank"] is None,
    }
