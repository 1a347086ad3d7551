"""Sign-in, who am I, photos, live stream, health."""

from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import JSONResponse, Response

from api.access import EVERYBODY, SIGNED_IN, access
from api.answers.session import OpenSignIns, SecretDrawn, SignedIn, WhoAmI
from api.demo_accounts import PASSWORD as DEMO_PASSWORD
from api.errors import NotSignedInError
from api.forms import PasswordForm, SecondFactorForm, SessionForm
from api.roles import (
    COOKIE,
    ROLE_HOMES,
    AccountDep,
    WorldDep,
    address_of,
    failed,
    may_try,
    token_of,
)
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.errors import CodeNeededError, MissingError
from data.registers.sign_ins import (
    begin_second_factor,
    close_sign_ins,
    hash_new_password,
    open_sign_ins,
    sign_in,
    sign_out,
    step_of,
)
from data.store.kinds.upkeep import ACCOUNT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action

SessionName = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]

router = Router(tags=["session"])


@router.post(
    "/api/v1/session",
    response_model=SignedIn,
    responses={401: {"description": "User, password or one-time code are wrong"}},
    status_code=201,
    **access(*EVERYBODY),
)
def open_session(form: SessionForm, request: Request, world: WorldDep) -> JSONResponse:
    """Sign in: a bearer token for programs, a cookie and a form token for pages."""
    most, now = world.settings.sign_in_per_minute, world.clock()
    may_try(request, form.user, most)
    try:
        _no_demo(world, form.password)
        opened = sign_in(
            world.database,
            form.user,
            form.password,
            "api",
            now,
            code=form.code,
            address=address_of(request),
        )
    except MissingError as error:
        if not isinstance(error, CodeNeededError):
            failed(request, form.user, most)
        raise NotSignedInError(str(error)) from None
    account = opened.account
    body = {
        "token": opened.token,
        "csrf": opened.csrf,
        "user": account.user,
        "name": account.name,
        "role": account.role,
        "area": account.area,
        "home": ROLE_HOMES[account.role],
        "expires_at": plain(opened.expires_at, world.zone),
    }
    answer = JSONResponse(body, status_code=201)
    answer.set_cookie(
        COOKIE,
        opened.token,
        max_age=int((opened.expires_at - now).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=world.settings.behind_tls,
    )
    return answer


@router.get("/api/v1/session", response_model=WhoAmI, **access(*SIGNED_IN))
def whoami(account: AccountDep) -> JSONResponse:
    """Tell who is signed in."""
    names = ("user", "name", "role", "area", "department", "provider", "resident")
    return JSONResponse({name: getattr(account, name) for name in names})


@router.delete("/api/v1/session", response_class=Response, status_code=204, **access(*SIGNED_IN))
def close_session(request: Request, world: WorldDep, account: AccountDep) -> Response:
    """Sign out."""
    del account
    sign_out(world.database, token_of(request))
    return _signed_out()


def _no_demo(world: World, password: str) -> None:
    if password == DEMO_PASSWORD and not world.city.district.sample:
        raise MissingError("the password of the demo opens the sample district alone")


def _signed_out() -> Response:
    gone = Response(status_code=204)
    gone.delete_cookie(COOKIE)
    return gone


@router.post("/api/v1/session/password", response_class=Response, status_code=204, **access(*SIGNED_IN))
def change_password(form: PasswordForm, request: Request, world: WorldDep, account: AccountDep) -> Response:
    """Change the own password; every sign-in of the account ends, this one too."""
    most = world.settings.sign_in_per_minute
    may_try(request, account.user, most)
    try:
        with world.database.read() as session:
            hashed = hash_new_password(session, account.user, form.new, form.old)
    except BadFieldError as error:
        if error.field == "old":
            failed(request, account.user, most)
        raise
    change = Action(name="password", by=account.actor(), fields={"password_hash": hashed})
    world.desk.act(ACCOUNT, account.user, change, world.clock())
    return _signed_out()


@router.get("/api/v1/session/all", response_model=OpenSignIns, **access(*SIGNED_IN))
def sessions(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the own open sign-ins: when and from where each was opened."""
    with world.database.read() as session:
        found = open_sign_ins(session, account.user, world.clock())
    return JSONResponse({"items": plain(found, world.zone)})


@router.delete(
    "/api/v1/session/all/{one}",
    response_class=Response,
    status_code=204,
    **access(*SIGNED_IN, others="hidden"),
)
def close_one(one: SessionName, world: WorldDep, account: AccountDep) -> Response:
    """Close one of the own sign-ins by its name."""
    if not close_sign_ins(world.database, account.user, one):
        raise MissingError(f"you have no open sign-in {one}")
    return Response(status_code=204)


@router.post("/api/v1/session/second-factor/draw", response_model=SecretDrawn, **access(*SIGNED_IN))
def draw_second_factor(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Draw a secret for an authenticator; nothing changes until a code of it is shown."""
    secret, address = begin_second_factor(account.user, world.city.district.name)
    return JSONResponse({"secret": secret, "otpauth": address}, headers={"Cache-Control": "no-store"})


@router.post("/api/v1/session/second-factor", response_class=Response, status_code=204, **access(*SIGNED_IN))
def second_factor(form: SecondFactorForm, world: WorldDep, account: AccountDep) -> Response:
    """Ask for a one-time code at every sign-in from now on; every sign-in of the account ends."""
    now = world.clock()
    fields = {"second_factor": form.secret, "second_factor_step": step_of(form.secret, form.code, now)}
    change = Action(name="second_factor", by=account.actor(), fields=fields)
    world.desk.act(ACCOUNT, account.user, change, now)
    return _signed_out()
