"""The register over HTTP: areas, cells, items, providers; and where a position lies."""

from typing import Annotated, Any

import shapely
from fastapi import Query
from fastapi.responses import JSONResponse

from api.access import EVERYBODY, KEEPERS, SIGNED_IN, access
from api.answers.provider import ProviderAnswer, ProviderDetail, ProviderPage
from api.answers.register import (
    AreaFeatures,
    CellConfirmed,
    CellFeatures,
    IssueCategories,
    Located,
    ServiceItems,
)
from api.forms import Placed, ProviderForm, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, MaybeDep, WorldDep, area_prefix
from api.routing import Router
from api.v1.asks import ProviderAsk
from api.views.provider import provider_detail, provider_view
from api.views.shape import plain
from api.world import World
from data.errors import MissingError
from data.queries.standings import standings
from data.store.done import Done
from data.store.kinds.orders import PROVIDER
from data.store.kinds.places import CELL
from dispatch.errors import UnknownProviderError
from dispatch.lifecycle import Action
from dispatch.providers.provider import Provider

router = Router(prefix="/api/v1", tags=["register"])
SIMPLER_DEG = 0.00002


class LocateAsk(Placed):
    """A position, and optionally a category to be told who answers for it."""

    accuracy_m: float = 0.0
    category: Short = ""


@router.get("/areas", response_model=AreaFeatures, **access(*EVERYBODY))
def areas(world: WorldDep, account: MaybeDep, level: str = "", parent: str = "") -> JSONResponse:
    """List areas with their borders as a GeoJSON FeatureCollection."""
    del account
    chosen = [
        a
        for a in world.city.areas.values()
        if (not level or a.level == level) and (not parent or a.parent == parent)
    ]
    features = [_feature(world.city.area_shapes[a.code], plain(a, world.zone)) for a in chosen]
    return JSONResponse({"type": "FeatureCollection", "features": features})


@router.get("/cells", response_model=CellFeatures, **access(*SIGNED_IN))
def cells(world: WorldDep, account: AccountDep, area: str = "") -> JSONResponse:
    """List cells with their borders as a GeoJSON FeatureCollection."""
    del account
    prefix = area_prefix(world, area)
    zone = world.zone
    features = [
        _feature(world.city.cell_shapes[code], plain(cell, zone))
        for code, cell in world.city.cells.items()
        if code.startswith(prefix)
    ]
    return JSONResponse({"type": "FeatureCollection", "features": features})


@router.post("/cells/{code}/confirm", response_model=CellConfirmed, **access(*KEEPERS, outside="hidden"))
def confirm(code: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Confirm that a cell of one's area, its households and worker, is registered rightly."""
    now = world.clock()
    world.desk.act(CELL, code, Action(name="confirm", by=account.actor()), now)
    return JSONResponse({"code": code, "verified_at": plain(now, world.zone)})


@router.get("/cells/locate", response_model=Located, **access(*EVERYBODY))
def locate(ask: Annotated[LocateAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Say in which cell a position lies, which borders are near, and who answers for a category there."""
    del account
    return JSONResponse(located_view(world, ask, ask.category))


def located_view(world: World, placed: LocateAsk, category: str) -> dict[str, Any]:
    """Show where a position lies; the department is that of the category, else the office of the street."""
    found = world.city.locate(placed.place(), placed.accuracy_m)
    scheme = world.scheme
    body: dict[str, Any] = {
        "cell": found.cell,
        "community": found.community,
        "community_name": world.city.areas[found.community].name
        if found.community in world.city.areas
        else "",
        "border_cells": list(found.border_cells),
    }
    if category:
        answer = world.city.department(found.cell, category, world.clock())
        return body | {
            "department": answer.department,
            "department_name": world.city.department_name(answer.department),
            "why": answer.why,
            "rule": answer.rule,
        }
    street = scheme.street_of(found.cell)
    return body | {"department": street, "department_name": world.city.department_name(street)}


@router.get("/items", response_model=ServiceItems | IssueCategories, **access(*EVERYBODY))
def items(world: WorldDep, kind: str = "service") -> JSONResponse:
    """List the service items, or with ``kind=issue`` the categories of issues."""
    zone = world.zone
    if kind == "issue":
        found = world.catalogue.rulebook.categories.values()
        shown = [plain(c, zone) | {"limit": str(c.limit), "response": str(c.response)} for c in found]
        return JSONResponse({"items": shown})
    return JSONResponse({"items": plain(tuple(world.catalogue.items.values()), zone)})


@router.get("/providers", response_model=ProviderPage, **access(*EVERYBODY))
def providers(ask: Annotated[ProviderAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """List providers, page by page, by number."""
    del account
    now, prefix = world.clock(), area_prefix(world, ask.area)
    fitting = [
        p
        for p in sorted(world.city.providers.values(), key=lambda p: p.id)
        if (ask.after is None or p.id > ask.after)
        and (not ask.category or ask.category in p.categories)
        and (not ask.state or p.state == ask.state)
        and (not ask.text or ask.text in p.name or ask.text == p.no)
        and p.area.startswith(prefix)
    ]
    page = fitting[: ask.limit]
    following = page[-1].id if len(fitting) > ask.limit else None
    return JSONResponse({"items": [provider_view(world, p, now) for p in page], "next": following})


@router.get("/providers/{no}", response_model=ProviderDetail, **access(*EVERYBODY))
def provider(no: str, world: WorldDep) -> JSONResponse:
    """Show one provider, by its number or row number; its figures are counted from orders as of now."""
    now, found = world.clock(), provider_of(world, no)
    with world.database.read() as session:
        standing = standings(session, world.catalogue.items, world.catalogue.standing, now, {found.id})[
            found.id
        ]
    return JSONResponse(provider_detail(world, found, standing, now))


def provider_of(world: World, no: str) -> Provider:
    """Find a provider by its number, such as P00012, or its row number.

    Raises
    ------
    UnknownProviderError
        When none has it.
    """
    if no.isascii() and no.isdecimal() and len(no) < 10:
        return world.city.provider(int(no))
    found = next((p for p in world.city.providers.values() if p.no == no), None)
    if found is None:
        raise UnknownProviderError(f"provider {no} is not registered")
    return found


@router.post(
    "/providers/{no}/actions",
    response_model=ProviderAnswer,
    **access("dispatcher", "admin", "provider", outside="hidden", others="hidden"),
)
def act(
    no: str, form: ProviderForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on a provider: other hours or capacity, admission, warning, leaving."""
    now, found = world.clock(), provider_of(world, no)
    if account.role == "provider" and account.provider != found.id:
        raise MissingError(f"provider {no} is not yours")
    if account.role != "provider" and not world.scheme.contains(account.area, found.area):
        raise MissingError(f"provider {no} does not lie in your area")

    def answer(done: Done) -> dict[str, Any]:
        return provider_view(world, done.fact, now)

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(PROVIDER, found.no, action, now, receipt=receipts(answer, 200))
    return respond(done, answer, 200)


def _feature(shape: shapely.Geometry, properties: dict[str, Any]) -> dict[str, Any]:
    simple = shapely.set_precision(shape, SIMPLER_DEG / 20)
    return {
        "type": "Feature",
        "id": properties["code"],
        "geometry": shapely.geometry.mapping(simple),
        "properties": properties,
    }
