"""Another system that is told of events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["on", "held", "retired"]
ON: State = "on"
HELD: State = "held"
RETIRED: State = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A system that is told; empty ``events`` are all, else kinds or names such as ``ticket`` or ``ticket.close``.

    That of a ``line`` is told of the line's own cases alone: answers to those it gave, hand-overs to it.
    """

    name: str
    url: str
    secret: str
    events: tuple[str, ...]
    line: str
    state: State
    made_at: datetime
