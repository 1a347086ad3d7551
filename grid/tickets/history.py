"""What a ticket's events tell about it up to a time, read without its present state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias, TypedDict

from dispatch.lifecycle import Event
from grid.tickets.fact import Dispatch, Return


class Payload(TypedDict, total=False):
    """What a history is folded from of an event's payload; of the rest nothing is looked at."""

    department: str
    nature: str
    due_at: str
    response_due_at: str
    to: str


Step: TypeAlias = tuple[str, datetime, Mapping[str, Any]]

LEFT_OUT = frozenset({"void", "merged"})
RULINGS = frozenset({"grant", "refuse", "rule"})
HANDED_OVER = frozenset({"grant", "transfer", "rule", "move_cell"})
ONLY_IF_ANOTHER = frozenset({"rule", "move_cell"})
REOPENED_FROM = frozenset({"done", "checked", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A ticket as its events told it before some time.

    ``due_at`` is the deadline in force then, ``response_due_at`` that of receiving it, None when its filing did not
    tell one; ``done_at`` and ``closed_at`` are None again after a reopening.
    ``no``, ``category``, ``channel`` and ``nature`` never change; the last is empty where it was not said. ``cell`` is
    that of now, also for times before somebody chose it anew.
    """

    no: str
    category: str
    cell: str
    channel: str
    reported_at: datetime
    department: str
    due_at: datetime
    nature: str = ""
    state: str = "reported"
    filed_at: datetime | None = None
    received_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    response_due_at: datetime | None = None
    reworks: int = 0
    extensions: int = 0
    dispatches: tuple[Dispatch, ...] = field(default=())
    returns: tuple[Return, ...] = field(default=())

    @property
    def counts(self) -> bool:
        """Tell whether the ticket counts at all: void and merged ones do not."""
        return self.state not in LEFT_OUT

    @property
    def is_due(self) -> bool:
        """Tell whether its deadline binds: filed, neither void, merged nor shelved."""
        return self.counts and self.filed_at is not None and self.state != "shelved"


def read_history(no: str, category: str, cell: str, channel: str, events: Iterable[Event]) -> History | None:
    """Fold the events of one ticket.

    Parameters
    ----------
    no, category, cell, channel : str
        Of its row.
    events : iterable of Event
        Oldest first.

    Returns
    -------
    History or None
        None when its report is not among the events.
    """
    return fold(no, category, cell, channel, ((e.name, e.at, e.payload) for e in events))


def fold(no: str, category: str, cell: str, channel: str, steps: Iterable[Step]) -> History | None:
    """Fold name, time and payload of a ticket's events.

    Parameters
    ----------
    no, category, cell, channel : str
        Of its row.
    steps : iterable of Step
        Oldest first.

    Returns
    -------
    History or None
        None when its report is not among the steps.
    """
    told: _Telling | None = None
    for name, at, payload in steps:
        if name == "reported":
            told = _Telling(at, payload)
        elif told is not None:
            told.hear(name, at, payload)
    if told is None:
        return None
    return History(no=no, category=category, cell=cell, channel=channel, **told.so_far())


class _Telling:
    """A history while it is told: changed in place, because months hold a million events."""

    __slots__ = (
        "closed_at",
        "department",
        "dispatches",
        "done_at",
        "due_at",
        "extensions",
        "filed_at",
        "nature",
        "received_at",
        "reported_at",
        "response_due_at",
        "returns",
        "reworks",
        "state",
    )

    def __init__(self, at: datetime, payload: Mapping[str, Any]) -> None:
        self.reported_at = at
        self.department = str(payload["department"])
        self.nature = payload.get("nature", "")
        self.due_at = str(payload["due_at"])
        self.response_due_at: str | None = None
        self.state = "reported"
        self.filed_at: datetime | None = None
        self.received_at: datetime | None = None
        self.done_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.reworks = self.extensions = 0
        self.dispatches: list[Dispatch] = []
        self.returns: list[Return] = []

    def so_far(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in self.__slots__}
        told["due_at"] = datetime.fromisoformat(self.due_at)
        if self.response_due_at is not None:
            told["response_due_at"] = datetime.fromisoformat(self.response_due_at)
        told["dispatches"], told["returns"] = tuple(self.dispatches), tuple(self.returns)
        return told

    def hear(self, name: str, at: datetime, payload: Mapping[str, Any]) -> None:
        if self.returns and name in RULINGS:
            self._rule(name, payload)
        self._hand_over(name, at, payload)
        self.due_at = payload.get("due_at", self.due_at)
        self.response_due_at = payload.get("response_due_at", self.response_due_at)
        if name == "grant_extension":
            self.extensions += 1
        elif name == "return":
            self.returns.append(Return(at=at, department=self.department))
        after = payload.get("to", self.state)
        if after != self.state:
            self._move(after, at)

    def _rule(self, name: str, payload: Mapping[str, Any]) -> None:
        """Write the ruling into the last return that has none."""
        last = self.returns[-1]
        if last.granted is None:
            granted = name == "grant" or (name == "rule" and payload.get("department") != last.department)
            self.returns[-1] = replace(last, granted=granted)

    def _hand_over(self, name: str, at: datetime, payload: Mapping[str, Any]) -> None:
        """Note a handing over: the first with the filing, later ones where an event names another department."""
        if name == "accept":
            self.filed_at = at
            self.dispatches.append(Dispatch(at=at, department=self.department, anew=False))
            return
        if name not in HANDED_OVER:
            return
        department = str(payload.get("department", self.department))
        if department == self.department and name in ONLY_IF_ANOTHER:
            return
        self.department, self.received_at = department, None
        if self.filed_at is not None:
            self.dispatches.append(Dispatch(at=at, department=department, anew=True))

    def _move(self, after: str, at: datetime) -> None:
        if self.state in REOPENED_FROM and after == "handling":
            self.reworks += 1
            self.done_at = self.closed_at = None
        elif after == "received":
            self.received_at = at
        elif after == "done":
            self.done_at = at
        elif after == "closed":
            self.closed_at = at
        self.state = after
