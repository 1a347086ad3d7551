"""Corrections over HTTP: records that cannot be right, who corrects them, and how fresh each cell's records are."""

from typing import Annotated, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.correction import CorrectionAnswer, CorrectionPage, TruthAnswer
from api.checks import check_again
from api.forms import Form, Short
from api.roles import AccountDep, WorldDep, part_of
from api.routing import Router
from api.views.correction import correction_view
from api.views.shape import plain
from data.queries.corrections import (
    CorrectionFilter,
    cell_truths,
    count_open,
    list_corrections,
    stale_records,
)
from data.queries.paging import MOST, Ask
from data.queries.scope import find, seen
from data.store.kinds.people import RESIDENT
from data.store.kinds.upkeep import CORRECTION
from dispatch.lifecycle import Action
from grid.correction import LONGEST, State

router = Router(prefix="/api/v1/corrections", tags=["registers"])
KEEPERS = ("worker", "dispatcher", "admin")
MOST_STALE = 50


class CorrectionAsk(Form):
    """Which corrections are listed."""

    state: State = "open"
    check: Short = ""
    kept_in: Annotated[Short, Field(alias="register")] = ""
    record: Short = ""
    sort: Short = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: Annotated[str, Field(max_length=400)] | None = None


class CorrectionForm(Form):
    """The record is right as it is, with a reason; or it was mended and is looked at again."""

    action: Literal["right", "recheck"]
    reason: Annotated[str, Field(max_length=LONGEST)] = ""


@router.get("", response_model=CorrectionPage, **access(*KEEPERS, outside="left_out"))
def corrections(ask: Annotated[CorrectionAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List corrections that are one's own to make, by default those open, found first."""
    scope = seen(CORRECTION, account.actor(), world.scheme)
    wanted = CorrectionFilter(state=ask.state, check=ask.check, register=ask.kept_in, record=ask.record)
    with world.database.read() as session:
        page = list_corrections(session, scope, wanted, Ask(sort=ask.sort, limit=ask.limit, after=ask.after))
        counts = count_open(session, scope)
    items = [correction_view(world, one) for one in page.items]
    return JSONResponse({"items": items, "next": page.next, "open": counts})


@router.get("/rates", response_model=TruthAnswer, **access(*KEEPERS, "leader", outside="left_out"))
def rates(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell cell by cell how many records are fresh and how many have an open correction, and which are past their age."""
    rule, now = world.catalogue.rulebook.registers.records["residents"], world.clock()
    with world.database.read() as session:
        cells = cell_truths(session, part_of(world, account), rule, now)
        scope = seen(RESIDENT, account.actor(), world.scheme)
        stale = stale_records(session, scope, rule, now, MOST_STALE)
    shown = [
        plain(cell, world.zone) | {"rate": round(cell.fresh / cell.people, 4) if cell.people else None}
        for cell in cells
    ]
    told = {"fresh_days": rule.fresh.days, "cells": shown, "stale": plain(stale, world.zone)}
    return JSONResponse(told)


@router.get("/{no}", response_model=CorrectionAnswer, **access(*KEEPERS, outside="hidden"))
def correction(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one correction."""
    with world.database.read() as session:
        found = find(session, CORRECTION, no, account.actor(), world.scheme)
    return JSONResponse(correction_view(world, found))


@router.post("/{no}/actions", response_model=CorrectionAnswer, **access(*KEEPERS, outside="hidden"))
def act(no: str, form: CorrectionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Say that a record is right as it is, or have it looked at again after it was corrected."""
    actor, now = account.actor(), world.clock()
    with world.database.read() as session:
        found = find(session, CORRECTION, no, actor, world.scheme)
    if form.action == "recheck":
        return JSONResponse(correction_view(world, check_again(world, found, actor, now)))
    action = Action(name="right", by=actor, fields={"reason": form.reason})
    return JSONResponse(correction_view(world, world.desk.act(CORRECTION, no, action, now).fact))
