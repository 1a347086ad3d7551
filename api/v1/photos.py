"""Photos: keep one, show one."""

from fastapi import Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse

from api.access import EVERYBODY, SEE_TICKETS, access
from api.answers.files import file
from api.answers.photo import PhotoKept
from api.roles import AccountDep, MaybeDep, WorldDep, slow_down
from api.routing import Router
from data.queries.photos import find_photo
from data.store.kind import by_name
from data.store.kinds import KINDS
from data.store.photos import LARGEST_BYTES, keep_photo, too_large
from data.store.pictures import CONTENT_TYPES

router = Router(tags=["photos"])
BY_NAME = by_name(KINDS)


@router.post("/api/v1/photos", response_model=PhotoKept, status_code=201, **access(*EVERYBODY))
def photo(file: UploadFile, request: Request, world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Store a photo; the same photo again gives the same name."""
    if not account.user:
        slow_down(request, "public photo", world.settings.public_posts_per_minute)
    if file.size is not None and file.size > LARGEST_BYTES:
        raise too_large(file.size)
    body = file.file.read(LARGEST_BYTES + 1)
    kept = keep_photo(world.database, world.home, body, account.user or "public", world.clock())
    return JSONResponse({"sha256": kept.sha256, "width": kept.width, "height": kept.height}, status_code=201)


@router.get(
    "/api/v1/photos/{sha256}",
    **file(*CONTENT_TYPES.values()),
    **access(*SEE_TICKETS, "provider", outside="hidden", others="hidden"),
)
def show_photo(sha256: str, world: WorldDep, account: AccountDep) -> FileResponse:
    """Show a photo without its EXIF to who sent it and to who may see what it belongs to."""
    actor = account.actor()
    with world.database.read() as session:
        path, content_type = find_photo(session, world.home, sha256, actor, world.scheme, BY_NAME)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"}
    return FileResponse(path, media_type=content_type, headers=headers)
