"""The live stream of what changes, as server-sent events."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse

from api.roles import AccountDep, WorldDep

PING_S = 20

router = APIRouter(tags=["stream"])


@router.get("/api/v1/stream")
async def stream(world: WorldDep, account: AccountDep) -> EventSourceResponse:
    """Push what changes inside one's scope as server-sent events."""

    async def notes() -> AsyncIterator[dict[str, str]]:
        yield {"event": "hello", "data": json.dumps({"user": account.user})}
        async for note in world.live.listen(account):
            yield {"event": note["kind"], "id": str(note["id"]), "data": json.dumps(note)}

    return EventSourceResponse(notes(), ping=PING_S)
