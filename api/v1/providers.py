"""The register of providers over HTTP, for administrators of their area: registered, and changed."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.provider import ProviderAnswer
from api.forms import ChangeForm, Code, Datum, Degrees, Form, Hours, PlaceChange, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.register import provider_of
from api.views.provider import provider_view
from api.world import World
from data.desk.providers import NewProvider
from data.errors import MissingError
from data.store.done import Done
from data.store.kinds.orders import PROVIDER
from dispatch.lifecycle import Action
from dispatch.providers.provider import DEAREST_FEN, LARGEST_CAPACITY, LONGEST_TRAVEL_MIN, Provider
from grid.account import Account

router = Router(prefix="/api/v1/providers", tags=["providers"])
Name = Annotated[str, Field(min_length=1, max_length=80)]
Codes = Annotated[list[Code], Field(max_length=40)]
PriceFen = Annotated[int, Field(ge=0, le=DEAREST_FEN)]


class ProviderChangeForm(ChangeForm, PlaceChange):
    """What is to be changed of a provider; what is left out stays, and a longest way of null is none."""

    name: Name | None = None
    categories: Codes | None = None
    address: Short | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    hours: Hours | None = None
    capacity: Annotated[int, Field(ge=0, le=LARGEST_CAPACITY)] | None = None
    service_areas: (
        Annotated[list[Annotated[str, Field(pattern=r"^\d{1,20}$")]], Field(max_length=40)] | None
    ) = None
    max_travel_min: Annotated[int, Field(ge=1, le=LONGEST_TRAVEL_MIN)] | None = None
    prices_fen: Annotated[dict[Code, PriceFen], Field(max_length=200)] | None = None
    credit_code: Annotated[str, Field(max_length=40)] | None = None
    women: bool | None = None
    dialects: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)] | None
    ) = None

    def fields(self, world: World) -> dict[str, Any]:
        """Return the changed fields of the provider."""
        told = self.given("lon", "lat", "datum")
        told |= {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        if "max_travel_min" in self.model_fields_set:
            told["max_travel_min"] = self.max_travel_min
        if (place := self.moved()) is not None:
            told |= {"place": place, "area": world.city.locate(place).cell}
        return told


class NewProviderForm(ProviderChangeForm):
    """A provider that is not registered yet."""

    name: Name
    categories: Codes
    lon: Degrees
    lat: Degrees
    datum: Datum = "wgs84"


@router.post("", response_model=ProviderAnswer, status_code=201, **access("admin", outside="refused"))
def register(
    form: NewProviderForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Register a provider of one's area; the number is drawn, and it takes orders once it is admitted."""
    now, provider = world.clock(), Provider(id=0, no="", **form.fields(world))

    def answer(done: Done) -> dict[str, Any]:
        return provider_view(world, done.fact, now)

    new = NewProvider(provider=provider)
    done = world.desk.start(new, account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.patch("/{no}", response_model=ProviderAnswer, **access("admin", outside="hidden"))
def change(no: str, form: ProviderChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change what the register holds of a provider of one's area; orders and map follow at once."""
    now, known = world.clock(), provider_of(world, no)
    action = Action(name="change", by=account.actor(), fields=form.fields(world))
    done = world.desk.act(PROVIDER, known.no, action, now)
    return JSONResponse(provider_view(world, done.fact, now))


class SeenLicenceForm(Form):
    """What stands on a licence; two different people have to find the same, then it counts."""

    kind: Code
    number: Annotated[str, Field(min_length=1, max_length=80)]
    authority: Annotated[str, Field(min_length=1, max_length=80)]
    until: date | None = None


class SuspensionForm(Form):
    """A licence that its authority has taken for a time, or given back."""

    action: Literal["suspend", "resume"]
    kind: Code
    number: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


@router.post(
    "/{no}/licences", response_model=ProviderAnswer, **access("dispatcher", "admin", outside="hidden")
)
def check_licence(no: str, form: SeenLicenceForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell that one saw a licence of a provider and found it right; a renewed one stands beside the old."""
    return _licence(world, account, no, "check_licence", form.model_dump())


@router.post(
    "/{no}/licences/actions", response_model=ProviderAnswer, **access("dispatcher", "admin", outside="hidden")
)
def suspend_licence(no: str, form: SuspensionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell that a licence of a provider was suspended by its authority, or counts again."""
    told = form.model_dump(exclude={"action"})
    return _licence(world, account, no, f"{form.action}_licence", told)


def _licence(world: World, account: Account, no: str, name: str, told: dict[str, Any]) -> JSONResponse:
    now, known = world.clock(), provider_of(world, no)
    if not world.scheme.contains(account.area, known.area):
        raise MissingError(f"provider {no} does not lie in your area")
    done = world.desk.act(PROVIDER, known.no, Action(name=name, by=account.actor(), fields=told), now)
    return JSONResponse(provider_view(world, done.fact, now))
