"""What all pages share: templates in two languages, the frame around a page, who may enter, maps to look at."""

import json
from collections.abc import Callable
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.errors import Answering, NotAllowedError, NotSignedInError
from api.guard import content_policy
from api.locale.places import place_name
from api.locale.words import LANGUAGE_COOKIE, LANGUAGES, words
from api.roles import PUBLIC, ROLE_HOMES, account_or_public
from api.views.shape import plain
from api.world import World
from data.rules.lifecycles import ROLES
from geo.place import Box
from grid.account import Account
from maps.basemap import BaseMap, OwnTiles
from maps.pages import Drawing, Look

FOLDER = Path(__file__).parent.parent
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
        "shows": partial(shows, world, account),
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
    NotAllowedError
        Where the page belongs to a module that is switched off.
    """
    world: World = request.app.state.world
    try:
        account = account_or_public(request, world)
    except NotSignedInError:
        raise ElsewhereError(_way_in(request)) from None
    path = request.url.path
    if not shows(world, account, path):
        module = world.city.modules.of_page(path)
        name = module.name_en if module else path
        raise NotAllowedError(f"{name} is switched off in your area; ask its administrator")
    return account


def shows(world: World, account: Account, path: str) -> bool:
    """Tell whether a page is there for an account: its module is on in the account's area, or in some part of it."""
    return world.city.modules.shows(path, account.area or world.city.district.code)


def _way_in(request: Request) -> str:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/login?next={quote(asked)}"


IN_A_PAGE = {400, 403, 404, 405, 409, 422}


def in_a_page(answer: Answering) -> Answering:
    """Make an answer to an error that is a page where a person opened an address, and stays as it is for programs."""

    def either(request: Request, error: Exception) -> Response:
        if not _opened_by_a_person(request):
            return answer(request, error)
        request.state.lang = language_of(request)
        told = answer(request, error)
        if told.status_code not in IN_A_PAGE:
            return told
        world: World = request.app.state.world
        try:
            account = account_or_public(request, world)
        except (NotSignedInError, NotAllowedError):
            account = PUBLIC
        name = "not_found.html" if told.status_code == HTTPStatus.NOT_FOUND else "refused.html"
        body = json.loads(bytes(told.body))
        shown = page(
            request, world, account, name, address=request.url.path, title=body["title"], why=body["detail"]
        )
        shown.status_code = told.status_code
        return shown

    return either


def _opened_by_a_person(request: Request) -> bool:
    """Tell a browser that goes to an address from a script that fetches a part, and from programs."""
    asked = request.headers
    return (
        request.method == "GET"
        and "text/html" in asked.get("accept", "")
        and asked.get("sec-fetch-mode", "navigate") == "navigate"
        and not request.url.path.startswith(DATA_PATHS)
    )


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
