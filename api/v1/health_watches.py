"""Watches over high results, for health roles alone: where more lie together than chance has."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.health_record import WatchList
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import seen_area
from api.views.names import cell_name
from api.world import World
from data.registers.health_watch import WatchReport, look_through
from data.store.kinds.health import HEALTH_ROLES
from dispatch.health.watch import Watch

router = Router(prefix="/api/v1/health", tags=["health_watches"])


class WatchAsk(Form):
    """Which part of one's area is looked through."""

    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""


@router.get("/watches", response_model=WatchList, **access(*HEALTH_ROLES))
def watches(ask: Annotated[WatchAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Look through high results of one's area for clusters that go on today; no person is named."""
    prefix, today = seen_area(world, account, ask.area), world.local(world.clock()).date()
    rules = world.catalogue.health
    with world.database.read() as session:
        shown = [
            watch_view(world, watch, look_through(session, watch, rules, world.zone, today, prefix))
            for watch in world.catalogue.watches.values()
        ]
    return JSONResponse({"items": shown})


def watch_view(world: World, watch: Watch, report: WatchReport) -> dict[str, Any]:
    """Show what a watch found, the cells with most cases first."""
    cells = sorted(report.cells.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "code": watch.code,
        "name": watch.name_zh,
        "cases": report.cases,
        "looked_days": watch.days,
        "found": report.found,
        "expected": round(report.expected, 2),
        "days": report.days,
        "radius_m": report.radius_m,
        "cells": [{"cell": cell, "name": cell_name(world, cell), "cases": n} for cell, n in cells],
        "p": report.p,
        "alarm": report.alarm,
        "alarm_percent": watch.alarm_percent,
    }
