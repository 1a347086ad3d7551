"""Rounds of visits at the desk: plan a day, look at it on a map, move a stop after seeing what it costs, publish."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import cast

import numpy as np
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from numpy.typing import NDArray

from api.pages.closed_streets import with_closures
from api.pages.desk import DispatcherDep
from api.pages.shell import look, map_page, page
from api.roles import WorldDep
from api.routing import Router
from api.v1.rounds import round_of, shown
from api.views.round import round_listed
from api.world import World
from data.queries.paging import Ask
from data.queries.rounds import RoundFilter, list_rounds
from data.queries.scope import seen
from data.store.kinds.rounds import ROUND
from dispatch.item import Profile
from dispatch.rounds.day import LEFT_OUT, PLANNED, DayRounds
from geo.errors import NoStreetError
from geo.place import LonLat
from grid.account import Account
from maps.facts import Pin, RouteLine
from maps.pages import rounds_map

router = Router(include_in_schema=False, prefix="/desk/rounds")
BEFORE = timedelta(days=7)
MOST_LISTED = 60
MOST_WAYS = 200


@router.get("")
def rounds(request: Request, world: WorldDep, account: DispatcherDep) -> HTMLResponse:
    """Show the days of the last week and those to come, and the form for another."""
    today = world.local(world.clock()).date()
    wanted = RoundFilter(since=today - BEFORE)
    with world.database.read() as session:
        scope = seen(ROUND, account.actor(), world.scheme)
        found = list_rounds(session, scope, wanted, Ask(sort="-day", limit=MOST_LISTED), "")
    days = [round_listed(world, day, account) for day in found.items]
    areas = _areas(world, account)
    tomorrow = today + timedelta(days=1)
    return page(
        request, world, account, "desk_rounds.html", days=days, areas=areas, tomorrow=tomorrow.isoformat()
    )


@router.get("/{no}")
def one(no: str, request: Request, world: WorldDep, account: DispatcherDep) -> HTMLResponse:
    """Show a day of rounds with what can be done to it."""
    view = shown(world, round_of(world, account, no), account, world.clock())
    return page(request, world, account, "desk_round.html", day=view)


@router.get("/{no}/map")
def round_document(
    no: str, request: Request, world: WorldDep, account: DispatcherDep, worker: str = ""
) -> Response:
    """Draw the stops in their order, the ways between them, and what is left out; of one worker when named."""
    day = round_of(world, account, no)
    if worker:
        own = tuple(e for e in day.errands if e.worker == worker)
        day = replace(day, errands=own, members=tuple(m for m in day.members if m.user == worker))
    seen_by = with_closures(world, look(request, world))
    return map_page(
        request, rounds_map(seen_by, list(_stops(world, day)), list(_starts(day)), _ways(world, day))
    )


def _areas(world: World, account: Account) -> list[tuple[str, str]]:
    """Name the areas that somebody may plan: the own one, and those in it down to the community."""
    own = world.scheme.prefix(account.area) if account.area else ""
    found = [(a.code, a.name) for a in world.city.areas.values() if a.code.startswith(own)]
    return sorted(found, key=lambda area: (len(world.scheme.prefix(area[0])), area[0]))


def _stops(world: World, day: DayRounds) -> Iterator[Pin]:
    names = world.catalogue.rounds.errands
    for errand in day.errands:
        rule = names.get(errand.what)
        letter = next((m.user for m in day.members if m.user == errand.worker), "")
        yield Pin(
            lon=errand.lon,
            lat=errand.lat,
            label=str(errand.turn) if errand.turn else "!",
            kind="task",
            id=errand.id,
            tooltip=f"{rule.name_zh if rule else errand.what}\n{letter}",
            state="late" if errand.state == LEFT_OUT else "" if errand.state == PLANNED else "ok",
        )


def _starts(day: DayRounds) -> Iterator[Pin]:
    for member in day.members:
        if day.round_of(member.user):
            yield Pin(
                lon=member.start_lon, lat=member.start_lat, label="", kind="worker", tooltip=member.user
            )


def _ways(world: World, day: DayRounds) -> list[RouteLine]:
    """Return the way of each worker along the streets; of a large day those of the first ones."""
    found: list[RouteLine] = []
    legs = 0
    for member in day.members:
        places = [member.start, *(e.place for e in day.round_of(member.user)), member.end]
        legs += len(places) - 1
        if len(places) == 2 or legs > MOST_WAYS:
            continue
        line = _along(world, member.profile, places)
        if len(line) > 1:
            found.append(RouteLine(lonlat=line, id=member.user, label=member.user))
    return found


def _along(world: World, profile: str, places: list[LonLat]) -> NDArray[np.float64]:
    index, parts = world.city.engine.indexes[cast("Profile", profile)], []
    for start, end in pairwise(places):
        try:
            route = index.route(start, end)
        except NoStreetError:
            continue
        if route is not None:
            parts.append(np.column_stack((route.lon, route.lat)))
    return np.vstack(parts) if parts else np.empty((0, 2))
