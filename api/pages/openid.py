"""The way to the identity provider and back."""

from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.errors import NotSignedInError
from api.outside.openid import Begun, OpenId, ProviderDownError
from api.pages.login import safe_next
from api.pages.shell import page
from api.roles import COOKIE, PUBLIC, ROLE_HOMES, WorldDep, address_of, slow_down
from api.routing import Router
from api.world import World
from data.desk.accounts import Vouched
from data.errors import MissingError
from data.log import LOG
from data.registers.sign_ins import SIGN_IN_LASTS, open_vouched
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Actor

ON_THE_WAY = "jinlin_openid"
ON_THE_WAY_S = 600
PROVIDER = Actor(user="system", role="system")
router = Router(prefix="/login/openid", include_in_schema=False)


@router.get("")
def begin(request: Request, world: WorldDep) -> Response:
    """Send a browser to the identity provider."""
    slow_down(request, "openid", world.settings.sign_in_per_minute)
    following = safe_next(request.query_params.get("next", ""))
    try:
        begun = _provider(world).begin(_back(request))
    except ProviderDownError as error:
        return _refused(request, world, error)
    answer = RedirectResponse(begun.address, status_code=303)
    kept = msgspec.json.encode({"begun": msgspec.to_builtins(begun), "next": following}).hex()
    _set(world, answer, ON_THE_WAY, kept, ON_THE_WAY_S, path=router.prefix)
    return answer


@router.get("/back")
def back(request: Request, world: WorldDep) -> Response:
    """Take a browser back from the identity provider; its account is made or follows what the provider says of it."""
    slow_down(request, "openid", world.settings.sign_in_per_minute)
    now = world.clock()
    try:
        begun, following = _on_the_way(request)
        account = _provider(world).finish(begun, str(request.url), _back(request), now)
        _check_area(world, account.area)
        done = world.desk.start(Vouched(account=account), PROVIDER, now)
    except (ProviderDownError, NotSignedInError, BadFieldError, NotPossibleError) as error:
        return _refused(request, world, error)
    opened = open_vouched(world.database, done.fact.user, now, address_of(request))
    answer = RedirectResponse(following or ROLE_HOMES[account.role], status_code=303)
    _set(world, answer, COOKIE, opened.token, int(SIGN_IN_LASTS.total_seconds()), path="/")
    answer.delete_cookie(ON_THE_WAY, path=router.prefix)
    return answer


def _check_area(world: World, area: str) -> None:
    if area and area not in world.city.areas:
        raise NotSignedInError(f"the identity names the area {area}, which this district does not have")


def _on_the_way(request: Request) -> tuple[Begun, str]:
    """Return what the browser went with, and the page it wanted."""
    try:
        told: dict[str, Any] = msgspec.json.decode(bytes.fromhex(request.cookies.get(ON_THE_WAY, "")))
        return msgspec.convert(told["begun"], Begun), safe_next(str(told.get("next", "")))
    except (ValueError, KeyError, msgspec.MsgspecError):
        raise NotSignedInError("the sign-in took too long or began elsewhere; begin at /login") from None


def _refused(request: Request, world: World, error: Exception) -> Response:
    """Show the sign-in form with what went wrong; the reason itself is for who keeps the server."""
    LOG.warning("openid refused", kind=type(error).__name__, why=str(error))
    down = isinstance(error, ProviderDownError)
    shown = {"following": "", "ended": False, "openid": True, "refused": "down" if down else "no"}
    answer = page(request, world, PUBLIC, "login.html", **shown)
    answer.status_code = 502 if down else 401
    return answer


def _provider(world: World) -> OpenId:
    if not world.settings.openid_issuer:
        raise MissingError("this installation asks no identity provider (JINLIN_OPENID_ISSUER)")
    return OpenId(world.settings)


def _back(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{router.prefix}/back"


def _set(world: World, answer: Response, name: str, value: str, lasts_s: int, path: str) -> None:
    secure = world.settings.behind_tls
    answer.set_cookie(name, value, max_age=lasts_s, path=path, httponly=True, samesite="lax", secure=secure)
