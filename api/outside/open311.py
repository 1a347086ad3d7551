"""Open311 GeoReport v2: what can be reported, reporting it, and following it, for other people's software.

Source: Open311 GeoReport v2 (frozen), and its service discovery. No personal data leaves by it.
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from api.access import EVERYBODY, access
from api.answers.open311 import Discovery, OpenService, RequestMade, ServiceDefinition, ServiceRequest
from api.outside.open311_ask import RequestAsk, clean
from api.outside.open311_format import OpenError, OpenRoute, write
from api.roles import PUBLIC, WorldDep, actor_of, slow_down
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.desk.tickets import NewTicket
from data.errors import BadPhotoError, NoRoomError
from data.outside.open_requests import OpenFilter, OpenRequest, open_requests
from data.queries.people import names_in
from data.store.photos import keep_photo
from dispatch.phone import check_phone
from dispatch.resident import Contact
from geo.place import LonLat
from grid.personal import mask_personal
from grid.rulebook import Category
from grid.tickets.ticket import Report

router = Router(prefix="/open311", route_class=OpenRoute, tags=["open311"])
Format = Literal["xml", "json"]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LONGEST_TEXT = 4000
OPEN_CHANNELS = frozenset({"worker", "open311"})
MOST_PHOTOS = 9
MEDIA_NOTE = "media_url was not fetched: this network is closed"


@router.get("/discovery.{fmt}", response_model=Discovery, **access(*EVERYBODY))
@router.get("/v2/discovery.{fmt}", name="discovery_v2", response_model=Discovery, **access(*EVERYBODY))
def discovery(fmt: Format, request: Request, world: WorldDep) -> Response:
    """Tell where the interface is and what it speaks."""
    changed = plain(world.started_at, world.zone)
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{str(request.base_url).rstrip('/')}/open311/v2",
        "changeset": changed,
        "type": "test" if world.city.district.sample else "production",
        "formats": ["text/xml", "application/json"],
    }
    key = "an api_key is needed to report" if world.settings.open311_key else "no api_key is needed"
    found = {
        "changeset": changed,
        "contact": world.city.district.name,
        "key_service": key,
        "endpoints": [endpoint],
    }
    return write(fmt, "discovery", found)


def right_jurisdiction(request: Request, world: WorldDep) -> None:
    """Refuse a request for another district; a request that names none is for this one.

    Raises
    ------
    OpenError
    """
    given = request.query_params.get("jurisdiction_id", "")
    code = world.city.district.code
    if given and given != code:
        raise OpenError(404, f"jurisdiction_id {given!r} was not found; this is {code}")


here = [Depends(right_jurisdiction)]


@router.get(
    "/v2/services.{fmt}",
    response_model=list[OpenService],
    **access(*EVERYBODY, dependencies=here),
)
def services(fmt: Format, world: WorldDep) -> Response:
    """List what can be reported."""
    found = [
        {
            "service_code": c.code,
            "service_name": c.name_zh,
            "description": c.name_en,
            "metadata": True,
            "type": "realtime",
            "keywords": f"{c.class_zh},{c.name_zh},{c.name_en}",
            "group": c.class_zh,
        }
        for c in world.catalogue.rulebook.public_categories().values()
    ]
    return write(fmt, "services", found)


@router.get(
    "/v2/services/{code}.{fmt}",
    response_model=ServiceDefinition,
    **access(*EVERYBODY, dependencies=here),
)
def service(code: str, fmt: Format, world: WorldDep) -> Response:
    """Define one service: when a report of it is filed and when it counts as done."""
    category = _category(world, code)
    found = {"service_code": category.code, "attributes": _attributes(world, category)}
    return write(fmt, "service_definition", found)


def _category(world: World, code: str) -> Category:
    found = world.catalogue.rulebook.public_categories().get(code)
    if found is None:
        raise OpenError(404, f"service_code {code!r} was not found; see services.xml")
    return found


def _attributes(world: World, category: Category) -> list[dict[str, Any]]:
    """List what a report may say beside its text, its nature, and what is told about the service."""
    natures = world.catalogue.rulebook.natures.values()
    asked = {
        "variable": True,
        "code": "nature",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "",
        "order": 1,
        "description": "诉求性质",
        "values": [{"key": nature.code, "name": nature.name_zh} for nature in natures],
    }
    told = {
        "filing_condition": category.filing_condition,
        "closing_condition": category.closing_condition,
        "committed_limit": str(category.limit),
    }
    return [asked] + [
        {
            "variable": False,
            "code": code,
            "datatype": "string",
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": text,
        }
        for order, (code, text) in enumerate(told.items(), 2)
        if text
    ]


@router.get(
    "/v2/requests.{fmt}",
    response_model=list[ServiceRequest],
    **access(*EVERYBODY, dependencies=here),
)
def requests(fmt: Format, asked: Annotated[RequestAsk, Query()], world: WorldDep) -> Response:
    """List reports by number, kind, time or status; the newest 90 days when nothing is asked."""
    wanted = asked.filter(world)
    with world.database.read() as session:
        found = _views(world, session, open_requests(session, wanted))
    return write(fmt, "service_requests", found)


@router.get(
    "/v2/requests/{no}.{fmt}",
    response_model=list[ServiceRequest],
    **access(*EVERYBODY, dependencies=here),
)
def one_request(no: str, fmt: Format, world: WorldDep) -> Response:
    """Show one report."""
    with world.database.read() as session:
        wanted = OpenFilter(
            final=(),
            categories=frozenset(world.catalogue.rulebook.public_categories()),
            numbers=(clean(no),),
        )
        found = _views(world, session, open_requests(session, wanted))
    if not found:
        raise OpenError(404, f"service_request_id {no!r} was not found")
    return write(fmt, "service_requests", found)


@router.get(
    "/v2/tokens/{token}.{fmt}",
    response_model=list[RequestMade],
    **access(*EVERYBODY, dependencies=here),
)
def token(token: str, fmt: Format) -> Response:
    """Say that no tokens are given: every report gets its number at once."""
    del fmt
    raise OpenError(404, f"token {token!r} was not found; a report is answered with its number at once")


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted form: its text fields, and names and bytes of the files beside them."""

    fields: dict[str, str]
    files: tuple[tuple[str, bytes], ...]


