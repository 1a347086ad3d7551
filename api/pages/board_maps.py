"""Map documents of the board: coverage of a service, tickets, cells."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import numpy as np
import shapely
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement

from api.locale.words import words
from api.pages.board_ask import Asked, CellsAsk, CoverageAsk, TicketsAsk, ViewerDep, asked, facts_of
from api.pages.shell import language_of, look, map_page, page
from api.pages.ticket import LAMP_STATES
from api.roles import WorldDep, ticket_scope
from api.routing import Router
from api.v1.figures import coverage_of
from api.world import World
from data.city.coverage import BlindSpot, Coverage
from data.city.whatif import Shift, what_if
from data.figures.sets import cell_figures, list_set, places
from data.queries.paging import MOST, Ask
from dispatch.item import ServiceItem
from dispatch.providers.hours import is_open
from dispatch.providers.licence import lacking
from dispatch.providers.provider import TAKING_ORDERS
from geo.place import Box
from grid.figures.sets import find_cases
from grid.tickets.ticket import Ticket, lamp_of
from maps.facts import CellShape, ChangedCell, CoverageGrid, Pin
from maps.pages import cells_map, coverage_map, density_map, tickets_map, tried_at

router = Router(include_in_schema=False, prefix="/board")
MOST_PINS = 1000
MOST_PROVIDERS = 30
MOST_SPOTS = 40
TRAVEL = {"walk": "步行", "ebike": "电动车", "drive": "驾车"}


@router.get("/map/coverage")
def coverage_page(
    request: Request, ask: Annotated[CoverageAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Draw minutes to the nearest open provider of an item at an hour."""
    del account
    found, item = _survey(world, ask)
    say = words(language_of(request)).gettext
    title = f"{item_name(item, language_of(request))} · {say(TRAVEL.get(item.profile, item.profile))}"
    spots = [
        Pin(
            lon=b.lon,
            lat=b.lat,
            label="!",
            kind="blind",
            id=b.cell,
            tooltip=f"{world.city.cells[b.cell].name}\n{b.residents} {say('人')} · {minutes_word(b.minutes, say('无法到达'))}",
        )
        for b in spots_in(world, found, ask.area)[:MOST_SPOTS]
    ]
    drawing = coverage_map(
        look(request, world, _box(world, ask.area)),
        grid_in(world, found, ask.area),
        title,
        providers=_open_providers(world, item, found.at, all_of_them=ask.trial, left=ask.without),
        blind_spots=[] if ask.trial else spots,
        cells=_edges(world, ask.area),
    )
    if ask.trial:
        drawing = tried_at(drawing, ask.place, _changed_cells(world, ask, found, say) if ask.trials else [])
    return map_page(request, drawing, heat=True)


def _changed_cells(
    world: World, ask: CoverageAsk, found: Coverage, say: Callable[[str], str]
) -> list[ChangedCell]:
    """Draw the cells of the area where something would change, with how many minutes each resident saves."""
    item = world.city.item(found.item)
    tried = what_if(world.surveyor, item, ask.trials, found.promise_min, found.at)
    return [
        ChangedCell(
            cell=CellShape(
                id=shift.area,
                name=world.city.cells[shift.area].name,
                shape=world.city.cell_shapes[shift.area],
                tooltip=f"{world.city.cells[shift.area].name}\n{shift.nearer + shift.farther} {say('人')} · {-shift.saved_min / (shift.nearer + shift.farther):+.1f} {say('分钟')}",
            ),
            worse=_loses(shift),
        )
        for shift in tried.cells
        if shift.area in world.city.cells and world.scheme.contains(ask.area, shift.area)
    ]


def _loses(shift: Shift) -> bool:
    """Tell whether an area is worse off as a whole."""
    return shift.saved_min < 0 or not shift.nearer


