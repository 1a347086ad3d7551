"""Facts to draw, a tiny server for map pages, and Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.serving import serving

STATIC = Path(__file__).parents[2] / "api" / "static"


@dataclass
class Site:
    """Pages by path, static files, tiles, and what the field page sent."""

    address: str
    pages: dict[str, str]
    tiles: Path
    posted: list[tuple[str, str, Any]] = field(default_factory=list)
    refuse: dict[str, Any] | None = None


def _application(site: Site) -> Starlette:
    async def page(request: Request) -> Response:
        return HTMLResponse(
            site.pages.get(request.url.path, ""), status_code=200 if request.url.path in site.pages else 404
        )

    async def photo(request: Request) -> Response:
        async with request.form() as form:
            assert form["file"]
        site.posted.append(("photo", request.headers["idempotency-key"], None))
        return JSONResponse({"sha256": f"hash{len(site.posted)}"})

    async def ticket(request: Request) -> Response:
        if site.refuse is not None:
            return JSONResponse(
                site.refuse, status_code=site.refuse["status"], media_type="application/problem+json"
            )
        site.posted.append(("ticket", request.headers["idempotency-key"], await request.json()))
        return JSONResponse({"number": "T330102-261122-00031"}, status_code=201)

    def worker(_: Request) -> Response:
        return FileResponse(
            STATIC / "field" / "sw.js",
            headers={"Service-Worker-Allowed": "/field"},
            media_type="text/javascript",
        )

    return Starlette(routes=[
        Mount("/static", StaticFiles(directory=STATIC)),
        Mount("/tiles", StaticFiles(directory=site.tiles)),
        Route("/field/sw.js", worker),
        Route("/api/v1/photos", photo, methods=["POST"]),
        Route("/api/v1/tickets", ticket, methods=["POST"]),
        Route("/{rest:path}", page),
    ])  # fmt: skip


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site("", {}, tmp_path_factory.mktemp("tiles"))
    with serving(_application(site)) as site.address:
        yield site


@pytest.fixture
def site(served: Site) -> Site:
    served.pages.clear()
    served.posted.clear()
    served.refuse = None
    return served
