"""What the door did, told to whoever follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from data.store.kind import Kind
from dispatch.lifecycle import Event
from dispatch.money.transfer import Transfer
from grid.scores.scoring import Entry

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[F]):
    """What was done to one fact; or, with ``replayed``, the answer that the same request was given before.

    Parameters
    ----------
    kind : Kind
    before, after : fact, optional
        As it was, None for a new one; as it is now, None for an answer given before.
    events : tuple of Event
        Empty when nothing happened that the log is told of.
    entries : tuple of Entry
        What it cost, for the ledger of points.
    transfers : tuple of Transfer
        What it moved, for the ledger of money.
    row : Mapping
        Values of columns that the fact does not hold.
    others : tuple of Done
        What the same deed did to other facts, such as the parent of a duplicate.
    replayed : Mapping, optional
    numbers : range
        The numbers of the events in the chain of the fact, set by the door.
    gone : bool
        Whether the fact was withdrawn, so that its row is taken out.
    """

    kind: Kind[F]
    before: F | None = None
    after: F | None = None
    events: tuple[Event, ...] = ()
    entries: tuple[Entry, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    row: Mapping[str, Any] = field(default_factory=dict)
    others: tuple["Done[Any]", ...] = ()
    replayed: Mapping[str, Any] | None = None
    numbers: range = range(0)
    gone: bool = False

    @property
    def fact(self) -> F:
        """The fact as it is now.

        Raises
        ------
        LookupError
            For an answer given before, which holds none.
        """
        if self.after is None:
            raise LookupError(f"this is the answer a {self.kind.name} was given before; it holds no fact")
        return self.after

    @property
    def changed(self) -> bool:
        """Whether anything is to be kept."""
        return bool(self.events or self.row) or self.before != self.after
