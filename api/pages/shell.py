"""What all pages share: templates in two languages, the frame around a page, who may enter, maps to look at."""

from collections.abc import Callable
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException

from api.errors import NotAllowedError, NotSignedInError, problem
from api.guard import content_policy
from api.locale.places import place_name
from api.locale.words import words
from api.roles import PUBLIC, ROLE_HOMES, account_or_public
from api.views.shape import plain
from api.world import World
from data.rules.lifecycles import ROLES
from geo.place import Box
from grid.account import Account
from maps.basemap import BaseMap, OwnTiles
from maps.pages import Drawing, Look

FOLDER = Path(__file__).parent.parent
LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "jinlin_lang"
MENU_ROLE = {"department": "clerk"}
DATA_PATHS = ("/api/", "/static/", "/tiles/")
"""Where programs ask and not people, whatever they say they take."""


class ElsewhereError(Exception):
    """Whoever asks should go to another page first; carries the address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"go to {address}")
        self.address = address


def language_of(request: Request) -> str:
    """Give the language of a page: asked for, remembered, else Chinese."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else "zh"


@cache
def templates(lang: str) -> Environment:
    """Give the templates of a language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["place"] = partial(place_name, lang=lang)
    environment.install_gettext_translations(words(lang), newstyle=True)  # type: ignore[attr-defined]  # from i18n
    return environment


def page(request: Request, world: World, account: Account, name: str, **context: Any) -> HTMLResponse:  # noqa: ANN401 - what templates take
    """Render a page inside the frame."""
    lang = language_of(request)
    zone = world.zone
    user = {"name": account.name, "role": MENU_ROLE.get(account.role, account.role)} if account.user else None
    frame = {
        "lang": lang,
        "release": world.catalogue.version,
        "user": user,
        "account": account,
        "district": world.city.district.name,
        "csrf_token": getattr(request.state, "csrf", ""),
        "data_at": plain(world.clock(), zone),
        "page": request.url.path,
        "part": "hx-request" in request.headers,
        "flashes": [],
    }
    html = templates(lang).get_template(name).render(frame | context)
    answer = HTMLResponse(html, headers={"Vary": "HX-Request"})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 86400, samesite="lax")
    return answer


def map_page(request: Request, drawing: Drawing, *, heat: bool = False) -> Response:
    """Answer with a whole map document, or with its scene alone where an open map asks for JSON.

    Parameters
    ----------
    request : Request
        Its ``Accept`` header decides.
    drawing : Drawing
        What is shown.
    heat : bool
        Whether later scenes of this document may hold a heat map.
    """
    vary = {"Vary": "Accept"}
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(drawing.scene(), headers=vary)
    html = drawing.document(heat=heat)
    return HTMLResponse(html, headers=vary | {"Content-Security-Policy": content_policy(html)})


def visitor(*roles: str) -> Callable[[Request], Account]:
    """Make a dependency for a page: the signed-in account if its role may enter, else the way to the sign-in.

    Raises
    ------
    ElsewhereError
        To ``/login``, or to the role's own page when signed in as somebody else.
    """
    allowed = frozenset(roles or ROLES)

    def check(request: Request) -> Account:
        account = anybody(request)
        if not account.user:
            raise ElsewhereError(_way_in(request))
        if account.role not in allowed:
            raise ElsewhereError(ROLE_HOMES[account.role])
        return account

    return check


def anybody(request: Request) -> Account:
    """Give who is signed in, or the public.

    Raises
    ------
    ElsewhereError
        To ``/login`` when a sign-in is over; whoever goes on without one does so there, knowingly.
    """
    try:
        return account_or_public(request, request.app.state.world)
    except NotSignedInError:
        raise ElsewhereError(_way_in(request)) from None


def _way_in(request: Request) -> str:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/login?next={quote(asked)}"


def nothing_there(request: Request, error: Exception) -> Response:
    """Answer for what is not there: a page in the user's language in a browser, else the error in its usual shape."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    detail = str(error.detail) if isinstance(error, HTTPException) else str(error)
    for_a_page = "text/html" in request.headers.get("accept", "")
    if status != HTTPStatus.NOT_FOUND or not for_a_page or request.url.path.startswith(DATA_PATHS):
        return problem(status, detail)
    world: World = request.app.state.world
    try:
        account = account_or_public(request, world)
    except (NotSignedInError, NotAllowedError):
        account = PUBLIC
    answer = page(request, world, account, "not_found.html", address=request.url.path)
    answer.status_code = HTTPStatus.NOT_FOUND
    return answer


async def go_elsewhere(request: Request, error: Exception) -> Response:
    """Answer `ElsewhereError`."""
    del request
    return RedirectResponse(error.address if isinstance(error, ElsewhereError) else "/", status_code=303)


def base_map(world: World) -> BaseMap:
    """Give the district's own base map, or none when it was not drawn."""
    drawn = (world.home.tiles / "district.pmtiles").exists()
    return OwnTiles.of_district("district") if drawn else None


def look(request: Request, world: World, box: Box | None = None, caption: str = "") -> Look:
    """Give how map documents of this request look."""
    lang = language_of(request)
    return Look(
        box=box or world.city.district.box,
        base=base_map(world),
        lang="en" if lang == "en" else "zh-CN",
        say=words(lang).gettext,
        caption=caption,
    )
