"""Positions of people on shift over HTTP: agreed to, told by the phone, seen by who sends people, tracks with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

import shapely
from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import SENDERS, access
from api.answers.position import ConsentAnswer, LivePositions, PositionsTaken, TrackAnswer
from api.errors import NotAllowedError
from api.forms import Datum, Degrees, Form, Placed, RevealForm
from api.roles import AccountDep, WorldDep, is_whole
from api.routing import Router
from api.v1.reveals import look_of
from api.views.position import live_view, track_view
from api.views.shape import plain
from api.world import World
from data.desk.positions import MOVING_ROLES, SayConsent
from data.errors import MissingError
from data.models import AccountRow
from data.registers.positions import consent_of, keep_positions, shift_area, told_of, track
from data.registers.reveals import reveal
from data.registers.rota import on_shift, rota
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.positions import Heard, Position
from geo.place import Box, LonLat
from grid.account import Account

router = Router(prefix="/api/v1/positions", tags=["positions"])
MOST_AT_ONCE = 60
FARTHEST_M = 50_000
PURPOSE = "track"
DAY = timedelta(days=1)
NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: {"description": "Not on shift, or not agreed to; a phone stops sending then"}
}
NUMBER = r"-?\d{1,3}(\.\d{1,20})?"


class PositionForm(Placed):
    """One position as the phone tells it; ``accuracy_m`` 0 where the phone does not say."""

    at: AwareDatetime
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] = 0.0

    def heard(self, user: str) -> Position:
        """Give the position in WGS-84."""
        return Position(user=user, at=self.at, place=self.place(), accuracy_m=self.accuracy_m)


class PositionsForm(Form):
    """One position, or a short list of those that wait, the earliest first."""

    lon: Degrees | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    at: AwareDatetime | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    datum: Datum = "wgs84"
    positions: Annotated[list[PositionForm], Field(max_length=MOST_AT_ONCE)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_or_a_list(self) -> Self:
        alone = [self.lon, self.lat, self.at]
        if self.positions and any(value is not None for value in alone):
            raise ValueError("give lon, lat and at, or a list of positions, not both")
        if not self.positions and any(value is None for value in alone):
            raise ValueError("give lon, lat and at, or a list of positions")
        return self

    def heard(self, user: str) -> list[Position]:
        """Give the positions in WGS-84."""
        if self.positions:
            return [one.heard(user) for one in self.positions]
        alone = self.model_dump(exclude={"positions"})
        return [PositionForm(**alone).heard(user)]


class ConsentForm(Form):
    """Whether one lets one's position be used on shift."""

    given: bool


class TrackForm(RevealForm):
    """Whose way is looked at why, and from when to when."""

    since: AwareDatetime
    until: AwareDatetime


