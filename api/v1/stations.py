"""The register of halls and stations over HTTP: for everybody to find; registered, changed, closed by administrators."""

from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import EVERYBODY, KEEPERS, access
from api.answers.halls import NearStations, StationAnswer, StationPage
from api.forms import Code, Datum, Degrees, Form, PlaceChange, Placed, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, MaybeDep, WorldDep
from api.routing import Router
from api.v1.keeping import HallAsk, KeptForm, Name, Phone, act_by_form, found_by
from api.views.halls import near_view, station_view
from api.world import World
from data.desk.halls import NewStation
from data.registers.halls import list_stations, nearest_stations
from data.store.done import Done
from data.store.kinds.halls import STATION
from dispatch.lifecycle import Action
from dispatch.station import Station
from geo.errors import NoStreetError
from geo.itinerary import Route
from geo.place import LonLat

router = Router(prefix="/api/v1/stations", tags=["stations"])
StationKind = Literal["hall", "station", "health"]
Services = Annotated[list[Code], Field(max_length=200)]


class StationAsk(HallAsk):
    """Filters of the list of halls and stations."""

    kind: Literal["", "hall", "station", "health"] = ""
    item: Short = ""


class NearAsk(Placed):
    """From where, of which kind, and how many."""

    kind: Literal["", "hall", "station", "health"] = ""
    k: Annotated[int, Field(ge=1, le=10)] = 3


class StationChangeForm(KeptForm, PlaceChange):
    """What is to be changed of a hall or station; what is left out stays. ``closed`` needs a ``reason``."""

    name: Name | None = None
    kind: StationKind | None = None
    address: Short | None = None
    phone: Phone | None = None
    hours: Short | None = None
    services: Services | None = None
    provider_no: Annotated[str, Field(max_length=32)] | None = None

    def fields(self, world: World) -> dict[str, Any]:
        """Return the changed fields of the station."""
        return self.kept() | placed(world, self)


class NewStationForm(PlaceChange, Form):
    """A hall or station that is not registered yet."""

    name: Name
    kind: StationKind
    lon: Degrees
    lat: Degrees
    datum: Datum = "wgs84"
    address: Short = ""
    phone: Phone = ""
    hours: Short = "Mo-Fr 08:30-17:30"
    services: Services = Field(default_factory=list)
    provider_no: Annotated[str, Field(max_length=32)] = ""


def placed(world: World, form: PlaceChange) -> dict[str, Any]:
    """Return place and cell when another place was sent."""
    place = form.moved()
    return {} if place is None else {"place": place, "area": world.city.locate(place).cell}


@router.get("", response_model=StationPage, **access(*EVERYBODY))
def stations(ask: Annotated[StationAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """List halls and stations, page by page; those that closed only when asked for."""
    del account
    now = world.clock()
    with world.database.read() as session:
        page = list_stations(session, ask.page(), ask.filter(), ask.prefix(world))
    return JSONResponse({"items": [station_view(world, one, now) for one in page.items], "next": page.next})


@router.get("/nearest", response_model=NearStations, **access(*EVERYBODY))
def nearest(ask: Annotated[NearAsk, Query()], world: WorldDep, account: MaybeDep) -> JSONResponse:
    """List the stations nearest to a place on foot, with the way by the streets and when they open and close."""
    del account
    return JSONResponse({"items": nearest_view(world, ask.place(), ask.kind, ask.k)})


def nearest_view(world: World, place: LonLat, kind: str, k: int) -> list[dict[str, Any]]:
    """Show the stations nearest to a place with the way there."""
    now, engine = world.clock(), world.city.engine
    with world.database.read() as session:
        found = nearest_stations(session, engine, place, now, kind, k)

    def way(station: Station) -> Route | None:
        try:
            return engine.way("walk", place, station.place, now)
        except NoStreetError:
            return None

    return [near_view(world, one, way(one.station) if one.is_by_road else None, now) for one in found]


@router.post("", response_model=StationAnswer, status_code=201, **access("admin", outside="refused"))
def register(
    form: NewStationForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Register a hall or station of one's area; the number is drawn."""
    now = world.clock()
    told = form.model_dump(exclude={"lon", "lat", "datum", "services"})
    station = Station(no="", services=tuple(form.services), **told, **placed(world, form))

    def answer(done: Done) -> dict[str, Any]:
        return station_view(world, done.fact, now)

    done = world.desk.start(NewStation(station=station), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/{no}", response_model=StationAnswer, **access(*EVERYBODY))
def station(no: str, world: WorldDep) -> JSONResponse:
    """Show a hall or station, also one that closed."""
    with world.database.read() as session:
        found = found_by(session, STATION, no)
    return JSONResponse(station_view(world, found, world.clock()))


@router.patch("/{no}", response_model=StationAnswer, **access("admin", outside="hidden"))
def change(no: str, form: StationChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change a hall or station of one's area, close it (``closed``, with a ``reason``), or open it again."""
    done = act_by_form(world, account, STATION, no, form, form.fields(world))
    return JSONResponse(station_view(world, done, world.clock()))


@router.post("/{no}/confirm", response_model=StationAnswer, **access(*KEEPERS, outside="hidden"))
def confirm(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Confirm that a hall or station of one's area is registered rightly."""
    now = world.clock()
    done = world.desk.act(STATION, no, Action(name="confirm", by=account.actor()), now)
    return JSONResponse(station_view(world, done.fact, now))