@router.get("/trial")
def trial_part(
    request: Request, ask: Annotated[CoverageAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Tell what would change if a place were added or a provider left, as a part of the board."""
    at = ask.at(world.local(world.clock()))
    item = world.city.item(ask.item)
    told = None
    if ask.trials:
        promise = world.surveyor.promise_min(item)
        told = what_if(world.surveyor, item, ask.trials, promise, at)
    left = None if ask.without is None else world.city.provider(ask.without)
    names = {code: area.name for code, area in world.city.areas.items()}
    return page(
        request,
        world,
        account,
        "board_trial.html",
        told=told,
        left=left,
        put=ask.place,
        names=names,
        losing=[c for c in told.communities if _loses(c)] if told else [],
        gaining=[c for c in reversed(told.communities) if not _loses(c)] if told else [],
        item_name=item_name(item, language_of(request)),
    )


@router.get("/coverage")
def coverage_part(
    request: Request, ask: Annotated[CoverageAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Tell the shares of residents reached and the blind spots, as a part of the board."""
    found, item = _survey(world, ask)
    grid = grid_in(world, found, ask.area)
    shares = found.shares if not ask.area else {m: _share(grid, m) for m in (5, 10, 15, 30)}
    here = [
        c for c in found.communities if world.scheme.contains(ask.area, c.area) and c.area in world.city.areas
    ]
    spots = [
        {
            "cell": b.cell,
            "name": world.city.cells[b.cell].name,
            "residents": b.residents,
            "minutes": b.minutes if np.isfinite(b.minutes) else None,
        }
        for b in spots_in(world, found, ask.area)
    ]
    lived = ~np.isnan(grid.minutes)
    people = found.people if not ask.area else int(found.residents[lived].sum())
    return page(
        request,
        world,
        account,
        "board_coverage.html",
        found=found,
        item=item,
        item_name=item_name(item, language_of(request)),
        hour=ask.hour,
        shares=shares,
        people=people,
        promised=_promised(found, grid, ask.area),
        median=None if ask.area else found.median_min,
        p90=None if ask.area else found.p90_min,
        spots=spots,
        communities=sorted(here, key=lambda c: c.within / c.people),
        names={c.area: world.city.areas[c.area].name for c in here},
        promise=found.promise_min,
    )


@router.get("/map/tickets")
def tickets_page(
    request: Request, ask: Annotated[TicketsAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Draw how densely the tickets reported in a period lie, or the open ones as clusters."""
    q, scope = asked(world, account, ask), ticket_scope(world, account)
    if ask.drawn == "heat":
        with world.database.read() as session:
            numbers = [t.no for t in find_cases(facts_of(world, session, q), "reported")]
            density = places(session, scope, numbers)
        drawing = density_map(
            look(request, world, _box(world, ask.area)), density, cells=_edges(world, ask.area)
        )
        return map_page(request, drawing, heat=True)
    return tickets_document(request, world, q, ask.area, scope)


def tickets_document(
    request: Request, world: World, q: Asked, area: str, scope: ColumnElement[bool]
) -> Response:
    """Draw the open tickets of a question inside a scope as clusters."""
    with world.database.read() as session:
        facts = facts_of(world, session, q)
        still = [t.no for t in find_cases(facts, "open")]
        found: list[Ticket] = []
        after: str | None = None
        while len(found) < MOST_PINS:
            part = list_set(session, scope, still, Ask(sort="due_at", limit=MOST, after=after))
            found += part.items
            if (after := part.next) is None:
                break
    pins = [_ticket_pin(world, ticket, q.now) for ticket in found]
    drawing = tickets_map(
        look(request, world, _box(world, area)),
        pins,
        cells=_edges(world, area),
    )
    return map_page(request, drawing, heat=True)


@router.get("/map/cells")
def cells_page(
    request: Request, ask: Annotated[CellsAsk, Query()], world: WorldDep, account: ViewerDep
) -> Response:
    """Draw the cells of an area, or the communities of the district, coloured by the tickets of a period."""
    q = asked(world, account, ask)
    with world.database.read() as session:
        rows = cell_figures(facts_of(world, session, q))
    say = words(language_of(request)).gettext
    title = {
        "open": say("在办工单"),
        "overdue": say("超期未结"),
        "total": say("本期上报"),
        "rate": say("每千户上报"),
    }[ask.by]
    shapes = []
    for code, (name, shape, inside) in _units(world, ask.area).items():
        mine = [row for row in rows if row.cell.startswith(inside)]
        told = {by: sum(getattr(row, by) for row in mine) for by in ("total", "open", "overdue")}
        households = sum(c.households for cell, c in world.city.cells.items() if cell.startswith(inside))
        rate = 1000 * told["total"] / households if households else None
        value = rate if ask.by == "rate" else float(told[ask.by])
        numbers = (
            f"{say('上报')} {told['total']} · {say('在办')} {told['open']} · {say('超期')} {told['overdue']}"
            + ("" if rate is None else f" · {say('每千户上报')} {rate:.2f}")
        )
        shapes.append(
            CellShape(
                id=code,
                name=name,
                shape=shape,
                # Most cells have none: those stay clear, and the classes are made of the others.
                value=value if value or not ask.area else None,
                tooltip=f"{name}\n{numbers}",
            )
        )
    return map_page(request, cells_map(look(request, world, _box(world, ask.area)), shapes, title), heat=True)


def item_name(item: ServiceItem, lang: str) -> str:
    """Name an item in a language."""
    return item.name_en if lang == "en" else item.name_zh


def minutes_word(minutes: float, never: str) -> str:
    """Tell minutes, or that nobody comes."""
    return f"{minutes:.0f} min" if np.isfinite(minutes) else never


def spots_in(world: World, found: Coverage, area: str) -> Sequence[BlindSpot]:
    """Give the blind spots inside an area."""
    scheme = world.scheme
    return [spot for spot in found.blind_spots if scheme.contains(area, spot.cell)]


def grid_in(world: World, found: Coverage, area: str) -> CoverageGrid:
    """Give the raster of a coverage, cut to an area when one is asked for."""
    minutes = found.minutes
    if area:
        rows, columns = minutes.shape
        box = found.box
        lon = box.west + (np.arange(columns) + 0.5) * (box.east - box.west) / columns
        lat = box.north - (np.arange(rows) + 0.5) * (box.north - box.south) / rows
        lons, lats = np.meshgrid(lon, lat)
        inside = shapely.contains_xy(_shape(world, area), lons.ravel(), lats.ravel()).reshape(minutes.shape)
        minutes = np.where(inside, minutes, np.nan)
    return CoverageGrid(
        minutes=minutes, box=found.box, residents=found.residents, promise_min=found.promise_min
    )


def _survey(world: World, ask: CoverageAsk) -> tuple[Coverage, ServiceItem]:
    local = world.local(world.clock())
    return coverage_of(world, ask.item, ask.at(local), ask.trials), world.city.item(ask.item)


def _promised(found: Coverage, grid: CoverageGrid, area: str) -> float | None:
    """Tell the share of residents within the item's own promise, of an area when one is asked for."""
    if area:
        return _share(grid, found.promise_min)
    return found.within / found.people if found.people else None


def _share(grid: CoverageGrid, minutes: float) -> float | None:
    share = grid.share_within(minutes)
    return None if np.isnan(share) else round(share, 4)


def _shape(world: World, area: str) -> shapely.Geometry:
    return world.city.area_shapes[area] if area in world.city.area_shapes else world.city.cell_shapes[area]


def _box(world: World, area: str) -> Box:
    if not area:
        return world.city.district.box
    west, south, east, north = _shape(world, area).bounds
    return Box(west, south, east, north)


def _cells_in(world: World, area: str) -> list[str]:
    prefix = world.scheme.prefix(area) if area else ""
    return [code for code in world.city.cells if code.startswith(prefix)]


def _units(world: World, area: str) -> dict[str, tuple[str, shapely.Geometry, str]]:
    """Give name, shape and code prefix of what is coloured: the cells of an area, else all communities."""
    city, scheme = world.city, world.scheme
    if area:
        return {
            code: (city.cells[code].name, city.cell_shapes[code], code) for code in _cells_in(world, area)
        }
    return {
        code: (a.name, city.area_shapes[code], scheme.prefix(code))
        for code, a in city.areas.items()
        if a.level == "community"
    }


def _edges(world: World, area: str) -> list[CellShape]:
    """Outline the cells of an area; over a whole district their lines would hide the colours."""
    if not area:
        return []
    return [
        CellShape(id=code, name=world.city.cells[code].name, shape=world.city.cell_shapes[code])
        for code in _cells_in(world, area)
    ]


def _open_providers(
    world: World, item: ServiceItem, at: datetime, *, all_of_them: bool, left: int | None
) -> list[Pin]:
    """Mark the open providers of an item while they are few, as many would hide the colours; or all but one that left."""
    local = world.local(at)
    found = [
        p
        for p in world.city.providers.values()
        if item.category in p.categories
        and p.state in TAKING_ORDERS
        and is_open(p.hours, local)
        and lacking(p.licences, item.licences, local.date()) is None
    ]
    return [
        Pin(
            lon=p.place.lon,
            lat=p.place.lat,
            label=p.name[:1],
            kind="provider",
            id=str(p.id),
            tooltip=f"{p.name}\n{p.address}",
            state="idle" if p.id == left else "",
        )
        for p in (found if all_of_them or len(found) <= MOST_PROVIDERS else [])
    ]


def _ticket_pin(world: World, ticket: Ticket, now: datetime) -> Pin:
    category = world.catalogue.rulebook.category(ticket.category)
    return Pin(
        lon=ticket.place.lon,
        lat=ticket.place.lat,
        label=category.name_zh[:1],
        kind="ticket",
        id=ticket.no,
        tooltip=f"{category.name_zh}\n{world.city.department_name(ticket.department)}\n{ticket.no}",
        state=LAMP_STATES[lamp_of(ticket, now)],
    )
