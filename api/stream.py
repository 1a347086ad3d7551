"""The live stream of what changes, as server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.access import SIGNED_IN, access
from api.answers.files import text
from api.roles import AccountDep, WorldDep, token_of
from api.routing import Router
from data.registers.sign_ins import recall

PING_S = 20
CHECK_S = 5.0

router = Router(tags=["stream"])


@router.get(
    "/api/v1/stream", **text("text/event-stream"), **access(*SIGNED_IN, outside="left_out", others="left_out")
)
async def stream(
    request: Request,
    world: WorldDep,
    account: AccountDep,
    beat_s: Annotated[int, Query(ge=1, le=60, description="Seconds between events named beat")] = PING_S,
) -> EventSourceResponse:
    """Push what changes inside one's scope as server-sent events, until the sign-in or the account ends.

    An event named ``beat`` comes every so many seconds, so that a page can tell silence from a lost line.
    """
    token = token_of(request)

    def holds() -> bool:
        with world.database.read() as session:
            found = recall(session, token, world.clock())
        return found is not None and found[0] == account

    async def notes() -> AsyncIterator[dict[str, str]]:
        yield {"event": "hello", "data": json.dumps({"user": account.user})}
        async for note in world.live.listen(account, holds, CHECK_S):
            yield {"event": note["kind"], "id": str(note["id"]), "data": json.dumps(note)}

    return EventSourceResponse(notes(), ping=beat_s, ping_message_factory=_beat)


def _beat() -> ServerSentEvent:
    return ServerSentEvent(event="beat", data="1")
