"""Applications to become a provider over HTTP: the criteria, apply, follow by number and key, check, decide."""

import secrets
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import EVERYBODY, access
from api.answers.application import ApplicationAnswer, ApplicationPage, CriteriaAnswer
from api.forms import Form, Hours, Long, Placed, Short
from api.idempotency import MakeReceipt, ReceiptDep, respond
from api.roles import PUBLIC, AccountDep, MaybeDep, WorldDep, actor_of, may_try_key, slow_down, wrong_key
from api.routing import Router
from api.v1.asks import ListAsk
from api.views.application import application_view, criteria_view
from api.world import World
from data.desk.applications import NewApplication
from data.desk.follow_keys import may_follow
from data.errors import MissingError
from data.queries.applications import find_by_no, list_applications, opens_application
from data.queries.scope import find
from data.store.done import Done
from data.store.kinds.orders import APPLICATION
from data.store.roles import OVERSEERS
from dispatch.lifecycle import Action
from dispatch.phone import check_phone
from dispatch.providers.application import Application
from dispatch.providers.hours import ALWAYS
from dispatch.providers.licence import Licence
from grid.account import Account

router = Router(prefix="/api/v1/providers/applications", tags=["providers"])
KEY_BYTES = 24
MOST_DOCUMENTS = 12
Key = Annotated[str, Field(max_length=100)]


class LicenceForm(Form):
    """A licence: what it is, its number, who granted it, its last day, and a photo of it that was sent before."""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    number: Annotated[str, Field(min_length=1, max_length=80)]
    authority: Annotated[str, Field(min_length=1, max_length=80)]
    until: date | None = None
    photo: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""

    def licence(self) -> Licence:
        """Return it, checked by nobody."""
        return Licence(**self.model_dump())


Documents = Annotated[tuple[LicenceForm, ...], Field(max_length=MOST_DOCUMENTS)]


class ApplicationForm(Placed):
    """Who wants to become a provider: name, trades, place, telephone, who answers for it, and the licences."""

    name: Annotated[str, Field(min_length=2, max_length=80)]
    categories: Annotated[
        tuple[Annotated[str, Field(max_length=40)], ...], Field(min_length=1, max_length=10)
    ]
    address: Annotated[str, Field(min_length=2, max_length=200)]
    phone: Annotated[str, Field(min_length=5, max_length=40)]
    contact: Annotated[str, Field(min_length=1, max_length=40)]
    hours: Hours = ALWAYS
    capacity: Annotated[int, Field(ge=1, le=500)] = 3
    documents: Documents = ()

    def application(self, world: World, now: datetime) -> Application:
        """Return the application, placed in its community."""
        return Application(
            no="",
            name=self.name,
            categories=self.categories,
            place=self.place(),
            area=world.city.locate(self.place()).community,
            address=self.address,
            phone=check_phone(self.phone),
            contact=self.contact,
            made_at=now,
            hours=self.hours,
            capacity=self.capacity,
            documents=tuple(each.licence() for each in self.documents),
        )


class ApplicationActionForm(Form):
    """One action on an application; which fields it needs stands in the lifecycle table."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Long | None = None
    note: Long | None = None
    documents: Documents | None = None

    def fields_given(self) -> dict[str, Any]:
        """Return the fields that were sent, without the action's name."""
        given = self.model_dump(exclude={"action", "key", "documents"}, exclude_none=True)
        if self.documents:
            given["documents"] = tuple(each.licence() for each in self.documents)
        return given


class OwnActionForm(ApplicationActionForm):
    """One action on one's own application; ``key`` is what it was answered with, or the telephone's last four digits."""

    key: Key = ""


class ApplicationAsk(ListAsk):
    """Which applications are listed."""

    state: Short = ""


@router.get("/criteria", response_model=CriteriaAnswer, **access(*EVERYBODY))
def criteria(world: WorldDep) -> JSONResponse:
    """Tell what every application is decided by: trades, the licences that their services need, who checks, the trial."""
    return JSONResponse(criteria_view(world))


