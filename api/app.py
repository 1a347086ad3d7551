"""The web application: routers, errors, body limits, security headers, static files."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import Counter, Histogram

from api import board, orders, register, session, tickets
from api.errors import answer_errors, problem
from api.pages import board as board_page
from api.pages import desk, field, home, login, shop, ticket, work
from api.pages.shell import ElsewhereError, go_elsewhere
from api.timers import TimerThread
from api.world import World
from data.photos import LARGEST_BYTES

PAGES = (home, desk, shop, login, work, board_page, ticket, field)
STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = LARGEST_BYTES + 64 * 1024
REQUESTS = Counter("jinlin_requests", "Requests by method and status", ["method", "status"])
DURATION = Histogram("jinlin_request_seconds", "Time to answer", ["method"])
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'self'"
    ),
}


def make_app(world: World) -> FastAPI:
    """Put the application together around one world."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        timers = TimerThread(world) if world.settings.timers else None
        if timers:
            timers.start()
        yield
        if timers:
            timers.stop()
        world.database.close()

    app = FastAPI(
        title="Jinlin 近邻",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        openapi_url="/openapi.json",
    )
    app.state.world = world
    answer_errors(app)
    app.middleware("http")(_guard)
    app.add_exception_handler(ElsewhereError, go_elsewhere)
    for part in (tickets, orders, register, board, session, *PAGES):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/tiles", StaticFiles(directory=world.home.tiles), name="tiles")

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        vendor = "/static/vendor/swagger-ui-dist"
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Jinlin API",
            swagger_js_url=f"{vendor}/swagger-ui-bundle.js",
            swagger_css_url=f"{vendor}/swagger-ui.css",
            swagger_favicon_url="/static/icons/jinlin.svg",
        )

    return app


async def _guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse bodies that are too large before reading them; add security headers; count."""
    begun = time.perf_counter()
    upload = request.url.path == "/api/v1/photos"
    most = LARGEST_UPLOAD if upload else LARGEST_BODY
    length = request.headers.get("content-length")
    if request.method in ("POST", "PUT", "PATCH") and (
        length is None or not length.isdigit() or int(length) > most
    ):
        given = "no Content-Length" if length is None else f"{length} bytes"
        answer: Response = problem(
            413, f"the body has {given}; at most {most} bytes are accepted", allowed=f"{most} bytes"
        )
    else:
        answer = await go_on(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    REQUESTS.labels(request.method, str(answer.status_code)).inc()
    DURATION.labels(request.method).observe(time.perf_counter() - begun)
    return answer
