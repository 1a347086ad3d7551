"""Sign-in, who am I, photos, live stream, health."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.access import EVERYBODY, SIGNED_IN, access
from api.answers.session import SignedIn, WhoAmI
from api.errors import NotSignedInError
from api.forms import SessionForm
from api.roles import COOKIE, ROLE_HOMES, AccountDep, WorldDep, slow_down
from api.views.shape import plain
from data.errors import MissingError
from data.registers.accounts import SIGN_IN_LASTS, sign_in, sign_out

router = APIRouter(tags=["session"])


@router.post(
    "/api/v1/session",
    response_model=SignedIn,
    responses={401: {"description": "The user or the password is wrong"}},
    status_code=201,
    **access(*EVERYBODY),
)
def open_session(form: SessionForm, request: Request, world: WorldDep) -> JSONResponse:
    """Sign in: a bearer token for programs, a cookie and a form token for pages."""
    slow_down(request, "sign in", world.settings.sign_in_per_minute)
    try:
        opened = sign_in(world.database, form.user, form.password, "api", world.clock())
    except MissingError as error:
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
        max_age=int(SIGN_IN_LASTS.total_seconds()),
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
    header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    sign_out(world.database, header or request.cookies.get(COOKIE, ""))
    gone = Response(status_code=204)
    gone.delete_cookie(COOKIE)
    return gone
