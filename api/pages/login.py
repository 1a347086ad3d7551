"""Sign-in, sign-out and the own account."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.errors import NotSignedInError
from api.pages.shell import page, visitor
from api.roles import COOKIE, PUBLIC, ROLE_HOMES, WorldDep, account_or_public
from api.routing import Router
from grid.account import Account

router = Router(include_in_schema=False)


def safe_next(asked: str) -> str:
    """Keep an address inside this site; anything else becomes empty."""
    return asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) else ""


@router.get("/login")
def login(request: Request, world: WorldDep) -> Response:
    """Show the sign-in form; who is signed in already goes on, and a sign-in that is over is put away."""
    following = safe_next(request.query_params.get("next", ""))
    try:
        account, ended = account_or_public(request, world), False
    except NotSignedInError:
        account, ended = PUBLIC, True
    if account.user:
        return RedirectResponse(following or ROLE_HOMES[account.role], status_code=303)
    openid = bool(world.settings.openid_issuer)
    shown = {"following": following, "ended": ended, "openid": openid, "refused": ""}
    answer = page(request, world, account, "login.html", **shown)
    if ended:
        answer.delete_cookie(COOKIE)
    return answer


@router.get("/me")
def me(request: Request, world: WorldDep, account: Annotated[Account, Depends(visitor())]) -> HTMLResponse:
    """Show the own account and the way out."""
    return page(request, world, account, "me.html", home=ROLE_HOMES[account.role])
