"""Sign-in, who am I, photos, live stream, health."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sse_starlette import EventSourceResponse

from api.errors import NotSignedInError
from api.roles import COOKIE, ROLE_HOMES, AccountDep, MaybeDep, WorldDep, slow_down
from api.v1.forms import SessionForm
from api.views.shape import plain
from data.errors import BadPhotoError, MissingError
from data.models import EventRow
from data.registers.accounts import SIGN_IN_LASTS, sign_in, sign_out
from data.store.photos import LARGEST_BYTES, find_photo, keep_photo

router = APIRouter(tags=["session"])
PING_S = 20


@router.post("/api/v1/session", status_code=201)
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
        "expires_at": plain(opened.expires_at, world.catalogue.rulebook.worktime.zone),
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


@router.get("/api/v1/session")
def whoami(account: AccountDep) -> dict[str, Any]:
    """Tell who is signed in."""
    names = ("user", "name", "role", "area", "department", "provider", "resident")
    return {name: getattr(account, name) for name in names}


@router.delete("/api/v1/session", status_code=204)
def close_session(request: Request, world: WorldDep, account: AccountDep) -> Response:
    """Sign out."""
    del account
    header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    sign_out(world.database, header or request.cookies.get(COOKIE, ""))
    gone = Response(status_code=204)
    gone.delete_cookie(COOKIE)
    return gone


@router.post("/api/v1/photos", status_code=201)
def photo(file: UploadFile, request: Request, world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Store a photo; the same photo again gives the same name."""
    if not account.user:
        slow_down(request, "public photo", world.settings.public_posts_per_minute)
    if file.size is not None and file.size > LARGEST_BYTES:
        raise BadPhotoError(f"the photo has {file.size} bytes; at most {LARGEST_BYTES} (10 MB) are accepted")
    body = file.file.read(LARGEST_BYTES + 1)
    kept = keep_photo(world.database, world.home, body, account.user or "public", world.clock())
    return JSONResponse({"sha256": kept.sha256, "width": kept.width, "height": kept.height}, status_code=201)


@router.get("/api/v1/photos/{sha256}")
def show_photo(sha256: str, world: WorldDep, account: AccountDep) -> FileResponse:
    """Show a photo without its EXIF."""
    del account
    with world.database.read() as session:
        path, content_type = find_photo(session, world.home, sha256)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"}
    return FileResponse(path, media_type=content_type, headers=headers)


@router.get("/api/v1/stream")
async def stream(world: WorldDep, account: AccountDep) -> EventSourceResponse:
    """Push what changes inside one's scope as server-sent events."""

    async def notes() -> AsyncIterator[dict[str, str]]:
        yield {"event": "hello", "data": json.dumps({"user": account.user})}
        async for note in world.live.listen(account):
            yield {"event": note["kind"], "id": str(note["id"]), "data": json.dumps(note)}

    return EventSourceResponse(notes(), ping=PING_S)


@router.get("/healthz")
def health(world: WorldDep) -> JSONResponse:
    """Tell whether the process can serve, and what its timers did last."""
    zone = world.catalogue.rulebook.worktime.zone
    with world.database.read() as session:
        newest = session.scalar(select(func.max(EventRow.id)))
    body = {
        "status": "ok",
        "district": world.city.district.name,
        "catalogue": world.catalogue.version,
        "started_at": plain(world.started_at, zone),
        "events": newest or 0,
        "listening": world.live.listening,
        "stranded_providers": len(world.city.engine.stranded),
        "timers": {
            name: {
                "last_run": plain(s.last_run, zone),
                "duration_s": s.duration_s,
                "done": s.done,
                "failures": s.failures,
            }
            for name, s in world.timers.items()
        },
    }
    return JSONResponse(body)


@router.get("/metrics")
def metrics() -> Response:
    """Give figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
