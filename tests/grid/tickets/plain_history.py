"""The plain twin of `grid.history.fold`: a new fact after every event, as slow as it is clear."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dispatch.lifecycle import Event
from grid.tickets.fact import Dispatch, Return
from grid.tickets.history import REOPENED_FROM, History


def plain_history(no: str, category: str, cell: str, channel: str, events: Iterable[Event]) -> History | None:
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


def _handed_over(history: History, event: Event) -> History:
    """Note a handing over: the first with the filing, later ones where an event names another department."""
    if event.name == "accept":
        first = Dispatch(at=event.at, department=history.department, anew=False)
        return replace(history, filed_at=event.at, dispatches=(*history.dispatches, first))
    if event.name not in ("grant", "transfer", "rule", "move_cell"):
        return history
    department = str(event.payload.get("department", history.department))
    if department == history.department and event.name in ("rule", "move_cell"):
        return history
    if history.filed_at is None:
        return replace(history, department=department)
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
