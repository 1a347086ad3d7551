"""What the door did, told to whoever follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dispatch.lifecycle import Event
from grid.scores.scoring import Entry
from grid.tickets.ticket import Outcome, Ticket

Kind = Literal["ticket", "order", "provider", "appeal", "appraisal", "visit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the desk did: the fact as it stands, its events, its entries; or an answer given before.

    ``others`` is what the same deed did to other facts, such as the parent of a duplicate.
    """

    kind: Kind
    fact: Any
    events: tuple[Event, ...] = ()
    entries: tuple[Entry, ...] = ()
    before: Any = None
    others: tuple["Done", ...] = ()
    replayed: Mapping[str, Any] | None = None


def done_ticket(outcome: Outcome, before: Ticket | None) -> Done:
    """Tell the outcome of an action on a ticket."""
    return Done(
        kind="ticket", fact=outcome.ticket, events=outcome.events, entries=outcome.entries, before=before
    )
