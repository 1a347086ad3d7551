"""OGC API - Features: areas, cells, providers and tickets for QGIS, GDAL and every other reader, nothing personal.

Source: OGC API - Features - Part 1: Core, 1.0.1 (OGC 17-069r4), classes Core and GeoJSON.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import shapely
from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.access import EVERYBODY, access
from api.answers.features import Collection, Collections, Conformance, FeatureDetail, FeaturePage, Landing
from api.answers.geojson import GeoJson
from api.outside.features_ask import parameters, refuse_unknown, window_of
from api.roles import WorldDep
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.outside.features import Window, first_report, ticket_features
from data.outside.open_requests import OpenFilter, open_requests
from dispatch.providers.provider import Provider
from grid.tickets.ticket import Ticket

ASKED_WRONGLY = {"description": "A parameter is not known here, or its value cannot be used"}
router = Router(prefix="/features", tags=["features"], responses={400: ASKED_WRONGLY})
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of features: how many match in all, and the mark to go on from, None on the last."""

    features: list[Feature]
    matched: int
    following: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One collection: how its features are listed and how one is found by its id."""

    name: str
    title: str
    description: str
    filters: tuple[str, ...]
    list: Callable[[World, Window], Found]
    one: Callable[[World, str], Feature | None]
    dated: bool = False


def _feature(name: str, shape: shapely.Geometry, properties: dict[str, Any]) -> Feature:
    return {
        "type": "Feature",
        "id": name,
        "geometry": shapely.geometry.mapping(shape),
        "properties": properties,
    }


def _areas(world: World) -> list[Feature]:
    names = ("code", "name", "level", "parent")
    return [
        _feature(code, world.city.area_shapes[code], {n: getattr(area, n) for n in names})
        for code, area in world.city.areas.items()
    ]


def _cells(world: World) -> list[Feature]:
    names = ("code", "name", "community", "households")
    return [
        _feature(code, world.city.cell_shapes[code], {n: getattr(cell, n) for n in names})
        for code, cell in world.city.cells.items()
    ]


def _providers(world: World) -> list[Feature]:
    return [_provider(world.city.providers[key]) for key in sorted(world.city.providers)]


def _provider(provider: Provider) -> Feature:
    told = {
        "no": provider.no,
        "name": provider.name,
        "categories": ";".join(provider.categories),
        "state": provider.state,
        "hours": provider.hours,
        "address": provider.address,
        "cell": provider.area,
        "rating": provider.rating,
    }
    return _feature(provider.no, shapely.Point(provider.place.lon, provider.place.lat), told)


def _ticket(world: World, ticket: Ticket) -> Feature:
    rulebook = world.catalogue.rulebook
    category = rulebook.categories.get(ticket.category)
    told = {
        "no": ticket.no,
        "category": ticket.category,
        "category_name": category.name_zh if category else ticket.category,
        "state": ticket.state,
        "state_name": rulebook.lifecycle.labels.get(ticket.state, ticket.state),
        "lamp": ticket.lamp,
        "urgent": ticket.urgent,
        "cell": ticket.cell,
        "department": ticket.department,
        "department_name": world.city.department_name(ticket.department),
        "reported_at": ticket.reported_at,
        "due_at": ticket.due_at,
        "closed_at": ticket.closed_at,
    }
    point = shapely.Point(ticket.place.lon, ticket.place.lat)
    return _feature(ticket.no, point, plain(told, rulebook.worktime.zone))


def _listed(read: Callable[[World], list[Feature]]) -> Callable[[World, Window], Found]:
    """Make the list of a collection that is held in memory."""

    def found(world: World, wanted: Window) -> Found:
        matching = [
            f
            for f in read(world)
            if all(_equals(f["properties"][name], value) for name, value in wanted.equal.items())
        ]
        if wanted.boxes:
            shapes = [shapely.geometry.shape(f["geometry"]) for f in matching]
            boxes = [shapely.box(b.west, b.south, b.east, b.north) for b in wanted.boxes]
            inside = shapely.intersects(shapes, shapely.union_all(boxes))
            matching = [f for f, is_inside in zip(matching, inside, strict=True) if is_inside]
        end = wanted.after + wanted.limit
        following = end if end < len(matching) else None
        return Found(features=matching[wanted.after : end], matched=len(matching), following=following)

    return found


def _equals(value: object, asked: str) -> bool:
    """Compare; of several words parted by semicolons one is enough."""
    return asked == value or (isinstance(value, str) and asked in value.split(";"))


def _one(read: Callable[[World], Iterable[Feature]]) -> Callable[[World, str], Feature | None]:
    return lambda world, name: next((f for f in read(world) if f["id"] == name), None)


def _tickets(world: World, wanted: Window) -> Found:
    with world.database.read() as session:
        leaf = ticket_features(session, frozenset(world.catalogue.rulebook.public_categories()), wanted)
    features = [_ticket(world, t) for t in leaf.tickets]
    return Found(features=features, matched=leaf.matched, following=leaf.following)


def _one_ticket(world: World, no: str) -> Feature | None:
    public = frozenset(world.catalogue.rulebook.public_categories())
    with world.database.read() as session:
        found = open_requests(session, OpenFilter(final=(), categories=public, numbers=(no,)))
    return _ticket(world, found[0].ticket) if found else None


LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            name="areas",
            title="街道与社区",
            description="Districts, streets and communities with their borders",
            filters=("level", "parent"),
            list=_listed(_areas),
            one=_one(_areas),
        ),
        Layer(
            name="cells",
            title="网格",
            description="Cells with their borders",
            filters=("community",),
            list=_listed(_cells),
            one=_one(_cells),
        ),
        Layer(
            name="providers",
            title="服务商",
            description="Those who offer services, where they sit",
            filters=("categories", "state", "cell"),
            list=_listed(_providers),
            one=_one(_providers),
        ),
        Layer(
            name="tickets",
            title="工单",
            description="Reports about public space; datetime is the time of the report",
            filters=("category", "state", "lamp", "cell", "department"),
            list=_tickets,
            one=_one_ticket,
            dated=True,
        ),
    )
}


@router.get("", response_model=Landing, **access(*EVERYBODY))
@router.get("/", include_in_schema=False)
def landing(request: Request, world: WorldDep) -> JSONResponse:
    """Tell what is offered and where."""
    root = _root(request)
    refuse_unknown(request.query_params, ("f",))
    links = [
        _link(root, "self", "application/json", "This page"),
        _link(f"{root}/conformance", "conformance", "application/json", "What this server conforms to"),
        _link(f"{root}/collections", "data", "application/json", "The collections"),
        _link(f"{request.base_url}openapi.json", "service-desc", OPENAPI, "The interface"),
        _link(f"{request.base_url}docs", "service-doc", "text/html", "The interface, to read"),
    ]
    name = world.city.district.name
    return JSONResponse(
        {"title": name, "description": f"{name}: areas, cells, providers, tickets", "links": links}
    )


@router.get("/conformance", response_model=Conformance, **access(*EVERYBODY))
def conformance(request: Request) -> JSONResponse:
    """Name the classes of the standard that hold here."""
    refuse_unknown(request.query_params, ("f",))
    return JSONResponse({"conformsTo": [f"{CORE}/core", f"{CORE}/geojson"]})


@router.get("/collections", response_model=Collections, **access(*EVERYBODY))
def collections(request: Request, world: WorldDep) -> JSONResponse:
    """List the collections."""
    refuse_unknown(request.query_params, ("f",))
    root = _root(request)
    return JSONResponse(
        {
            "links": [_link(f"{root}/collections", "self", "application/json", "The collections")],
            "collections": [_described(world, layer, root) for layer in LAYERS.values()],
        }
    )


@router.get("/collections/{name}", response_model=Collection, **access(*EVERYBODY))
def collection(name: str, request: Request, world: WorldDep) -> JSONResponse:
    """Describe one collection."""
    refuse_unknown(request.query_params, ("f",))
    return JSONResponse(_described(world, _layer(name), _root(request)))


@router.get(
    "/collections/{name}/items",
    response_model=FeaturePage,
    response_class=GeoJson,
    **access(
        *EVERYBODY,
        openapi_extra=parameters(sorted({name for layer in LAYERS.values() for name in layer.filters})),
    ),
)
def items(name: str, request: Request, world: WorldDep) -> JSONResponse:
    """List features: ``bbox``, ``datetime``, ``limit`` and equal properties narrow them, ``next`` goes on."""
    layer = _layer(name)
    wanted = window_of(request.query_params, layer.filters)
    found = layer.list(world, wanted)
    here = f"{_root(request)}/collections/{name}"
    links = [
        _link(_with(f"{here}/items", request.query_params.multi_items()), "self", GEOJSON, "This page"),
        _link(here, "collection", "application/json", layer.title),
    ]
    if found.following is not None:
        kept = [(k, v) for k, v in request.query_params.multi_items() if k != "after"]
        onward = _with(f"{here}/items", [*kept, ("after", str(found.following))])
        links.append(_link(onward, "next", GEOJSON, "The page after"))
    body = {
        "type": "FeatureCollection",
        "features": found.features,
        "numberMatched": found.matched,
        "numberReturned": len(found.features),
        "timeStamp": f"{world.clock():%Y-%m-%dT%H:%M:%SZ}",
        "links": links,
    }
    return JSONResponse(body, media_type=GEOJSON)


@router.get(
    "/collections/{name}/items/{feature}",
    response_model=FeatureDetail,
    response_class=GeoJson,
    **access(*EVERYBODY),
)
def item(name: str, feature: str, request: Request, world: WorldDep) -> JSONResponse:
    """Show one feature."""
    refuse_unknown(request.query_params, ("f",))
    layer = _layer(name)
    found = layer.one(world, feature)
    if found is None:
        raise HTTPException(404, f"{name} has no feature {feature!r}")
    here = f"{_root(request)}/collections/{name}"
    links = [
        _link(f"{here}/items/{feature}", "self", GEOJSON, "This feature"),
        _link(here, "collection", "application/json", layer.title),
    ]
    return JSONResponse({**found, "links": links}, media_type=GEOJSON)


def _layer(name: str) -> Layer:
    found = LAYERS.get(name)
    if found is None:
        raise HTTPException(404, f"collection {name!r} was not found; there are {', '.join(LAYERS)}")
    return found


def _described(world: World, layer: Layer, root: str) -> dict[str, Any]:
    box = world.city.district.box
    extent: dict[str, Any] = {"spatial": {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84}}
    if layer.dated:
        with world.database.read() as session:
            begun = first_report(session)
        first = f"{begun:%Y-%m-%dT%H:%M:%SZ}" if begun else None
        extent["temporal"] = {"interval": [[first, None]], "trs": GREGORIAN}
    here = f"{root}/collections/{layer.name}"
    return {
        "id": layer.name,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link(here, "self", "application/json", layer.title),
            _link(f"{here}/items", "items", GEOJSON, layer.title),
        ],
    }


def _root(request: Request) -> str:
    return f"{request.base_url}features"


def _with(address: str, params: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(params)}" if params else address


def _link(href: str, rel: str, media: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media, "title": title}
