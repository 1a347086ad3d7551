"""A timer that is held until a person has looked at the clock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Whether a timer is held, why, and since when; after a release until when it was."""

    name: str
    held: bool
    why: str
    at: datetime
