"""What a ticket's events tell about it up to a time, read without its present state."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from dispatch.lifecycle import Event
from grid.plain import unpack
from grid.ticket_fact import StageClock

LEFT_OUT = frozenset({"void", "merged"})
REOPENED_FROM = frozenset({"done", "checked", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One handing over to a department; ``anew`` when another one had it before."""

    at: datetime
    department: str
    anew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One return by a department; ``granted`` is None until it is ruled on."""

    at: datetime
    department: str
    granted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A ticket as its events told it before some time.

    ``due_at`` is the deadline in force then, ``response_due_at`` that of receiving it, None when its filing did not
    tell one; ``done_at`` and ``closed_at`` are None again after a reopening.
    ``no``, ``category``, ``cell`` and ``channel`` never change.
    """

    no: str
    category: str
    cell: str
    channel: str
    reported_at: datetime
    department: str
    due_at: datetime
    state: str = "reported"
    filed_at: datetime | None = None
    received_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    reworks: int = 0
    extensions: int = 0
    dispatches: tuple[Dispatch, ...] = field(default=())
    returns: tuple[Return, ...] = field(default=())
    response_due_at: datetime | None = None
    stages: tuple[StageClock, ...] = field(default=())

    @property
    def counts(self) -> bool:
        """Tell whether the ticket counts at all: void and merged ones do not."""
        return self.state not in LEFT_OUT

    @property
    def is_due(self) -> bool:
        """Tell whether its deadline binds: filed, neither void, merged nor shelved."""
        return self.counts and self.filed_at is not None and self.state != "shelved"


def read_history(no: str, category: str, cell: str, channel: str, events: Iterable[Event]) -> History | None:
    """Fold the events of one ticket, oldest first; None when its report is not among them."""
    history: History | None = None
    for event in events:
        if event.name == "reported":
            history = History(
                no=no,
                category=category,
                cell=cell,
                channel=channel,
                reported_at=event.at,
                department=str(event.payload["department"]),
                due_at=datetime.fromisoformat(str(event.payload["due_at"])),
                stages=_stages(event) or (),
            )
        elif history is not None:
            history = _step(history, event)
    return history


def _step(history: History, event: Event) -> History:
    told = event.payload
    history = _handed_over(_ruled(history, event), event)
    if "due_at" in told:
        history = replace(history, due_at=datetime.fromisoformat(str(told["due_at"])))
    if "response_due_at" in told:
        history = replace(history, response_due_at=datetime.fromisoformat(str(told["response_due_at"])))
    if (changed := _stages(event)) is not None:
        history = replace(history, stages=changed)
    if event.name == "grant_extension":
        history = replace(history, extensions=history.extensions + 1)
    before, after = history.state, str(told.get("to", history.state))
    if event.name == "return":
        given_back = Return(at=event.at, department=history.department)
        history = replace(history, returns=(*history.returns, given_back))
    if before == after:
        return history
    if before in REOPENED_FROM and after == "handling":
        return replace(history, state=after, reworks=history.reworks + 1, done_at=None, closed_at=None)
    at = {"received": "received_at", "done": "done_at", "closed": "closed_at"}.get(after)
    return replace(history, state=after, **({at: event.at} if at else {}))  # type: ignore[arg-type]  # times only


def _stages(event: Event) -> tuple[StageClock, ...] | None:
    if "stages" not in event.payload:
        return None
    return tuple(unpack(StageClock, one) for one in event.payload["stages"])


def _handed_over(history: History, event: Event) -> History:
    """Note a handing over: the first with the filing, later ones where an event names another department."""
    if event.name == "accept":
        first = Dispatch(at=event.at, department=history.department, anew=False)
        return replace(history, filed_at=event.at, dispatches=(*history.dispatches, first))
    department = str(event.payload.get("department", history.department))
    if department == history.department and event.name not in ("grant", "transfer"):
        return history
    again = Dispatch(at=event.at, department=department, anew=True)
    return replace(history, department=department, received_at=None, dispatches=(*history.dispatches, again))


def _ruled(history: History, event: Event) -> History:
    """Write the ruling into the last return that has none."""
    open_return = bool(history.returns) and history.returns[-1].granted is None
    if not open_return or event.name not in ("grant", "refuse", "rule"):
        return history
    last = history.returns[-1]
    granted = event.name == "grant" or (
        event.name == "rule" and event.payload.get("department") != last.department
    )
    return replace(history, returns=(*history.returns[:-1], replace(last, granted=granted)))
