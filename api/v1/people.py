"""People over HTTP: who stands to a resident in a relation, and who has a telephone number."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import KEEPERS, access
from api.answers.resident import CallerAnswer, RelationAnswer, RelationList
from api.errors import NotAllowedError
from api.forms import Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.resident import is_minor, is_own, relation_view, resident_line, timeline_view
from api.views.shape import plain
from api.world import World
from data.desk.care import PutKin
from data.errors import MissingError
from data.queries.scope import find
from data.registers.businesses import Whose, businesses
from data.registers.people import Caller, particulars_of, relations_of, who_has
from data.store.kinds.people import RESIDENT
from dispatch.alarms.care import Kin
from dispatch.errors import BadFieldError
from dispatch.phone import check_phone
from dispatch.resident import masked_contact
from grid.account import Account

router = Router(prefix="/api/v1", tags=["residents"])


class RelationForm(Form):
    """Somebody who stands to a resident in a relation; those of the smallest ``turn`` are called first."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(min_length=5, max_length=40)]
    relation: Annotated[str, Field(min_length=1, max_length=40)]
    turn: Annotated[int, Field(ge=1, le=99)] = 1
    has_key: bool = False
    available: bool = True


class RelationChangeForm(Form):
    """What is to be changed of a relation; ``ended_on`` ends it. What is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    phone: Annotated[str, Field(min_length=5, max_length=40)] | None = None
    relation: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    turn: Annotated[int, Field(ge=1, le=99)] | None = None
    has_key: bool | None = None
    available: bool | None = None
    ended_on: date | None = None


@router.get(
    "/residents/{no}/relations",
    response_model=RelationList,
    **access(*KEEPERS, "resident", outside="hidden", others="hidden"),
)
def relations(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """List who stands to a resident of one's area in a relation, in the order of call, masked but for oneself."""
    found, own = _known(world, account, no)
    return JSONResponse({"items": [relation_view(world, kin, own=own) for kin in found]})


@router.post(
    "/residents/{no}/relations",
    response_model=RelationAnswer,
    status_code=201,
    **access(*KEEPERS, outside="hidden"),
)
def relate(no: str, form: RelationForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell who stands to a resident of one's area in a relation."""
    _known(world, account, no)
    world.catalogue.people.check_relation(form.relation)
    kin = Kin(no="", resident=no, **form.model_dump())
    done = world.desk.start(PutKin(kin=kin), account.actor(), world.clock())
    return JSONResponse(relation_view(world, done.fact), status_code=201)


@router.patch(
    "/residents/{no}/relations/{kin}", response_model=RelationAnswer, **access(*KEEPERS, outside="hidden")
)
def change_relation(
    no: str, kin: str, form: RelationChangeForm, world: WorldDep, account: AccountDep
) -> JSONResponse:
    """Change or end a relation of a resident of one's area; it stays in the history."""
    found, _ = _known(world, account, no)
    known = next((one for one in found if one.no == kin), None)
    if known is None:
        raise MissingError(f"relation {kin} of {no} does not exist")
    given = {name: value for name, value in form.model_dump().items() if value is not None}
    if "relation" in given:
        world.catalogue.people.check_relation(given["relation"])
    today = world.local(world.clock()).date()
    if form.ended_on is not None and form.ended_on > today:
        raise BadFieldError("ended_on", form.ended_on.isoformat(), "a day that has come")
    done = world.desk.start(PutKin(kin=replace(known, **given)), account.actor(), world.clock())
    return JSONResponse(relation_view(world, done.fact))


def _known(world: World, account: Account, no: str) -> tuple[list[Kin], bool]:
    """Give the relations of a resident whom the account may see, and whether that is oneself."""
    with world.database.read() as session:
        who = find(session, RESIDENT, no, account.actor(), world.scheme)
        own = is_own(account, who)
        may = own or world.catalogue.people.may(account.role, "minor")
        if not may and is_minor(world, who, particulars_of(session, no)):
            raise NotAllowedError(f"minors are not for {account.role} to look at; ask who has the right")
        return relations_of(session, no), own


@router.get("/people", response_model=CallerAnswer, **access(*KEEPERS, outside="left_out"))
def people(
    phone: Annotated[str, Query(min_length=5, max_length=40)], world: WorldDep, account: AccountDep
) -> JSONResponse:
    """Tell who has a telephone number, in whatever way it is written, and all that was done for it; masked."""
    return JSONResponse(caller_view(world, account, check_phone(phone)))


def caller_view(world: World, account: Account, phone: str) -> dict[str, Any]:
    """Show who has a number, as it is kept."""
    actor, scheme = account.actor(), world.scheme
    with world.database.read() as session:
        found: Caller = who_has(session, phone, actor, scheme)
        single = found.residents[0].no if len(found.residents) == 1 else ""
        rows = businesses(session, Whose(resident=single, phones=(phone,)), actor, scheme)
    lines = (resident_line(world, one, account) for one in found.residents)
    return {
        "phone": phone,
        "residents": [_person(line) for line in lines],
        "kin": [
            {"relation": relation_view(world, kin), "resident": _person(resident_line(world, whose, account))}
            for kin, whose in found.kin
        ],
        "contacts": plain([masked_contact(contact) for contact in found.contacts], world.zone),
        "timeline": timeline_view(world, rows, account),
    }


def _person(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("lon", "lat")}
