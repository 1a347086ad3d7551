"""The register of legal persons and sole traders over HTTP: linked with their providers by credit code, never doubled."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import KEEPERS, STAFF, access
from api.answers.halls import EntityAnswer, EntityPage
from api.forms import Datum, Degrees, Form, PlaceChange, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import seen_area
from api.v1.keeping import HallAsk, KeptForm, Name, Phone, act_by_form
from api.v1.stations import placed
from api.views.halls import entity_view
from api.world import World
from data.desk.halls import NewEntity
from data.queries.scope import find
from data.registers.halls import list_entities, shops_of
from data.store.done import Done
from data.store.kinds.halls import ENTITY
from dispatch.lifecycle import Action
from dispatch.providers.entity import Entity

router = Router(prefix="/api/v1/entities", tags=["entities"])
CreditCode = Annotated[str, Field(min_length=1, max_length=40)]


class EntityChangeForm(KeptForm, PlaceChange):
    """What is to be changed of an entity; what is left out stays. ``closed`` needs a ``reason``, and its providers leave."""

    name: Name | None = None
    credit_code: CreditCode | None = None
    trade: Short | None = None
    address: Short | None = None
    phone: Phone | None = None


class NewEntityForm(PlaceChange, Form):
    """A legal person or sole trader that is not registered yet."""

    name: Name
    credit_code: CreditCode
    lon: Degrees
    lat: Degrees
    datum: Datum = "wgs84"
    trade: Short = ""
    address: Short = ""
    phone: Phone = ""


@router.get("", response_model=EntityPage, **access(*STAFF, outside="left_out"))
def entities(ask: Annotated[HallAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List legal persons and sole traders of one's area by name, number or code; those that closed only when asked for."""
    prefix = seen_area(world, account, ask.area)
    with world.database.read() as session:
        page = list_entities(session, ask.page(), ask.filter(), prefix)
        shops = shops_of(session, (one.credit_code for one in page.items))
    return JSONResponse({"items": [entity_view(world, one, shops) for one in page.items], "next": page.next})


@router.post("", response_model=EntityAnswer, status_code=201, **access("admin", outside="refused"))
def register(form: NewEntityForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Register a legal person or sole trader of one's area; providers of the same code are its shops at once."""
    told = form.model_dump(exclude={"lon", "lat", "datum"})
    entity = Entity(no="", **told, **placed(world, form))

    def answer(done: Done) -> dict[str, Any]:
        return _shown(world, done.fact)

    new = NewEntity(entity=entity)
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/{no}", response_model=EntityAnswer, **access(*STAFF, outside="hidden"))
def entity(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a legal person or sole trader of one's area, also one that closed."""
    with world.database.read() as session:
        found = find(session, ENTITY, no, account.actor(), world.scheme)
    return JSONResponse(_shown(world, found))


@router.patch("/{no}", response_model=EntityAnswer, **access("admin", outside="hidden"))
def change(no: str, form: EntityChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change an entity of one's area, close it (``closed``, with a ``reason``), or open it again.

    The providers of one that closes leave with the same stroke: no order is offered to them from that moment.
    """
    fields = form.kept() | placed(world, form)
    return JSONResponse(_shown(world, act_by_form(world, account, ENTITY, no, form, fields)))


@router.post("/{no}/confirm", response_model=EntityAnswer, **access(*KEEPERS, outside="hidden"))
def confirm(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Confirm that an entity of one's area is registered rightly."""
    done = world.desk.act(ENTITY, no, Action(name="confirm", by=account.actor()), world.clock())
    return JSONResponse(_shown(world, done.fact))


def _shown(world: World, entity: Entity) -> dict[str, Any]:
    with world.database.read() as session:
        return entity_view(world, entity, shops_of(session, [entity.credit_code]))