@router.get("/consent", response_model=ConsentAnswer, **access(*MOVING_ROLES))
def consent(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell whether one lets one's position be used, and whether it would be taken now."""
    return JSONResponse(consent_view(world, account))


@router.post("/consent", response_model=ConsentAnswer, **access(*MOVING_ROLES))
def say(form: ConsentForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Agree that one's position is used on shift, or take that back: then one's track is dropped at once."""
    world.desk.start(SayConsent(given=form.given), account.actor(), world.clock())
    if not form.given:
        world.city.people.forget([account.user])
    return JSONResponse(consent_view(world, account))


def consent_view(world: World, account: Account) -> dict[str, object]:
    """Show what somebody said of their position."""
    now, rules = world.clock(), world.catalogue.positions
    with world.database.read() as session:
        said = consent_of(session, account.user)
        moving = shift_area(session, rota(session, world.zone), account, now) is not None
    return {
        "given": said is not None and said.given,
        "changed_at": None if said is None else plain(said.changed_at, world.zone),
        "on_shift": moving,
        "every_s": rules.every_s,
        "kept_days": rules.kept.days,
    }


@router.post("", response_model=PositionsTaken, responses=NOT_NOW, **access(*MOVING_ROLES))
def tell(form: PositionsForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell where one is: on shift, having agreed; each position gets its verdict.

    ``taken``: one stands there now. ``older`` than the one in use, or ``rough`` (of worse accuracy than is used): kept in
    the track alone. ``double``: known already. ``late``, ``off_shift`` or before one agreed (``unagreed``) by its own
    time, or ``outside`` of the district's map: not kept. A position of the ``future`` is refused, with 422 where it comes
    alone.
    """
    now, rules = world.clock(), world.catalogue.positions
    told = form.heard(account.user)
    with world.database.read() as session:
        plan = rota(session, world.zone)
        if shift_area(session, plan, account, now) is None:
            raise NotPossibleError("you are not on shift; your position is neither asked for nor kept")
    box = world.city.district.box
    heard = [
        Heard(
            position=one,
            on_shift=account.role == "provider" or on_shift(plan, account.user, account.role, one.at),
            inside=box.contains(one.place),
        )
        for one in told
    ]
    verdicts = keep_positions(world.database, account.user, heard, now, rules)
    if set(verdicts) == {"future"}:
        ahead = int(rules.ahead.total_seconds())
        raise BadFieldError("at", told[0].at.isoformat(), f"a time at most {ahead} s ahead of the server's")
    world.city.people.take(one for one, v in zip(told, verdicts, strict=True) if v == "taken")
    items = [
        {"at": plain(one.at, world.zone), "verdict": verdict}
        for one, verdict in zip(told, verdicts, strict=True)
    ]
    return JSONResponse({"items": items, "every_s": rules.every_s})


@router.get("", response_model=LivePositions, **access(*SENDERS, outside="left_out"))
def live(
    world: WorldDep,
    account: AccountDep,
    bbox: Annotated[str, Query(pattern=rf"^({NUMBER}(,{NUMBER}){{3}})?$")] = "",
    near: Annotated[str, Query(pattern=rf"^({NUMBER},{NUMBER})?$")] = "",
    radius_m: Annotated[float, Query(gt=0, le=FARTHEST_M)] = 1000,
    inside: Annotated[str, Query(pattern=r"^\d{0,20}$")] = "",
) -> JSONResponse:
    """Show the people of one's area who are on shift and let their position be used, while one is on shift oneself.

    ``bbox`` is west,south,east,north; ``near`` is lon,lat, answered nearest first within ``radius_m``; ``inside`` is the
    code of an area or cell: who stands within its border now. Without any of them: everybody.
    """
    now, rules = world.clock(), world.catalogue.positions
    found: list[tuple[Position, float | None]]
    if near:
        lon, lat = map(float, near.split(","))
        found = [*world.city.people.within_m(LonLat(lon, lat), radius_m)]
    elif bbox:
        found = [(one, None) for one in world.city.people.inside(_box(bbox))]
    elif inside:
        found = [(one, None) for one in _within(world, inside)]
    else:
        found = [(one, None) for one in world.city.people.newest().values()]
    shown = [(one, away) for one, away in found if one.at >= now - rules.shown]
    with world.database.read() as session:
        seen_only_on_shift(world, session, account, now)
        people = of_area(world, account, told_of(session, world.city, rota(session, world.zone), now))
    items = [live_view(world, one, people[one.user], now, away) for one, away in shown if one.user in people]
    spans = {f"{name}_s": int(getattr(rules, name).total_seconds()) for name in ("fresh", "shown")}
    return JSONResponse({"items": items, "as_of": plain(now, world.zone)} | spans)


def seen_only_on_shift(world: World, session: Session, account: Account, now: datetime) -> None:
    """Refuse positions to those who are not on shift.

    Raises
    ------
    NotAllowedError
    """
    if not on_shift(rota(session, world.zone), account.user, account.role, now):
        raise NotAllowedError("positions are seen by those on shift alone; you are not on shift now")


def of_area(world: World, account: Account, people: Mapping[str, Account]) -> dict[str, Account]:
    """Give those of some people who are in an account's area."""
    return {user: one for user, one in people.items() if world.scheme.contains(account.area, one.area)}


def _box(bbox: str) -> Box:
    west, south, east, north = map(float, bbox.split(","))
    if west > east or south > north:
        raise BadFieldError("bbox", bbox, "west,south,east,north with west below east and south below north")
    return Box(west, south, east, north)


def _within(world: World, code: str) -> list[Position]:
    """Find who stands within the border of an area or cell."""
    shape = world.city.area_shapes.get(code) or world.city.cell_shapes.get(code)
    if shape is None:
        raise BadFieldError("inside", code, "give a code of /api/v1/areas or /api/v1/cells")
    near = world.city.people.inside(Box(*shape.bounds))
    return [one for one in near if shape.intersects(shapely.Point(one.place.lon, one.place.lat))]


@router.get("/own", response_model=TrackAnswer, **access(*MOVING_ROLES))
def own(
    world: WorldDep,
    account: AccountDep,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
) -> JSONResponse:
    """Show one's own track, of the last day unless a time is given."""
    now = world.clock()
    last = until or now
    with world.database.read() as session:
        found = track(session, account.user, since or last - DAY, last)
    return JSONResponse(track_view(world, account.user, found))


@router.post("/{user}/track", response_model=TrackAnswer, **access(*SENDERS, outside="hidden"))
def way_of(user: str, form: TrackForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show the track of somebody of one's area, while one is on shift; who looked, when and why is kept."""
    if form.until < form.since:
        raise BadFieldError("until", form.until.isoformat(), "not before since")
    look = look_of(world, account, user, form, PURPOSE)

    def read(session: Session) -> list[Position]:
        seen_only_on_shift(world, session, account, look.at)
        moving = AccountRow.role.in_(MOVING_ROLES)
        row = session.scalar(select(AccountRow).where(AccountRow.user == user, moving))
        if row is None or not (is_whole(world, account) or world.scheme.contains(account.area, row.area)):
            raise MissingError(f"there is nobody {user} in your area whose track is kept")
        return track(session, user, form.since, form.until)

    return JSONResponse(track_view(world, user, reveal(world.database, look, world.catalogue.reveals, read)))