async def posted(request: Request) -> Posted:
    """Read a posted form; of two text fields of one name the last counts."""
    async with request.form(max_files=MOST_PHOTOS) as form:
        sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        files = [(value.filename or f"{number}", await value.read()) for number, value in enumerate(sent, 1)]
        fields = {name: clean(value) for name, value in form.items() if isinstance(value, str)}
    return Posted(fields, tuple((name, body) for name, body in files if body))


POSTED = (
    "service_code",
    "lat",
    "long",
    "address_string",
    "description",
    "phone",
    "first_name",
    "last_name",
    "media_url",
    "api_key",
    "jurisdiction_id",
    "attribute[nature]",
)
FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["service_code", "lat", "long"],
                    "properties": {name: {"type": "string"} for name in POSTED},
                }
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["service_code", "lat", "long"],
                    "properties": {name: {"type": "string"} for name in POSTED}
                    | {"media": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


@router.post(
    "/v2/requests.{fmt}",
    response_model=list[RequestMade],
    status_code=201,
    **access(*EVERYBODY, openapi_extra=FORM_BODY),
)
def report(
    fmt: Format, request: Request, world: WorldDep, sent: Annotated[Posted, Depends(posted)]
) -> Response:
    """Take a report in, with photos when the form has files; the answer gives its number."""
    form = sent.fields
    _check_key(world, form.get("api_key") or request.query_params.get("api_key", ""))
    if (given := form.get("jurisdiction_id", "")) and given != world.city.district.code:
        raise OpenError(404, f"jurisdiction_id {given!r} was not found")
    slow_down(request, "public report", world.settings.public_posts_per_minute)
    code = form.get("service_code", "")
    if not code:
        raise OpenError(400, "service_code was not provided")
    category = _category(world, code)
    place = _place(form)
    description = form.get("description", "")
    if len(description) > LONGEST_TEXT:
        raise OpenError(400, f"description is longer than {LONGEST_TEXT} characters")
    located = world.city.locate(place)
    now = world.clock()
    kept, refused = _keep(world, sent, now)
    new = Report(
        no="",
        category=category.code,
        place=place,
        cell=located.cell,
        channel="open311",
        photos=kept,
        description=description,
        address=form.get("address_string", "")[:200],
        border_cells=located.border_cells,
        nature=form.get("attribute[nature]", ""),
    )
    done = world.desk.start(NewTicket(report=new, contact=_contact(form)), actor_of(PUBLIC), now)
    notices = ([MEDIA_NOTE] if form.get("media_url") else []) + refused
    made = {"service_request_id": done.fact.no, "service_notice": "; ".join(notices), "account_id": None}
    return write(fmt, "service_requests", [made], 201)


def _keep(world: World, sent: Posted, now: datetime) -> tuple[tuple[str, ...], list[str]]:
    """Store the photos of a form; gives their names, and what to say of those without which the report goes."""
    kept, refused = [], []
    for name, body in sent.files:
        try:
            kept.append(keep_photo(world.database, world.home, body, "public", now).sha256)
        except (BadPhotoError, NoRoomError) as error:
            refused.append(f"{name[:80]}: {error}")
    return tuple(dict.fromkeys(kept)), refused


def _check_key(world: World, given: str) -> None:
    wanted = world.settings.open311_key
    if not wanted:
        return
    if not given:
        raise OpenError(403, "api_key was not provided")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise OpenError(403, "api_key is not valid")


def _place(form: dict[str, str]) -> LonLat:
    try:
        lon, lat = float(form["long"]), float(form["lat"])
    except KeyError:
        raise OpenError(400, "lat and long were not provided; an address alone cannot be located") from None
    except ValueError:
        raise OpenError(400, "lat and long have to be degrees, such as lat=30.25&long=120.17") from None
    return LonLat(lon, lat)


def _contact(form: dict[str, str]) -> Contact | None:
    """Give how to reach the reporter, None without a phone number."""
    phone = form.get("phone", "")
    if not phone:
        return None
    name = (form.get("last_name", "") + form.get("first_name", ""))[:40] or "-"
    return Contact(name=name, phone=check_phone(phone), address="", relation="other")


def _views(world: World, session: Session, found: Sequence[OpenRequest]) -> list[dict[str, Any]]:
    """Show reports to strangers; their words are masked."""
    texts = (
        f"{r.ticket.description}\n{r.ticket.address}" for r in found if r.ticket.channel in OPEN_CHANNELS
    )
    names = names_in(session, texts)
    return [_view(world, r, names) for r in found]


def _view(world: World, found: OpenRequest, names: Collection[str]) -> dict[str, Any]:
    zone = world.zone
    ticket, rulebook = found.ticket, world.catalogue.rulebook
    category = rulebook.categories.get(ticket.category)
    shared = ticket.channel in OPEN_CHANNELS
    ended = ticket.state in rulebook.lifecycle.final
    return {
        "service_request_id": ticket.no,
        "status": "closed" if ended else "open",
        "status_notes": rulebook.lifecycle.labels.get(ticket.state, ticket.state),
        "service_name": category.name_zh if category else ticket.category,
        "service_code": ticket.category,
        "description": mask_personal(ticket.description, names) if shared else "",
        "agency_responsible": world.city.department_name(ticket.department),
        "service_notice": "",
        "requested_datetime": plain(ticket.reported_at, zone),
        "updated_datetime": plain((ticket.closed_at if ended else None) or found.updated_at, zone),
        "expected_datetime": plain(ticket.promised_at, zone),
        "address": mask_personal(ticket.address, names) if shared else "",
        "address_id": "",
        "zipcode": "",
        "lat": ticket.place.lat,
        "long": ticket.place.lon,
        "media_url": "",
    }
