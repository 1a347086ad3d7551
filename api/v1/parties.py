"""The register of handling parties over HTTP: who in a department is reached about which services, and when."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import KEEPERS, OVERSEERS, access
from api.answers.halls import PartyAnswer, PartyPage
from api.forms import Code, Form, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.keeping import HallAsk, KeptForm, Name, Phone, act_by_form, found_by
from api.views.halls import party_view
from data.desk.halls import NewParty
from data.registers.halls import list_parties
from data.store.done import Done
from data.store.kinds.halls import PARTY
from dispatch.lifecycle import Action
from dispatch.party import Party

router = Router(prefix="/api/v1/parties", tags=["parties"])
AreaCode = Annotated[str, Field(pattern=r"^\d{1,20}$")]
Items = Annotated[list[Code], Field(max_length=200)]
Person = Annotated[str, Field(max_length=40)]


class PartyAsk(HallAsk):
    """Filters of the list of handling parties; ``item`` for those that do a service."""

    item: Short = ""


class PartyChangeForm(KeptForm):
    """What is to be changed of a handling party; what is left out stays. ``closed`` needs a ``reason``."""

    name: Name | None = None
    department: Code | None = None
    area: AreaCode | None = None
    contact: Person | None = None
    phone: Phone | None = None
    deputy: Person | None = None
    deputy_phone: Phone | None = None
    hours: Short | None = None
    items: Items | None = None


class NewPartyForm(Form):
    """A handling party that is not registered yet."""

    name: Name
    department: Code
    area: AreaCode
    contact: Person = ""
    phone: Phone = ""
    deputy: Person = ""
    deputy_phone: Phone = ""
    hours: Short = "Mo-Fr 08:30-17:30"
    items: Items = Field(default_factory=list)


@router.get("", response_model=PartyPage, **access(*OVERSEERS, "worker"))
def parties(ask: Annotated[PartyAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List handling parties, page by page; those that ended only when asked for."""
    del account
    now = world.clock()
    with world.database.read() as session:
        page = list_parties(session, ask.page(), ask.filter(), ask.prefix(world))
    return JSONResponse({"items": [party_view(world, one, now) for one in page.items], "next": page.next})


@router.post("", response_model=PartyAnswer, status_code=201, **access("admin", outside="refused"))
def register(form: NewPartyForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Register a handling party of one's area; the number is drawn."""
    now = world.clock()
    party = Party(no="", items=tuple(form.items), **form.model_dump(exclude={"items"}))

    def answer(done: Done) -> dict[str, Any]:
        return party_view(world, done.fact, now)

    done = world.desk.start(NewParty(party=party), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/{no}", response_model=PartyAnswer, **access(*OVERSEERS, "worker"))
def party(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a handling party, also one that ended."""
    del account
    with world.database.read() as session:
        found = found_by(session, PARTY, no)
    return JSONResponse(party_view(world, found, world.clock()))


@router.patch("/{no}", response_model=PartyAnswer, **access("admin", outside="hidden"))
def change(no: str, form: PartyChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change a handling party of one's area, end it (``closed``, with a ``reason``), or take the ending back."""
    done = act_by_form(world, account, PARTY, no, form, form.kept())
    return JSONResponse(party_view(world, done, world.clock()))


@router.post("/{no}/confirm", response_model=PartyAnswer, **access(*KEEPERS, outside="hidden"))
def confirm(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Confirm that a handling party of one's area is registered rightly."""
    now = world.clock()
    done = world.desk.act(PARTY, no, Action(name="confirm", by=account.actor()), now)
    return JSONResponse(party_view(world, done.fact, now))
