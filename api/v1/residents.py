"""The register of residents over HTTP: found, registered, changed, ended; marks, history, looks, businesses."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.access import KEEPERS, access
from api.answers.resident import (
    PersonTimeline,
    ResidentDetail,
    ResidentHistory,
    ResidentPage,
    ResidentRevealed,
    TagAnswer,
)
from api.errors import NotAllowedError
from api.forms import Datum, Form, Placed, RevealForm, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import ResidentAsk
from api.v1.reveals import look_of
from api.views.resident import (
    hidden_fields,
    is_minor,
    is_own,
    resident_line,
    resident_view,
    said_view,
    tag_view,
    timeline_view,
)
from api.views.shape import plain
from api.world import World
from data.desk.residents import NewResident
from data.desk.tags import NewTag
from data.errors import MissingError
from data.queries.rounds import sent_to
from data.queries.scope import find
from data.registers.businesses import Whose, businesses
from data.registers.people import history_of, particulars_of, phones_of, said_of, tags_of
from data.registers.residents import ResidentFilter, find_residents
from data.registers.reveals import reveal
from data.store.done import Done
from data.store.kinds.health import HEALTH_ROLES
from data.store.kinds.people import RESIDENT, TAG
from dispatch.errors import BadFieldError
from dispatch.identity import born_by, check_identity, is_identity, mask_identity
from dispatch.lifecycle import Action
from dispatch.particulars import Particulars, Phone, Tag
from dispatch.resident import Resident, ResidentKind
from grid.account import Account

router = Router(prefix="/api/v1/residents", tags=["residents"])
Name = Annotated[str, Field(min_length=1, max_length=40)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
OF_THE_RESIDENT = ("name", "phone", "address", "household", "kind")
OF_THE_PARTICULARS = (
    "other_names", "born_on", "building", "unit", "room", "dialect", "preferred_providers", "access_need",
    "care_mode", "arrived_on", "leaves_on",
)  # fmt: skip


class PhoneForm(Form):
    """A further number, whose it is and when to call."""

    number: Annotated[str, Field(min_length=5, max_length=40)]
    whose: Short = ""
    hours: Short = ""


class ResidentChangeForm(Form):
    """What is to be changed of a resident, and who said so; what is left out stays as it is."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    name: Name | None = None
    phone: Annotated[str, Field(min_length=5, max_length=40)] | None = None
    address: Short | None = None
    household: Annotated[str, Field(max_length=24)] | None = None
    kind: ResidentKind | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    other_names: Annotated[list[Name], Field(max_length=10)] | None = None
    born_on: Day | None = None
    phones: Annotated[list[PhoneForm], Field(max_length=10)] | None = None
    building: Annotated[str, Field(max_length=40)] | None = None
    unit: Annotated[str, Field(max_length=40)] | None = None
    room: Annotated[str, Field(max_length=40)] | None = None
    dialect: Annotated[str, Field(max_length=40)] | None = None
    preferred_providers: Annotated[list[int], Field(max_length=20)] | None = None
    blocked_providers: Annotated[list[int], Field(max_length=20)] | None = None
    access_need: Short | None = None
    care_mode: Annotated[str, Field(max_length=40)] | None = None
    arrived_on: Day | None = None
    leaves_on: Day | None = None
    identity: Annotated[str, Field(max_length=40)] | None = None
    ended_on: Day | None = None
    ended_why: Annotated[str, Field(max_length=40)] | None = None
    resume: bool = False

    def of_resident(self, world: World) -> dict[str, Any]:
        """Give the changed fields of the resident."""
        told = {name: value for name in OF_THE_RESIDENT if (value := getattr(self, name)) is not None}
        if self.blocked_providers is not None:
            told["blocked_providers"] = tuple(self.blocked_providers)
        if (self.lon is None) != (self.lat is None):
            raise BadFieldError("lat", self.lat, "both lon and lat, or neither")
        if self.lon is not None and self.lat is not None:
            place = Placed(lon=self.lon, lat=self.lat, datum=self.datum).place()
            told |= {"place": place, "cell": world.city.locate(place).cell}
        return told

    def of_particulars(self, world: World) -> dict[str, Any]:
        """Give the changed fields of the particulars; an identity number masked, hashed and sealed.

        Raises
        ------
        BadFieldError
            For an identity number that is none, or that tells another day of birth.
        """
        told = {name: value for name in OF_THE_PARTICULARS if (value := getattr(self, name)) is not None}
        told |= {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        if self.phones is not None:
            told["phones"] = tuple(Phone(**phone.model_dump()) for phone in self.phones)
        if self.identity:
            told |= _identity(world, check_identity(self.identity), self.born_on)
        return told


class ResidentForm(ResidentChangeForm):
    """Somebody who is not registered yet."""

    name: Name
    phone: Annotated[str, Field(min_length=5, max_length=40)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class TagForm(Form):
    """A mark with its source; it holds from today when no day is told."""

    tag: Annotated[str, Field(min_length=1, max_length=40)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    since: Day | None = None
    until: Day | None = None


class TagEndForm(Form):
    """The last day of a mark, today when it is not told."""

    ended_on: Day | None = None


class ResidentRevealForm(RevealForm):
    """A request to see a resident unmasked; ``identity`` asks for the identity number too."""

    identity: bool = False


def _identity(world: World, number: str, born_on: date | None) -> dict[str, Any]:
    born = born_by(number)
    if born_on is not None and born_on != born:
        raise BadFieldError("born_on", born_on.isoformat(), "the day that the identity number tells")
    return {
        "identity": mask_identity(number),
        "identity_hash": world.sealer.digest(number),
        "identity_sealed": world.sealer.seal(number),
        "born_on": born,
    }


@router.get("", response_model=ResidentPage, **access(*KEEPERS, *HEALTH_ROLES, outside="left_out"))
def residents(ask: Annotated[ResidentAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Find residents of one's area by number, phone, name, pinyin, initials, address or identity number; masked."""
    scheme = world.scheme
    own = scheme.prefix(account.area) if account.area else ""
    asked = ask.prefix(world)
    prefix = max(own, asked, key=len)
    if not prefix.startswith(own) or not prefix.startswith(asked):
        return JSONResponse({"items": [], "next": None})
    with world.database.read() as session:
        page = find_residents(session, _meant(world, ask), ask.page(), prefix)
    shown = [resident_line(world, r, account) for r in page.items]
    return JSONResponse({"items": shown, "next": page.next})


def _meant(world: World, ask: ResidentAsk) -> ResidentFilter:
    bare = ask.text.replace(" ", "").upper()
    if not is_identity(bare):
        return ask.filter()
    return ResidentFilter(area=ask.area, ended=ask.ended, identity_hash=world.sealer.digest(bare))


@router.post("", response_model=ResidentDetail, status_code=201, **access(*KEEPERS, outside="refused"))
def register(form: ResidentForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Register somebody who lives in one's area; the number is drawn."""
    resident = Resident(**{"id": 0, "no": "", "address": "", **form.of_resident(world)})
    told = Particulars(resident="", **form.of_particulars(world))
    new = NewResident(resident=resident, particulars=told, source=form.source)

    def answer(done: Done) -> dict[str, Any]:
        return _shown(world, done.fact, account)

    receipt = receipts(lambda done: {"no": done.fact.no}, 201)
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipt)
    if done.replayed is not None:
        with world.database.read() as session:
            known = find(session, RESIDENT, str(done.replayed["no"]), account.actor(), world.scheme)
        return JSONResponse(_shown(world, known, account), status_code=201)
    return respond(done, answer, 201)


@router.get(
    "/{no}",
    response_model=ResidentDetail,
    **access(*KEEPERS, *HEALTH_ROLES, "resident", outside="hidden", others="hidden"),
)
def resident(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a resident of one's area, masked, with what one's role sees; oneself in full."""
    with world.database.read() as session:
        found = find(session, RESIDENT, no, account.actor(), world.scheme)
        return JSONResponse(resident_view(world, session, found, account))


@router.patch("/{no}", response_model=ResidentDetail, **access(*KEEPERS, outside="hidden"))
def change(no: str, form: ResidentChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change what is known of a resident, end the record (``ended_why``) or take the ending back (``resume``)."""
    now, by = world.clock(), account.actor()
    with world.database.read() as session:
        known = find(session, RESIDENT, no, by, world.scheme)
        hidden = hidden_fields(world, account, known, particulars_of(session, no))
    of_particulars = form.of_particulars(world)
    if shut := sorted(hidden & set(of_particulars)):
        raise NotAllowedError(f"{shut[0]} is not for {account.role} to see or change")
    if form.resume:
        action = Action(name="resume", by=by, fields={"source": form.source})
        known = world.desk.act(RESIDENT, no, action, now).fact
    of_resident = form.of_resident(world)
    if of_resident or of_particulars:
        told = {"resident": of_resident, "particulars": of_particulars, "source": form.source}
        known = world.desk.act(RESIDENT, no, Action(name="change", by=by, fields=told), now).fact
    if form.ended_why:
        ending = {"why": form.ended_why, "on": form.ended_on, "source": form.source}
        known = world.desk.act(RESIDENT, no, Action(name="end", by=by, fields=ending), now).fact
    return JSONResponse(_shown(world, known, account))


def _shown(world: World, known: Resident, account: Account) -> dict[str, Any]:
    with world.database.read() as session:
        return resident_view(world, session, known, account)


@router.post("/{no}/reveal", response_model=ResidentRevealed, **access(*KEEPERS, outside="hidden"))
def reveal_resident(no: str, form: ResidentRevealForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a resident of one's area, or of one's round of the day, unmasked; who looked, when and why is kept."""
    rules, look = world.catalogue.people, look_of(world, account, no, form, _purpose(account))

    def read(session: Session) -> tuple[Resident, Particulars]:
        by = account.actor()
        if sent_to(session, by, no, world.local(look.at).date()):
            by = replace(by, area="")
        found, told = find(session, RESIDENT, no, by, world.scheme), particulars_of(session, no)
        if is_minor(world, found, told) and not rules.may(account.role, "minor"):
            raise NotAllowedError(f"minors are not for {account.role} to look at; ask who has the right")
        if form.identity and not rules.may(account.role, "identity"):
            raise NotAllowedError(f"identity numbers are not for {account.role} to look at")
        return found, told

    found, told = reveal(world.database, look, world.catalogue.reveals, read)
    shown = {"no": no, "name": found.name, "phone": found.phone, "address": found.address}
    more = {name: getattr(told, name) for name in ("other_names", "phones", "born_on")}
    card = {"identity": world.sealer.open(told.identity_sealed)} if form.identity else {}
    return JSONResponse(shown | plain(more, world.zone) | card)


def _purpose(account: Account) -> str:
    return "visit" if account.role == "worker" else "register"


@router.get(
    "/{no}/history",
    response_model=ResidentHistory,
    **access(*KEEPERS, "resident", outside="hidden", others="hidden"),
)
def history(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what happened to the records of a resident and what was said of each field, the latest first."""
    with world.database.read() as session:
        found = find(session, RESIDENT, no, account.actor(), world.scheme)
        hidden = hidden_fields(world, account, found, particulars_of(session, no))
        own = is_own(account, found)
        events, said = history_of(session, no), said_of(session, no)
    shown = [said_view(world, one, hidden, own=own) for one in said]
    return JSONResponse({"events": plain(events, world.zone), "said": shown})


@router.get(
    "/{no}/timeline",
    response_model=PersonTimeline,
    **access(*KEEPERS, "resident", outside="hidden", others="hidden"),
)
def timeline(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """List all businesses of a resident that one may see, those told with their numbers too, the latest first."""
    actor = account.actor()
    with world.database.read() as session:
        found = find(session, RESIDENT, no, actor, world.scheme)
        whose = Whose(resident=no, phones=tuple(phones_of(session, found)))
        rows = businesses(session, whose, actor, world.scheme)
    return JSONResponse({"items": timeline_view(world, rows, account)})


@router.post("/{no}/tags", response_model=TagAnswer, status_code=201, **access(*KEEPERS, outside="hidden"))
def mark(no: str, form: TagForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Mark a resident of one's area, with who said so and until when it holds."""
    now = world.clock()
    today = world.local(now).date()
    with world.database.read() as session:
        find(session, RESIDENT, no, account.actor(), world.scheme)
    _may_mark(world, account, form.tag)
    told = Tag(
        no="", resident=no, tag=form.tag, source=form.source, since=form.since or today, until=form.until
    )
    done = world.desk.start(NewTag(tag=told), account.actor(), now)
    return JSONResponse(tag_view(world, done.fact, today), status_code=201)


@router.patch("/{no}/tags/{tag}", response_model=TagAnswer, **access(*KEEPERS, outside="hidden"))
def end_mark(no: str, tag: str, form: TagEndForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """End a mark of a resident of one's area; it stays in the history."""
    now = world.clock()
    with world.database.read() as session:
        find(session, RESIDENT, no, account.actor(), world.scheme)
        known = next((one for one in tags_of(session, no) if one.no == tag), None)
    if known is None:
        raise MissingError(f"tag {tag} of {no} does not exist")
    _may_mark(world, account, known.tag)
    action = Action(name="end", by=account.actor(), fields={"on": form.ended_on})
    done = world.desk.act(TAG, tag, action, now)
    return JSONResponse(tag_view(world, done.fact, world.local(now).date()))


def _may_mark(world: World, account: Account, tag: str) -> None:
    rules = world.catalogue.people
    if tag in rules.tags and not rules.sees_tag(account.role, tag):
        raise NotAllowedError(f"the tag {tag} is not for {account.role} to see or change")