@router.post("", response_model=ApplicationAnswer, status_code=201, **access(*EVERYBODY))
def apply(
    form: ApplicationForm, request: Request, world: WorldDep, account: MaybeDep, receipts: ReceiptDep
) -> JSONResponse:
    """Apply to become a provider; the answer holds the key with which to follow it."""
    slow_down(request, "apply", world.settings.messages_per_minute)
    now, key = world.clock(), secrets.token_urlsafe(KEY_BYTES)

    def answer(done: Done) -> dict[str, Any]:
        return application_view(world, done.fact, PUBLIC) | {"key": key}

    new = NewApplication(application=form.application(world, now), key=key)
    done = world.desk.start(
        new, actor_of(account if account.role == "resident" else PUBLIC), now, receipt=receipts(answer, 201)
    )
    return respond(done, answer, 201)


@router.get("", response_model=ApplicationPage, **access(*OVERSEERS, outside="left_out"))
def applications(
    ask: Annotated[ApplicationAsk, Query()], world: WorldDep, account: AccountDep
) -> JSONResponse:
    """List the applications of one's area page by page."""
    with world.database.read() as session:
        page = list_applications(session, account.actor(), world.scheme, ask.state, ask.page())
    return JSONResponse(
        {"items": [application_view(world, each, account) for each in page.items], "next": page.next}
    )


@router.get("/{no}", response_model=ApplicationAnswer, **access(*OVERSEERS, outside="hidden"))
def application(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one application of one's area."""
    with world.database.read() as session:
        found = find(session, APPLICATION, no, account.actor(), world.scheme)
    return JSONResponse(application_view(world, found, account))


@router.post("/{no}/actions", response_model=ApplicationAnswer, **access(*OVERSEERS, outside="hidden"))
def act(
    no: str, form: ApplicationActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on an application of one's area: check, ask, admit or refuse with a reason."""
    with world.database.read() as session:
        find(session, APPLICATION, no, account.actor(), world.scheme)
    return _act(no, form, world, account, receipts)


@router.get("/{no}/own", response_model=ApplicationAnswer, **access(*EVERYBODY))
def own(no: str, request: Request, world: WorldDep, key: Annotated[Key, Query()] = "") -> JSONResponse:
    """Show an application to its applicant: by its key, or the last four digits of the telephone that was left."""
    slow_down(request, "follow", world.settings.follows_per_minute)
    return JSONResponse(application_view(world, own_application(world, no, key), PUBLIC))


@router.post("/{no}/own/actions", response_model=ApplicationAnswer, **access(*EVERYBODY))
def act_on_own(
    no: str, form: OwnActionForm, request: Request, world: WorldDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on one's own application, by its key: show documents, withdraw, appeal."""
    slow_down(request, "apply", world.settings.messages_per_minute)
    own_application(world, no, form.key)
    return _act(no, form, world, PUBLIC, receipts)


def _act(
    no: str, form: ApplicationActionForm, world: World, acting: Account, receipts: MakeReceipt
) -> JSONResponse:
    def answer(done: Done) -> dict[str, Any]:
        return application_view(world, done.fact, acting)

    action = Action(name=form.action, by=actor_of(acting), fields=form.fields_given())
    done = world.desk.act(APPLICATION, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


def own_application(world: World, no: str, key: str) -> Application:
    """Find an application by number and key; too many wrong keys shut it for a while.

    Raises
    ------
    MissingError
        When there is none, or the key is another one's; the two look alike on purpose.
    TooManyError
    """
    most = world.settings.wrong_keys_per_hour
    may_try_key(no, most)
    with world.database.read() as session:
        found = find_by_no(session, no) if key else None
        if found is not None and (may_follow(session, no, key) or opens_application(found, key)):
            return found
    if key:
        wrong_key(no, most)
    raise MissingError(f"application {no} does not exist, or the key is another one's")
