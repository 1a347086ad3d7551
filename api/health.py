"""Health and metrics for those who run the server."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select

from api.roles import WorldDep, only
from api.views.shape import plain
from api.world import World
from data.models import EventRow
from data.registers.accounts import Account
from data.store.kinds import HOLD
from dispatch.lifecycle import Action

router = APIRouter(tags=["health"])
AdminDep = Annotated[Account, Depends(only("admin"))]
MOST_LAG_S = 10.0
"""A process that follows others later than this leaves the pool of a reverse proxy."""


def _status(world: World, lag_s: float) -> str:
    """Say in one word whether all is well: ``lagging`` is not to be served from, ``attention`` wants a person."""
    if lag_s >= MOST_LAG_S:
        return "lagging"
    troubled = any(state.held or state.aside or state.failures for state in world.timers.values())
    return "attention" if troubled else "ok"


@router.get("/healthz")
def health(world: WorldDep) -> JSONResponse:
    """Tell whether the process can serve, and what its timers did last."""
    zone = world.zone
    with world.database.read() as session:
        newest = session.scalar(select(func.max(EventRow.id)))
    lag_s = world.follower.lag_s if world.settings.follow else 0.0
    body = {
        "status": _status(world, lag_s),
        "lag_s": round(lag_s, 1),
        "district": world.city.district.name,
        "catalogue": world.catalogue.version,
        "started_at": plain(world.started_at, zone),
        "events": newest or 0,
        "listening": world.live.listening,
        "stranded_providers": len(world.city.engine.stranded),
        "timers": {
            name: {
                "last_run": plain(s.last_run, zone),
                "duration_s": s.duration_s,
                "done": s.done,
                "failures": s.failures,
                "held": s.held,
                "aside": len(s.aside),
            }
            for name, s in world.timers.items()
        },
    }
    return JSONResponse(body, status_code=200 if lag_s < MOST_LAG_S else 503)


@router.post("/api/v1/timers/{name}/release")
def release(name: str, world: WorldDep, account: AdminDep) -> JSONResponse:
    """Let a timer go on that was held because the clock was in doubt; who looked at the clock is kept."""
    done = world.desk.act(HOLD, name, Action(name="release", by=account.actor()), world.clock())
    return JSONResponse({"name": name, "held": done.fact.held, "why": done.fact.why})


@router.get("/metrics")
def metrics() -> Response:
    """Give figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
