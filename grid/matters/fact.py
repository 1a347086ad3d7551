"""A matter as it stands: the version it began with, its answers, and the parts that were and are done for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RUNNING = ("running", "waiting")
"""States of a matter that is not over; it waits while the applicant has to add something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one party does, or did, for a stage.

    ``department`` is empty where the area itself handles it. ``lead`` tells the stage's own party from those that do a
    joint part. ``left_s`` is what was left of its clock while the matter waits. ``outcome`` is ``returned`` for one that
    was given back, ``dropped`` for one that was not needed any more.
    """

    stage: str
    department: str
    lead: bool
    started_at: datetime
    due_at: datetime
    left_s: int | None = None
    received_at: datetime | None = None
    done_at: datetime | None = None
    outcome: str = ""
    note: str = ""
    proofs: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A matter; ``definition`` is the table it began with and ends on, whatever is in force later.

    ``applicant`` is the number of a resident or of a legal person, ``area`` the cell or community it stands in, ``stage``
    the present one, empty when it is over. ``left_s`` is what was left of the promise while it waits.
    """

    no: str
    kind: str
    version: int
    definition: str
    applicant: str
    area: str
    begun_by: str
    begun_at: datetime
    answers: Mapping[str, Any]
    papers: tuple[str, ...]
    state: str
    stage: str
    due_at: datetime
    parts: tuple[Part, ...]
    left_s: int | None = None
    end: str = ""
    reason: str = ""
    closed_at: datetime | None = None

    @property
    def open_parts(self) -> tuple[Part, ...]:
        """The parts of the present stage that are not done."""
        return tuple(part for part in self.parts if part.done_at is None)

    def is_late(self, now: datetime) -> bool:
        """Tell whether the promise was broken; a matter that waits for the applicant is not late meanwhile."""
        if self.left_s is not None:
            return False
        return (self.closed_at or now) > self.due_at
