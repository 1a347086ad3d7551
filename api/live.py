"""Live push: what was committed is told to every open page that may see it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Container
from dataclasses import dataclass
from typing import Any

from data.store.done import Done
from grid.account import Account
from grid.area import CodeScheme

WAITING_MOST = 500


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """One open page."""

    account: Account
    queue: asyncio.Queue[dict[str, Any]]
    loop: asyncio.AbstractEventLoop


class Live:
    """The hub between the threads that commit and the pages that listen."""

    def __init__(self, scheme: CodeScheme) -> None:
        self._scheme = scheme
        self._listeners: set[Listener] = set()
        self._number = itertools.count(1)

    @property
    def listening(self) -> int:
        """Number of open pages."""
        return len(self._listeners)

    def publish(self, done: Done[Any]) -> None:
        """Tell a committed change; safe from any thread."""
        kind = done.kind
        if done.replayed is not None or not kind.live:
            return
        note = {
            "id": next(self._number),
            "kind": kind.name,
            "no": kind.key_of(done.fact),
            "name": done.events[-1].name if done.events else "",
        } | {name: getattr(done.fact, name) for name in kind.live}
        for listener in tuple(self._listeners):
            if kind.scope.holds(done.fact, listener.account.actor(), self._scheme):
                listener.loop.call_soon_threadsafe(_put, listener.queue, note)

    def tell(self, user: str, note: dict[str, Any]) -> bool:
        """Tell one account's open pages something; tells whether there is any."""
        return self._tell(note, lambda account: account.user == user)

    def tell_role(self, roles: Container[str], note: dict[str, Any]) -> bool:
        """Tell the open pages of all accounts of some roles."""
        return self._tell(note, lambda account: account.role in roles)

    def tell_each(self, note_for: Callable[[Account], dict[str, Any] | None]) -> None:
        """Tell each open page what its account is to be told; nothing where that is None. Asked once an account."""
        numbered: dict[str, dict[str, Any] | None] = {}
        for listener in tuple(self._listeners):
            user = listener.account.user
            if user not in numbered:
                note = note_for(listener.account)
                numbered[user] = None if note is None else {"id": next(self._number)} | note
            told = numbered[user]
            if told is not None:
                listener.loop.call_soon_threadsafe(_put, listener.queue, told)

    def _tell(self, note: dict[str, Any], whom: Callable[[Account], bool]) -> bool:
        heard = [each for each in tuple(self._listeners) if whom(each.account)]
        numbered = {"id": next(self._number)} | note
        for listener in heard:
            listener.loop.call_soon_threadsafe(_put, listener.queue, numbered)
        return bool(heard)

    async def listen(
        self, account: Account, holds: Callable[[], bool] = lambda: True, check_s: float = 5.0
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield notes for one page until it goes away, or its sign-in no longer holds, asked every ``check_s``."""
        listener = Listener(account, asyncio.Queue(WAITING_MOST), asyncio.get_running_loop())
        self._listeners.add(listener)
        try:
            loop = asyncio.get_running_loop()
            asked = loop.time()
            while True:
                try:
                    note = await asyncio.wait_for(listener.queue.get(), check_s)
                except TimeoutError:
                    note = None
                if loop.time() - asked >= check_s:
                    if not await asyncio.to_thread(holds):
                        return
                    asked = loop.time()
                if note is not None:
                    yield note
        finally:
            self._listeners.discard(listener)


def _put(queue: asyncio.Queue[dict[str, Any]], note: dict[str, Any]) -> None:
    """Hand over a note; a page that lags far behind is told to load itself anew instead."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        note = {"id": note["id"], "kind": "reload"}
    queue.put_nowait(note)
