"""Requests that change something: at most so many at once, that threads always remain for those that only read."""

from collections.abc import AsyncIterator

import anyio
from fastapi import Request

from api.roles import SAFE_METHODS
from data.errors import BusyError

WRITERS_AT_ONCE = 24
"""Of the forty threads in which requests are answered."""


async def writers_turn(request: Request) -> AsyncIterator[None]:
    """Let a request that changes something wait for its turn without holding a thread.

    Raises
    ------
    BusyError
        When its turn did not come in time.
    """
    if request.method in SAFE_METHODS:
        yield
        return
    turns: anyio.Semaphore = request.app.state.writers
    wait_s = request.app.state.world.settings.write_wait_s
    with anyio.move_on_after(wait_s) as waiting:
        await turns.acquire()
    if waiting.cancelled_caught:
        raise BusyError(f"too many are writing for {wait_s:g} s; nothing was changed, try again")
    try:
        yield
    finally:
        turns.release()
