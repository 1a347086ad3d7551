"""Shifts over HTTP: the rota, who is on now, swaps, hand-over notes, empty shifts that are near."""

from datetime import date, time, timedelta
from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import access
from api.answers.shift import HandOverAnswer, LayerAnswer, OnNow, RotaAnswer, SwapAnswer
from api.forms import Form, Long, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.desk.shifts import NewHandOver, NewSwap, PutLayer
from data.registers.rota import layer_values, on_post, rota, written_posts
from dispatch.alarms.shift import Layer, Swap, warnings_of
from dispatch.errors import BadFieldError, DispatchError

router = Router(prefix="/api/v1/shifts", tags=["shifts"])
DESK = ("dispatcher", "leader", "admin")
SHOWN = timedelta(days=7)
CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class LayerForm(Form):
    """A shift that comes again; it runs across midnight when it ends at or before its start."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    post: Short
    start: Annotated[str, Field(pattern=CLOCK_TIME)]
    end: Annotated[str, Field(pattern=CLOCK_TIME)]
    members: Annotated[list[Annotated[list[Short], Field(max_length=20)]], Field(max_length=60)]
    first_day: date
    last_day: date | None = None
    turn_days: Annotated[int, Field(ge=1, le=60)] = 1
    weekdays: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(max_length=7)] = tuple(range(7))


class SwapForm(Form):
    """One person instead of another for a time, or in addition."""

    post: Short
    start: AwareDatetime
    end: AwareDatetime
    user: Short
    instead_of: Short = ""
    note: Long = ""


class HandOverForm(Form):
    """What one shift leaves to the next."""

    post: Short
    note: Long
    to: Short = ""


@router.get("", response_model=RotaAnswer, **access(*DESK))
def shifts(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show the rota: layers, swaps, the shifts of the next days, gaps, and swaps whose shift was moved."""
    del account
    now, zone = world.clock(), world.zone
    with world.database.read() as session:
        plan = rota(session, zone)
    gaps = [gap for post in sorted(written_posts(plan)) for gap in plan.gaps(post, now, now + SHOWN)]
    body: dict[str, Any] = {
        "layers": [plain(layer_values(layer), zone) for layer in plan.layers],
        "swaps": plain(plan.swaps, zone),
        "shifts": plain(plan.shifts(now, now + SHOWN), zone),
        "gaps": plain(gaps, zone),
        "moved_swaps": [swap.no for swap in plan.moved_swaps()],
    }
    return JSONResponse(body)


@router.get("/now", response_model=OnNow, **access(*DESK))
def on_now(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell who is on now by post, and which empty shifts are near."""
    del account
    return JSONResponse(on_duty_now(world))


def on_duty_now(world: World) -> dict[str, Any]:
    """Give who is on now by post, and the empty shifts that are warned of."""
    now, zone = world.clock(), world.zone
    warn = world.catalogue.alarms.times.warn
    with world.database.read() as session:
        plan = rota(session, zone)
        people = {
            post: [{"user": row.user, "name": row.name} for row in on_post(session, plan, post, now)]
            for post in ("agent", "shift_leader")
        }
    gaps = [gap for post in sorted(written_posts(plan)) for gap in plan.gaps(post, now, now + max(warn))]
    empty = [
        {"post": w.post, "start": plain(w.start, zone), "ahead_s": int(w.ahead.total_seconds())}
        for w in warnings_of(gaps, now, warn)
    ]
    return {"on": people, "empty": empty}


@router.post("", response_model=LayerAnswer, status_code=201, **access("leader", "admin"))
def put_layer(form: LayerForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Write a shift that comes again, new or changed."""
    given = form.model_dump()
    try:
        layer = Layer(
            **given
            | {
                "start": time.fromisoformat(form.start),
                "end": time.fromisoformat(form.end),
                "members": tuple(tuple(together) for together in form.members),
                "weekdays": frozenset(form.weekdays),
            }
        )
    except BadFieldError:
        raise
    except DispatchError as error:
        raise BadFieldError("members", form.members, str(error)) from None
    done = world.desk.start(PutLayer(layer=layer), account.actor(), world.clock())
    return JSONResponse(plain(layer_values(done.fact), world.zone), status_code=201)


@router.post("/swaps", response_model=SwapAnswer, status_code=201, **access(*DESK))
def swap(form: SwapForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Write a swap."""
    new = Swap(no="", **form.model_dump())
    done = world.desk.start(NewSwap(swap=new), account.actor(), world.clock())
    return JSONResponse(plain(done.fact, world.zone), status_code=201)


@router.post("/hand_over", response_model=HandOverAnswer, status_code=201, **access(*DESK))
def hand_over(form: HandOverForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Leave a note to the next shift; the open alarms are added."""
    new = NewHandOver(post=form.post, note=form.note, to=form.to)
    done = world.desk.start(new, account.actor(), world.clock())
    return JSONResponse(plain(done.fact, world.zone), status_code=201)
