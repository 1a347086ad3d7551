"""The live stream of what changes, as server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.access import SIGNED_IN, access
from api.answers.files import text
from api.roles import AccountDep, WorldDep

PING_S = 20

router = APIRouter(tags=["stream"])


@router.get(
    "/api/v1/stream", **text("text/event-stream"), **access(*SIGNED_IN, outside="left_out", others="left_out")
)
async def stream(
    world: WorldDep,
    account: AccountDep,
    beat_s: Annotated[int, Query(ge=1, le=60, description="Seconds between events named beat")] = PING_S,
) -> EventSourceResponse:
    """Push what changes inside one's scope as server-sent events.

    An event named ``beat`` comes every so many seconds, so that a page can tell silence from a lost line.
    """

    async def notes() -> AsyncIterator[dict[str, str]]:
        yield {"event": "hello", "data": json.dumps({"user": account.user})}
        async for note in world.live.listen(account):
            yield {"event": note["kind"], "id": str(note["id"]), "data": json.dumps(note)}

    return EventSourceResponse(notes(), ping=beat_s, ping_message_factory=_beat)


def _beat() -> ServerSentEvent:
    return ServerSentEvent(event="beat", data="1")
