"""Health and metrics for those who run the server."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select

from api.roles import WorldDep
from api.views.shape import plain
from data.models import EventRow

router = APIRouter(tags=["health"])
MOST_LAG_S = 10.0
"""A process that follows others later than this leaves the pool of a reverse proxy."""


@router.get("/healthz")
def health(world: WorldDep) -> JSONResponse:
    """Tell whether the process can serve, and what its timers did last."""
    zone = world.zone
    with world.database.read() as session:
        newest = session.scalar(select(func.max(EventRow.id)))
    lag_s = world.follower.lag_s if world.settings.follow else 0.0
    body = {
        "status": "ok" if lag_s < MOST_LAG_S else "lagging",
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
            }
            for name, s in world.timers.items()
        },
    }
    return JSONResponse(body, status_code=200 if lag_s < MOST_LAG_S else 503)


@router.get("/metrics")
def metrics() -> Response:
    """Give figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
