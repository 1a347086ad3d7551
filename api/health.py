"""Health and metrics for those who run the server."""

from dataclasses import asdict

from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from api.access import EVERYBODY, access
from api.answers.files import text
from api.answers.health import Failing, Health, TimerReleased
from api.clockwork import state_of
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from api.watched import MOST_LAG_S, jobs, late_broker, stands_still
from api.world import World
from data.errors import MissingError
from data.models import EventRow
from data.registers.backlog import feeds_that_are
from data.store.kinds.upkeep import HOLD
from dispatch.lifecycle import Action

router = Router(tags=["health"])


@router.get(
    "/healthz", response_model=Health, responses={503: {"model": Health | Failing}}, **access(*EVERYBODY)
)
def health(world: WorldDep) -> JSONResponse:
    """Tell whether the process can serve, and what its timers did last.

    ``status`` is ``ok``; ``degraded`` while reports are taken and something else is not done, as ``problems`` tells;
    or, with 503, ``lagging`` when others' changes are not followed and ``failing`` when the store does not answer.
    """
    zone = world.zone
    try:
        with world.database.read() as session:
            newest = session.scalar(select(func.max(EventRow.id)))
            late = feeds_that_are(session, "late", world.clock())
    except DBAPIError as error:
        problems = [f"the store does not answer: {type(error.orig).__name__}"]
        return JSONResponse({"status": "failing", "problems": problems}, status_code=503)
    lag_s = world.follower.lag_s if world.settings.follow else 0.0
    problems = [*_problems(world), *(f"nothing good came of the feed {no} in time" for no in late)]
    status, table = "degraded" if problems else "ok", world.rules.table
    body = {
        "status": status if lag_s < MOST_LAG_S else "lagging",
        "lag_s": round(lag_s, 1),
        "problems": problems,
        "disk_free_bytes": world.home.free_bytes(),
        "district": world.city.district.name,
        "catalogue": world.catalogue.version,
        "rules_since": plain(table.since if table else None, zone),
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
        "broker": plain(asdict(world.broker) | {"offline": sorted(world.broker.offline)}, zone),
    }
    return JSONResponse(body, status_code=200 if lag_s < MOST_LAG_S else 503)


def _problems(world: World) -> list[str]:
    """Tell what is not done though reports are taken: photos without room, timers that stand still or failed."""
    problems = []
    if world.home.is_short_of_room():
        problems.append("the disk is nearly full; reports are taken without photos")
    for name, state in world.timers.items():
        if state.held:
            problems.append(f"the timer {name} is held until an administrator releases it: {state.held}")
        if state.aside:
            shown = ", ".join(sorted(state.aside)[:5])
            problems.append(f"the timer {name} set {len(state.aside)} aside: {shown}")
        if state.failures:
            problems.append(f"the timer {name} failed {state.failures} times since the start; see the log")
    if (late := late_broker(world)) is not None:
        problems.append(f"the line to the broker of devices is lost: {late}")
    if world.rules.unfit:
        problems.append(f"the rules in force do not fit the catalogue of this process: {world.rules.unfit}")
    return problems + _standing_still(world)


def _standing_still(world: World) -> list[str]:
    """List the timers that have not run for longer than their period, by the clock that nobody sets."""
    if not world.settings.timers:
        return []
    return [
        f"the timer {name} stands still"
        for name, period in jobs(world)
        if not state_of(world, name).held and stands_still(world, name, period)
    ]


@router.post("/api/v1/timers/{name}/release", response_model=TimerReleased, **access("admin"))
def release(name: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Let a timer go on that was held because the clock was in doubt; who looked at the clock is kept."""
    done = world.desk.act(HOLD, name, Action(name="release", by=account.actor()), world.clock())
    return JSONResponse({"name": name, "held": done.fact.held, "why": done.fact.why})


@router.get("/metrics", **text(CONTENT_TYPE_LATEST), **access(*EVERYBODY))
def metrics(world: WorldDep) -> Response:
    """Give figures for Prometheus, where the installation shows them.

    Raises
    ------
    MissingError
    """
    if not world.settings.show_metrics:
        raise MissingError("this installation shows no figures here (JINLIN_SHOW_METRICS)")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
