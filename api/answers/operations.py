"""What is answered to those who keep the system running."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer

State = Literal["ok", "warn", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsLine(Answer):
    """One thing that is watched.

    ``finding`` names what is wrong, empty while nothing is; ``count`` and ``at`` are those of what ``part`` and ``name``
    say: things that wait and since when, or times that a job ran and when it did last; ``note`` is what was written
    down, such as why a job is held, or how many devices there are in all.
    """

    part: Literal["jobs", "process", "backlog", "devices", "backup"]
    name: str
    state: State
    finding: str
    count: int
    at: datetime | None
    next_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations(Answer):
    """Everything that is watched, and the worst state of it."""

    state: State
    at: datetime
    started_at: datetime
    lines: tuple[OperationsLine, ...]
