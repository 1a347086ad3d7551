"""Who may read and who may change: many questions at a time, or one change."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock


class Gate:
    """Many batch queries at a time, or one change; single queries need no gate, see `Board.nearest`."""

    def __init__(self) -> None:
        self.changing = Lock()
        """Held alone, it keeps changes out and lets queries pass."""
        self._entering = Lock()
        self._idle = Condition()
        self._readers = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep changes out; many may read."""
        with self._entering, self._idle:
            self._readers += 1
        try:
            yield
        finally:
            with self._idle:
                self._readers -= 1
                self._idle.notify_all()

    def __enter__(self) -> None:
        self.changing.acquire()
        self._entering.acquire()
        if self._readers:
            with self._idle:
                self._idle.wait_for(lambda: not self._readers)

    def __exit__(self, *_: object) -> None:
        self._entering.release()
        self.changing.release()
