"""Feeds as systems use them: published schemas, messages in, changes out; each request signed with the key of its feed.

See docs/exchange.md.
"""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import EVERYBODY, access
from api.answers.feed import (
    FeedPosition,
    MessageReceipt,
    SchemaDocument,
    SchemaList,
)
from api.errors import NotSignedInError
from api.forms import Form
from api.openapi import REFERENCE
from api.outside.messages import (
    ExchangeMessage,
    check_signature,
    check_subject,
    message_of,
    read_message,
    schemas,
)
from api.roles import WorldDep
from api.routing import Router
from api.views.feed import receipt_view
from api.views.shape import plain
from api.world import World
from data.files.feeding import note_refused, take_message
from data.outside.changes import changes_after, horizon, note_given
from data.queries.feeds import feed_cases, feed_message, feed_of
from data.store.kinds.upkeep import FEED
from dispatch.errors import BadFieldError, NotPossibleError
from grid.feed import Feed

MESSAGE_SCHEMA = ExchangeMessage.model_json_schema(by_alias=True, ref_template=REFERENCE)
router = Router(prefix="/api/v1", tags=["feeds"])
UNSIGNED: dict[int | str, dict[str, Any]] = {
    401: {
        "description": "No such feed, or the request is not signed with its key, or longer than 5 minutes ago"
    }
}


async def body_of(request: Request) -> bytes:
    """Read what was sent; empty for a request without a body."""
    return await request.body()


def signed_feed(no: str, request: Request, world: WorldDep, body: Annotated[bytes, Depends(body_of)]) -> Feed:
    """Give the feed whose key a request is signed with; what has no body signs its path and query.

    Raises
    ------
    NotSignedInError
        Also when there is no such feed: who has no key learns nothing.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    told = body if request.method == "POST" else f"{request.url.path}{query}".encode()
    with world.database.read() as session:
        feed = feed_of(session, no[:64])
    if feed is None or not check_signature(world, feed, request.headers, told):
        raise NotSignedInError(
            "sign with the key of this feed: headers webhook-id, webhook-timestamp (now), webhook-signature"
        )
    return feed


SignedDep = Annotated[Feed, Depends(signed_feed)]


@router.get("/schemas", response_model=SchemaList, **access(*EVERYBODY))
def list_schemas(world: WorldDep) -> JSONResponse:
    """List the published schemas: the form of all messages, and what a row of each subject tells."""
    return JSONResponse({"items": list(schemas(world))})


@router.get("/schemas/{name}", response_model=SchemaDocument, **access(*EVERYBODY))
def schema(name: str, world: WorldDep) -> JSONResponse:
    """Give one schema (JSON Schema 2020-12)."""
    return JSONResponse(check_subject(world, name))


@router.post(
    "/feeds/{no}/messages",
    response_model=MessageReceipt,
    responses=UNSIGNED
    | {
        409: {"description": "The feed is held or goes out, or the message's id was used for another"},
        422: {
            "description": "It is no message of the published form, or of another subject; nothing was taken"
        },
    },
    **access(
        *EVERYBODY,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": MESSAGE_SCHEMA}},
            }
        },
    ),
)
def tell(no: str, world: WorldDep, feed: SignedDep, body: Annotated[bytes, Depends(body_of)]) -> JSONResponse:
    """Take a message; the answer says what became of each row. The same message again is answered alike."""
    now = world.clock()
    if feed.direction != "in":
        raise NotPossibleError(f"feed {no} goes out; ask for /api/v1/feeds/{no}/changes")
    try:
        message = read_message(world, feed, body)
    except BadFieldError as error:
        note_refused(world.desk, feed, f"{error.field}: {error.allowed}"[:200], now)
        raise
    take_message(world.desk, feed, message, now)
    return _receipt(world, feed, message.key)


@router.get(
    "/feeds/{no}/messages/{key:path}", response_model=MessageReceipt, responses=UNSIGNED, **access(*EVERYBODY)
)
def receipt(no: str, key: str, world: WorldDep, feed: SignedDep) -> JSONResponse:
    """Show a receipt again, each row as it stands now."""
    del no  # the signature names the feed
    return _receipt(world, feed, key)


@router.get("/feeds/{no}/position", response_model=FeedPosition, responses=UNSIGNED, **access(*EVERYBODY))
def position(no: str, world: WorldDep, feed: SignedDep) -> JSONResponse:
    """Tell a source where it goes on after a stop."""
    with world.database.read() as session:
        (case,) = feed_cases(session, FEED.table.c.no == no, world.clock())
    told = {"no": no, "state": feed.state, "cursor": case.cursor, "last_at": case.seen.last_at}
    return JSONResponse(plain(told, world.zone))


class ChangesAsk(Form):
    """Which changes are asked for: those after a mark, the beginning when it is left out."""

    after: Annotated[str, Field(pattern=r"^\d{0,18}$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.get(
    "/feeds/{no}/changes",
    response_model=ExchangeMessage,
    response_model_by_alias=True,
    responses=UNSIGNED | {409: {"description": "The feed is held or comes in"}},
    **access(*EVERYBODY),
)
def changes(no: str, ask: Annotated[ChangesAsk, Query()], world: WorldDep, feed: SignedDep) -> JSONResponse:
    """Give what changed after a mark, as a message; ask again from its ``cursor``. None of it tells of a person."""
    now = world.clock()
    if feed.direction != "out" or feed.state != "on":
        raise NotPossibleError(f"feed {no} is {feed.state} and goes {feed.direction}; nothing is given")
    after, until = int(ask.after or 0), horizon(world.database)
    with world.database.read() as session:
        found = changes_after(session, feed, world.scheme, after, until, ask.limit)
    message = message_of(world, feed, found, now)
    name = f"{message['id']}.{after}.{int(now.timestamp() * 1000)}"
    world.database.write(lambda session: note_given(session, feed, name, found.cursor, len(found.rows), now))
    return JSONResponse(message)


def _receipt(world: World, feed: Feed, key: str) -> JSONResponse:
    with world.database.read() as session:
        return JSONResponse(receipt_view(world, feed, feed_message(session, feed.no, key)))
