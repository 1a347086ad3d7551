"""Tables of rules put in force while the system runs, in the place of those that it was started with."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """A table of rules by the name of its file in the catalogue, as it is in force since a time.

    ``edition`` counts from 1 and grows with each change. Without ``text`` the table of the catalogue itself is in force
    again.
    """

    name: str
    edition: int
    text: str
    since: datetime
